"""Branches that open only where a condition holds: a step as it is taken in one case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

from lianqiao.engine.expression import holds
from lianqiao.engine.mechanism import Step


def as_taken(step: Step, data: Mapping[str, Any]) -> Step:
    """Return the step with the branches the data opens, and for each other one the state it has instead.

    A condition not yet known does not open a branch.
    """
    if not step.branches:
        return step
    return _with(step, [state for state, one in step.branches.items() if holds(one.when, data) is True])


def ways_taken(step: Step) -> Iterator[Step]:
    """Yield every way the step can be taken, the one that opens all its branches first."""
    if not step.branches:
        yield step
        return
    for size in range(len(step.branches), -1, -1):
        for opened in combinations(step.branches, size):
            yield _with(step, opened)


def _with(step: Step, opened: Collection[str]) -> Step:
    to = [
        state if state in opened or state not in step.branches else step.branches[state].otherwise
        for state in step.to
    ]
    branches = [step.branches[state] for state in step.to if state in opened]
    return step.model_copy(
        update={
            "to": tuple(to),
            "assigns": (*step.assigns, *(role for one in branches for role in one.assigns)),
            "starts": (*step.starts, *(clock for one in branches for clock in one.starts)),
            "branches": {},
        }
    )
