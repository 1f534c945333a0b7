"""A clock kept with a case: its budget and what happened to it; everything else is derived.

A ClockState holds only text, whole numbers and booleans, so that a log can carry it. Each act returns a new
state settled on the calendar it is given; nothing here reads the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from lianqiao.engine.beijing import at_second, beijing, second_of_day
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import refuse
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours, instant_when, worked_seconds
from lianqiao.engine.reckoning import Extension, History, Pause, Settlement, normalize, settle
from lianqiao.engine.rulers import add_months
from lianqiao.engine.spans import Budget, parse_offset

Pauses = tuple[tuple[str, str | None], ...]


class ClockState(NamedTuple):
    """One clock of a case; instants are ISO 8601 texts in Beijing time.

    `state` is `running`, `paused` or `stopped`. `due`, `due_date` and `due_time` are "" while paused; they
    are a reading on the calendar version named, taken again by every act and by `recompute_clock`. `pauses`
    are [begin, end) texts, end None while open, and keep also those that came after expiry and changed
    nothing: such a clock stays `running`. `extension` is "10wd@<instant of approval>" or "". `restarts`
    counts restarts.
    """

    budget: str
    started_at: str
    counted_from: str
    state: str
    due: str
    due_date: str
    due_time: str
    provisional: bool
    calendar: str
    pauses: Pauses = ()
    extension: str = ""
    receipt: str = "instant"
    office_hours: str = str(DEFAULT_HOURS)
    stopped_at: str = ""
    restarts: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The due instant, None while paused."""
        return datetime.fromisoformat(self.due) if self.due else None

    def to_dict(self) -> dict[str, Any]:
        """Return the state as text, whole numbers, booleans and lists of them; an open pause ends in ""."""
        return {**self._asdict(), "pauses": [[begin, end or ""] for begin, end in self.pauses]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ClockState:
        """Return the state `to_dict` wrote."""
        pauses = tuple((begin, end or None) for begin, end in values["pauses"])
        return cls(**{**values, "pauses": pauses})


def start_clock(
    budget: Budget | str,
    at: datetime,
    calendar: Calendar,
    receipt: str = "instant",
    office_hours: OfficeHours = DEFAULT_HOURS,
) -> ClockState:
    """Return a clock that runs from the instant. Errors: Refusal, as told by `normalize`."""
    if isinstance(budget, Budget):
        return _state(normalize(at, budget, receipt=receipt, hours=office_hours), calendar)
    told = _Told(beijing(at).isoformat(), budget, (), "", receipt, str(office_hours))
    return _reckoned(told, calendar)


def pause_clock(state: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """Return the clock standing still from the instant; after expiry it is noted and changes nothing.

    Errors: Refusal `clock-stopped`, `clock-already-paused`, `clock-out-of-order`.
    """
    _must_run(state, "paused")
    if _open_pause(state) is not None:
        raise refuse(
            "clock-already-paused",
            f"the clock has stood still since {_open_pause(state)}",
            hint="resume it before pausing it again",
        )
    moment = _in_order(state, at)
    return _resettled(state, calendar, pauses=(*state.pauses, (moment.isoformat(), None)))


def resume_clock(state: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """Return the clock running again from the instant, with what it had left.

    Errors: Refusal `clock-stopped`, `clock-not-paused`, `clock-out-of-order`.
    """
    _must_run(state, "resumed")
    begin = _open_pause(state)
    if begin is None:
        raise refuse("clock-not-paused", "the clock is not paused", hint="only a paused clock can be resumed")
    moment = _in_order(state, at)
    return _resettled(state, calendar, pauses=(*state.pauses[:-1], (begin, moment.isoformat())))


def extend_clock(state: ClockState, budget: Budget | str, at: datetime, calendar: Calendar) -> ClockState:
    """Return the clock with more budget, approved at the instant; once, and only before expiry.

    Errors: Refusal `clock-stopped`, `extension-twice`, `clock-expired`, `extension-unit`,
    `clock-out-of-order`.
    """
    _must_run(state, "extended")
    if state.extension:
        raise refuse(
            "extension-twice",
            f"the clock was already extended: {state.extension}",
            hint="a deadline can be extended only once",
        )
    more = Budget.parse(budget) if isinstance(budget, str) else budget
    moment = _in_order(state, at)
    _must_not_be_expired(state, moment, calendar, "extended")
    history = history_of(state)
    normalize(history.start, history.budget, extension=Extension(more, moment))
    return _resettled(state, calendar, extension=f"{more}@{moment.isoformat()}")


def restart_clock(state: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """Return the clock begun anew at the instant, with nothing consumed, no pauses and no extension.

    A clock that expired, running or stopped, cannot be restarted. Errors: Refusal `clock-expired`,
    `clock-out-of-order`.
    """
    moment = _in_order(state, at)
    _must_not_be_expired(state, moment, calendar, "restarted")
    fresh = start_clock(state.budget, moment, calendar, state.receipt, OfficeHours.parse(state.office_hours))
    return fresh._replace(restarts=state.restarts + 1)


def stop_clock(state: ClockState, at: datetime) -> ClockState:
    """Return the clock ended at the instant: the promise was kept, or the case closed.

    Errors: Refusal `clock-stopped`, `clock-out-of-order`.
    """
    _must_run(state, "stopped")
    return state._replace(state="stopped", stopped_at=_in_order(state, at).isoformat())


def recompute_clock(state: ClockState, calendar: Calendar) -> ClockState:
    """Return the same clock read on another calendar, such as after a new notice; a stopped one as it is."""
    return state if state.state == "stopped" else _resettled(state, calendar)


def consumed(state: ClockState, at: datetime, calendar: Calendar) -> Budget:
    """Return what is used up at the instant: days counted through its day, or hours; also past the budget."""
    return settle(history_of(state), calendar).consumed_at(_until(state, at))


def remaining(state: ClockState, at: datetime, calendar: Calendar) -> Budget:
    """Return what is left at the instant, nothing once it is used up; months are told in natural days."""
    return settle(history_of(state), calendar).remaining_at(_until(state, at))


def running_since(state: ClockState) -> datetime | None:
    """Return since when the clock runs without a break, None while it is paused or stopped."""
    if state.state != "running":
        return None
    ends = [datetime.fromisoformat(end) for begin, end in state.pauses if end and _took_effect(state, begin)]
    return max([datetime.fromisoformat(state.counted_from), *ends])


def is_overdue(state: ClockState, at: datetime) -> bool:
    """Return whether the clock had run out by the instant, or by when it was stopped."""
    due = state.due_at
    return due is not None and _until(state, at) > due


def offset_due(state: ClockState, offset: str, calendar: Calendar) -> datetime:
    """Return the instant a signed span away from the due time: "-1wd", "+2wd", "-2h", "+1nd".

    Days and months keep the due time of day (17:30, or 24:00), and working days step from the due day.
    Errors: Refusal `no-due-while-paused`, `budget-malformed`, `budget-unit-unknown`, `day-outside-calendar`.
    """
    if not state.due:
        raise refuse(
            "no-due-while-paused",
            "a paused clock has no due time to count from",
            hint="ask again once it has resumed",
        )
    return _offset(_DueTold(*state[4:7], state.office_hours), offset, calendar)


def offsets_due(state: ClockState, offsets: tuple[str, ...], calendar: Calendar) -> tuple[str, ...]:
    """Return what `offset_due` does for several spans, as ISO 8601 texts."""
    return _offsets(_DueTold(*state[4:7], state.office_hours), offsets, calendar)


class _DueTold(NamedTuple):
    """When a clock is due, in the texts and the order of `ClockState`."""

    due: str
    due_date: str
    due_time: str
    office_hours: str


# cases due on one day share the times of their rungs
@lru_cache(maxsize=4096)
def _offsets(told: _DueTold, offsets: tuple[str, ...], calendar: Calendar) -> tuple[str, ...]:
    return tuple(_offset(told, offset, calendar).isoformat() for offset in offsets)


def _offset(told: _DueTold, offset: str, calendar: Calendar) -> datetime:
    sign, span = parse_offset(offset)
    due = datetime.fromisoformat(told.due)
    steps = sign * span.whole
    if span.unit == "h":
        return due + timedelta(seconds=steps)
    if span.unit == "wh":
        hours = OfficeHours.parse(told.office_hours)
        return instant_when(calendar, hours, worked_seconds(calendar, hours, due) + steps) if steps else due
    day = datetime.fromisoformat(told.due_date).date()
    # 24:00 is the midnight after the due day, so the time of day is told from the due day on.
    second = 24 * 3600 if told.due_time == "24:00" else second_of_day(due)
    if span.unit == "wd":
        return at_second(calendar.nth_working_day_after(day, steps), second)
    return at_second(day + timedelta(days=steps) if span.unit == "nd" else add_months(day, steps), second)


def history_of(state: ClockState) -> History:
    """Return the history a state keeps, ready to be settled on any calendar."""
    return _history(_told(state, state.pauses, state.extension))


class _Told(NamedTuple):
    """All that decides a clock's state but the calendar, in the texts of `ClockState`."""

    started_at: str
    budget: str
    pauses: Pauses
    extension: str
    receipt: str
    office_hours: str
    restarts: int = 0


def _told(state: ClockState, pauses: Pauses, extension: str) -> _Told:
    return _Told(
        state.started_at,
        state.budget,
        pauses,
        extension,
        state.receipt,
        state.office_hours,
        state.restarts,
    )


def _history(told: _Told) -> History:
    extension = None
    if told.extension:
        more, _, approved_at = told.extension.partition("@")
        extension = Extension(Budget.parse(more), datetime.fromisoformat(approved_at))
    return normalize(
        datetime.fromisoformat(told.started_at),
        told.budget,
        pauses=[_pause(begin, end) for begin, end in told.pauses],
        extension=extension,
        receipt=told.receipt,
        hours=OfficeHours.parse(told.office_hours),
    )


def _state(history: History, calendar: Calendar, *, restarts: int = 0) -> ClockState:
    settled = settle(history, calendar)
    extension = history.extension
    return ClockState(
        budget=str(history.budget),
        started_at=history.start.isoformat(),
        counted_from=settled.counted_from.isoformat(),
        state="running" if settled.due else "paused",
        due=settled.due.at.isoformat() if settled.due else "",
        due_date=settled.due.day.isoformat() if settled.due else "",
        due_time=settled.due.time if settled.due else "",
        provisional=settled.provisional,
        calendar=calendar.version,
        pauses=tuple((p.begin.isoformat(), p.end.isoformat() if p.end else None) for p in history.pauses),
        extension=f"{extension.budget}@{extension.approved_at.isoformat()}" if extension else "",
        receipt=history.receipt,
        office_hours=str(history.hours),
        restarts=restarts,
    )


def _resettled(
    state: ClockState, calendar: Calendar, *, pauses: Pauses | None = None, extension: str = ""
) -> ClockState:
    told = _told(state, state.pauses if pauses is None else pauses, extension or state.extension)
    return _reckoned(told, calendar)


# clocks started at one moment, such as those of cases opened or assigned together, are reckoned once
@lru_cache(maxsize=4096)
def _reckoned(told: _Told, calendar: Calendar) -> ClockState:
    return _state(_history(told), calendar, restarts=told.restarts)


def _pause(begin: str, end: str | None) -> Pause:
    return Pause(datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None)


def _open_pause(state: ClockState) -> str | None:
    return state.pauses[-1][0] if state.pauses and state.pauses[-1][1] is None else None


def _took_effect(state: ClockState, begin: str) -> bool:
    # Valid pauses push the due time past their end, so a pause that began after it came too late.
    due = state.due_at
    return due is None or datetime.fromisoformat(begin) <= due


def _until(state: ClockState, at: datetime) -> datetime:
    moment = beijing(at)
    return min(moment, datetime.fromisoformat(state.stopped_at)) if state.stopped_at else moment


def _must_run(state: ClockState, done: str) -> None:
    if state.state == "stopped":
        raise refuse(
            "clock-stopped",
            f"the clock was stopped on {state.stopped_at} and cannot be {done}",
            hint="start a new clock, or restart this one",
        )


def _must_not_be_expired(state: ClockState, moment: datetime, calendar: Calendar, done: str) -> None:
    settled: Settlement = settle(history_of(state), calendar)
    if settled.due is not None and _until(state, moment) > settled.due.at:
        raise refuse(
            "clock-expired",
            f"the clock ran out on {settled.due.day} {settled.due.time} and cannot be {done} afterwards",
            hint="what comes after expiry cures nothing; the case stays overdue",
            due=settled.due.at.isoformat(),
        )


def _in_order(state: ClockState, at: datetime) -> datetime:
    moment = beijing(at)
    # all are written in Beijing time to the whole second, so that text sorts as time does
    latest_text = max(
        state.started_at, state.stopped_at, *(mark for pause in state.pauses for mark in pause if mark)
    )
    if moment.isoformat() < latest_text:
        latest = datetime.fromisoformat(latest_text)
        raise refuse(
            "clock-out-of-order",
            f"{moment:%Y-%m-%d %H:%M} lies before {latest:%Y-%m-%d %H:%M}, the last thing that happened",
            hint="acts on a clock are recorded in the order they happen",
        )
    return moment
