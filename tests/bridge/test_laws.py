"""Laws of a case under any sequence of acts, ticks, leaves, hand-overs: its row is the fold of its log."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from lianqiao.bridge import commands, packs
from lianqiao.bridge.models import Case, Entry, Notice
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.engine.case import possible_steps
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Duty, Leave, Person
from tests.bridge.laws import assert_lawful, assert_nobody_waits_for_the_absent
from tests.bridge.town import START, STEWARD, Town, beijing, refusal_of, remark

# what a person might type into each field of the made-up zone
TYPED: dict[str, Any] = {
    "name": "示例", "site": "示例地点", "risk": "high", "tier": "other", "reason": "示例理由",
    "faults": [remark("name")],
}  # fmt: skip


class Zone(RuleBasedStateMachine):
    """One afternoon after another in a small zone; each example is undone when it ends."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.town.now = beijing(START)
        self.entries = 0

    @rule(promise=st.sampled_from(["simple", "joint", "gathered"]), risk=st.sampled_from(["low", "high"]))
    def open(self, promise: str, risk: str) -> None:
        data = {
            "simple": {"name": "示例"},
            "joint": {"site": "示例地点", "risk": risk},
            "gathered": {"name": "示例"},
        }
        self.town.open(promise, **data[promise])

    @precondition(lambda self: Case.objects.filter(closed_at=None).exists())
    @rule(pick=st.integers(0, 99), which=st.integers(0, 99))
    def step(self, pick: int, which: int) -> None:
        cases = list(Case.objects.filter(closed_at=None).order_by("pk"))
        case = cases[pick % len(cases)]
        mechanism, state = packs.mechanism(f"{case.mechanism}@{case.version}"), state_of(case)
        steps = possible_steps(mechanism, state, frozenset(mechanism.roles))
        if not steps:
            return
        name = steps[which % len(steps)]
        role = mechanism.steps[name].by
        by = self.town.agent if role == "applicant" else Person.objects.get(pk=int(state.holders[role]))
        data = filled(mechanism, mechanism.steps[name], state.data)
        refused = refusal_of(lambda: self.town.step(case, name, by, **data))
        # what the law forbids: more time once the time is up
        assert refused is None or refused.code == "clock-expired", refused

    @rule(hours=st.sampled_from([1, 7, 24, 72, 200]))
    def time_passes(self, hours: int) -> None:
        self.town.later(hours=hours)
        self.town.tick()
        before = Entry.objects.count(), Notice.objects.count()
        assert_nobody_waits_for_the_absent(self.town.now)
        self.town.tick()
        assert (Entry.objects.count(), Notice.objects.count()) == before, "the same moment does nothing twice"

    @rule(pick=st.integers(0, 3), days=st.sampled_from([1, 3]))
    def somebody_leaves(self, pick: int, days: int) -> None:
        person = [self.town.a, self.town.b, self.town.c, self.town.leader][pick]
        refused = refusal_of(lambda: self.town.leave(person, days=days))
        assert refused is None or refused.code in {"leave-overlaps", "not-officer"}, refused

    @precondition(lambda self: Leave.objects.filter(cancelled_at=None).exists())
    @rule()
    def somebody_is_back(self) -> None:
        leave = Leave.objects.filter(cancelled_at=None).order_by("-pk").first()
        assert leave is not None
        if leave.end > self.town.now:
            self.town.back(leave)

    @rule(swap=st.booleans())
    def hand_over(self, swap: bool) -> None:
        giver, taker = (self.town.a, self.town.c) if swap else (self.town.c, self.town.a)
        if Duty.objects.filter(person=giver, code=STEWARD, until=None).exists():
            commands.hand_over(
                giver, to_person=taker, duty=STEWARD, by=giver, reason="示例调岗", now=self.town.now
            )
            # who has handed over begins anew some day, so that the zone keeps two stewards
            self.town.later(minutes=1)
            organization.give_duty(
                giver.pk, code=STEWARD, scope={"name": ["示例"]}, actor=None, now=self.town.now
            )
            Duty.objects.filter(person=taker, code=STEWARD, until=None, scope={"name": ["示例"]}).update(
                until=self.town.now
            )

    @precondition(lambda self: Case.objects.filter(closed_at=None, mechanism="simple").exists())
    @rule(to_c=st.booleans())
    def reassign(self, to_c: bool) -> None:
        case = Case.objects.filter(closed_at=None, mechanism="simple").order_by("-pk").first()
        assert case is not None
        to = self.town.c if to_c else self.town.a
        asked = {"by": self.town.leader, "now": self.town.now}
        refused = refusal_of(lambda: commands.reassign(case.number, "officer", to, **asked))
        assert refused is None or refused.code == "not-on-duty", refused

    def teardown(self) -> None:
        try:
            assert_lawful()
            assert verify_log().problems == ()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


def filled(mechanism: Mechanism, step: Step, known: Any) -> dict[str, Any]:
    """Return what somebody taking the step would type."""
    names = list(step.needs) + [item["field"] for item in known.get(step.asks_again or "", ())]
    return {name: TYPED[name] for name in names if name in TYPED}


def test_any_sequence_of_acts_ticks_and_leaves_is_lawful(town: Town) -> None:
    Zone.town = town
    run_state_machine_as_test(
        Zone,
        settings=settings(
            # what fails is printed step by step; to make it shorter would take minutes
            max_examples=10, stateful_step_count=20, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), database=None,
        ),
    )  # fmt: skip
