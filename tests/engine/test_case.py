"""Laws of `decide` and `fold`, on paper: no database, no clock, no calendar but the one given."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine import case as engine
from lianqiao.engine import clock_run
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import Body, CaseState, apply, fold
from lianqiao.engine.errors import Refusal
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism

FOLDER = Path(__file__).parents[1] / "bridge" / "zone" / "mechanisms"
START = datetime(2026, 2, 11, 10, tzinfo=BEIJING)
CALENDAR = Calendar.latest()
TYPED: dict[str, Any] = {
    "name": "示例", "site": "示例地点", "risk": "high", "tier": "other", "reason": "示例理由",
    "faults": [{"field": "name", "reason": "请更正"}],
}  # fmt: skip


def promise(name: str) -> Mechanism:
    return read(Mechanism, (FOLDER / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


PROMISES = {name: promise(name) for name in ("simple", "joint", "gathered")}


def around(at: datetime) -> engine.Surroundings:
    return engine.Surroundings(
        at=at,
        calendar=CALENDAR,
        choose=lambda duty, data: engine.Chosen("11", "12"),
        derive=lambda policy, data: "",
    )


def act(
    mechanism: Mechanism, state: CaseState | None, step: str, *, at: datetime = START, **data: Any
) -> Body:
    """Take a step as whoever it belongs to."""
    by = mechanism.steps[step].by
    asked = engine.Act(step, engine.Actor({"applicant": "7"}.get(by, "12"), frozenset({by})), data)
    return engine.decide(mechanism, state, asked, around(at))


def typed(mechanism: Mechanism, step: str, known: Any) -> dict[str, Any]:
    part = mechanism.steps[step]
    names = [*part.needs, *(item["field"] for item in known.get(part.asks_again or "", ()))]
    return {name: TYPED[name] for name in names if name in TYPED}


def opened(name: str = "simple") -> CaseState:
    mechanism = PROMISES[name]
    state = fold(
        [act(mechanism, None, mechanism.opening_step, **typed(mechanism, mechanism.opening_step, {}))]
    )
    assert state is not None
    return state


class Life:
    """A case lived step by step, with every entry it made."""

    def __init__(self, name: str) -> None:
        self.mechanism = PROMISES[name]
        self.log = [
            act(
                self.mechanism,
                None,
                self.mechanism.opening_step,
                **typed(self.mechanism, self.mechanism.opening_step, {}),
            )
        ]
        self.at = START
        self.state = self._folded()

    def _folded(self) -> CaseState:
        state = fold(self.log)
        assert state is not None
        return state

    def step(self, which: int) -> None:
        roles = frozenset({*self.mechanism.roles, engine.SUB_CASE})
        possible = engine.possible_steps(self.mechanism, self.state, roles)
        for name, part in self.mechanism.steps.items():
            # whether a clock has run out is asked before it takes its step
            if name not in possible and part.by != engine.CLOCK:
                with pytest.raises(Refusal):
                    act(
                        self.mechanism,
                        self.state,
                        name,
                        at=self.at,
                        **typed(self.mechanism, name, self.state.data),
                    )
        if not possible:
            return
        name = possible[which % len(possible)]
        data = typed(self.mechanism, name, self.state.data)
        if self._too_late(name):
            with pytest.raises(Refusal, match="ran out"):
                act(self.mechanism, self.state, name, at=self.at, **data)
            return
        self._write(act(self.mechanism, self.state, name, at=self.at, **data))

    def _too_late(self, step: str) -> bool:
        """More time is given only before the time is up."""
        more = self.mechanism.steps[step].extends
        return more is not None and clock_run.expired(self.state.clocks[more.clock], self.at)

    def pass_time(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        for body in engine.decide_rungs(self.mechanism, self.state, at=self.at):
            self._write(body)
        assert engine.decide_rungs(self.mechanism, self.state, at=self.at) == []
        if step := engine.expiry_step(self.mechanism, self.state, self.at):
            self._write(act(self.mechanism, self.state, step, at=self.at))

    def hand(self, person: int, *, for_good: bool) -> None:
        role = next(role for role in self.state.owners if role != "applicant")
        if self.state.open:
            reason = "hand-over" if for_good else "stand-in"
            self._write(
                engine.decide_holder(
                    self.state, role=role, person=str(person), by="12", reason=reason, at=self.at
                )
            )

    def _write(self, body: Body) -> None:
        self.log.append(json.loads(json.dumps(body)))
        self.state = apply(self.state, body)


lives = st.tuples(
    st.sampled_from(sorted(PROMISES)),
    st.lists(
        st.one_of(
            st.tuples(st.just("step"), st.integers(0, 20)),
            st.tuples(st.just("pass_time"), st.sampled_from([1, 8, 24, 70, 300])),
            st.tuples(st.just("hand"), st.integers(20, 25)),
        ),
        max_size=14,
    ),
)


@settings(max_examples=60, deadline=None)
@given(lived=lives, keep=st.booleans())
def test_laws_of_a_life(lived: tuple[str, list[tuple[str, int]]], keep: bool) -> None:
    life = Life(lived[0])
    for what, how in lived[1]:
        life.hand(how, for_good=keep) if what == "hand" else getattr(life, what)(how)
    state, log, mechanism = life.state, life.log, life.mechanism
    # a log makes one state, however it is cut, and a state written down is the state
    assert all(fold(log[cut:], fold(log[:cut])) == state for cut in range(len(log) + 1))
    assert CaseState.from_dict(json.loads(json.dumps(state.to_dict()))) == state
    assert state.seq == len(log)
    assert sum(state.counts.values()) == sum("step" in body for body in log)
    # time goes one way, and nothing is anywhere but in a state of the file
    moments = [datetime.fromisoformat(body["at"]) for body in log]
    assert moments == sorted(moments)
    assert state.marking
    assert set(state.marking) <= set(mechanism.states)
    assert len(set(state.marking)) == len(state.marking)
    # a case is over when it is in ends only; then no promise is owed any more
    ends = [mechanism.states[place].end for place in state.marking]
    assert bool(state.outcome) == (not state.open) == all(ends)
    for name, run in state.clocks.items():
        assert state.open or run.result
        assert (run.result == "") == (run.state != "stopped")
        assert len(set(run.fired)) == len(run.fired) <= len(mechanism.clocks[name].rungs)
        assert list(run.fired) == sorted(run.fired)
        assert run.breaches >= (run.result == "broken")
    # whoever owes the step is somebody
    for place in state.marking:
        if (role := mechanism.states[place].waits_for) and state.open:
            assert state.holders[role].isdigit()


def test_an_entry_holds_nothing_that_rounds() -> None:
    life = Life("joint")
    for hours in (1, 30, 200):
        life.step(0)
        life.pass_time(hours)

    def check(value: Any) -> None:
        assert isinstance(value, (str, int, bool, list, dict)), value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(part)

    for body in life.log:
        check(body)


def test_decide_changes_nothing_it_was_given() -> None:
    state = opened()
    before = json.dumps(state.to_dict())
    act(PROMISES["simple"], state, "return", **typed(PROMISES["simple"], "return", {}))
    assert json.dumps(state.to_dict()) == before


@pytest.mark.parametrize(
    ("step", "roles", "code"),
    [
        ("pass", {"applicant"}, "wrong-role"),
        ("pass", set(), "wrong-role"),
        ("withdraw", {"officer", "leader"}, "wrong-role"),
        ("nonsense", {"officer"}, "unknown-step"),
        ("", {"officer"}, "unknown-step"),
        ("correct", {"applicant"}, "step-not-possible"),
        ("file", {"applicant"}, "step-not-possible"),
        ("return", {"officer"}, "needs-missing"),
    ],
)
def test_what_is_refused(step: str, roles: set[str], code: str) -> None:
    asked = engine.Act(step, engine.Actor("12", frozenset(roles)), {})
    with pytest.raises(Refusal) as refused:
        engine.decide(PROMISES["simple"], opened(), asked, around(START))
    assert refused.value.code == code


def test_a_case_that_is_not_open_yet_is_opened_and_nothing_else() -> None:
    for name, step in PROMISES["simple"].steps.items():
        if not step.opening:
            with pytest.raises(Refusal, match="not open yet"):
                act(PROMISES["simple"], None, name, **TYPED)


def test_a_closed_case_stays_closed() -> None:
    mechanism, state = PROMISES["simple"], opened()
    state = apply(state, act(mechanism, state, "pass"))
    assert (state.outcome, state.closed_at, state.clocks["review"].result) == (
        "granted",
        START.isoformat(),
        "kept",
    )
    for name in mechanism.steps:
        with pytest.raises(Refusal):
            act(mechanism, state, name, **typed(mechanism, name, state.data))
    assert engine.possible_steps(mechanism, state, frozenset(mechanism.roles)) == []


@pytest.mark.parametrize(("back", "recorded"), [(0, True), (5, True), (5.001, False), (3600, False)])
def test_the_clock_set_back(back: float, recorded: bool) -> None:
    mechanism, state = PROMISES["simple"], opened()
    at = START - timedelta(seconds=back)
    if recorded:
        assert act(mechanism, state, "pass", at=at)["at"] == START.isoformat()
        return
    with pytest.raises(Refusal) as refused:
        act(mechanism, state, "pass", at=at)
    assert refused.value.code == "clock-set-back"
    for decided in (
        lambda: engine.decide_rungs(mechanism, state, at=at),
        lambda: engine.decide_holder(state, role="officer", person="13", by="1", reason="stand-in", at=at),
    ):
        with pytest.raises(Refusal) as refused:
            decided()
        assert refused.value.code == "clock-set-back"


def test_a_moment_is_the_same_in_whatever_zone_it_is_given() -> None:
    mechanism, state = PROMISES["simple"], opened()
    here, there = (act(mechanism, state, "pass", at=at) for at in (START, START.astimezone(UTC)))
    assert datetime.fromisoformat(here["at"]) == datetime.fromisoformat(there["at"])


def test_the_first_of_several_states_is_left_and_the_others_stay() -> None:
    mechanism, state = PROMISES["joint"], opened("joint")
    assert state.marking == ("fire", "water")
    state = apply(state, act(mechanism, state, "water_ok"))
    assert state.marking == ("fire", "water_done")
    assert (state.clocks["water"].result, state.clocks["fire"].result) == ("kept", "")
    state = apply(state, act(mechanism, state, "withdraw"))
    assert (state.marking, state.clocks["fire"].result) == (("withdrawn",), "ended")


def test_an_owner_once_chosen_is_kept_through_a_restart() -> None:
    mechanism, state = PROMISES["simple"], opened()
    assert (state.owners["officer"], state.holders["officer"]) == ("11", "12")
    assert (state.owners["applicant"], state.holders["applicant"]) == ("7", "7")
    state = apply(
        state, act(mechanism, state, "return_incomplete", **typed(mechanism, "return_incomplete", {}))
    )
    assert "owners" not in act(mechanism, state, "supplement", **typed(mechanism, "supplement", state.data))


def test_what_was_typed_never_reaches_a_field_the_step_does_not_ask_for() -> None:
    mechanism, state = PROMISES["simple"], opened()
    for extra in ({"name": "别名"}, {"reason": "x"}, {"tier": "key"}, {"anything": "x"}):
        with pytest.raises(Refusal) as refused:
            act(mechanism, state, "pass", **extra)
        assert refused.value.code == "needs-unknown"


def test_rebase_keeps_what_was_promised() -> None:
    mechanism, state = PROMISES["simple"], opened()
    to = mechanism.model_copy(update={"version": 2})
    body = engine.decide_rebase(state, to, CALENDAR, by="9", reason="示例", at=START)
    moved = apply(state, body)
    assert moved.mechanism == "simple@2"
    assert {**moved.to_dict(), "mechanism": "simple@1", "seq": state.seq} == state.to_dict()
    with pytest.raises(Refusal) as refused:
        engine.decide_rebase(state, to, CALENDAR, by="9", reason="\n ", at=START)
    assert refused.value.code == "reason-missing"
    with pytest.raises(Refusal) as refused:
        engine.decide_rebase(state, PROMISES["joint"], CALENDAR, by="9", reason="示例", at=START)
    assert refused.value.code == "rebase-impossible"
