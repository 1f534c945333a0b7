"""The page of one case: its clock's reasons, what each reader may see, what it costs the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianqiao.bridge.commands import sweeping
from lianqiao.bridge.models import Case
from lianqiao.organization import commands as organization
from tests.service.forms_sent import page
from tests.world import NOW, PDF, World, at, person, signed_in, stream

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def address(case: Case) -> str:
    return f"/cases/{case.number}/"


def test_accepted_on_11_february_is_due_on_saturday_the_14th_and_says_why(world: World) -> None:
    case = world.file()
    shown = page(signed_in(world.agent).get(address(case)))
    assert "2月14日(周六) 17:30" in shown
    assert "春节调休上班，第3个工作日（国办发明电〔2025〕7号）" in shown
    assert "为什么是2月14日(周六)" in shown
    assert "3月17日(周二)" in shown  # the law's own limit beside it
    english = page(signed_in(world.agent).get(address(case), headers={"accept-language": "en"}))
    assert "Sat 14 Feb" in english


def test_the_firm_is_told_what_to_do_next(world: World) -> None:
    case = world.file()
    missing = [{"field": "script", "reason": "缺第三集"}, {"field": "synopsis", "reason": "太短"}]
    world.act(case, "return_incomplete", by=world.steward_of(case), missing=missing)
    shown = page(signed_in(world.agent).get(address(case)))
    top = shown[shown.index("您需要：补齐材料") : shown.index("申报内容与材料")]
    for words in ("剧本或分集大纲", "缺第三集", "内容梗概", "太短", "/acts/supplement/"):
        assert words in top
    steward = page(signed_in(world.steward_of(case)).get(address(case)))
    assert "您需要" not in steward
    assert "/acts/supplement/" not in steward


def test_only_the_acts_one_can_do_now_are_offered(world: World) -> None:
    case = world.file()
    steward, leader = signed_in(world.steward_of(case)), signed_in(world.leader)
    shown = page(steward.get(address(case)))
    for step in ("pass_review", "return_incomplete", "return_incorrect", "refuse_review"):
        assert f"/acts/{step}/" in shown
    for step in ("pass_film", "extend_review", "withdraw"):
        assert f"/acts/{step}/" not in shown
    assert "/acts/extend_review/" in page(leader.get(address(case)))
    assert "/acts/withdraw/" in page(signed_in(world.agent).get(address(case)))


def test_the_tier_shows_its_rule_and_source(world: World) -> None:
    shown = page(signed_in(world.agent).get(address(world.file())))
    assert "关于调整微短剧分类分层标准的通知" in shown
    assert "1月1日(周四) 起施行" in shown
    assert "digipub.cc" in shown
    before = world.now - 2 * 365 * DAY
    with at(before):
        old_hand = person("firm-old", "示例企业甲 老经办人", before)
        organization.join_firm(old_hand.pk, firm_id=world.firm.pk, role="agent", actor=None, now=before)
        steward = person("steward-old", "示例剧管家99", before)
        organization.give_duty(steward.pk, code="drama-steward", actor=None, now=before)
        leader = person("leader-old", "示例负责人99", before)
        organization.give_duty(leader.pk, code="drama-leader", actor=None, now=before)
        case = world.file(by=old_hand, now=before, investment="900000")
    # the rule of the filing's own date, though another is in force today
    assert "广电办发〔2022〕345号" in page(signed_in(world.agent).get(address(case)))


def test_a_colleague_sees_how_it_stands_but_not_what_was_filed(world: World) -> None:
    case = world.file(synopsis="尚未公开的梗概")
    world.act(
        case,
        "return_incorrect",
        by=world.steward_of(case),
        incorrect=[{"field": "synopsis", "reason": "内部意见"}],
    )
    colleague = page(signed_in(world.other_steward(case)).get(address(case)))
    assert "待更正" in colleague
    for secret in ("尚未公开的梗概", "内部意见", "script.pdf", "1,200,000", case.progress_code):
        assert secret not in colleague
    for reader in (world.agent, world.leader, world.steward_of(case)):
        assert "尚未公开的梗概" in page(signed_in(reader).get(address(case)))


def test_another_firms_case_and_no_case_read_alike(world: World) -> None:
    case = world.file()
    stranger = signed_in(world.stranger)
    theirs, none = stranger.get(address(case)), stranger.get("/cases/WDJ-2026-999999/")
    assert (theirs.status_code, none.status_code) == (404, 404)
    tail = slice(page(theirs).index("<main"), page(theirs).index("</main>"))
    assert page(theirs)[tail] == page(none)[tail]
    assert case.title not in page(theirs)
    for number in ("%00", "..", "WDJ-2026-000001'--", "字" * 300):
        assert stranger.get(f"/cases/{number}/").status_code in (404, 302)
    assert Client().get(address(case)).status_code == 302


def test_escalation_stand_in_and_breach_are_in_the_log(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    organization.file_leave(
        steward.pk, begin=NOW + HOUR, end=NOW + 30 * DAY, kind="annual", actor=steward, now=NOW
    )
    sweeping.sweep_stand_ins(now=NOW + 2 * HOUR)
    for days in range(1, 16):
        sweeping.sweep_clocks(now=NOW + days * DAY)
    with at(NOW + 16 * DAY):
        shown = page(signed_in(world.agent).get(address(case)))
        deputy = page(signed_in(world.steward_of(case)).get(address(case)))
        owner = page(signed_in(steward).get(address(case)))
    for words in ("代行剧管家职责", "即将到期", "已到期", "已上报负责人", "代办", "逾期"):
        assert words in shown
    assert "/acts/pass_review/" in deputy
    assert "/acts/pass_review/" not in owner
    assert "script.pdf" in owner


@pytest.mark.parametrize("returned", [0, 1])
def test_the_page_costs_the_same_however_long_the_log(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, returned: int
) -> None:
    case = world.file()
    for turn in range(returned * 8):
        now = NOW + turn * HOUR
        items = [{"field": "episodes", "reason": f"第 {turn} 次"}]
        world.act(case, "return_incorrect", by=world.steward_of(case), now=now, incorrect=items)
        world.act(case, "correct", by=world.agent, now=now + HOUR / 2, episodes="80")
    client = signed_in(world.agent)
    client.get("/start/")  # the first page of a session notes when it began
    with django_assert_num_queries(13):
        assert client.get(address(case)).status_code == 200


def test_documents_go_to_those_who_may_read_them(world: World) -> None:
    case = world.file()
    url = page(signed_in(world.agent).get(address(case))).split("/documents/")[1].split('"')[0]
    url = f"{address(case)}documents/{url}"
    for reader in (world.agent, world.steward_of(case), world.leader):
        answer = signed_in(reader).get(url)
        assert stream(answer) == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    for reader in (world.stranger, world.other_steward(case)):
        assert signed_in(reader).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    firm = signed_in(world.agent)
    for wrong in (
        url.replace("documents/", "documents/0"),
        url + "x",
        f"{address(case)}documents/..%2f..%2f/etc",
    ):
        assert firm.get(wrong).status_code == 404


def test_the_log_head_is_shown(world: World) -> None:
    case = world.file()
    assert case.head in page(signed_in(world.agent).get(address(case)))


def test_the_firms_turn_is_on_top_also_where_nothing_came_back(world: World) -> None:
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    shown = page(signed_in(world.agent).get(address(case)))
    assert "您需要：报送成片" in shown
    assert shown.count("/acts/send_film/") == 1
    assert "您需要" not in page(signed_in(world.steward_of(case)).get(address(case)))


def test_a_stand_in_is_named_beside_the_owner(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    organization.file_leave(
        steward.pk, begin=NOW + HOUR, end=NOW + DAY, kind="sick", actor=steward, now=NOW + HOUR
    )
    sweeping.sweep_stand_ins(now=NOW + 2 * HOUR)
    with at(NOW + 3 * HOUR):
        shown = page(signed_in(world.agent).get(address(case)))
    deputy = world.steward_of(case)
    assert deputy != steward
    assert f"现由 {deputy.name} 办理" in shown
    assert f"代 {steward.name}" in shown
