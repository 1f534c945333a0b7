"""A simulated history is one the engine would have allowed, and its clocks come to the same end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.case_state import fold
from lianqiao.engine.simulation import Duration, rows, traced
from lianqiao.engine.simulation.office_time import as_moment
from tests.engine.simulated import carried, scenario, undemanding

ALL = ["promise", "inspection", "joint", "gathered", "microdrama-filing"]
FATES = {rows.KEPT: "kept", rows.BROKEN: "broken", rows.LEFT: "ended"}


def check(asked: Any, sample: int = 40) -> None:
    setting, history = traced(asked)
    net, bare = setting.net, undemanding(asked.mechanism)
    by_case: dict[int, list[tuple[int, str]]] = {}
    for second, case, step in history.acts.tolist():
        by_case.setdefault(case, []).append((second, net.steps[step]))
    runs: dict[int, list[Any]] = {}
    for row in history.runs.tolist():
        runs.setdefault(row[0], []).append(row)
    cases = list(by_case)
    for case in cases[:: max(1, len(cases) // sample)]:
        state = fold(carried(bare, by_case[case]))
        assert state is not None
        assert (history.closed[case] >= 0) is not state.open
        for number, clock in enumerate(net.clocks):
            mine = runs.get(case * len(net.clocks) + number, [])
            run = state.clocks.get(clock)
            assert (run is None) == (not mine)
            if run is not None:
                assert run.runs == len(mine)
                same_end(run, mine)


def same_end(run: Any, mine: list[Any]) -> None:
    _, _, due, _, fate = mine[-1]
    assert run.breaches == sum(row[4] == rows.BROKEN for row in mine)
    if run.state == "stopped":
        assert run.result == FATES[fate]
    else:
        assert run.result == ""
        assert fate in (rows.OVERDUE, rows.OPEN)
    if run.promise["due"] and run.state != "paused":
        assert as_moment(due).isoformat() == run.promise["due"]


@pytest.mark.parametrize("name", ALL)
def test_histories_replay(name: str) -> None:
    check(scenario(name))


@settings(max_examples=12, deadline=None)
@given(
    name=st.sampled_from(ALL),
    seed=st.integers(1, 10_000),
    mean_h=st.floats(0.2, 4),
    reaction_h=st.floats(0.5, 200),
    return_share=st.floats(0, 0.6),
    beside=st.floats(0, 1),
    order=st.sampled_from(["due", "arrival"]),
    leave_days=st.sampled_from([0, 30]),
)
def test_any_scenario_replays(
    *,
    name: str,
    seed: int,
    mean_h: float,
    reaction_h: float,
    return_share: float,
    beside: float,
    order: Any,
    leave_days: int,
) -> None:
    mild = scenario(name)
    seldom = [
        step
        for step, part in mild.mechanism.steps.items()
        if part.clears or part.extends or step.startswith(("refuse", "look"))
    ]
    check(
        scenario(
            name,
            seed=seed,
            assumed_handling=Duration("lognormal", mean_h, 1.0),
            assumed_reaction=Duration("exponential", reaction_h),
            return_share=return_share,
            shares={step: beside for step in seldom},
            order=order,
            leave_days=leave_days,
        ),
        sample=15,
    )


def test_clocks_that_run_out_act_by_themselves() -> None:
    """Leaders who take too long lose the decision: the clock takes it, a second after the due time."""
    asked = scenario("joint", assumed_handling=Duration("lognormal", 25.0, 1.0))
    setting, history = traced(asked)
    lapse = setting.net.steps.index("lapse")
    lapsed = history.acts[history.acts[:, 2] == lapse]
    assert len(lapsed)
    deciding = setting.net.clocks.index("deciding")
    broken = history.runs[
        (history.runs[:, 4] == rows.BROKEN) & (history.runs[:, 0] % len(setting.net.clocks) == deciding)
    ]
    assert np.isin(lapsed[:, 0], broken[:, 2] + 1).all()
