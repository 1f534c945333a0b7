"""Which step is chosen where several are possible, as running totals of chance ready to be looked up."""

from __future__ import annotations

from collections.abc import Sequence

from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.simulation.net import Net
from lianqiao.engine.simulation.scenario import Scenario

# thresholds and the steps they lead to: the first step whose threshold exceeds a number drawn from [0, 1)
Draw = tuple[tuple[float, ...], tuple[int, ...]]


def returns(mechanism: Mechanism, name: str, place: str) -> bool:
    """True where the step sends the case from `place` to the firm and a step of the firm leads back there."""
    step = mechanism.steps[name]
    for state in step.to:
        waits = mechanism.states[state].waits_for
        if waits is None or mechanism.roles[waits].kind != "applicant":
            continue
        for other in mechanism.steps.values():
            if other.by == waits and state in (*other.from_, *other.from_all) and place in other.to:
                return True
    return False


def chances(net: Net, scenario: Scenario) -> tuple[dict[int, Draw], ...]:
    """Return by situation and place how the next step is drawn, for what whom the place waits for can do.

    A step with a share given has it wherever it is possible. Without one, the return share is divided among
    the steps that send the case back to the firm; refusing, withdrawing and staying where it is have none;
    the rest goes evenly to the steps that carry the case on. What cannot be chosen here passes its share on.
    """
    return tuple(
        {place: _draw(net, scenario, net.places[place], steps) for place, steps in options.items()}
        for options in net.options
    )


def beside(net: Net, scenario: Scenario) -> tuple[dict[int, tuple[tuple[float, int], ...]], ...]:
    """Return by situation and place the steps others may take while it waits, each with its share."""
    found = []
    for besides in net.besides:
        chosen: dict[int, tuple[tuple[float, int], ...]] = {}
        for place, steps in besides.items():
            likely = tuple(
                (share, step) for step in steps if (share := scenario.shares.get(net.steps[step], 0.0)) > 0
            )
            if likely:
                chosen[place] = likely
        found.append(chosen)
    return tuple(found)


def _draw(net: Net, scenario: Scenario, place: str, steps: Sequence[int]) -> Draw:
    names = [net.steps[step] for step in steps]
    weights = _weights(net.mechanism, scenario, place, names)
    total = sum(weights)
    running, thresholds = 0.0, []
    for weight in weights[:-1]:
        running += weight / total
        thresholds.append(running)
    return tuple(thresholds), tuple(steps)


def _weights(mechanism: Mechanism, scenario: Scenario, place: str, names: Sequence[str]) -> list[float]:
    going_back = [
        name
        for name, step in mechanism.steps.items()
        if place in (*step.from_, *step.from_all) and returns(mechanism, name, place)
    ]
    given: dict[str, float] = {}
    for name in names:
        if name in scenario.shares:
            given[name] = scenario.shares[name]
        elif name in going_back:
            given[name] = scenario.return_share / len(going_back)
        elif _leads_nowhere(mechanism, name, place):
            given[name] = 0.0
    onward = [name for name in names if name not in given]
    rest = max(0.0, 1.0 - sum(given.values()))
    weights = [given.get(name, rest / len(onward) if onward else 0.0) for name in names]
    # only steps nobody would choose are left here: then one of them it must be
    return weights if sum(weights) > 0 else [1.0] * len(names)


def _leads_nowhere(mechanism: Mechanism, name: str, place: str) -> bool:
    step = mechanism.steps[name]
    ends = {mechanism.states[state].end for state in step.to}
    return step.to == (place,) or bool(ends & {"refused", "withdrawn"})
