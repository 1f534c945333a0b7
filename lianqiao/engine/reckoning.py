"""A deadline worked out from its history: start, budget, pauses and extension, in the order they happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from lianqiao.engine.beijing import beijing
from lianqiao.engine.calendar import Calendar, check_day
from lianqiao.engine.errors import refuse
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours, opening_from
from lianqiao.engine.rulers import RULERS, Due, Ruler
from lianqiao.engine.spans import Budget

RECEIPTS = ("instant", "office-hours")


class Pause(NamedTuple):
    """A stretch in which the clock stands still; `end` is None while it still does."""

    begin: datetime
    end: datetime | None = None


class Extension(NamedTuple):
    """More budget, in the unit of the first, from the moment it was approved."""

    budget: Budget
    approved_at: datetime


class Ignored(NamedTuple):
    """A pause or an extension that changed nothing: `code` is `after-expiry` or `before-start`.

    `expired` is the due instant it came too late for.
    """

    what: str
    at: datetime
    code: str
    expired: datetime | None = None


class History(NamedTuple):
    """Everything that decides a deadline but the calendar; instants in Beijing time."""

    start: datetime
    budget: Budget
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    receipt: str = "instant"
    hours: OfficeHours = DEFAULT_HOURS


class Settlement(NamedTuple):
    """Where a history leads on one calendar.

    `due` is None while the clock stands still; then `suspended_at` says since when. `target` is the mark at
    which the budget is used up and `taken` the distance the pauses took out, both on the unit's ruler.
    """

    ruler: Ruler
    counted_from: datetime
    due: Due | None
    suspended_at: datetime | None
    target: int
    taken: int
    pauses: tuple[Pause, ...]
    extended: bool
    ignored: tuple[Ignored, ...]

    @property
    def remaining(self) -> Budget | None:
        """What is left of the budget while the clock stands still, else None."""
        return None if self.suspended_at is None else self.remaining_at(self.suspended_at)

    @property
    def provisional(self) -> bool:
        """True where the due day, or the day of a standing pause, lies past the last published notice."""
        day = self.due.day if self.due else (self.suspended_at or self.counted_from).date()
        return self.ruler.calendar.is_provisional(day)

    def remaining_at(self, at: datetime) -> Budget:
        """Return what is left at the instant: days not yet counted through its day, or hours."""
        return self.ruler.budget(self.target - self._spent_mark(at))

    def consumed_at(self, at: datetime) -> Budget:
        """Return what is used up at the instant, also past the budget."""
        return self.ruler.budget(self._spent_mark(at) - self.ruler.mark(self.counted_from))

    def _spent_mark(self, at: datetime) -> int:
        taken = 0
        for pause in self.pauses:
            if pause.begin < at:
                until = at if pause.end is None else min(at, pause.end)
                taken += self.ruler.mark(until) - self.ruler.mark(pause.begin)
        return self.ruler.mark(max(at, self.counted_from)) - taken


def normalize(
    start: datetime,
    budget: Budget | str,
    *,
    pauses: Iterable[Pause] = (),
    extension: Extension | None = None,
    receipt: str = "instant",
    hours: OfficeHours = DEFAULT_HOURS,
) -> History:
    """Return the history with instants in Beijing time, after refusing what cannot be one.

    Errors: Refusal `receipt-unknown`, `budget-malformed`, `day-outside-calendar`,
    `pause-ends-before-it-begins`, `extension-unit`, `extension-before-start`.
    """
    if receipt not in RECEIPTS:
        raise refuse(
            "receipt-unknown",
            f"“{receipt}” is not a way to count receipt",
            place="receipt",
            hint=f"use one of {', '.join(RECEIPTS)}",
            given=receipt,
        )
    begin = beijing(start)
    check_day(begin.date())
    promised = Budget.parse(budget) if isinstance(budget, str) else budget
    placed = tuple(sorted(map(_placed, pauses), key=lambda pause: pause.begin))
    return History(begin, promised, placed, _extension(extension, begin, promised), receipt, hours)


def settle(history: History, calendar: Calendar) -> Settlement:
    """Work a history out on a calendar, event by event; a pause or extension after expiry cures nothing.

    An act at the very instant of expiry is still in time. Errors: Refusal `day-outside-calendar`.
    """
    ruler = RULERS[history.budget.unit](calendar, history.hours)
    counted_from = history.start
    if history.receipt == "office-hours":
        counted_from = opening_from(calendar, history.hours, history.start)
    return _Settling(history, ruler, counted_from).run()


class _Settling:
    """The chronological pass over one history."""

    def __init__(self, history: History, ruler: Ruler, counted_from: datetime) -> None:
        self.ruler, self.counted_from, self.budget = ruler, counted_from, history.budget
        self.amount = history.budget.whole
        self.taken = 0
        self.resumed: datetime | None = None
        self.waiting = history.extension  # until an event shows whether it came in time
        self.extended = False
        self.ignored: list[Ignored] = []
        self.effective: list[Pause] = []
        self.pauses = self._merged(history.pauses)
        self.due = self._read()

    def run(self) -> Settlement:
        for pause in self.pauses:
            if self.waiting and self.waiting.approved_at <= pause.begin:
                self._extend(in_time=self.waiting.approved_at <= self.due.at)
            if pause.begin > self.due.at:
                self.ignored.append(Ignored("pause", pause.begin, "after-expiry", self.due.at))
                continue
            self.effective.append(pause)
            if self.waiting and (pause.end is None or self.waiting.approved_at <= pause.end):
                self._extend(in_time=True)
            if pause.end is None:
                return self._settlement(None, pause.begin)
            self.taken += self.ruler.mark(pause.end) - self.ruler.mark(pause.begin)
            self.resumed = pause.end
            self.due = self._read()
        if self.waiting:
            self._extend(in_time=self.waiting.approved_at <= self.due.at)
        return self._settlement(self.due, None)

    def _merged(self, pauses: tuple[Pause, ...]) -> list[Pause]:
        """Clip pauses at the start and join those that touch, so that no moment is taken out twice."""
        merged: list[Pause] = []
        for pause in pauses:
            if pause.begin == pause.end:
                continue  # it lasted no time
            if pause.end is not None and pause.end <= self.counted_from and pause.begin < self.counted_from:
                self.ignored.append(Ignored("pause", pause.begin, "before-start"))
                continue
            begin = max(pause.begin, self.counted_from)
            if merged and (merged[-1].end is None or begin <= merged[-1].end):
                merged[-1] = Pause(merged[-1].begin, _later(merged[-1].end, pause.end))
            else:
                merged.append(Pause(begin, pause.end))
        return merged

    def _extend(self, *, in_time: bool) -> None:
        extension, self.waiting = self.waiting, None
        assert extension is not None
        if in_time:
            self.amount += extension.budget.whole
            self.extended = True
            self.due = self._read()
        else:
            late = Ignored("extension", extension.approved_at, "after-expiry", self.due.at)
            self.ignored.append(late)

    def _read(self) -> Due:
        return self.ruler.due(self._target() + self.taken, self.resumed)

    def _target(self) -> int:
        return self.ruler.target(self.counted_from, self.amount)

    def _settlement(self, due: Due | None, suspended_at: datetime | None) -> Settlement:
        return Settlement(
            self.ruler,
            self.counted_from,
            due,
            suspended_at,
            self._target(),
            self.taken,
            tuple(self.effective),
            self.extended,
            tuple(sorted(self.ignored, key=lambda ignored: ignored.at)),
        )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _placed(pause: Pause) -> Pause:
    begin = beijing(pause.begin)
    end = None if pause.end is None else beijing(pause.end)
    if end is not None and end < begin:
        raise refuse(
            "pause-ends-before-it-begins",
            f"the pause from {begin:%Y-%m-%d %H:%M} ends on {end:%Y-%m-%d %H:%M}, before it begins",
            place="pause",
            hint="give its beginning first, then its end; leave the end out while it still lasts",
        )
    for moment in (begin, end):
        if moment is not None:
            check_day(moment.date())
    return Pause(begin, end)


def _extension(extension: Extension | None, start: datetime, budget: Budget) -> Extension | None:
    if extension is None:
        return None
    if extension.budget.unit != budget.unit:
        raise refuse(
            "extension-unit",
            f"an extension of {extension.budget} cannot be added to a budget of {budget}",
            place="extension",
            hint=f"give the extension in {budget.unit} too",
        )
    approved_at = beijing(extension.approved_at)
    if approved_at < start:
        raise refuse(
            "extension-before-start",
            f"the extension was approved on {approved_at:%Y-%m-%d %H:%M}, before the clock started",
            place="extension",
            hint="check the date of approval and the start",
        )
    return Extension(extension.budget, approved_at)
