"""Clocks on a case: what a step does to them, which rungs are due, whether the promise was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from lianqiao.engine import clock as clocks
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import Body, CaseState, ClockRun
from lianqiao.engine.clock import ClockState
from lianqiao.engine.mechanism import Clock, Mechanism, Step
from lianqiao.engine.spans import Budget

Runs = dict[str, ClockRun]


def moved(
    mechanism: Mechanism, step: Step, state: CaseState | None, *, at: datetime, calendar: Calendar, ends: bool
) -> Runs:
    """Return the clocks the step changes, as they are after it; where the case `ends`, all that ran stop."""
    before = dict(state.clocks) if state else {}
    after: Runs = {}
    for name in step.starts:
        after[name] = _started(mechanism.clocks[name], before.get(name), at=at, calendar=calendar)
    for name in step.restarts:
        after[name] = _started(mechanism.clocks[name], stopped(before[name], at), at=at, calendar=calendar)
    for name in step.pauses:
        after[name] = _both(before[name], lambda c: clocks.pause_clock(c, at, calendar))
    for name in step.resumes:
        after[name] = _both(before[name], lambda c: clocks.resume_clock(c, at, calendar))
    if step.extends:
        name, by = step.extends.clock, Budget.parse(step.extends.by)
        promise = clocks.extend_clock(_promise(before[name]), by, at, calendar)
        after[name] = replace(before[name], promise=promise.to_dict())
    for name in step.stops:
        after[name] = stopped(before[name], at)
    if ends:
        for name, run in {**before, **after}.items():
            if not run.result:
                after[name] = stopped(run, at, kept="ended")
    return after


def stopped(run: ClockRun, at: datetime, *, kept: str = "kept") -> ClockRun:
    """Return the run stopped at `at`: `kept` within its time, else broken; one stopped before stays as it is."""
    if run.result:
        return run
    ended = _both(run, lambda c: clocks.stop_clock(c, at))
    broken = expired(run, at)
    return replace(ended, result="broken" if broken else kept, breaches=run.breaches + broken)


def expired(run: ClockRun, at: datetime) -> bool:
    """True where the promise is still owed and its time has run out; a paused clock cannot run out."""
    return not run.result and run.state == "running" and at > due(run)


def due(run: ClockRun) -> datetime:
    """Return when a running clock's promise is due, aware."""
    return datetime.fromisoformat(run.promise["due"])


def climbed(
    mechanism: Mechanism, name: str, run: ClockRun, *, at: datetime, calendar: Calendar
) -> Body | None:
    """Return the entry for the rungs of one clock that are due and not yet climbed, or None."""
    clock = mechanism.clocks.get(name)
    if clock is None or run.result or run.state != "running":
        return None
    owed = [index for index, when in _rungs_ahead(clock, run, calendar) if when <= at]
    if not owed:
        return None
    after = replace(run, fired=(*run.fired, *owed))
    return {
        "act": "rung",
        "by": "clock",
        "at": at.isoformat(),
        "clock": name,
        "rungs": owed,
        "level": clock.rungs[owed[-1]].level,
        "due": run.promise["due"],
        "clocks": {name: after.to_dict()},
    }


def next_moment(clock: Clock, run: ClockRun, calendar: Calendar) -> datetime | None:
    """Return when this run next owes something of itself: a rung, or the step it takes on expiry."""
    if run.result or run.state != "running":
        return None
    moments = [when for _, when in _rungs_ahead(clock, run, calendar)]
    if clock.on_expiry:
        moments.append(due(run))
    return min(moments, default=None)


def recomputed(state: CaseState, calendar: Calendar) -> Runs:
    """Return the open clocks whose due time another calendar version moves."""
    after: Runs = {}
    for name, run in state.clocks.items():
        if run.result:
            continue
        fresh = _both(run, lambda c: clocks.recompute_clock(c, calendar))
        if (fresh.promise["due"], fresh.law.get("due")) != (run.promise["due"], run.law.get("due")) or (
            fresh.promise["provisional"] != run.promise["provisional"]
        ):
            after[name] = fresh
    return after


def _started(clock: Clock, before: ClockRun | None, *, at: datetime, calendar: Calendar) -> ClockRun:
    def start(budget: str) -> ClockState:
        return clocks.start_clock(Budget.parse(budget), at, calendar, receipt=clock.receipt)

    return ClockRun(
        promise=start(clock.budget).to_dict(),
        law=start(clock.law.budget).to_dict() if clock.law else {},
        runs=before.runs + 1 if before else 1,
        breaches=before.breaches if before else 0,
    )


def _promise(run: ClockRun) -> ClockState:
    return ClockState.from_dict(run.promise)


def _both(run: ClockRun, change: Callable[[ClockState], ClockState]) -> ClockRun:
    """Change the promise clock and, beside it, the law's: what stops one stops the other."""
    law = change(ClockState.from_dict(run.law)).to_dict() if run.law else run.law
    return replace(run, promise=change(_promise(run)).to_dict(), law=law)


def _rungs_ahead(clock: Clock, run: ClockRun, calendar: Calendar) -> Iterator[tuple[int, datetime]]:
    promise = _promise(run)
    for index, rung in enumerate(clock.rungs):
        if index not in run.fired:
            yield index, clocks.offset_due(promise, rung.at, calendar)
