"""The pages and the API of people's benefits, as a talent, an officer and a stranger go through them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from lianqiao.bridge import long_jobs
from lianqiao.bridge.models import Notice
from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent.commands import permit
from lianqiao.innovation.talent.models import Talent
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands import granting
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.commands.fact_jobs import FileMeant, ask_facts_import
from lianqiao.service.benefits.commands.matching import match_now
from lianqiao.service.benefits.models import Appeal, Batch, Decision, Fact, FactImport, Grant, Payment
from lianqiao.service.benefits.queries.facts import facts_of
from lianqiao.site.job_kinds import KINDS
from tests.benefit_world import Town
from tests.portal.api_world import Api, codes
from tests.service.test_lists import numbers
from tests.talent_world import GOOD, HOUSING, LIVING, POST, talent_person
from tests.world import NOW, at, read, signed_in, stream, upload

ACCOUNT = {"holder": "示例王小明1", "bank": "示例银行新区支行", "number": "6222 0000 8765 4321"}
OWN, NAME = "/benefits/own/", "示例王小明1"
PAYDAY = NOW + timedelta(days=20)


def work(now: object = NOW) -> None:
    long_jobs.do_all(KINDS, clock=lambda: now)  # type: ignore[arg-type, return-value]


def test_from_the_permission_to_the_grant(town: Town, office: Person) -> None:
    who = talent_person(office, permits=False, **{**GOOD, "contract_until": ""})
    mine, clerk = signed_in(who), signed_in(town.officer)
    assert "尚未许可匹配" in read(mine.get(OWN))
    assert "尚未许可匹配" in read(mine.get("/talent/secretary/"))
    # permitted and matched with one click; what it finds is told and shown
    answer = mine.post(OWN, {"permit": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (302, OWN)
    page = read(mine.get(OWN))
    assert "示例·人才租购房补贴" in page
    assert "还缺：劳动合同到期日（劳动合同）" in page
    assert Notice.objects.filter(person=who, kind="benefit").count() == 1
    assert "可免申即享" in read(mine.get("/notices/"))
    # the one paper, uploaded, and the invitation follows
    given = {"attribute": "contract_until", "text": "2028-01-01", "paper": upload("合同.pdf")}
    assert mine.post(f"{OWN}facts/new/", {"attribute": "contract_until", "text": "后年"}).status_code == 422
    assert mine.post(f"{OWN}facts/new/?attribute=contract_until", given).headers["Location"] == OWN
    fact = Fact.objects.get(attribute="contract_until")
    assert (fact.person, fact.source, fact.consent) == (who, "本人申报", "given")
    known = read(mine.get(f"{OWN}facts/"))
    assert "人才档案" in known
    assert "本人申报" in known
    assert stream(mine.get(f"/benefits/facts/{fact.pk}/paper/")).startswith(b"%PDF")
    page = read(mine.get(f"{OWN}policies/{LIVING}/"))
    assert "示例人才办法第四条" in page
    assert "劳动合同到期日: 2028年1月1日" in page
    assert "2028-01-01" not in page
    assert mine.post(f"{OWN}policies/{LIVING}/", {}).status_code == 422
    assert mine.post(f"{OWN}policies/{LIVING}/", ACCOUNT).status_code == 302
    assert mine.post(f"{OWN}policies/{HOUSING}/", {}).status_code == 302
    declined = Grant.objects.get(policy=POST)
    assert mine.post(f"{OWN}declined/{declined.pk}/").status_code == 302
    # what was not taken up is no longer among what is theirs
    yours, not_taken_up = read(mine.get(OWN)).split("未办理的邀请")
    assert "示例·人才岗位补贴" in not_taken_up
    assert "示例·人才岗位补贴" not in yours.split("今天即符合")[0]
    assert dict(Grant.objects.values_list("policy", "state")) == {
        LIVING: "granted", HOUSING: "granted", POST: "declined",
    }  # fmt: skip
    # on public notice, in the officer's lists and in the case with the name masked
    case = Grant.objects.get(policy=LIVING).case
    assert case is not None
    shown = [Client().get("/benefits/notice/"), clerk.get("/benefits/grants/"), clerk.get("/benefits/facts/"),
             clerk.get(f"/cases/{case.number}/"), clerk.get("/benefits/grants/grants.xlsx")]  # fmt: skip
    for answer in shown:
        content = stream(answer) if answer.streaming else answer.content
        assert NAME not in content.decode(errors="ignore")
    assert "示***1" in read(shown[0])
    assert "6222" not in read(mine.get(OWN))
    # nobody else has a part in it
    for address in (f"{OWN}declined/{declined.pk}/", f"/cases/{case.number}/"):
        assert signed_in(office).get(address).status_code in (404, 405)
    with at(PAYDAY):
        assert clerk.post("/benefits/payments/").status_code == 302
        work(PAYDAY)
        page = read(clerk.get(f"/benefits/payments/{Batch.objects.get().pk}/"))
        assert NAME not in page
        assert "示***1" in page
        # people are not looked for by name
        assert "示***1" not in read(clerk.get(f"/benefits/payments/{Batch.objects.get().pk}/?q={NAME}"))
        Payment.objects.update(state="paid")
        recovery = f"/benefits/payments/single/{Payment.objects.earliest('pk').pk}/"
        assert NAME not in read(clerk.get(recovery))


def test_the_secretary_says_what_is_due_found_and_lacking(town: Town, office: Person) -> None:
    who = talent_person(office, **{**GOOD, "contract_until": ""})
    mine = signed_in(who)
    page = read(mine.get("/talent/secretary/"))
    assert "没有待办事项" in page, "matched tonight; until then nothing of the record is known"
    mine.post(OWN, {})
    page = read(mine.get("/talent/secretary/"))
    told = ("可以享受", "示例·人才岗位补贴", "示例·人才租购房补贴", "只差一份材料", "示例·人才生活补贴")
    assert re.search(".*".join(told), page, re.DOTALL)
    assert f"{OWN}facts/new/?attribute=contract_until" in page
    assert "/talent/secretary/" in read(mine.get("/talent/"))
    # a refusal names its conditions and articles, and can be appealed against
    stranger = talent_person(office, number=2, title="middle", insured_months="1", owns_home="是")
    other = signed_in(stranger)
    other.post(OWN, {})
    assert "示例人才办法第十条" in read(other.get(OWN))
    made = other.post(f"{OWN}policies/{HOUSING}/appeal/", {"ground": "住房已出售"})
    assert made.headers["Location"] == f"/cases/{Appeal.objects.get().case.number}/"
    assert "住房已出售" in read(other.get(made.headers["Location"]))
    assert mine.get(made.headers["Location"]).status_code == 404
    # what nobody has said yet is given where it is named, also among the refusals; a score is not
    page = read(other.get(OWN))
    assert f'href="{OWN}facts/new/?attribute=contract_until">补上：劳动合同到期日</a>' in page
    assert "查看并享受" not in page
    assert f"{OWN}facts/new/?attribute=talent_score" not in page
    # what a record is lacking is entered there, not uploaded here
    Talent.objects.get(person=who).achievements.all().delete()
    mine.post(OWN, {})
    assert "/talent/#record" in read(mine.get(f"{OWN}facts/"))
    english = read(mine.get("/talent/secretary/", headers={"accept-language": "en"}))
    assert "What lacks one paper" in english


def test_an_officer_matches_people_and_sees_them_masked(town: Town, office: Person) -> None:
    who = talent_person(office, **GOOD)
    clerk = signed_in(town.officer)
    assert clerk.post("/benefits/match/", {"kind": "person"}).status_code == 302
    work()
    found = read(clerk.get("/benefits/lists/found/"))
    assert "示***1" in found
    assert NAME not in found
    decision = f"/benefits/decisions/{Decision.objects.filter(policy=LIVING).get().pk}/"
    for reader in (clerk, signed_in(who)):
        assert "结果一致" in read(reader.get(decision))
    assert signed_in(office).get(decision).status_code == 404
    page = read(clerk.get(f"/benefits/policies/{LIVING}/?cost=1"))
    assert "示***1" in page
    assert NAME not in page
    assert clerk.post(f"/benefits/policies/{LIVING}/").status_code == 302
    work()
    assert Grant.objects.get().person == who
    assert "其中给个人" in read(clerk.get("/benefits/"))
    # a firm's pages do not ask for what is known of people
    firm, agent = town.firm()
    assert "参保月数" not in read(signed_in(agent).get(f"/benefits/firms/{firm.credit_code}/facts/"))
    english = clerk.get("/benefits/lists/found/", headers={"accept-language": "en"})
    assert english.status_code == 200


def test_the_same_over_the_api(town: Town, office: Person) -> None:
    who = talent_person(office, permits=False, **{**GOOD, "contract_until": ""})
    api = Api.of(who)
    assert api.get("/me/benefits").json() == {"permitted": False, "grants": [], "policies": []}
    permit(Talent.objects.get(), "benefits", actor=who, now=NOW)
    made = api.post("/me/facts", {"attribute": "contract_until", "text": "2028-01-01"})
    assert made.status_code == 201, made.content
    found = api.get("/me/benefits").json()
    assert {one["policy"]: one["state"] for one in found["grants"]} == {LIVING: "invited", POST: "invited"}
    assert {one["policy"]: one["verdict"] for one in found["policies"]} == dict.fromkeys(
        (LIVING, POST, HOUSING), "yes"
    )
    said = api.get("/talent/secretary").json()
    assert [one["policy"] for one in said["ready"]] == [HOUSING]
    assert (len(said["invited"]), said["nearly"]) == (2, [])
    assert codes(api.post(f"/me/benefits/{LIVING}", {})) == ["account-missing"]
    taken = api.post(f"/me/benefits/{LIVING}", ACCOUNT)
    assert (taken.status_code, taken.json()["state"]) == (201, "granted")
    assert api.post(f"/me/benefits/{HOUSING}", {}).json()["fen"] == 40_000_000
    assert codes(api.post(f"/me/benefits/{HOUSING}", {})) == ["grant-moved"]
    known = {one["attribute"]: one["state"] for one in api.get("/me/facts").json()["facts"]}
    assert known == dict.fromkeys(known, "value")
    assert "revenue" not in known
    assert codes(Api.of(town.head).get("/talent/secretary")) == ["unknown-talent"]
    rows = Api.of(town.officer).get("/benefit-decisions").json()["items"]
    assert {one["name"] for one in rows} == {"示***1"}


def test_a_table_of_people_is_taken_in_for_those_who_permit_it(town: Town, office: Person) -> None:
    who = talent_person(office)
    silent = talent_person(office, number=2, permits=False)
    rows = ["用户名,在新区累计参保月数,购房款或年租金实付额（万元）,上年度营业收入"]
    rows += [
        f"{who.username},14,100,5",
        f"{silent.username},14,,",
        f"{town.officer.username},9,,",
        "nobody,1,,",
        ",3,,",
    ]
    clerk = signed_in(town.officer)
    sent = clerk.post("/benefits/facts/import/", {"file": upload("社保.csv", "\n".join(rows).encode())})
    assert sent.status_code == 302, read(sent)
    columns = sent.headers["Location"]
    page = read(clerk.get(columns))
    # units in the reader's words; on a phone each heading is a card of labelled choices
    assert '<option value="fraction">小数（如 0.035）</option>' in page
    assert '<td data-label="单位">' in page
    english = read(clerk.get(columns, headers={"accept-language": "en"}))
    assert '<option value="万元">10,000 yuan</option>' in english
    assert '<option value="person" selected>' in page
    assert '<option value="benefits" selected>' in page
    meant = {
        "column_0": "person", "column_1": "insured_months", "column_2": "housing_paid", "unit_2": "万元",
        "source": "示例社保局", "as_of": "2026-01-31", "confidence": "high", "consent": "law",
        "purpose": "benefits",
    }  # fmt: skip
    wrong = (
        ({"column_3": "revenue"}, "这只涉及企业"),
        ({"column_3": "party"}, "一行要么关于企业，要么关于个人"),
        ({"column_0": "party"}, "这只涉及个人"),
        ({"column_0": ""}, "请指明哪一列是统一社会信用代码，或用户名"),
        ({"consent": "none"}, "关于个人，只能记录本人同意或法律允许的内容"),
        ({"purpose": ""}, "关于个人的事实只为惠企政策记录"),
    )
    for change, words in wrong:
        refused = clerk.post(columns, {**meant, **change})
        assert refused.status_code == 422, change
        assert words in read(refused), change
    assert clerk.post(columns, meant).status_code == 302
    work()
    report = FactImport.objects.get()
    assert (report.rows, report.added, report.left_out) == (5, 2, 4)
    assert [(one["line"], one["code"]) for one in report.problems] == [
        (3, "person-not-permitting"), (4, "person-not-permitting"), (5, "person-not-permitting"),
        (6, "person-missing"),
    ]  # fmt: skip
    # of people who did not agree a report keeps nothing
    assert silent.username not in str(report.problems)
    assert "许可与政策匹配" in read(clerk.get(f"/benefits/facts/imports/{report.pk}/"))
    told = Fact.objects.filter(source="示例社保局", via="import").order_by("attribute")
    assert [(one.person, one.attribute, one.value, one.purpose) for one in told] == [
        (who, "housing_paid", 100_000_000, "benefits"), (who, "insured_months", 14, "benefits"),
    ]  # fmt: skip
    # a clerk puts one right where it is listed, by a name with its middle hidden
    listed = read(clerk.get("/benefits/facts/"))
    correction = f"/benefits/facts/{told[1].pk}/correction/"
    assert correction in listed
    assert who.name not in listed
    assert (
        clerk.post(correction, {"text": "15", "reason": "电话核实"}).headers["Location"] == "/benefits/facts/"
    )
    assert facts_of(parties.of_person(who), NOW.date()).facts.values["insured_months"] == 15
    assert signed_in(who).get(correction).status_code == 403


def test_a_file_of_people_serves_benefits_alone_whoever_asks(town: Town, office: Person) -> None:
    meant = FileMeant(
        {"person": "用户名", "insured_months": "月数"}, {}, "示例社保局", "2026-01-31", consent="none"
    )
    with pytest.raises(Refusal, match="of people only"):
        ask_facts_import("0" * 64, file="a.csv", meant=meant, by=town.officer, now=NOW)
    asked = ask_facts_import(
        "0" * 64, file="a.csv", meant=replace(meant, consent="law"), by=town.officer, now=NOW
    )
    assert asked.given["meant"]["purpose"] == "benefits"


def test_programs_record_of_people_who_permit_it(town: Town, office: Person) -> None:
    who = talent_person(office)
    silent = talent_person(office, number=2, permits=False)
    fact = {"attribute": "insured_months", "text": "14", "source": "示例社保局"}
    clerk = Api.of(town.officer)
    made = clerk.post(f"/people/{who.username}/facts", fact)
    assert (made.status_code, made.json()["value"]) == (201, 14)
    assert Fact.objects.get(pk=made.json()["id"]).purpose == "benefits"
    assert codes(clerk.post(f"/people/{silent.username}/facts", fact)) == ["person-not-permitting"]
    unasked = {**fact, "consent": "none"}
    assert codes(clerk.post(f"/people/{who.username}/facts", unasked)) == ["consent-missing"]
    revenue = {**fact, "attribute": "revenue"}
    assert codes(clerk.post(f"/people/{who.username}/facts", revenue)) == ["attribute-unknown"]
    assert codes(Api.of(silent).post(f"/people/{who.username}/facts", fact)) == ["wrong-role"]


def test_what_a_person_was_given_is_among_their_matters(town: Town, office: Person) -> None:
    who, other = talent_person(office, **GOOD), talent_person(office, number=2)
    for one in (who, other):
        assert numbers(signed_in(one).get("/matters/")) == []
        assert codes(Api.of(one).get("/matters")) == ["no-firm"]
    match_now("person", [who.pk], now=NOW)
    granting.claim(HOUSING, who, by=who, now=NOW, account=AccountTyped(*ACCOUNT.values()))
    number = Grant.objects.get(policy=HOUSING).case.number
    mine, program = signed_in(who), Api.of(who)
    assert numbers(mine.get("/matters/")) == [number]
    assert numbers(signed_in(other).get("/matters/")) == []
    assert stream(mine.get("/matters/matters.xlsx"))
    for address in ("/matters", "/cases"):
        assert [one["number"] for one in program.get(address).json()["items"]] == [number], address
    assert {one["case"] for one in program.get("/changes").json()["items"]} == {number}
    assert codes(Api.of(other).get("/matters")) == ["no-firm"]
    for address in ("/cases", "/changes"):
        assert Api.of(other).get(address).json()["items"] == [], address
    # beside the cases of a firm as well
    organization.join_firm(who.pk, firm_id=town.firm()[0].pk, role="agent", actor=None, now=NOW)
    assert number in read(mine.get("/matters/"))
