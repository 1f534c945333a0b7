"""The clock of a promise: what is due when, on which calendar, and why.

`reckon` answers once with a day-by-day explanation. `ClockState` (in `clock_state`) is the same clock kept
with a case, act by act; both settle the same history and agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock_state import (
    ClockState,
    consumed,
    extend_clock,
    history_of,
    is_overdue,
    offset_due,
    offsets_due,
    pause_clock,
    recompute_clock,
    remaining,
    restart_clock,
    resume_clock,
    running_since,
    start_clock,
    stop_clock,
)
from lianqiao.engine.clock_walk import WalkDay, walk_days
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours
from lianqiao.engine.reckoning import Extension, History, Ignored, Pause, normalize, settle
from lianqiao.engine.spans import Budget

__all__ = [
    "Budget",
    "ClockState",
    "Extension",
    "Ignored",
    "Pause",
    "Reckoning",
    "WalkDay",
    "consumed",
    "explain_clock",
    "extend_clock",
    "is_overdue",
    "offset_due",
    "offsets_due",
    "pause_clock",
    "reckon",
    "recompute_clock",
    "remaining",
    "restart_clock",
    "resume_clock",
    "running_since",
    "start_clock",
    "stop_clock",
]


@dataclass(frozen=True)
class Reckoning:
    """A deadline and its explanation.

    `state` is "due", or "suspended" while a pause lasts: then `due`, `due_date` and `due_time` are None and
    `remaining` is what is left of the budget. `due` is an instant in Beijing time; 24:00 of a day is the
    midnight after it. `calendar` is the version used; `provisional` marks a deadline past its last published
    notice. `pauses` are those that counted, merged; `ignored` those and the extension that came too late or
    too early.
    """

    state: Literal["due", "suspended"]
    due: datetime | None
    due_date: date | None
    due_time: str | None
    remaining: Budget | None
    provisional: bool
    calendar: str
    started_at: datetime
    counted_from: datetime
    budget: Budget
    extension: Budget | None
    pauses: tuple[Pause, ...]
    ignored: tuple[Ignored, ...]
    walk: tuple[WalkDay, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the reckoning as JSON-ready values; instants in ISO 8601 with +08:00."""
        return {
            "state": self.state,
            "remaining": None if self.remaining is None else str(self.remaining),
            "due_date": None if self.due_date is None else self.due_date.isoformat(),
            "due_time": self.due_time,
            "due": _iso(self.due),
            "provisional": self.provisional,
            "calendar": self.calendar,
            "started_at": _iso(self.started_at),
            "counted_from": _iso(self.counted_from),
            "budget": str(self.budget),
            "extension": None if self.extension is None else str(self.extension),
            "pauses": [[_iso(pause.begin), _iso(pause.end)] for pause in self.pauses],
            "ignored": [
                {"what": gone.what, "at": _iso(gone.at), "code": gone.code, "expired": _iso(gone.expired)}
                for gone in self.ignored
            ],
            "walk": [vars(step) | {"day": step.day.isoformat()} for step in self.walk],
        }


def reckon(
    start: datetime,
    budget: Budget | str,
    *,
    calendar: Calendar | None = None,
    pauses: Iterable[Pause] = (),
    extension: Extension | None = None,
    receipt: str = "instant",
    office_hours: OfficeHours = DEFAULT_HOURS,
    as_of: date | datetime | None = None,
) -> Reckoning:
    """Return the deadline a history leads to, with its walk.

    Naive times are Beijing time; instants are cut to the whole second. The day of the start is not counted;
    the working days in (day of pause, day of resumption] are not; what begins after expiry cures nothing.
    `receipt="office-hours"` counts what arrives outside office hours from the next opening. Without
    `calendar` the newest is used; `as_of` uses the calendar as known on that date, with the closures of the
    one given.
    Errors: Refusal, as told by `normalize` and the calendar.
    Source: Administrative Licensing Law art. 82; Civil Code art. 200–204.
    """
    used = calendar or Calendar.latest()
    if as_of is not None:
        used = Calendar.known_on(as_of, used.closures)
    history = normalize(
        start, budget, pauses=pauses, extension=extension, receipt=receipt, hours=office_hours
    )
    return _reckoning(history, used)


def explain_clock(state: ClockState, calendar: Calendar) -> Reckoning:
    """Return the deadline of a kept clock, with its walk, on the calendar given."""
    return _reckoning(history_of(state), calendar)


def _reckoning(history: History, calendar: Calendar) -> Reckoning:
    settled = settle(history, calendar)
    return Reckoning(
        state="due" if settled.due else "suspended",
        due=settled.due.at if settled.due else None,
        due_date=settled.due.day if settled.due else None,
        due_time=settled.due.time if settled.due else None,
        remaining=settled.remaining,
        provisional=settled.provisional,
        calendar=calendar.version,
        started_at=history.start,
        counted_from=settled.counted_from,
        budget=history.budget,
        extension=history.extension.budget if history.extension and settled.extended else None,
        pauses=settled.pauses,
        ignored=settled.ignored,
        walk=walk_days(history.start, settled),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
