"""The clocks of a case for programs: how each stands, when it is due, and the walk that says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lianqiao.bridge import packs
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import ClockRun
from lianqiao.engine.clock import ClockState, Reckoning, explain_clock
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Clock
from lianqiao.service.api.shapes import ClockShown, LawShown, WalkDay
from lianqiao.service.language import in_words
from lianqiao.service.time_left import left_of


def clocks_shown(seen: CaseSeen, standings: Mapping[str, str], *, now: datetime) -> list[ClockShown]:
    """Return the clocks the case has had, in the file's order; `standings` says how each stands."""
    return [
        _shown(name, clock, seen.state.clocks[name], standing=standings.get(name, "ended"), now=now)
        for name, clock in seen.mechanism.clocks.items()
        if name in seen.state.clocks
    ]


def walk_of(reckoning: Reckoning) -> list[WalkDay]:
    """Return the days of a deadline as the API shows them."""
    return [WalkDay(**{**vars(step), "day": step.day.isoformat()}) for step in reckoning.walk]


def _shown(name: str, clock: Clock, run: ClockRun, *, standing: str, now: datetime) -> ClockShown:
    state = ClockState.from_dict(run.promise)
    law = ClockState.from_dict(run.law) if run.law and clock.law else None
    calendar = _calendar(state.calendar, now)
    return ClockShown(
        name=name,
        title=in_words(clock.title),
        owner=clock.owner,
        standing=standing,
        state=run.state,
        result=run.result,
        budget=state.budget,
        left="" if run.result else left_of(state, calendar=calendar, now=now).words,
        due=state.due_at,
        due_date=state.due_date,
        due_time=state.due_time,
        law=LawShown(budget=law.budget, due=law.due_at, basis=clock.law.basis) if law and clock.law else None,
        provisional=state.provisional,
        calendar=state.calendar,
        started_at=datetime.fromisoformat(state.started_at),
        stopped_at=datetime.fromisoformat(state.stopped_at) if state.stopped_at else None,
        extension=state.extension,
        runs=run.runs,
        breaches=run.breaches,
        walk=walk_of(explain_clock(state, calendar)),
    )


def _calendar(version: str, now: datetime) -> Calendar:
    """Return the calendar the due time was reckoned on; where it cannot be built again, the one known now."""
    try:
        return Calendar.of_version(version, packs.current().closures)
    except Refusal:
        return packs.calendar(now)
