"""The clocks of a case: each in one look, and laid out as a ruler that says why it is due then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from lianqiao.bridge import packs
from lianqiao.bridge.queries import CaseSeen
from lianqiao.bridge.ruler import Promise, Ruler, ruler
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import ClockRun
from lianqiao.engine.clock import ClockState, consumed, explain_clock
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Clock
from lianqiao.engine.office_hours import OfficeHours
from lianqiao.engine.spans import Budget
from lianqiao.service.language import in_words
from lianqiao.service.pages.case_parts import PersonShown
from lianqiao.service.shown_values import moment_words
from lianqiao.service.time_left import left_of

_EXPECTED = ("start", "ordinary", "late")


@dataclass(frozen=True)
class ClockShown:
    """One clock of a case: the promise in one look, its ruler, and whether it is still owed.

    `explain` is true where the due day is not what counting weekdays would give, so that the why is shown.
    """

    name: str
    promise: Promise
    ruler: Ruler
    owed: bool
    explain: bool
    facts: tuple[str, ...] = ()


def clocks_shown(
    seen: CaseSeen, people: list[PersonShown], *, now: datetime, terse: bool = False
) -> list[ClockShown]:
    """Return the clocks the case has had, those still owed first, otherwise in the order of the file.

    `terse` leaves the explanation folded for those who read rulers all day.
    """
    owners = {person.role: person.doing for person in people}
    shown = [
        replace(
            _shown(name, clock, seen.state.clocks[name], owner=owners.get(clock.owner, ""), now=now),
            facts=tuple(_facts(seen, name, clock)),
        )
        for name, clock in seen.mechanism.clocks.items()
        if name in seen.state.clocks
    ]
    if terse:
        shown = [replace(one, explain=False) for one in shown]
    return sorted(shown, key=lambda one: not one.owed)


def clock_standing(run: ClockRun, *, now: datetime) -> str:
    """Return how one clock stands, by the definitions of `bridge.queries.Tally`."""
    due = ClockState.from_dict(run.promise).due_at
    late = not run.result and run.state == "running" and due is not None and due < now
    if run.result == "broken" or run.breaches or late:
        return "broken"
    if run.result in ("kept", "ended"):
        return run.result
    if run.state == "paused":
        return "paused"
    return "at-risk" if run.fired else "running"


def _shown(name: str, clock: Clock, run: ClockRun, *, owner: str, now: datetime) -> ClockShown:
    state = ClockState.from_dict(run.promise)
    law = ClockState.from_dict(run.law) if run.law else None
    calendar = _calendar(state.calendar, now)
    stopped = datetime.fromisoformat(state.stopped_at) if state.stopped_at else None
    promise = Promise(
        title=in_words(clock.title),
        state=clock_standing(run, now=now),
        owner=owner,
        budget=state.budget,
        due=state.due_at,
        due_time=state.due_time,
        # a paused clock's ruler says itself how much is left
        left="" if run.result or run.state == "paused" else left_of(state, calendar=calendar, now=now).words,
        law_due=law.due_at if law else None,
        law_budget=law.budget if law else "",
        provisional=state.provisional,
        spent=_spent(state, calendar, now),
    )
    laid_out = ruler(
        explain_clock(state, calendar),
        calendar=calendar,
        now=now,
        law=explain_clock(law, calendar) if law else None,
        stopped_at=stopped,
        hours=OfficeHours.parse(state.office_hours),
    )
    surprising = any(reason.because not in _EXPECTED for reason in laid_out.reasons)
    return ClockShown(name, promise, laid_out, owed=not run.result, explain=surprising)


def _facts(seen: CaseSeen, name: str, clock: Clock) -> Iterator[str]:
    """Yield what else is to be known of a clock: how it ended, what restarts it, on what law it leans."""
    run = seen.state.clocks[name]
    stopped = run.promise["stopped_at"]
    if run.result and stopped:
        yield _("Ended %(when)s") % {"when": moment_words(datetime.fromisoformat(stopped))}
    if run.runs > 1:
        yield _("Run %(n)s of this clock: it started anew") % {"n": run.runs}
    if run.result and seen.state.open:
        for step in seen.mechanism.steps.values():
            if name in step.restarts and set(step.from_) & set(seen.state.marking):
                yield _("Starts anew with “%(step)s”") % {"step": in_words(step.title)}
    if clock.law:
        yield _("Limit by law: %(basis)s") % {"basis": clock.law.basis}


def _spent(state: ClockState, calendar: Calendar, now: datetime) -> int:
    """Return how much of the time is used up, 0 to 100."""
    used, budget = consumed(state, now, calendar), Budget.parse(state.budget)
    extra = Budget.parse(state.extension.partition("@")[0]).whole if state.extension else 0
    if budget.unit != used.unit:
        return 0
    return max(0, min(100, used.whole * 100 // (budget.whole + extra)))


def _calendar(version: str, now: datetime) -> Calendar:
    """Return the calendar the due time was reckoned on; where it cannot be built again, the one known now."""
    try:
        return Calendar.of_version(version, packs.current().closures)
    except Refusal:
        return packs.calendar(now)
