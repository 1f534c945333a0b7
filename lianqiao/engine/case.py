"""Decide what an act does to a case: plain functions from (mechanism, state, act) to a log entry's body.

Nothing here writes or reads a clock. The time, the calendar and the people come as arguments, and all an
act promises (due times, with the version of the calendar they were reckoned on) goes into the entry, so
that replaying a log needs none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lianqiao.engine import clock_run, needs
from lianqiao.engine.branches import as_taken
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.errors import refuse
from lianqiao.engine.expression import holds
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours

# Two servers' clocks may differ a little; more than this and the clock was set back.
CLOCK_SKEW = timedelta(seconds=5)

# what of an act goes into its entry as it is, where it says anything
_BESIDE = ("note", "via", "channel", "mandate")
CLOCK = "clock"
SUB_CASE = "sub-case"
SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts: a person's id (or `clock`, `system`) and the roles they hold in this case."""

    id: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Act:
    """A step someone asks for, with what they typed. `sub_case` names the sub-case that ended.

    `via` is how it came, where that was no page: `api`, or `mcp` for an assistant; the log keeps it.
    `channel` is how a firm brought what an officer then typed; `applicant` the person it is typed for.
    `mandate` names the authority by which somebody who is not the firm's own acts for it.
    """

    step: str
    by: Actor
    data: Mapping[str, Any] = field(default_factory=dict)
    sub_case: str = ""
    note: str = ""
    via: str = ""
    channel: str = ""
    applicant: str = ""
    mandate: str = ""


@dataclass(frozen=True)
class Chosen:
    """Whose case it is, and who does the work now: another person while the owner is away."""

    owner: str
    holder: str


@dataclass(frozen=True)
class Surroundings:
    """What the world outside the case contributes to a decision.

    `choose(duty, data)` names whom a newly assigned role's duty falls to; `derive(policy, data)` works out
    a derived field by the rules in force; `hours` are the zone's office hours.
    """

    at: datetime
    calendar: Calendar
    choose: Callable[[str, Mapping[str, Any]], Chosen]
    derive: Callable[[str, Mapping[str, Any]], str]
    hours: OfficeHours = DEFAULT_HOURS


def possible_steps(mechanism: Mechanism, state: CaseState, roles: frozenset[str]) -> list[str]:
    """Return the steps someone holding `roles` can take now, in the order the file lists them."""
    return [
        name
        for name, step in mechanism.steps.items()
        if step.by in roles and not step.opening and _hindrance(name, step, state) is None
    ]


def decide(mechanism: Mechanism, state: CaseState | None, act: Act, around: Surroundings) -> Body:
    """Return the body of the log entry this act makes.

    Raises Refusal: `unknown-step`, `wrong-role`, `same-person`, `step-not-possible`, `needs-missing`,
    `clock-set-back`, `case-closed`; every missing or wrong field is named at once.
    """
    step = _asked_for(mechanism, act)
    _second_person(step, act, state)
    at = recorded_moment(state, around.at)
    if why := _hindrance(act.step, step, state):
        raise refuse(
            "step-not-possible",
            f"“{act.step}” cannot be done now: {why}",
            hint="reload the case to see what can be done",
            step=act.step,
        )
    body: Body = {"step": act.step, "by": act.by.id, "role": step.by, "at": at.isoformat()}
    if state is None:
        body["mechanism"] = mechanism.key
    body |= {name: text for name in _BESIDE if (text := getattr(act, name))}
    derive = (lambda known: _derived(mechanism, known, around)) if state is None else (lambda known: {})
    data = needs.accept(mechanism, step, state.data if state else {}, act.data, derive=derive)
    if data:
        body["data"] = data
    step = as_taken(step, {**(state.data if state else {}), **data})
    _move(mechanism, step, state, body)
    _assign(mechanism, step, act, state, around=around, body=body)
    clocks = clock_run.moved(
        mechanism, step, state, at=at, calendar=around.calendar, hours=around.hours, ends="outcome" in body
    )
    if clocks:
        body["clocks"] = {name: run.to_dict() for name, run in clocks.items()}
    if step.opens:
        body["sub_cases"] = {sub.name: "open" for sub in step.opens}
    if act.sub_case:
        body.setdefault("sub_cases", {})[act.sub_case] = "ended"
    return body


def _asked_for(mechanism: Mechanism, act: Act) -> Step:
    """Return the step asked for, if there is one and it belongs to a role of whoever asks."""
    step = mechanism.steps.get(act.step)
    if step is None:
        raise refuse(
            "unknown-step",
            f"the promise “{mechanism.key}” has no step “{act.step}”",
            hint="known steps: " + ", ".join(mechanism.steps),
        )
    if step.by not in act.by.roles:
        raise refuse(
            "wrong-role",
            f"the step “{act.step}” belongs to the role “{step.by}”",
            hint="sign in as someone who holds it",
            role=step.by,
        )
    return step


def _second_person(step: Step, act: Act, state: CaseState | None) -> None:
    """Refuse a step that wants another person than the one who holds a role in the case."""
    role = step.other_than
    if role and state and act.by.id in (state.holders.get(role), state.owners.get(role)):
        raise refuse(
            "same-person",
            f"“{act.step}” is for somebody else than the {role}",
            hint="let a second person look at it",
            role=role,
        )


def decide_rungs(mechanism: Mechanism, state: CaseState, *, at: datetime) -> list[Body]:
    """Return the entries for rungs due by now and not yet climbed; asked again, nothing is owed twice."""
    at = recorded_moment(state, at)
    owed = (clock_run.climbed(mechanism, name, run, at=at) for name, run in state.clocks.items())
    return [body for body in owed if body is not None]


def expiry_step(mechanism: Mechanism, state: CaseState, at: datetime) -> str | None:
    """Return the step a run-out clock takes by itself now, or None."""
    for name, run in state.clocks.items():
        clock = mechanism.clocks.get(name)
        if clock and clock.on_expiry and clock_run.expired(run, at):
            step = mechanism.steps[clock.on_expiry]
            if _hindrance(clock.on_expiry, step, state) is None:
                return clock.on_expiry
    return None


def decide_holder(state: CaseState, *, role: str, person: str, by: str, reason: str, at: datetime) -> Body:
    """Return the entry that hands a role to `person`; for a hand-over or reassignment the owner too."""
    body: Body = {
        "act": "hold",
        "by": by,
        "at": recorded_moment(state, at).isoformat(),
        "holders": {role: person},
        "reason": reason,
    }
    if reason in ("hand-over", "reassign"):
        body["owners"] = {role: person}
    return body


def decide_recompute(
    mechanism: Mechanism, state: CaseState, calendar: Calendar, *, reason: str, at: datetime
) -> Body | None:
    """Return the entry that reckons open clocks anew on `calendar`, or None where no due time moves."""
    clocks = clock_run.recomputed(mechanism, state, calendar)
    if not clocks:
        return None
    return {
        "act": "recompute",
        "by": SYSTEM,
        "at": recorded_moment(state, at).isoformat(),
        "calendar": calendar.version,
        "reason": reason,
        "clocks": {name: run.to_dict() for name, run in clocks.items()},
    }


def decide_rebase(
    state: CaseState, to: Mechanism, calendar: Calendar, *, by: str, reason: str, at: datetime
) -> Body:
    """Return the entry that moves a running case to another version of its promise.

    What was promised stays promised; only the rungs from now on are the new version's. Raises Refusal
    `rebase-impossible` where the new version lacks a state the case is in, a clock that runs or a role
    someone holds, and `reason-missing` without a reason.
    """
    if not reason.strip():
        raise refuse("reason-missing", "moving a case to another version needs a reason", hint="say why")
    lacking = [s for s in state.marking if s not in to.states]
    lacking += [name for name, run in state.clocks.items() if not run.result and name not in to.clocks]
    lacking += [role for role in state.owners if role not in to.roles]
    if lacking or to.id != state.mechanism.split("@")[0]:
        raise refuse(
            "rebase-impossible",
            f"“{to.key}” lacks what this case stands on: {', '.join(lacking) or 'it is another promise'}",
            hint="finish the case under its own version",
        )
    at = recorded_moment(state, at)
    body: Body = {"act": "rebase", "by": by, "at": at.isoformat(), "mechanism": to.key, "reason": reason}
    if clocks := clock_run.rebased(to, state, at=at, calendar=calendar):
        body["clocks"] = {name: run.to_dict() for name, run in clocks.items()}
    return body


def recorded_moment(state: CaseState | None, at: datetime) -> datetime:
    """Return the time to record: never before the last entry, and refused where the clock was set back."""
    if state is None:
        return at
    last = datetime.fromisoformat(state.last_at)
    if at >= last:
        return at
    if last - at > CLOCK_SKEW:
        raise refuse(
            "clock-set-back",
            f"the server's clock reads {at.isoformat()}, before this case's last entry at {state.last_at}",
            hint="set the server's clock right; nothing was written",
        )
    return last


def _hindrance(name: str, step: Step, state: CaseState | None) -> str | None:
    """Return why the step cannot be taken now, or None where it can."""
    if state is None or step.opening or not state.open:
        return _not_under_way(step, state)
    here = set(state.marking)
    if step.from_ and not here.intersection(step.from_):
        return "the case has moved on"
    if step.from_all and not here.issuperset(step.from_all):
        return "another branch is still open"
    if step.at_most is not None and state.counts.get(name, 0) >= step.at_most:
        return f"it can be done {step.at_most} time(s) at most"
    if step.when and holds(step.when, state.data) is not True:
        return "its condition does not hold"
    return None


def _not_under_way(step: Step, state: CaseState | None) -> str | None:
    if state is None:
        return None if step.opening else "the case is not open yet"
    return "the case is open already" if state.open else "the case is closed"


def _move(mechanism: Mechanism, step: Step, state: CaseState | None, body: Body) -> None:
    marking = state.marking if state else ()
    if step.clears:
        leave = list(marking)
    else:
        leave = [s for s in marking if s in step.from_][:1] + [s for s in marking if s in step.from_all]
    body["leave"], body["enter"] = leave, list(step.to)
    left = [s for s in marking if s not in leave] + list(step.to)
    ends = [mechanism.states[s].end for s in left]
    if ends and all(ends):
        body["outcome"] = ends[-1]


def _derived(mechanism: Mechanism, known: Mapping[str, Any], around: Surroundings) -> dict[str, str]:
    return {name: around.derive(derived.policy, known) for name, derived in mechanism.derived.items()}


def _assign(
    mechanism: Mechanism, step: Step, act: Act, state: CaseState | None, *, around: Surroundings, body: Body
) -> None:
    chosen: dict[str, Chosen] = {}
    for role in step.assigns:
        # whoever holds the role keeps it: a firm should not explain itself twice
        if state is None or role not in state.owners or role in step.anew:
            known = {**(state.data if state else {}), **body.get("data", {})}
            part = mechanism.roles[role]
            facts = {name: known[field] for name, field in part.facts.items() if field in known}
            chosen[role] = around.choose(part.duty, {**known, **facts})
    if state is None:
        applicant = act.applicant or act.by.id
        chosen["applicant"] = Chosen(applicant, applicant)
    if chosen:
        body["owners"] = {role: who.owner for role, who in chosen.items()}
        body["holders"] = {role: who.holder for role, who in chosen.items()}
