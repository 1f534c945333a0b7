"""Clocks on a case: what a step does to them, which rungs are due, whether the promise was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from lianqiao.engine import clock as clocks
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import Body, CaseState, ClockRun
from lianqiao.engine.clock import ClockState
from lianqiao.engine.mechanism import Clock, Mechanism, Step
from lianqiao.engine.office_hours import OfficeHours

Runs = dict[str, ClockRun]
Change = Callable[[ClockState, datetime, Calendar], ClockState]


def moved(
    mechanism: Mechanism,
    step: Step,
    state: CaseState | None,
    *,
    at: datetime,
    calendar: Calendar,
    hours: OfficeHours,
    ends: bool,
) -> Runs:
    """Return the clocks the step changes, as they are after it; where the case `ends`, all that ran stop.

    `hours` are the zone's office hours: a clock keeps those it was started under.
    """
    start = partial(_started, at=at, calendar=calendar, hours=hours)
    before = dict(state.clocks) if state else {}
    after: Runs = {}
    for name in step.starts:
        after[name] = start(mechanism.clocks[name], before.get(name))
    for name in step.restarts:
        measured = mechanism.clocks[name].measured
        after[name] = start(mechanism.clocks[name], stopped(before[name], at, measured=measured))
    for name in step.pauses:
        after[name] = _both(mechanism.clocks[name], before[name], clocks.pause_clock, at, calendar)
    for name in step.resumes:
        after[name] = _both(mechanism.clocks[name], before[name], clocks.resume_clock, at, calendar)
    if step.extends:
        name = step.extends.clock
        promise = clocks.extend_clock(_promise(before[name]), step.extends.by, at, calendar)
        after[name] = _with_promise(mechanism.clocks[name], before[name], promise, calendar)
    for name in step.stops:
        after[name] = stopped(before[name], at, measured=mechanism.clocks[name].measured)
    if ends:
        running = {name: run for name, run in {**before, **after}.items() if not run.result}
        after |= {
            name: stopped(run, at, kept="ended", measured=_measured(mechanism, name))
            for name, run in running.items()
        }
    return after


def stopped(run: ClockRun, at: datetime, *, kept: str = "kept", measured: bool = True) -> ClockRun:
    """Return the run stopped at `at`: `kept` within its time, else broken; one stopped before as it is.

    What is not `measured` was promised to nobody and has ended, whenever that was.
    """
    if run.result:
        return run
    broken = measured and expired(run, at)
    return run._replace(
        promise=clocks.stop_clock(_promise(run), at).to_dict(),
        law=clocks.stop_clock(ClockState.from_dict(run.law), at).to_dict() if run.law else run.law,
        rungs=(),
        result="broken" if broken else kept if measured else "ended",
        breaches=run.breaches + broken,
    )


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
    after = run._replace(fired=(*run.fired, *owed))
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
        law = (
            clocks.recompute_clock(ClockState.from_dict(run.law), calendar).to_dict() if run.law else run.law
        )
        promise = clocks.recompute_clock(_promise(run), calendar)
        fresh = _with_promise(mechanism.clocks[name], run._replace(law=law), promise, calendar)
        if _moments(fresh) != _moments(run):
            after[name] = fresh
    return after


def rebased(to: Mechanism, state: CaseState, *, at: datetime, calendar: Calendar) -> Runs:
    """Return the open clocks with the rungs of another version; those it has behind it count as climbed."""
    after: Runs = {}
    for name, run in state.clocks.items():
        if run.result:
            continue
        fresh = run._replace(rungs=_rungs(to.clocks[name], _promise(run), calendar))
        behind = {index for index, when in enumerate(fresh.rungs) if datetime.fromisoformat(when) <= at}
        kept = {index for index in run.fired if index < len(to.clocks[name].rungs)}
        fresh = fresh._replace(fired=tuple(sorted(behind if fresh.rungs else kept)))
        if fresh != run:
            after[name] = fresh
    return after


def _started(
    clock: Clock, before: ClockRun | None, *, at: datetime, calendar: Calendar, hours: OfficeHours
) -> ClockRun:
    promise = clocks.start_clock(clock.budget, at, calendar, clock.receipt, hours)
    law = clocks.start_clock(clock.law.budget, at, calendar, clock.receipt, hours) if clock.law else None
    return ClockRun(
        promise=promise.to_dict(),
        law=law.to_dict() if law else {},
        rungs=_rungs(clock, promise, calendar),
        runs=before.runs + 1 if before else 1,
        breaches=before.breaches if before else 0,
    )


def _measured(mechanism: Mechanism, name: str) -> bool:
    # a case moved to another version may have a clock its file lacks
    return name not in mechanism.clocks or mechanism.clocks[name].measured


def _promise(run: ClockRun) -> ClockState:
    return ClockState.from_dict(run.promise)


def _both(clock: Clock, run: ClockRun, change: Change, at: datetime, calendar: Calendar) -> ClockRun:
    """Change the promise clock and, beside it, the law's: what stops one stops the other."""
    law = change(ClockState.from_dict(run.law), at, calendar).to_dict() if run.law else run.law
    return _with_promise(clock, run._replace(law=law), change(_promise(run), at, calendar), calendar)


def _with_promise(clock: Clock, run: ClockRun, promise: ClockState, calendar: Calendar) -> ClockRun:
    return run._replace(promise=promise.to_dict(), rungs=_rungs(clock, promise, calendar))


def _rungs(clock: Clock, promise: ClockState, calendar: Calendar) -> tuple[str, ...]:
    """Return when each rung is due; written down, so that neither replay nor a sweep needs the calendar."""
    if promise.state != "running":
        return ()
    return clocks.offsets_due(promise, tuple(rung.at for rung in clock.rungs), calendar)


def _rungs_ahead(run: ClockRun) -> Iterator[tuple[int, datetime]]:
    for index, when in enumerate(run.rungs):
        if index not in run.fired:
            yield index, datetime.fromisoformat(when)


def _moments(run: ClockRun) -> tuple[Any, ...]:
    return run.promise["due"], run.promise["provisional"], run.law.get("due"), run.rungs
