"""What is simulated: a promise, the people who keep it, and what comes at them; every assumption is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.mechanism import Mechanism, Role
from lianqiao.engine.nearest import meant
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours
from lianqiao.engine.simulation.arrivals import Arrivals
from lianqiao.engine.simulation.distributions import Duration

# assumed where nothing is typed in or learnt; told with every answer
ASSUMED_HANDLING = Duration("lognormal", 2.0, 1.0)
ASSUMED_REACTION = Duration("lognormal", 48.0, 1.0)
ASSUMED_RETURN_SHARE = 0.2


@dataclass(frozen=True)
class Absence:
    """One person's leave: `person` counts from 1 within the duty; whole days, both included."""

    person: int
    first: date
    last: date
    duty: str = ""


@dataclass(frozen=True)
class Scenario:
    """One question put to the simulator; a seed and a scenario fix the answer.

    `staff` maps a duty to how many hold it. `handling` maps an officer's step to the office time it takes,
    `reactions` a step of the firm, of a sub-case or taken beside the work to the natural time until it comes.
    `shares` maps steps to how often they are chosen where they can be; `return_share` is how often work goes
    back to the firm where nothing is said. `leave_days` are the working days a year each person is away, in
    weeks. `order`: what is due first, or what came first. `assignment`: `lightest` gives each case to who has
    fewest, `pool` lets all take from one list (leaders always do). Measured are `days` working days after
    `warm_up_days`.
    """

    mechanism: Mechanism
    staff: Mapping[str, int]
    arrivals: Arrivals
    start: date
    calendar: Calendar
    days: int = 250
    warm_up_days: int = 40
    hours: OfficeHours = DEFAULT_HOURS
    round_the_clock: bool = False
    handling: Mapping[str, Duration] = field(default_factory=dict)
    reactions: Mapping[str, Duration] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    return_share: float = ASSUMED_RETURN_SHARE
    assumed_handling: Duration = ASSUMED_HANDLING
    assumed_reaction: Duration = ASSUMED_REACTION
    absences: tuple[Absence, ...] = ()
    leave_days: int = 0
    order: Literal["due", "arrival"] = "due"
    assignment: Literal["lightest", "pool"] = "lightest"
    seed: int = 1

    def with_staff(self, count: int) -> Scenario:
        """Return the same question with `count` people in every duty."""
        return replace(self, staff=dict.fromkeys(self.staff, count))

    def duration_of(self, step: str) -> Duration:
        """Return how long a step takes: office time for an officer's or leader's, else natural time."""
        if works(self.mechanism, step):
            return self.handling.get(step, self.assumed_handling)
        return self.reactions.get(step, self.assumed_reaction)

    @property
    def assumed(self) -> tuple[str, ...]:
        """The steps whose duration nobody gave."""
        known = {*self.handling, *self.reactions}
        return tuple(name for name in used_steps(self) if name not in known)


def teams(mechanism: Mechanism) -> dict[str, tuple[str, ...]]:
    """Return the duties people are needed for and the roles each stands behind, in the file's order."""
    waited_for = {state.waits_for for state in mechanism.states.values() if state.waits_for}
    found: dict[str, tuple[str, ...]] = {}
    for name, role in mechanism.roles.items():
        if name in waited_for and role.kind != "applicant" and _has_work(mechanism, name):
            found[role.duty] = (*found.get(role.duty, ()), name)
    return found


def staff_for(mechanism: Mechanism, people: int) -> dict[str, int]:
    """Return the same number of people for every duty of the promise."""
    return dict.fromkeys(teams(mechanism), people)


def works(mechanism: Mechanism, step: str) -> bool:
    """True where the step is work at a desk: taken by an officer or leader a state waits for."""
    part = mechanism.steps[step]
    role: Role | None = mechanism.roles.get(part.by)
    if role is None or role.kind == "applicant":
        return False
    left = [*part.from_, *part.from_all] or list(mechanism.states)
    return any(mechanism.states[state].waits_for == part.by for state in left)


def used_steps(scenario: Scenario) -> list[str]:
    """Return the steps whose duration matters: all but the opening one and those of clocks."""
    mechanism = scenario.mechanism
    return [
        name
        for name, step in mechanism.steps.items()
        if not step.opening and step.by != "clock" and (_hosted(mechanism, name) or scenario.shares.get(name))
    ]


def checked(scenario: Scenario) -> Scenario:
    """Return the scenario, refusing what cannot be asked.

    Problems: `unknown-step`, `unknown-duty`, `staff-missing`, `staff-malformed`, `share-malformed`,
    `days-malformed`, `person-unknown`.
    """
    problems = [*_steps(scenario), *_staff(scenario), *_numbers(scenario), *_absences(scenario)]
    if problems:
        raise Refusal(*problems)
    return scenario


def _hosted(mechanism: Mechanism, name: str) -> bool:
    step = mechanism.steps[name]
    if step.by == "sub-case":
        return True
    left = [*step.from_, *step.from_all] or list(mechanism.states)
    return any(mechanism.states[state].waits_for == step.by for state in left)


def _has_work(mechanism: Mechanism, role: str) -> bool:
    return any(step.by == role and works(mechanism, name) for name, step in mechanism.steps.items())


def _steps(scenario: Scenario) -> list[Problem]:
    steps = scenario.mechanism.steps
    named = {
        "handling": scenario.handling,
        "reaction": scenario.reactions,
        "share": scenario.shares,
    }
    problems = [
        refuse(
            "unknown-step",
            f"the promise “{scenario.mechanism.key}” has no step “{name}”",
            place=f"{what} {name}",
            hint=meant(name, steps),
        ).problems[0]
        for what, given in named.items()
        for name in given
        if name not in steps
    ]
    for what, given, at_desk in (
        ("handling", scenario.handling, True),
        ("reaction", scenario.reactions, False),
    ):
        for name in given:
            if name in steps and works(scenario.mechanism, name) is not at_desk:
                other = "--reaction" if at_desk else "--handling"
                reason = "nobody works on this step at a desk" if at_desk else "this step is work at a desk"
                problems.append(
                    Problem("step-other-kind", reason, place=f"{what} {name}", hint=f"use {other}")
                )
    return problems


def _staff(scenario: Scenario) -> list[Problem]:
    needed = teams(scenario.mechanism)
    problems = [
        Problem(
            "unknown-duty", f"no work waits for the duty “{duty}”", place="staff", hint=meant(duty, needed)
        )
        for duty in scenario.staff
        if duty not in needed
    ]
    for duty in needed:
        count = scenario.staff.get(duty)
        if count is None:
            hint = f"say how many: --staff {duty}=3"
            problems.append(
                Problem("staff-missing", f"nobody holds the duty “{duty}”", place="staff", hint=hint)
            )
        elif not 1 <= count <= 10_000:
            hint = "give a whole number from 1 on"
            problems.append(Problem("staff-malformed", f"{count} people cannot work", place=duty, hint=hint))
    return problems


def _numbers(scenario: Scenario) -> list[Problem]:
    problems = []
    shares: dict[str, Any] = {**scenario.shares, "return_share": scenario.return_share}
    for name, share in shares.items():
        if not 0 <= share <= 1:
            problems.append(
                Problem("share-malformed", f"{share} is not a share", place=name, hint="give 0 to 1, as 0.2")
            )
    if not 1 <= scenario.days <= 2500 or not 0 <= scenario.warm_up_days <= 2500:
        hint = "simulate from 1 to 2500 working days"
        problems.append(
            Problem("days-malformed", "so many days cannot be simulated", place="days", hint=hint)
        )
    return problems


def _absences(scenario: Scenario) -> list[Problem]:
    duties = list(teams(scenario.mechanism))
    problems = []
    for absence in scenario.absences:
        duty = absence.duty or (duties[0] if duties else "")
        if not 1 <= absence.person <= scenario.staff.get(duty, 0):
            hint = f"people of a duty count from 1 to {scenario.staff.get(duty, 0)}"
            reason = f"the duty “{duty}” has no person {absence.person}"
            problems.append(Problem("person-unknown", reason, place="away", hint=hint))
    return problems
