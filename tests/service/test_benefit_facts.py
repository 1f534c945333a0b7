"""Facts: recorded once, corrected in the open, unknown where they cannot be used, nobody else's to see."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from lianqiao.bridge import long_jobs
from lianqiao.bridge.models import Attachment, Job
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.recording import correct_fact, record_fact
from lianqiao.service.benefits.models import Fact, FactImport, FactProblem
from lianqiao.service.benefits.queries.facts import columns_of, facts_of
from lianqiao.site.job_kinds import KINDS
from tests.portal.api_world import token_of
from tests.world import NOW, PDF, World, person, read, signed_in, stream, upload

DAY = date(2026, 2, 11)


@pytest.fixture
def officer(world: World) -> Person:
    made = person("benefit-01", "示例惠企专员01", NOW)
    organization.give_duty(made.pk, code="benefit-officer", actor=None, now=NOW)
    return made


def say(world: World, by: Person, attribute: str, text: str, **more: Any) -> Fact:
    given = {"source": "示例统计局", "as_of": DAY, "now": NOW, **more}
    return record_fact(parties.of_firm(world.firm), attribute, text, by=by, **given)


def known(world: World, day: date = DAY, **more: Any) -> Any:
    return facts_of(parties.of_firm(world.firm), day, **more)


def test_a_fact_is_known_with_its_source_and_by_columns(world: World, officer: Person) -> None:
    say(world, officer, "revenue", "1,200万元")
    say(world, officer, "last_penalty", "无")
    say(world, officer, "licences", "drug；software")
    found = known(world)
    assert found.facts.values == {"revenue": 1_200_000_000, "licences": ("drug", "software")}
    assert found.facts.absent == {"last_penalty"}
    assert found.facts.sources["revenue"] == "示例统计局 2026-02-11"
    table, _ = columns_of("firm", [world.other_firm.pk, world.firm.pk], DAY)
    assert table.columns["revenue"].known.tolist() == [False, True]
    assert table.columns["revenue"].values[1] == 1_200_000_000
    with pytest.raises(Refusal) as again:
        say(world, officer, "revenue", "1200万元")
    assert again.value.code == "fact-known"


def test_what_cannot_be_used_is_unknown_and_told_and_never_decides(world: World, officer: Person) -> None:
    say(world, officer, "employees", "30")
    say(world, officer, "employees", "30", source="示例社保局")
    assert known(world).facts.values["employees"] == 30
    wrong = say(world, officer, "employees", "31", source="示例税务局", as_of=DAY - timedelta(days=9))
    assert "employees" not in known(world).facts.values
    assert known(world).troubles["employees"].code == "facts-disagree"
    assert FactProblem.objects.get(solved_at=None).code == "facts-disagree"
    # a source's newer word replaces its own, not another's
    say(world, officer, "employees", "30", source="示例税务局", as_of=DAY)
    assert known(world).facts.values["employees"] == 30
    assert not FactProblem.objects.filter(solved_at=None).exists()
    assert wrong.corrections.count() == 0
    say(world, officer, "revenue", "10万元", valid_until=DAY)
    assert "revenue" in known(world).facts.values
    assert known(world, DAY + timedelta(days=1)).troubles["revenue"].code == "fact-expired"
    assert known(world, DAY - timedelta(days=1)).troubles["revenue"].code == "fact-in-future"


@pytest.mark.parametrize(
    ("attribute", "text", "code"),
    [
        ("revenue", "1200", "currency-missing"),
        ("revenue", "1200美元", "currency-foreign"),
        ("founded", "2027-01-01", "fact-in-future"),
        ("rd_ratio", "3.5", "unit-missing"),
        ("firm_size", "巨型", "option-unknown"),
        ("employees", "无", "absence-unforeseen"),
    ],
)
def test_typed_dirt_is_refused(world: World, officer: Person, attribute: str, text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        say(world, officer, attribute, text)
    assert (refused.value.code, refused.value.problems[0].facts["field"]) == (code, "text")
    assert not Fact.objects.exists()


def test_a_correction_leaves_the_history_and_can_be_asked_as_of_then(world: World, officer: Person) -> None:
    first = say(world, officer, "employees", "3")
    later = NOW + timedelta(hours=1)
    with pytest.raises(Refusal):
        correct_fact(first, "30", reason=" ", by=officer, now=later)
    correct_fact(first, "30", reason="少写一个零", by=officer, now=later)
    assert known(world).facts.values["employees"] == 30
    assert known(world, at=NOW).facts.values["employees"] == 3
    assert Fact.objects.count() == 2
    with pytest.raises(Refusal) as again:
        correct_fact(first, "31", reason="再改", by=officer, now=later)
    assert again.value.code == "fact-corrected"
    correct_fact(Fact.objects.latest("pk"), "", reason="来源收回", withdraw=True, by=officer, now=later)
    assert known(world).facts.values == {}
    with pytest.raises(Refusal):
        correct_fact(first, "30", reason="x", by=world.agent, now=later)


def test_a_persons_fact_needs_consent_and_a_purpose_narrows(world: World, officer: Person) -> None:
    who = parties.of_person(world.stranger)
    record_fact(who, "employees", "1", by=officer, now=NOW, source="示例", consent="none")
    assert facts_of(who, DAY).troubles["employees"].code == "consent-missing"
    record_fact(who, "founded", "2020-01-01", by=officer, now=NOW, source="示例", purpose="benefits")
    assert facts_of(who, DAY).facts.values == {"founded": "2020-01-01"}
    assert facts_of(who, DAY, purpose="licences").facts.values == {}


def test_a_firm_types_its_own_with_its_paper_and_nobody_else_sees_it(world: World, officer: Person) -> None:
    firm, stranger, clerk = signed_in(world.agent), signed_in(world.stranger), signed_in(officer)
    page = f"/benefits/firms/{world.firm.credit_code}/facts/"
    typed = {"attribute": "rd_spend", "text": "300万", "paper": upload("审计报告.pdf")}
    assert firm.post(page + "new/", typed).status_code == 302
    fact = Fact.objects.get()
    assert (fact.source, fact.confidence, fact.consent) == ("企业申报", "medium", "given")
    refused = firm.post(page + "new/", {"attribute": "rd_spend", "text": "三百"})
    assert refused.status_code == 422
    assert "三百" in read(refused)
    assert "审计报告.pdf" in read(firm.get(page))
    paper = f"/benefits/facts/{fact.pk}/paper/"
    assert stream(firm.get(paper)) == stream(clerk.get(paper)) == PDF
    for address in (page, page + "new/", paper):
        assert stranger.get(address).status_code == 404
    for address in ("/benefits/facts/", "/benefits/problems/", "/benefits/facts/import/"):
        assert stranger.get(address).status_code == firm.get(address).status_code == 403
    # the paper outlasts what belongs to nobody
    assert Attachment.objects.get().sha256 == fact.paper["sha256"]  # type: ignore[index]


def table(world: World) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["示例：规上企业统计"])
    sheet.append(["统一社会信用代码", "企业", "上年度营业收入（万元）", "参保职工人数", "备注"])
    sheet.append([world.firm.credit_code, "甲", 1200, 30, ""])
    sheet.append([world.other_firm.credit_code, "乙", "=1/0", "无", ""])
    sheet.append(["91360112MA0000099X", "丙", 5, 5, ""])
    sheet.append(["", "丁", 5, 5, ""])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_table_is_taken_in_and_again_changes_nothing(world: World, officer: Person) -> None:
    clerk = signed_in(officer)
    content = table(world)
    sent = clerk.post("/benefits/facts/import/", {"file": upload("统计.xlsx", content)})
    assert sent.status_code == 302, read(sent)
    page = read(clerk.get(sent.headers["Location"]))
    assert "上年度营业收入（万元）" in page
    meant = {
        "column_0": "party", "column_2": "revenue", "unit_2": "万元", "column_3": "employees",
        "source": "示例统计局", "as_of": "2026-01-31", "confidence": "high", "consent": "law",
    }  # fmt: skip
    refused = clerk.post(sent.headers["Location"], {**meant, "column_0": ""})
    assert refused.status_code == 422
    for _ in range(2):
        assert clerk.post(sent.headers["Location"], meant).status_code == 302
        long_jobs.do_all(KINDS, clock=lambda: NOW)
        job = Job.objects.latest("pk")
        if job.state != "done":
            break
        sent_again = clerk.post("/benefits/facts/import/", {"file": upload("统计.xlsx", content)})
        assert sent_again.status_code == 302
    assert [
        (one.added, one.known, one.unusable, one.left_out) for one in FactImport.objects.order_by("pk")
    ] == [
        (3, 0, 1, 2),
        (0, 3, 0, 2),
    ]
    assert known(world).facts.values == {"revenue": 1_200_000_000, "employees": 30}
    report = read(clerk.get(f"/benefits/facts/imports/{FactImport.objects.latest('pk').pk}/"))
    assert "91360112MA0000099X" in report
    assert world.other_firm.name in read(clerk.get("/benefits/problems/"))
    assert world.firm.name in read(clerk.get("/benefits/facts/?q=营业收入&sort=-as_of"))
    assert stream(clerk.get("/benefits/facts/facts.xlsx"))
    assert stream(clerk.get("/benefits/problems/problems.xlsx"))
    page = read(clerk.get("/benefits/problems/?code=absence-unforeseen"))
    assert world.other_firm.name in page
    correction = f"/benefits/facts/{Fact.objects.exclude(problem='').get().pk}/correction/"
    assert clerk.post(correction, {"text": "7", "reason": "电话核实"}).status_code == 302
    assert not FactProblem.objects.filter(solved_at=None).exists()


def test_programs_record_and_ask(world: World, officer: Person) -> None:
    address = f"/api/v1/firms/{world.firm.credit_code}/facts"

    def asked(who: Person, **more: Any) -> Any:
        client = Client(headers={"Authorization": f"Bearer {token_of(who)}"})
        if more:
            return client.post(address, more, content_type="application/json")
        return client.get(address)

    made = asked(officer, attribute="revenue", text="5000元", source="示例统计局")
    assert (made.status_code, made.json()["value"]) == (201, 500_000)
    assert asked(officer, attribute="revenue", text="5000", source="示例").status_code == 422
    assert asked(world.agent, attribute="employees", text="9").status_code == 201
    rows = {one["attribute"]: one for one in asked(world.agent).json()["facts"]}
    assert (rows["revenue"]["state"], rows["revenue"]["value"]) == ("value", 500_000)
    assert rows["founded"]["state"] == "unknown"
    assert asked(world.stranger).status_code == asked(world.leader).status_code == 404
