"""Until when a firm holds a licence is a fact: entered, renewed, revoked, lapsed; policies ask for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianqiao.engine.policy.columns import PartyFacts
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.matching import begin_run, match_all
from lianqiao.service.benefits.models import Decision, Fact, FactProblem
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries.facts import facts_of
from lianqiao.service.licences.commands import register
from lianqiao.service.licences.commands.renewing import run_night
from lianqiao.service.licences.models import Licence
from tests.benefit_world import GOOD as KNOWN
from tests.benefit_world import RENT, say, with_policies
from tests.service.licences.register import GOOD, NOW, TODAY, World, enter, night, officers

KIND, ASKED = "medical-device-production", "device_licence_until"


@pytest.fixture(autouse=True)
def on_duty(world: World) -> None:
    officers()


def known(world: World, day: date = TODAY) -> PartyFacts:
    return facts_of(parties.of_firm(world.firm), day).facts


def test_each_act_says_what_holds_now_and_nothing_disagrees(world: World) -> None:
    enter("示例D0", world.firm)
    assert not Fact.objects.exists(), "of this kind policies do not ask"
    licence = enter("示例D1", world.firm, kind=KIND, days=100)
    assert known(world).values[ASKED] == licence.valid_until.isoformat()
    enter("示例D1", world.firm, kind=KIND, days=100)
    assert Fact.objects.count() == 1, "the same word is not said twice"
    assert run_night(night(), now=NOW).renewed >= 1
    licence.refresh_from_db()
    assert licence.standing == "renewed"
    assert known(world).values[ASKED] == licence.valid_until.isoformat()
    assert known(world).sources[ASKED] == f"证照登记簿 {TODAY}"
    # a second one of the kind lasts less long; where the first is revoked it counts
    second = enter("示例D2", world.firm, kind=KIND, days=400)
    assert known(world).values[ASKED] == licence.valid_until.isoformat()
    register.revoke(licence.pk, reason="示例", by=None, now=NOW)
    assert known(world).values[ASKED] == second.valid_until.isoformat()
    register.revoke(second.pk, reason="示例", by=None, now=NOW)
    assert ASKED in known(world).absent
    assert not FactProblem.objects.exists()
    # what was said stays, each word naming the one it puts right
    assert Fact.objects.filter(corrects=None).count() == 1


def test_what_lapses_is_known_to_be_gone(world: World) -> None:
    licence = enter("示例D3", world.firm, kind=KIND, days=3, known={})
    later = NOW + timedelta(days=10)
    run_night(night(later), now=later)
    licence.refresh_from_db()
    assert licence.state == "lapsed"
    assert ASKED in known(world, TODAY + timedelta(days=10)).absent


def test_a_policy_asks_for_it_and_its_decision_is_decided_again(world: World) -> None:
    say(world.firm, **KNOWN)
    licence = enter("示例D4", world.firm, kind=KIND, days=200)
    with with_policies(example_rent_relief={"employees >= 5": f"has({ASKED})"}):
        match_all(begin_run("firm", by=None, now=NOW), now=NOW)
        found = Decision.objects.get(firm=world.firm, policy=RENT)
        assert found.verdict == "yes"
        assert found.facts[ASKED]["source"].startswith("证照登记簿")
        later = NOW + timedelta(days=1)
        register.revoke(licence.pk, reason="示例", by=None, now=later)
        match_all(begin_run("firm", by=None, now=later), now=later)
        assert Decision.objects.get(firm=world.firm, policy=RENT, current=True).verdict != "yes"
        found.refresh_from_db()
        assert decisions.replayed(found).same


def test_many_are_let_known_together(world: World) -> None:
    def asked(count: int, first: int) -> int:
        for number in range(first, first + count):
            enter(f"示例E{number}", world.firm, kind=KIND, days=100, known=GOOD)
        with CaptureQueriesContext(connection) as queries:
            run_night(night(), now=NOW)
        return len(queries.captured_queries)

    few, many = asked(2, 0), asked(12, 2)
    assert Licence.objects.filter(standing="renewed").count() == 14
    assert many <= few + 1


def test_what_was_entered_before_policies_asked_is_said_in_the_night(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(register, "let_know", lambda *arguments, **more: None)
        entered = [
            enter(f"示例F{number}", firm, kind=KIND, days=days)
            for number, firm, days in ((1, world.firm, 400), (2, world.firm, 200), (3, world.other_firm, 300))
        ]
        enter("示例F4", world.firm)
    assert not Fact.objects.exists()
    run_night(night(), now=NOW)
    said = dict(Fact.objects.values_list("firm_id", "value"))
    assert said == {
        world.firm.pk: entered[0].valid_until.isoformat(),
        world.other_firm.pk: entered[2].valid_until.isoformat(),
    }
    run_night(night(), now=NOW + timedelta(days=1))
    assert Fact.objects.count() == 2, "said once, and not each night anew"
