"""The policy studio: written, told in words, tried on a firm, reckoned, published by two people, in force."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from lianqiao.bridge import jobs, packs
from lianqiao.bridge.commands.publishing import publish_policy, withdraw
from lianqiao.bridge.long_jobs import do_all
from lianqiao.bridge.models import Publication
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.recording import record_fact
from lianqiao.service.policy_studio.models import PolicyDraft, Preview
from lianqiao.site.job_kinds import KINDS
from tests.portal.api_world import Api
from tests.world import NOW, World, at, person, read, signed_in, stream

pytestmark = pytest.mark.usefixtures("publishing")
POLICY = "example-rent-relief"
FACTS = {
    "founded": "2025-06-01",
    "lease_until": "2027-06-01",
    "employees": "12",
    "lease_paid": "100000元",
}


@pytest.fixture
def officer(world: World) -> Person:
    made = person("benefit-01", "示例惠企专员01", NOW)
    organization.give_duty(made.pk, code="benefit-officer", actor=None, now=NOW)
    return made


@pytest.fixture
def leader(world: World) -> Person:
    made = person("benefit-lead", "示例惠企负责人", NOW)
    organization.give_duty(made.pk, code="benefit-leader", actor=None, now=NOW)
    return made


@pytest.fixture
def desk(officer: Person) -> Client:
    return signed_in(officer)


def know(world: World, officer: Person) -> None:
    """Let the zone know enough of firm A for the relief of rent."""
    for attribute, text in FACTS.items():
        record_fact(
            parties.of_firm(world.firm), attribute, text, source="示例登记", as_of=NOW.date(), by=officer,
            now=NOW,
        )  # fmt: skip


def begin(desk: Client) -> PolicyDraft:
    sent = desk.post(f"/policies/{POLICY}/drafts/")
    assert sent.status_code == 302
    return PolicyDraft.objects.get(pk=int(sent.headers["Location"].split("/")[3]))


def write(desk: Client, draft: PolicyDraft, *changes: tuple[str, str]) -> Any:
    draft.refresh_from_db()
    text = draft.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return desk.post(f"/policies/drafts/{draft.pk}/", {"text": text, "edition": draft.edition})


def reckon(desk: Client, draft: PolicyDraft) -> None:
    assert desk.post(f"/policies/drafts/{draft.pk}/cost/").status_code == 302
    do_all(KINDS, clock=lambda: NOW)


def test_from_the_words_to_what_is_in_force(
    world: World, officer: Person, leader: Person, desk: Client
) -> None:
    know(world, officer)
    shown = read(desk.get(f"/policies/{POLICY}/"))
    assert "参保职工人数不低于5" in shown
    draft = begin(desk)
    # a fault is told with its line, and what was typed is kept
    wrong = write(desk, draft, ("employees >= 5", "employes >= 5"))
    assert wrong.status_code == 302
    faulty = read(desk.get(f"/policies/drafts/{draft.pk}/"))
    assert "employes &gt;= 5" in faulty
    assert re.search(r"第 \d+ 行", faulty)
    write(desk, draft, ("employes >= 5", "employees >= 10"))
    whole = read(desk.get(f"/policies/drafts/{draft.pk}/?firm={world.firm.credit_code}"))
    assert "参保职工人数不低于10" in whole
    assert "50%" in whole
    assert world.firm.name in whole
    assert "¥62,000" in whole  # half of 100,000 yuan, and a thousand for each of twelve
    # not published before it is reckoned, nor by who wrote it, nor by an officer who leads nothing
    address = f"/policies/drafts/{draft.pk}/publication/"
    draft.refresh_from_db()
    form = {"note": "示例：十人以上", "edition": draft.edition}
    chief = signed_in(leader)
    assert "还没有测算" in read(chief.post(address, form))
    reckon(desk, draft)
    found = Preview.objects.get().found
    assert (found["after"]["count"], found["before"]["count"]) == (1, 1)
    assert "另一人" in read(desk.post(address, form))
    assert chief.post(address, form).status_code == 302
    made = Publication.objects.get()
    assert (made.key, made.kind) == (f"policy:{POLICY}@1", "policy")
    now = packs.current().benefits.policies[POLICY]
    assert [one.when for one in now.versions[0].conditions][-1] == "employees >= 10"
    assert not re.search(r"\bv1\b", read(desk.get("/policies/")))
    # withdrawn, the district's own file stands again
    assert chief.post(f"/policies/{POLICY}/versions/1/withdrawal/", {"reason": "示例"}).status_code == 302
    again = packs.current().benefits.policies[POLICY]
    assert [one.when for one in again.versions[0].conditions][-1] == "employees >= 5"


def test_over_the_api_a_publication_is_made(world: World, leader: Person, desk: Client) -> None:
    draft = begin(desk)
    write(desk, draft, ("employees >= 5", "employees >= 10"))
    reckon(desk, draft)
    draft.refresh_from_db()
    wanted = {"note": "示例：十人以上", "edition": draft.edition}
    made = Api.of(leader).post(f"/policy-drafts/{draft.pk}/publication", wanted)
    assert (made.status_code, made.json()["key"]) == (201, f"policy:{POLICY}@1")


def test_two_windows_and_a_draft_given_up(desk: Client) -> None:
    draft = begin(desk)
    first = write(desk, draft, ("employees >= 5", "employees >= 6"))
    assert first.status_code == 302
    second = desk.post(f"/policies/drafts/{draft.pk}/", {"text": "id = 1", "edition": 1})
    assert second.status_code == 422
    assert "id = 1" in read(second)
    desk.post(f"/policies/drafts/{draft.pk}/dropped/")
    assert "begin" not in read(desk.get(f"/policies/drafts/{draft.pk}/"))
    closed = desk.post(f"/policies/drafts/{draft.pk}/", {"text": "x", "edition": 2})
    assert closed.status_code == 422


def sheet(*rows: tuple[str, ...]) -> BytesIO:
    book, kept = Workbook(), BytesIO()
    page = book.active
    assert page is not None
    page.append(["条件", "条款", "指标", "要求", "值", "任一组", "没有时"])
    for row in rows:
        page.append(row)
    book.save(kept)
    kept.seek(0)
    kept.name = "条件.xlsx"
    return kept


def test_a_sheet_of_conditions_becomes_a_draft(desk: Client) -> None:
    typed = {"new_id": "sheet-made", "title": "示例表格政策", "basis": "示例办法", "source": "示例文号",
             "effective_from": "2026-01-01", "party": "firm", "delivery": "invited"}  # fmt: skip
    bad = sheet(("营收", "一", "年营收", "不低于", "5万元", "", ""))
    refused = desk.post("/policies/sheet/", {**typed, "sheet": bad})
    assert refused.status_code == 422
    assert "line 2, column attribute" in read(refused)
    assert 'value="示例表格政策"' in read(refused)
    good = sheet(
        ("职工", "第一条", "参保职工人数", "不少于", "5", "", ""),
        ("营收", "第二条", "年营收", "不低于", "5万元", "", ""),
    )
    sent = desk.post("/policies/sheet/", {**typed, "sheet": good}, follow=True)
    assert "line 3, column attribute" in read(sent)
    draft = PolicyDraft.objects.get()
    assert "employees >= 5" in draft.text
    assert "通过检查" in read(desk.get(f"/policies/drafts/{draft.pk}/"))
    english = read(desk.get(f"/policies/drafts/{draft.pk}/", headers={"accept-language": "en"}))
    assert "It passes the check." in english
    assert stream(desk.get("/policies/policies.xlsx")).startswith(b"PK")


def test_what_others_rest_on_is_not_taken_away(world: World, officer: Person, leader: Person) -> None:
    given: dict[str, Any] = {"written_by": officer, "by": leader, "note": "示例", "now": NOW}
    base = re.sub(r"(?m)^exclusions = .*\n", "", packs.current().texts[f"policies/{POLICY}.toml"])
    new = base.replace(f'id = "{POLICY}"', 'id = "new-base"')
    publish_policy(new, **given)
    needing = base.replace(f'id = "{POLICY}"', 'id = "needs-base"\nrequires = ["new-base"]')
    publish_policy(needing, **given)
    with pytest.raises(Refusal):
        withdraw("policy:new-base@1", by=leader, reason="示例", now=NOW)
    assert "new-base" in packs.current().benefits.policies
    # one that takes effect later is put in force by the tick
    later = publish_policy(needing, **given, effective_at=NOW + timedelta(days=1))
    assert later.in_force_at is None
    with at(NOW + timedelta(days=2)):
        jobs.tick(now=NOW + timedelta(days=2))
    later.refresh_from_db()
    assert later.in_force_at
