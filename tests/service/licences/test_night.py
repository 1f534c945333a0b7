"""The night: renewed, failed, missing, passed on, lapsed, opted out; nothing twice, nothing unseen."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from lianqiao.bridge import commands as bridge
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import state_of
from lianqiao.engine.errors import Refusal
from lianqiao.engine.licences.credential import verify
from lianqiao.organization import commands as organization
from lianqiao.service.licences.commands import register
from lianqiao.service.licences.commands.following import follow_cases
from lianqiao.service.licences.commands.renewing import run_night
from lianqiao.service.licences.models import Credential, Decision, Licence, Word
from lianqiao.service.licences.queries.chain import verify_decisions
from lianqiao.service.licences.queries.keys import published_keys
from tests.service.licences.register import GOOD, NOW, TODAY, World, enter, fact, night, officers


def test_every_way_a_night_can_end(world: World) -> None:
    officers()
    firm = world.firm
    good = enter("示例A1", firm)
    far = enter("示例A2", firm, days=400)
    failed = enter("示例A3", firm, known={**GOOD, "rectification_open": fact(True)})
    missing = enter("示例A4", firm, days=100, known={k: v for k, v in GOOD.items() if k != "fatal_accident"})
    urgent = enter("示例A5", firm, days=20, known={k: v for k, v in GOOD.items() if k != "fatal_accident"})
    silent = enter("示例A6", firm, days=30)
    register.choose(silent.pk, out=True, by=world.agent, now=NOW)
    over = enter("示例A7", firm, days=0)
    Licence.objects.filter(pk=over.pk).update(valid_until=TODAY - timedelta(days=1))
    done = run_night(night(), now=NOW)
    told = (done.renewed, done.failed, done.missing, done.opened, done.lapsed, done.unassigned)
    assert told == (1, 1, 2, 3, 1, 0)

    good.refresh_from_db()
    assert good.valid_until == date(TODAY.year + 3, 3, 23)  # 2026-03-23 and three years on
    assert (good.valid_from, good.state, good.standing) == (date(2026, 3, 24), "valid", "renewed")
    far.refresh_from_db()
    assert far.checked_at is None
    issued = Credential.objects.get(licence=good)
    found = verify(issued.token, published_keys(), now=NOW)
    assert (found.state, found.subject["licence"]["number"]) == ("valid", "示例A1")
    decided = json.loads(Decision.objects.get(licence=good, outcome="renewed").body)
    assert decided["facts"]["business_active"] is True
    assert decided["absent"] == ["last_penalty"]

    failed.refresh_from_db()
    assert (failed.standing, failed.finding) == ("person", {"conditions": ["rectified"], "papers": []})
    case = failed.case
    assert case is not None
    assert "没有未完成的整改（《安全生产许可证条例》第九条）" in state_of(case).data["why"]
    assert state_of(case).clocks["decide"].state == "running"
    missing.refresh_from_db()
    assert (missing.standing, missing.case) == ("missing", None)
    assert missing.finding == {"conditions": [], "papers": ["fatal_accident"]}
    urgent.refresh_from_db()
    assert "应急管理部门事故证明" in state_of(urgent.case).data["why"]  # type: ignore[arg-type]
    silent.refresh_from_db()
    assert (silent.standing, silent.valid_until) == ("", TODAY + timedelta(days=30))
    over.refresh_from_db()
    assert (over.state, over.case is not None) == ("lapsed", True)
    words = {word.licence.number: word.kind for word in Word.objects.select_related("licence")}
    assert words == {
        "示例A1": "renewed", "示例A3": "failed", "示例A4": "missing", "示例A5": "missing", "示例A6": "near",
        "示例A7": "lapsed",
    }  # fmt: skip

    again = run_night(night(), now=NOW + timedelta(days=1))
    assert (again.renewed, again.opened, again.lapsed) == (0, 0, 0)
    assert Word.objects.count() == len(words)
    assert verify_decisions() == (Decision.objects.count(), [])
    Decision.objects.filter(outcome="failed").update(body="{}")
    assert len(verify_decisions()[1]) == 1


def test_a_paper_that_comes_in_renews_the_next_night(world: World) -> None:
    officer, _ = officers()
    one = enter(
        "示例B1", world.firm, days=100, known={k: v for k, v in GOOD.items() if k != "fatal_accident"}
    )
    run_night(night(), now=NOW)
    with pytest.raises(Refusal) as refused:
        register.record_fact(
            one.pk, attribute="fatal_accident", value="也许", source="证明", by=officer, now=NOW
        )
    assert refused.value.code == "fact-malformed"
    with pytest.raises(Refusal) as refused:
        register.record_fact(
            one.pk, attribute="fatal_accident", value="否", source="证明", by=world.agent, now=NOW
        )
    assert refused.value.code == "licences-only"
    register.record_fact(one.pk, attribute="fatal_accident", value="否", source="证明", by=officer, now=NOW)
    assert run_night(night(), now=NOW + timedelta(days=1)).renewed == 1


def test_what_a_person_decides_is_done(world: World) -> None:
    officer, _ = officers()
    one = enter("示例C1", world.firm, known={**GOOD, "rectification_open": fact(True)})
    two = enter("示例C2", world.firm, known={**GOOD, "rectification_open": fact(True)})
    run_night(night(), now=NOW)
    cases = {case.title[-4:]: case for case in Case.objects.all()}
    bridge.act(cases["示例C1"].number, "renew", by=officer, data={"opinion": "整改已复核"}, now=NOW)
    bridge.act(cases["示例C2"].number, "refuse", by=officer, data={"reason": "整改未完成"}, now=NOW)
    assert follow_cases(now=NOW) == 2
    assert follow_cases(now=NOW) == 0
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.standing, one.valid_until.year) == ("renewed", 2029)
    assert (two.standing, two.valid_until.year) == ("refused", 2026)
    assert json.loads(Decision.objects.get(licence=one, outcome="renewed").body)["words"] == "整改已复核"
    assert Word.objects.get(licence=two, kind="refused").facts["words"] == "整改未完成"
    assert run_night(night(), now=NOW + timedelta(days=1)).renewed == 0


def test_nobody_on_duty_is_counted_and_tried_again(world: World) -> None:
    # any officer of the zone would be the last resort
    for one in (world.steward_a, world.steward_b, world.leader):
        organization.end_duty(one.duties.get().pk, reason="示例", actor=None, now=NOW)
    enter("示例D1", world.firm, known={**GOOD, "rectification_open": fact(True)})
    first = run_night(night(), now=NOW)
    assert (first.failed, first.opened, first.unassigned) == (1, 0, 1)
    officers()
    assert run_night(night(), now=NOW).opened == 1
