"""The working-day calendar of China in versions: what was known on which date, and which notice says so."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.state_council import NOTICES, Notice, notices_known_on
from lianqiao.engine.statutory_days import REGULATION, statutory_days

FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2036, 12, 31)
_FIRST = FIRST_DAY.toordinal()
_LENGTH = LAST_DAY.toordinal() - _FIRST + 1


class DayKind(StrEnum):
    """What a day is. `unpublished` is a day past the horizon, whose notice nobody has seen yet."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    CLOSURE = "closure"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True)
class Closure:
    """A working day on which this zone's offices stay shut, by which order and why.

    With `published`, calendars known earlier than that day leave it out.
    """

    day: date
    order: str
    reason: str
    published: date | None = None


@dataclass(frozen=True)
class Day:
    """One day explained: its kind, whether it is worked, the festival or reason, the notice or order.

    Past the horizon `provisional` is true and `working` is what the regulation lets one expect.
    """

    day: date
    kind: DayKind
    working: bool
    name: str
    notice: str
    provisional: bool


@dataclass(frozen=True)
class _Tables:
    special: dict[int, tuple[DayKind, str, str]]
    worked_through: tuple[int, ...]  # per day offset: how many working days up to and including it
    working: tuple[int, ...]  # ordinals of the working days


@dataclass(frozen=True)
class Calendar:
    """An immutable calendar from 2015-01-01 to 2036-12-31; equal versions are equal calendars.

    `version` is `cn@` and the date of the newest notice used, then `+` and a digest of the zone's closures if
    there are any. `horizon` is 31 December of the last year with a published notice.
    """

    version: str
    horizon: date = field(compare=False)
    notices: tuple[Notice, ...] = field(compare=False, repr=False)
    closures: tuple[Closure, ...] = field(compare=False, repr=False)
    _tables: _Tables = field(compare=False, repr=False)

    @staticmethod
    def known_on(day: date | datetime, closures: Iterable[Closure] = ()) -> Calendar:
        """Return the calendar built from what had been published by the end of that day (Beijing time)."""
        on = beijing(day).date()
        known = tuple(shut for shut in closures if shut.published is None or shut.published <= on)
        return _build(notices_known_on(on), known)

    @staticmethod
    def latest(closures: Iterable[Closure] = ()) -> Calendar:
        """Return the calendar built from every notice and closure known to this release."""
        return _build(NOTICES, tuple(closures))

    @staticmethod
    def of_version(version: str, closures: Iterable[Closure] = ()) -> Calendar:
        """Return the calendar of a recorded version.

        Errors: Refusal `calendar-unknown` when these notices and closures never made that version.
        """
        text = version.partition("+")[0].removeprefix("cn@")
        try:
            day = FIRST_DAY.replace(year=2014) if text == "none" else date.fromisoformat(text)
            offered = tuple(closures)
            choices = (_build(notices_known_on(day), offered), Calendar.known_on(day, offered))
            return next(calendar for calendar in choices if calendar.version == version)
        except (ValueError, StopIteration):
            raise refuse(
                "calendar-unknown",
                f"no calendar “{version}” can be built from the notices and closures at hand",
                place=version,
                hint="give the closures that were in force, or recompute on the calendar as known now",
                version=version,
            ) from None

    def explain(self, day: date) -> Day:
        """Return what the day is and by which notice. Errors: Refusal `day-outside-calendar`."""
        offset = _offset(day)
        beyond = day > self.horizon
        kind, name, notice = self._tables.special.get(offset, (None, "", ""))
        if kind is None:
            kind = DayKind.WORKING if day.weekday() < 5 else DayKind.WEEKEND
        if beyond and kind is not DayKind.CLOSURE:
            kind = DayKind.UNPUBLISHED
        return Day(day, kind, self.is_working_day(day), name, notice, beyond)

    def is_working_day(self, day: date) -> bool:
        """Return whether the day is worked. Errors: Refusal `day-outside-calendar`."""
        offset = _offset(day)
        through = self._tables.worked_through
        return through[offset] > (through[offset - 1] if offset else 0)

    def is_provisional(self, day: date) -> bool:
        """Return whether the day lies past the last published notice."""
        return day > self.horizon

    def working_index(self, day: date) -> int:
        """Return how many working days run from 2015-01-01 through the day, it included."""
        return self._tables.worked_through[_offset(day)]

    def working_day(self, index: int) -> date:
        """Return the working day with that index, counted from 1. Errors: Refusal `day-outside-calendar`."""
        if not 1 <= index <= len(self._tables.working):
            raise _outside(f"a day after {LAST_DAY}" if index > 0 else f"a day before {FIRST_DAY}")
        return date.fromordinal(self._tables.working[index - 1])

    def nth_working_day_after(self, day: date, count: int) -> date:
        """Return the count-th working day after the day; before it where count is negative, 0 is the day."""
        if count == 0:
            return day
        index = self.working_index(day)
        if count < 0 and not self.is_working_day(day):
            index += 1
        return self.working_day(index + count)

    def working_day_from(self, day: date) -> date:
        """Return the day if it is worked, else the next working day."""
        _offset(day)
        at = bisect_left(self._tables.working, day.toordinal())
        return self.working_day(at + 1)

    def working_ordinals(self) -> tuple[int, ...]:
        """Return the proleptic ordinals of all working days, ascending."""
        return self._tables.working


def _outside(what: str) -> Refusal:
    return refuse(
        "day-outside-calendar",
        f"{what} lies outside the calendar, which runs from {FIRST_DAY} to {LAST_DAY}",
        place=what,
        hint="check the date; a later year needs a newer release of the calendar",
        day=what,
    )


def check_day(day: date) -> None:
    """Refuse a day outside the calendar (`day-outside-calendar`)."""
    _offset(day)


def _offset(day: date) -> int:
    offset = day.toordinal() - _FIRST
    if not 0 <= offset < _LENGTH:
        raise _outside(day.isoformat())
    return offset


@lru_cache(maxsize=64)
def _build(notices: tuple[Notice, ...], closures: tuple[Closure, ...]) -> Calendar:
    newest = max((notice.published for notice in notices), default=None)
    horizon = date(max((notice.year for notice in notices), default=FIRST_DAY.year - 1), 12, 31)
    special = _special_days(notices, horizon, newest or date.min)
    working = [_is_worked(offset, special) for offset in range(_LENGTH)]
    for shut in sorted(closures, key=lambda shut: (shut.day, shut.order), reverse=True):
        offset = _offset(shut.day)
        # A closure of a day that rests anyway changes nothing, and the notice stays its reason.
        if working[offset] or (offset in special and special[offset][0] is DayKind.CLOSURE):
            special[offset] = (DayKind.CLOSURE, shut.reason, shut.order)
            working[offset] = False
    tables = _Tables(
        special,
        tuple(accumulate(working)),
        tuple(_FIRST + offset for offset, worked in enumerate(working) if worked),
    )
    version = f"cn@{newest or 'none'}{_closure_version(closures)}"
    return Calendar(version, horizon, notices, closures, tables)


def _special_days(
    notices: tuple[Notice, ...], horizon: date, known_on: date
) -> dict[int, tuple[DayKind, str, str]]:
    special: dict[int, tuple[DayKind, str, str]] = {}
    for year in range(horizon.year + 1, LAST_DAY.year + 1):
        for day, name in statutory_days(year, known_on=known_on).items():
            special[_offset(day)] = (DayKind.HOLIDAY, name, REGULATION)
    for notice in sorted(notices, key=lambda notice: notice.published):
        for rest in notice.rests:
            first = _offset(rest.first)
            for offset in range(first, first + (rest.last - rest.first).days + 1):
                special[offset] = (DayKind.HOLIDAY, rest.name, notice.number)
            for day in rest.make_up:
                special[_offset(day)] = (DayKind.MAKE_UP, rest.name, notice.number)
    return special


def _is_worked(offset: int, special: dict[int, tuple[DayKind, str, str]]) -> bool:
    if offset in special:
        return special[offset][0] is DayKind.MAKE_UP
    return date.fromordinal(_FIRST + offset).weekday() < 5


def _closure_version(closures: tuple[Closure, ...]) -> str:
    if not closures:
        return ""
    lines = sorted(f"{shut.day}|{shut.order}|{shut.reason}|{shut.published or ''}" for shut in closures)
    return "+" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
