"""The walk that checks a promise and the engine that moves a case agree: no case leaves the walked ground."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case import Act, Actor, Chosen, Surroundings, decide, possible_steps
from lianqiao.engine.case_state import CaseState, apply
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.engine.walk import walk

HERE = Path(__file__).parent / "good_packs"
DISTRICT = Path(__file__).parents[2] / "districts" / "ganjiang" / "mechanisms"
START = datetime(2026, 2, 11, 10, tzinfo=BEIJING)
FILE = {"sha256": "0" * 64, "name": "a.pdf", "size": 1, "type": "application/pdf"}


def promise(name: str) -> Mechanism:
    folder = DISTRICT if name == "microdrama-filing" else HERE
    return read(Mechanism, (folder / f"{name}.toml").read_text(encoding="utf-8"), name)


PROMISES = {name: promise(name) for name in ("promise", "inspection", "microdrama-filing")}
WALKED = {
    name: {(situation.marking, situation.clocks) for situation in walk(mechanism).moves}
    for name, mechanism in PROMISES.items()
}


def filled(field: CaseField) -> Any:
    match field.type:
        case "file":
            return [FILE]
        case "items":
            return [{"field": field.among[0], "reason": "模糊"}]
        case "choice":
            return list(field.options)[-1]
        case "boolean":
            return False
        case "integer" | "money":
            return field.minimum or 1
    return "示例"


def typed(mechanism: Mechanism, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    part = mechanism.steps[step]
    again = [item["field"] for item in data.get(part.asks_again or "", ())]
    return {name: filled(mechanism.fields[name]) for name in (*part.needs, *again)}


def surroundings(hours: int) -> Surroundings:
    return Surroundings(
        at=START + timedelta(hours=hours),
        calendar=Calendar.latest(),
        choose=lambda duty, data: Chosen("1", "1"),
        derive=lambda policy, data: "large" if policy == "size" else "key",
    )


def stands(mechanism: Mechanism, state: CaseState) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """Return where the case stands, as the walk writes it; stopped clocks are those with a result."""
    clocks = {name: "stopped" if run.result else run.state for name, run in state.clocks.items()}
    return frozenset(state.marking), tuple(sorted(clocks.items()))


def takeable(mechanism: Mechanism, state: CaseState) -> list[tuple[str, str]]:
    """Return step and role of all that can happen: a clock acts while it runs, a sub-case once it is open."""
    roles = frozenset({*mechanism.roles, "clock", "sub-case"})
    found = []
    for name in possible_steps(mechanism, state, roles):
        step = mechanism.steps[name]
        expiring = [clock for clock, part in mechanism.clocks.items() if part.on_expiry == name]
        running = any(c in state.clocks and not state.clocks[c].result for c in expiring)
        if (step.by != "clock" or running) and (
            step.by != "sub-case" or state.sub_cases.get(step.after or "") == "open"
        ):
            found.append((name, step.by))
    return found


@pytest.mark.parametrize("name", PROMISES)
@settings(max_examples=40, deadline=None)
@given(choices=st.lists(st.integers(0, 1000), min_size=1, max_size=25))
def test_no_case_leaves_the_walked_ground(name: str, choices: list[int]) -> None:
    mechanism = PROMISES[name]
    opening = Act(
        mechanism.opening_step,
        Actor("9", frozenset({"applicant"})),
        typed(mechanism, mechanism.opening_step, {}),
    )
    state = apply(None, decide(mechanism, None, opening, surroundings(0)))
    for hours, choice in enumerate(choices, start=1):
        assert stands(mechanism, state) in WALKED[name] or not state.open
        if not state.open:
            break
        ahead = takeable(mechanism, state)
        assert ahead, f"stuck in {state.marking}"
        step, role = ahead[choice % len(ahead)]
        after = mechanism.steps[step].after or ""
        act = Act(step, Actor("9", frozenset({role})), typed(mechanism, step, state.data), sub_case=after)
        state = apply(state, decide(mechanism, state, act, surroundings(hours)))
