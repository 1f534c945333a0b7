"""Clocks on a case: what a step does to them, which rungs are due, whether the promise was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

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
        paused = _both(before[name], lambda c: clocks.pause_clock(c, at, calendar))
        after[name] = _laddered(mechanism.clocks[name], paused, calendar)
    for name in step.resumes:
        resumed = _both(before[name], lambda c: clocks.resume_clock(c, at, calendar))
        after[name] = _laddered(mechanism.clocks[name], resumed, calendar)
    if step.extends:
        name, by = step.extends.clock, Budget.parse(step.extends.by)
        promise = clocks.extend_clock(_promise(before[name]), by, at, calendar)
        longer = replace(before[name], promise=promise.to_dict())
        after[name] = _laddered(mechanism.clocks[name], longer, calendar)
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
    return replace(ended, rungs=(), result="broken" if broken else kept, breaches=run.breaches + broken)


def expired(run: ClockRun, at: datetime) -> bool:
    """True where the promise is still owed and its time has run out; a paused clock cannot run out."""
    return not run.result and run.state == "running" and at > due(run)


def due(run: ClockRun) -> datetime:
    """Return when a running clock's promise is due, aware."""
    return datetime.fromisoformat(run.promise["due"])


def climbed(mechanism: Mechanism, name: str, run: ClockRun, *, at: datetime) -> Body | None:
    """Return the entry for the rungs of one clock that are due and not yet climbed, or None."""
    clock = mechanism.clocks.get(name)
    if clock is None or run.result or run.state != "running":
        return None
    owed = [index for index, when in _rungs_ahead(run) if when <= at]
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


def next_moment(clock: Clock | None, run: ClockRun) -> datetime | None:
    """Return when this run next owes something of itself: a rung, or the step it takes on expiry."""
    if run.result or run.state != "running":
        return None
    moments = [when for _, when in _rungs_ahead(run)]
    if clock and clock.on_expiry:
        moments.append(due(run))
    return min(moments, default=None)


def recomputed(mechanism: Mechanism, state: CaseState, calendar: Calendar) -> Runs:
    """Return the open clocks that another calendar version moves: the due time, the law's or a rung."""
    after: Runs = {}
    for name, run in state.clocks.items():
        if run.result:
            continue
        fresh = _both(run, lambda c: clocks.recompute_clock(c, calendar))
        fresh = _laddered(mechanism.clocks[name], fresh, calendar)
        if _moments(fresh) != _moments(run):
            after[name] = fresh
    return after


def rebased(to: Mechanism, state: CaseState, *, at: datetime, calendar: Calendar) -> Runs:
    """Return the open clocks with the rungs of another version; those it has behind it count as climbed."""
    after: Runs = {}
    for name, run in state.clocks.items():
        if run.result:
            continue
        fresh = _laddered(to.clocks[name], run, calendar)
        behind = {index for index, when in enumerate(fresh.rungs) if datetime.fromisoformat(when) <= at}
        kept = {index for index in run.fired if index < len(to.clocks[name].rungs)}
        fresh = replace(fresh, fired=tuple(sorted(behind if fresh.rungs else kept)))
        if fresh != run:
            after[name] = fresh
    return after


def _started(clock: Clock, before: ClockRun | None, *, at: datetime, calendar: Calendar) -> ClockRun:
    def start(budget: str) -> ClockState:
        return clocks.start_clock(Budget.parse(budget), at, calendar, receipt=clock.receipt)

    run = ClockRun(
        promise=start(clock.budget).to_dict(),
        law=start(clock.law.budget).to_dict() if clock.law else {},
        runs=before.runs + 1 if before else 1,
        breaches=before.breaches if before else 0,
    )
    return _laddered(clock, run, calendar)


def _promise(run: ClockRun) -> ClockState:
    return ClockState.from_dict(run.promise)


def _both(run: ClockRun, change: Callable[[ClockState], ClockState]) -> ClockRun:
    """Change the promise clock and, beside it, the law's: what stops one stops the other."""
    law = change(ClockState.from_dict(run.law)).to_dict() if run.law else run.law
    return replace(run, promise=change(_promise(run)).to_dict(), law=law)


def _laddered(clock: Clock, run: ClockRun, calendar: Calendar) -> ClockRun:
    """Write down when each rung is due, so that neither replay nor a sweep needs the calendar for it."""
    if run.state != "running":
        return replace(run, rungs=())
    promise = _promise(run)
    due = (clocks.offset_due(promise, rung.at, calendar) for rung in clock.rungs)
    return replace(run, rungs=tuple(when.isoformat() for when in due))


def _rungs_ahead(run: ClockRun) -> Iterator[tuple[int, datetime]]:
    for index, when in enumerate(run.rungs):
        if index not in run.fired:
            yield index, datetime.fromisoformat(when)


def _moments(run: ClockRun) -> tuple[Any, ...]:
    return run.promise["due"], run.promise["provisional"], run.law.get("due"), run.rungs
