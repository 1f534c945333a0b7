"""The pages around demands: taken in for a firm, a visit first, alike ones, lists, the share solved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from lianqiao.bridge import jobs
from lianqiao.bridge.models import Case
from lianqiao.service.models import Draft, Visit, VisitCase
from tests.portal.api_world import Api, codes
from tests.service.forms_sent import act, errors, hidden, page
from tests.service.test_demand_case import DEMAND, TYPED, Zone, build_zone
from tests.world import NOW, at, signed_in, stream

NEW = f"/services/{DEMAND}/new/"
NONE = {"joint_one_department": "none", "joint_two_department": "none"}


@pytest.fixture
def zone(db: None) -> Zone:
    with at(NOW):
        yield build_zone()


def test_the_clerk_finds_the_firm_and_files_for_it(zone: Zone) -> None:
    clerk, firm = signed_in(zone.clerk), zone.world.firm
    assert clerk.get(NEW).headers["Location"] == f"/services/{DEMAND}/take-in/"
    sought = page(clerk.get(f"/services/{DEMAND}/take-in/?channel=hotline&q={firm.name[:6]}"))
    address = re.search(rf'href="({NEW}[^"]+)"', sought)
    assert address, sought
    form = clerk.get(address[1].replace("&amp;", "&"))
    assert f"为 {firm.name} 代为登记，渠道：热线" in page(form)
    wrong = clerk.post(NEW, {**hidden(form), **TYPED, "details": ""})
    assert set(errors(wrong)) == {"details"}
    sent = clerk.post(NEW, {**hidden(wrong), **TYPED})
    assert sent.status_code == 302, errors(sent)
    case = Case.objects.get()
    assert (case.channel, case.firm, case.applicant) == ("hotline", firm, zone.world.agent)
    assert "热线" in page(clerk.get(f"/cases/{case.number}/"))
    assert "热线" in page(signed_in(zone.world.agent).get(f"/cases/{case.number}/"))


@pytest.mark.parametrize("from_visit", [False, True])
def test_a_draft_kept_for_a_firm_is_gone_on_with_at_its_form(zone: Zone, from_visit: bool) -> None:
    client, code = signed_in(zone.officer_a if from_visit else zone.clerk), zone.world.firm.credit_code
    address = f"{NEW}?_for={code}&_channel=hotline"
    if from_visit:
        typed = {"firm": zone.world.firm.name, "day": "2026-02-10", "subject": "示例走访", "summary": "示例"}
        client.post("/visits/new/", typed)
        address = f"{NEW}?_for={code}&_channel=visit&_visit={Visit.objects.get().pk}"
    form = client.get(address)
    kept = client.post(NEW, {**hidden(form), **TYPED, "_save": "button"})
    draft = Draft.objects.get()
    back = kept.headers["Location"]
    assert f"draft={draft.pk}" in back
    listed = re.search(r'class="case-title" href="([^"]+)"', page(client.get("/drafts/")))
    assert listed is not None
    assert listed[1].replace("&amp;", "&") == back
    again = client.get(back)
    assert again.status_code == 200, "not the page on which a firm is looked up"
    assert TYPED["details"] in page(again)
    assert client.post(NEW, {**hidden(again), **TYPED}).status_code == 302
    assert Case.objects.get().channel == ("visit" if from_visit else "hotline")
    assert VisitCase.objects.exists() == from_visit
    assert not Draft.objects.exists()


def test_nobody_else_files_for_a_firm(zone: Zone) -> None:
    code = zone.world.firm.credit_code
    for who in (zone.world.stranger, zone.lines["trade"]):
        client = signed_in(who)
        assert client.get(f"/services/{DEMAND}/take-in/").status_code == 403
        assert client.get(f"{NEW}?_for={code}&_channel=window").status_code == 403
    clerk = signed_in(zone.clerk)
    assert clerk.get(f"{NEW}?_for=91360112MA0000009X&_channel=window").status_code == 422
    assert clerk.get(f"{NEW}?_for={code}&_channel=pigeon").status_code == 422
    assert "没有找到企业" in page(clerk.get(f"/services/{DEMAND}/take-in/?q=无此企业"))


def test_the_visit_first_and_demands_from_it(zone: Zone) -> None:
    officer = signed_in(zone.officer_a)
    assert "还没有走访记录" in page(officer.get("/visits/"))
    typed = {
        "firm": zone.world.firm.name,
        "day": "2026-02-10",
        "subject": "示例走访",
        "summary": "示例：班车太早",
    }
    wrong = officer.post("/visits/new/", {**typed, "firm": "无此企业", "day": "2026-03-01"})
    assert wrong.status_code == 422
    assert "示例：班车太早" in page(wrong)
    wrong = officer.post("/visits/new/", {**typed, "day": "2026-03-01"})
    assert "日期尚未到来" in page(wrong)
    made = officer.post("/visits/new/", typed)
    visit = Visit.objects.get()
    assert made.headers["Location"] == f"/visits/{visit.pk}/"
    shown = page(officer.get(made.headers["Location"]))
    address = re.search(rf'href="({NEW}[^"]+)"', shown)
    assert address, shown
    form = officer.get(address[1].replace("&amp;", "&"))
    assert "示例走访" in page(form)
    for _ in range(2):
        assert officer.post(NEW, {**hidden(form), **TYPED}).status_code == 302
    case = VisitCase.objects.get().case
    assert (Case.objects.count(), case.channel) == (1, "visit")
    assert case.title in page(officer.get(f"/visits/{visit.pk}/"))
    assert "示例走访" in page(officer.get(f"/cases/{case.number}/"))
    assert "示例走访" in page(officer.get("/visits/?q=示例&sort=-brought"))
    assert stream(officer.get("/visits/visits.xlsx")).startswith(b"PK")
    assert signed_in(zone.world.agent).get("/visits/").status_code == 403
    assert officer.get("/visits/999/").status_code == 404


def test_alike_ones_are_suggested_but_not_shown_to_other_firms(zone: Zone) -> None:
    case = zone.raise_demand()
    asked = f"/services/{DEMAND}/alike/?demand_title=夜班员工没有公交&details=示例"
    assert case.title in page(signed_in(zone.clerk).get(asked))
    assert case.title in page(signed_in(zone.world.agent).get(asked))
    stranger = page(signed_in(zone.world.stranger).get(asked))
    assert case.title not in stranger
    assert "另有 1 家企业提出过类似问题" in stranger
    assert "另有" not in page(
        signed_in(zone.world.stranger).get(f"/services/{DEMAND}/alike/?demand_title=专利")
    )


def test_a_repeated_one_is_merged_with_one_click(zone: Zone) -> None:
    first, second = zone.raise_demand(), zone.raise_demand()
    desk = signed_in(zone.desk)
    shown = page(desk.get(f"/cases/{second.number}/"))
    address = re.search(rf'href="(/cases/{second.number}/acts/merge/\?merged_into={first.number})"', shown)
    assert address, shown
    form = desk.get(address[1])
    assert f'value="{first.number}"' in page(form)
    path = address[1].split("?")[0]
    wrong = desk.post(path, {**hidden(form), "merged_into": "SQ-2026-999999", "_confirmed": "1"})
    assert errors(wrong) == {"merged_into": "请填写另一件在办的同类事项编号"}
    sent = desk.post(path, {**hidden(wrong), "merged_into": first.number, "_confirmed": "1"})
    assert sent.status_code == 302, errors(sent)
    assert second.number in page(desk.get(f"/cases/{first.number}/"))


def test_the_share_solved_is_live_and_says_what_it_is(zone: Zone) -> None:
    reader, address = signed_in(zone.supervisor), f"/services/{DEMAND}/raised/"
    assert "没有待解决的问题" in page(reader.get(address))
    cases = [zone.raise_demand(demand_title=f"示例诉求{n}") for n in range(4)]
    zone.act(cases[0], "decline", zone.desk, decline_reason="示例")
    zone.act(cases[1], "pass_on", zone.desk, main_department="living", **NONE)
    zone.act(cases[1], "answer", zone.lines["living"], answer="示例")
    zone.act(cases[1], "agree", zone.world.agent)
    shown = page(reader.get(address))
    assert "33.3" in shown
    assert "不计入：并入同类诉求、不予受理、已撤回" in shown
    assert "示例诉求2" in shown
    assert "示例诉求1" not in shown
    assert "示例诉求1" in page(reader.get(f"{address}?show=solved"))
    assert "示例诉求1" not in page(reader.get(f"{address}?show=all&q=诉求3"))
    assert stream(reader.get(f"{address}raised.xlsx?show=all")).startswith(b"PK")
    assert signed_in(zone.world.agent).get(address).status_code == 403
    assert "企业诉求" in page(reader.get("/"))
    figures = Client().get(f"/api/v1/promises/{DEMAND}/resolution").json()
    assert (figures["raised"], figures["solved"], figures["left_out"], figures["rate"]) == (4, 1, 1, 333)


def test_branches_are_drawn_with_the_one_that_decides(zone: Zone) -> None:
    case = zone.raise_demand()
    zone.act(
        case, "pass_on", zone.desk,
        main_department="living", joint_one_department="labour", joint_two_department="none",
    )  # fmt: skip
    shown = page(signed_in(zone.lines["labour"]).get(f"/cases/{case.number}/"))
    lanes = shown.split('id="lanes"')[1].split("</ul>")[0]
    assert lanes.count('<li class="lane') == 4
    critical = lanes.split("is-critical")[1].split("</li>")[0]
    assert "主办" in critical
    assert "由它决定" in critical


def test_over_the_api_it_is_the_same(zone: Zone) -> None:
    clerk, firm = Api.of(zone.clerk), zone.world.firm
    visit = clerk.post(
        "/visits", {"firm": firm.credit_code, "day": "2026-02-10", "subject": "示例", "summary": "示例"}
    ).json()
    body = {"promise": DEMAND, "firm": firm.credit_code, "data": TYPED}
    made = clerk.post("/cases", {**body, "channel": "visit", "visit": visit["id"]})
    assert made.status_code == 201, made.content
    assert made.json()["channel"] == "visit"
    assert clerk.get(f"/visits/{visit['id']}").json()["cases"] == [made.json()["number"]]
    assert codes(clerk.post("/cases", {**body, "channel": "window", "visit": visit["id"]})) == [
        "unknown-visit"
    ]
    assert codes(clerk.post("/cases", body)) == ["no-firm"]
    assert codes(Api.of(zone.world.stranger).post("/cases", {**body, "channel": "window"})) == [
        "not-taken-in"
    ]
    found = clerk.get(f"/promises/{DEMAND}/alike?q=夜班员工没有公交").json()
    assert [one["number"] for one in found["cases"]] == [made.json()["number"]]


def test_the_ladder_ends_on_the_public_list_and_closing_needs_reasons_the_firm_may_contest(
    zone: Zone,
) -> None:
    case, now = zone.raise_demand(demand_title="示例：末班车"), NOW
    for days in range(1, 30):
        now = NOW + timedelta(days=days)
        jobs.tick(now=now)
    with at(now):
        address = f"/services/{DEMAND}/raised/"
        leader = signed_in(zone.supervisor)
        assert "示例：末班车" in page(leader.get(f"{address}?show=public"))
        zone.act(case, "pass_on", zone.desk, now, main_department="living", **NONE)
        zone.act(case, "answer", zone.lines["living"], now, answer="示例")
        assert act(leader, case, "close_with_reasons", closing_reason="").status_code == 422
        sent = act(leader, case, "close_with_reasons", closing_reason="示例：超出本区权限")
        if sent.status_code == 200:
            sent = leader.post(sent.request["PATH_INFO"], {**hidden(sent), "_confirmed": "1"})
        assert sent.status_code == 302
        assert "100.0" not in page(leader.get(address)), "the firm may still contest it"
        firm = signed_in(zone.world.agent)
        assert act(firm, case, "reopen_closed", not_solved_reason="示例：仍没有车").status_code == 302
        reopened = page(leader.get(address))
        assert "示例：末班车" in reopened
        assert "100.0" not in reopened
