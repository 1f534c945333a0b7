"""Answer a scenario: replicate it, measure each history, say what they show together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lianqiao.engine.errors import refuse
from lianqiao.engine.nearest import meant
from lianqiao.engine.simulation.compiling import at_hand, available
from lianqiao.engine.simulation.findings import Findings, Measured, gathered, measured
from lianqiao.engine.simulation.running import Form, History, Setting, replicate
from lianqiao.engine.simulation.scenario import Absence, Scenario, teams
from lianqiao.engine.simulation.setting import absences_of, setting_of

REPLICATIONS = 10
# below so many cases the functions as they stand are done before they would be compiled
WORTH_COMPILING = 60_000
MOST_PEOPLE = 2_000
Told = Callable[[str], None]


@dataclass(frozen=True)
class Staffing:
    """How many people keep the promises often enough: `people` is None where `MOST_PEOPLE` do not suffice.

    `tried` maps a number of people to the findings with so many. Enough is when the lower end of the worst
    promise's interval reaches the target, so that it is not luck.
    """

    duty: str
    target: float
    people: int | None
    tried: dict[int, Findings]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON-ready values."""
        return {
            "duty": self.duty,
            "target": self.target,
            "people": self.people,
            "tried": {str(count): found.to_dict() for count, found in sorted(self.tried.items())},
        }


def simulate(
    scenario: Scenario,
    *,
    replications: int = REPLICATIONS,
    form: Form | None = None,
    told: Told | None = None,
) -> Findings:
    """Return what so many replications show; the same scenario gives the same answer.

    `form` None chooses the quicker one. `told` hears of each replication done. Errors: Refusal, as told by
    `checked`, and `replications-malformed`.
    """
    if not 1 <= replications <= 1000:
        raise refuse(
            "replications-malformed",
            f"{replications} replications",
            hint="from 1 to 1000; 10 give an interval",
        )
    setting = setting_of(scenario)
    measures: list[Measured] = []
    for number, random in enumerate(_streams(scenario, replications)):
        history, absences = _history(scenario, setting, random, replications, form)
        measures.append(measured(setting, history, absences))
        if told:
            told(f"{number + 1}/{replications}")
    return gathered(setting, list(teams(scenario.mechanism)), measures)


def traced(scenario: Scenario) -> tuple[Setting, History]:
    """Return the first replication's history with every act of every case."""
    setting = setting_of(scenario, trace=True)
    random = _streams(scenario, 1)[0]
    return setting, _history(scenario, setting, random, 1, "plain")[0]


def people_needed(
    scenario: Scenario,
    target: float,
    *,
    duty: str = "",
    replications: int = REPLICATIONS,
    form: Form | None = None,
    told: Told | None = None,
) -> Staffing:
    """Return the smallest number of people in a duty with which every promise is kept often enough.

    `duty` is the busiest one where none is named; the others keep their people. Errors: Refusal
    `target-malformed`, `unknown-duty`, and as told by `simulate`.
    """
    if not 0 < target <= 1:
        raise refuse("target-malformed", f"{target} is not a share", place="target", hint="0.99 means 99 %")
    run = partial(simulate, replications=replications, form=form, told=told)
    return _Search(scenario, target, duty, run).answer()


class _Search:
    """Doubles until it is enough, then halves the gap; every number of people is tried once."""

    def __init__(self, scenario: Scenario, target: float, duty: str, run: Callable[..., Findings]) -> None:
        self.scenario, self.target, self.run = scenario, target, run
        duties = teams(scenario.mechanism)
        if not duties or (duty and duty not in duties):
            raise refuse(
                "unknown-duty",
                f"no work waits for the duty “{duty}”",
                place="target",
                hint=meant(duty, duties),
            )
        first = run(scenario)
        self.duty = duty or max(first.desks, key=lambda name: first.desks[name].utilisation.mean or 0.0)
        self.tried = {scenario.staff[self.duty]: first}
        busy = first.desks[self.duty].utilisation.mean or 0.0
        # fewer cannot even do the work
        self.least = max(1, int(busy * scenario.staff[self.duty]))

    def answer(self) -> Staffing:
        low, high = self.least - 1, max(self.least, self.scenario.staff[self.duty])
        while not self.enough(high):
            low, high = high, high * 2
            if high > MOST_PEOPLE:
                return Staffing(self.duty, self.target, None, self.tried)
        while high - low > 1:
            middle = (low + high) // 2
            if self.enough(middle):
                high = middle
            else:
                low = middle
        return Staffing(self.duty, self.target, high, self.tried)

    def enough(self, people: int) -> bool:
        if people not in self.tried:
            staff = {**self.scenario.staff, self.duty: people}
            here = tuple(one for one in self.scenario.absences if self.is_there(one, people))
            self.tried[people] = self.run(replace(self.scenario, staff=staff, absences=here))
        worst = self.tried[people].worst
        sure = worst.low if worst.low is not None else worst.mean
        return sure is None or sure >= self.target

    def is_there(self, absence: Absence, people: int) -> bool:
        duty = absence.duty or next(iter(self.scenario.staff))
        return duty != self.duty or absence.person <= people


def _streams(scenario: Scenario, replications: int) -> list[np.random.Generator]:
    return np.random.default_rng(scenario.seed).spawn(replications)


def _history(
    scenario: Scenario, setting: Setting, random: np.random.Generator, replications: int, form: Form | None
) -> tuple[History, list[tuple[int, int, int]]]:
    """Run one replication; arrivals and leave have streams of their own: staff does not change who comes."""
    coming, leaving, rest = random.spawn(3)
    arrivals = scenario.arrivals.draw(coming, setting.begin, setting.end, setting.office)
    absences = absences_of(scenario, setting, leaving)
    if form is None:
        worth = available() and len(arrivals) * replications >= WORTH_COMPILING
        form = "compiled" if worth or at_hand() else "plain"
    return replicate(setting, arrivals, absences, rest, form=form), absences
