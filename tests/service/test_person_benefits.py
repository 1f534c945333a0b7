"""Benefits of people: facts from records with consent only, and the same commands from match to money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from lianqiao.bridge.models import Case, Notice
from lianqiao.bridge.queries import case_for
from lianqiao.bridge.queries.one_case import log_of
from lianqiao.bridge.wording import notice_text
from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent import commands as talent
from lianqiao.innovation.talent.models import Talent
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits import jobs, parties
from lianqiao.service.benefits.commands import granting, paying
from lianqiao.service.benefits.commands.forgetting import forget_benefits, forget_what_was_paid
from lianqiao.service.benefits.commands.from_records import RECORD
from lianqiao.service.benefits.commands.matching import begin_run, match_all, match_now
from lianqiao.service.benefits.commands.recording import record_fact
from lianqiao.service.benefits.models import Account, Decision, Fact, Grant, Payment, Pot
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries.cost import cost_of
from lianqiao.service.benefits.queries.everyone import keys_to_match, party_keys
from lianqiao.service.benefits.queries.facts import fact_rows, facts_of
from lianqiao.service.benefits.queries.grants import given
from lianqiao.service.benefits.queries.personal import benefits_kept
from lianqiao.service.commands.forgetting import decide_deletion
from tests.benefit_world import Town, build_town, with_policies
from tests.service.test_benefit_grants import at_once
from tests.talent_world import (
    ACCOUNT,
    GOOD,
    HOUSING,
    LIVING,
    POST,
    confirmed,
    evaluator,
    say,
    talent_person,
)
from tests.world import NOW, at

LATER = NOW + timedelta(days=20)


def verdicts(of: Person) -> dict[str, str]:
    rows = Decision.objects.filter(person=of, current=True)
    return dict(rows.values_list("policy", "verdict"))


def refused(ask: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as found:
        ask()
    return found.value.code


def from_record(of: Person) -> list[tuple[str, Any, str, bool]]:
    rows = Fact.objects.filter(person=of, via="record").order_by("pk")
    return [(one.attribute, one.value, one.source, one.corrects_id is not None) for one in rows]


def test_a_record_is_read_only_while_its_bearer_permits_it(town: Town, office: Person) -> None:
    who = talent_person(office, permits=False, **GOOD)
    record = Talent.objects.get()
    run = match_all(begin_run("person", by=None, now=NOW), now=NOW)
    assert (run.parties, Decision.objects.count(), from_record(who)) == (0, 0, [])
    assert decisions.explained(parties.of_person(who), NOW)[1] == {}
    talent.permit(record, "benefits", actor=who, now=NOW)
    assert match_all(begin_run("person", by=None, now=NOW), now=NOW).changed == 3
    assert verdicts(who) == {LIVING: "yes", POST: "yes", HOUSING: "yes"}
    told = from_record(who)
    assert told == [("professional_title", "associate", RECORD, False), ("talent_score", 37, RECORD, False)]
    one = Fact.objects.get(attribute="professional_title")
    assert (one.as_of.isoformat(), one.consent, one.purpose) == ("2026-01-15", "given", "benefits")
    # a second night writes nothing
    assert match_all(begin_run("person", by=None, now=NOW), now=NOW).changed == 0
    assert from_record(who) == told
    # taken back: used no more at once, shown to no officer, found no longer the next night
    say(who, source="本人", consent="given", owns_home="否")
    talent.withdraw_permission(record, "benefits", actor=who, now=NOW)
    known = facts_of(parties.of_person(who), NOW.date()).facts.values
    assert set(known) == set(GOOD), "what the law allows stays known"
    assert not decisions.decisions("found").exists()
    assert {one.attribute for one in fact_rows() if one.consent == "given"} == set()
    assert granting.invite(LIVING, by=town.officer, now=NOW, closing=True) == (0, 0)
    assert (party_keys("person"), keys_to_match("person")) == ([], [who.pk])
    match_all(begin_run("person", by=None, now=NOW), now=NOW)
    assert set(verdicts(who).values()) == {"no"}
    assert keys_to_match("person") == []
    assert refused(lambda: granting.claim(HOUSING, who, by=who, now=NOW, account=ACCOUNT)) == "not-granted"


def test_what_a_record_says_otherwise_corrects_what_it_said(town: Town, office: Person) -> None:
    who = talent_person(office, title="middle", **GOOD)
    record = Talent.objects.get()
    match_now("person", [who.pk], now=NOW)
    assert verdicts(who) == {POST: "yes", LIVING: "nearly", HOUSING: "nearly"}
    entry = confirmed(record, "title", office, choice="full")
    match_now("person", [who.pk], now=NOW)
    assert verdicts(who) == {POST: "yes", LIVING: "yes", HOUSING: "yes"}
    assert Decision.objects.get(person=who, policy=LIVING, current=True).fen == 6_000_000
    talent.take_back_achievement(entry, actor=who, now=NOW)
    match_now("person", [who.pk], now=NOW)
    titles = [(value, corrects) for name, value, _, corrects in from_record(who) if name != "talent_score"]
    assert titles == [("middle", False), ("full", True), ("middle", True)]
    for one in Decision.objects.all():
        assert decisions.replayed(one).same
    # an entry not confirmed says nothing
    for row in record.achievements.filter(indicator="title", state="confirmed"):
        talent.take_back_achievement(row.pk, actor=who, now=NOW)
    match_now("person", [who.pk], now=NOW)
    last = Fact.objects.filter(attribute="professional_title").latest("pk")
    assert (last.state, last.value) == ("withdrawn", None)
    assert "professional_title" not in facts_of(parties.of_person(who), NOW.date()).facts.values


def test_from_the_invitation_to_the_money_and_back(town: Town, office: Person) -> None:
    who, other = talent_person(office, **GOOD), talent_person(office, number=2)
    match_all(begin_run("person", by=None, now=NOW), now=NOW)
    assert granting.invite(LIVING, by=town.officer, now=NOW) == (1, 4_000_000)
    assert granting.invite(LIVING, by=town.officer, now=NOW) == (0, 0)
    grant = Grant.objects.get()
    assert refused(lambda: granting.confirm(grant.pk, by=other, now=NOW, account=ACCOUNT)) == "wrong-role"
    assert refused(lambda: granting.confirm(grant.pk, by=who, now=NOW)) == "account-missing"
    done = granting.confirm(grant.pk, by=who, now=NOW, account=ACCOUNT)
    assert (done.state, done.example) == ("granted", who.example)
    claimed = granting.claim(HOUSING, who, by=who, now=NOW)
    assert (claimed.fen, claimed.period) == (40_000_000, "ever")
    assert refused(lambda: granting.claim(HOUSING, who, by=who, now=NOW)) == "granted-before"
    assert refused(lambda: granting.claim(HOUSING, other, by=who, now=NOW)) == "wrong-role"
    assert Account.objects.get().tail == "4321"
    # the money is promised in a case of theirs alone, in which they are masked
    case = Case.objects.get(pk=done.case_id)
    assert (case.firm_id, case.applicant_id) == (None, who.pk)
    assert case_for(case.number, who, at=NOW).roles == {"applicant"}
    assert refused(lambda: case_for(case.number, other, at=NOW)) == "unknown-case"
    assert [line.who for line in log_of(case)] == ["示***1"]
    # paid with everybody's, by the same two people
    batch = paying.fill_batch(paying.begin_batch(by=town.officer, now=LATER), now=LATER)
    paying.release_batch(batch.pk, by=town.head, now=LATER)
    first, second = batch.payments.order_by("pk")
    settled: dict[str, Any] = {"told": "", "bank_reference": "B1", "by": town.head, "now": LATER}
    paying.settle(first.pk, paid=True, **settled)
    paying.settle(second.pk, paid=True, **settled)
    assert (given(kind="person")["fen"], given(kind="person")["people"], given(kind="firm")["fen"]) == (
        44_000_000,
        1,
        0,
    )
    back = paying.ask_back(second.pk, reason="重复申领", by=town.head, now=LATER)
    paying.take_back(back.pk, bank_reference="R1", by=town.head, now=LATER)
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["paid", "recovered"]
    assert Case.objects.get(pk=done.case_id).closed_at is not None


def test_an_appeal_is_the_persons_own(town: Town, office: Person) -> None:
    who = talent_person(office, **{**GOOD, "insured_months": "1"})
    made = granting.appeal(LIVING, who, ground="参保月数有误", by=who, now=NOW)
    assert (made.case.firm_id, made.case.applicant_id) == (None, who.pk)
    from lianqiao.service.benefits.queries.grants import appeals_of

    assert appeals_of(parties.of_person(who)) == [made]
    assert appeals_of(parties.of_person(office)) == []


def test_one_paper_of_ones_own_and_the_invitation_follows(town: Town, office: Person) -> None:
    who = talent_person(office, **{**GOOD, "contract_until": ""})
    match_all(begin_run("person", by=None, now=NOW), now=NOW)
    one = Decision.objects.get(person=who, policy=LIVING)
    assert (one.verdict, one.lacks) == ("nearly", ["contract_until"])
    made = record_fact(parties.of_person(who), "contract_until", "2028-01-01", by=who, now=NOW)
    assert (made.source, made.consent) == ("本人申报", "given")
    assert {grant.policy for grant in granting.follow_facts(who, now=NOW)} == {LIVING, POST}
    with override("zh-hans"):
        told = [notice_text(one) for one in Notice.objects.filter(person=who, kind="benefit")]
    # what one is invited to is told with the invitation, what one takes oneself when it is found
    assert sorted(told) == [
        ("您符合一项政策的条件 · 示例·人才租购房补贴", ""),
        ("有一项政策只差一项条件或材料 · 示例·人才生活补贴", ""),
        ("有一项政策可免申即享，请确认 · 示例·人才岗位补贴", "日期：2026-03-17"),
        ("有一项政策可免申即享，请确认 · 示例·人才生活补贴", "日期：2026-03-17"),
    ]


def test_officers_say_no_more_of_themselves_and_release_nothing_to_themselves(
    town: Town, office: Person
) -> None:
    own = record_fact(
        parties.of_person(town.officer), "insured_months", "99", by=town.officer, now=NOW, source="社保局"
    )
    assert (own.source, own.confidence) == ("本人申报", "low")
    record = talent.keep_record(town.head, post="示例", field="示例", firm=None, now=NOW)
    for purpose in ("evaluation", "benefits"):
        talent.permit(record, purpose, actor=town.head, now=NOW)
    confirmed(record, "title", office, choice="full")
    say(town.head, **GOOD)
    granting.claim(HOUSING, town.head, by=town.head, now=NOW, account=ACCOUNT)
    batch = paying.fill_batch(paying.begin_batch(by=town.officer, now=LATER), now=LATER)
    assert refused(lambda: paying.release_batch(batch.pk, by=town.head, now=LATER)) == "own-payment"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_for_the_last_money_and_exactly_one_has_it() -> None:
    with at(NOW):
        build_town()
        office = evaluator()
        people = [talent_person(office, number=number, **GOOD) for number in range(20)]
        end = "cap = 60000000\n"
        limit = f'{end}\n[versions.limit]\nbudget = 50000000\norder = ["insured_months"]\n'
        with with_policies(example_talent_housing={end: limit}):

            def ask(who: Person) -> Callable[[], Any]:
                return lambda: granting.claim(HOUSING, who, by=who, now=NOW, account=ACCOUNT)

            answers = at_once(*map(ask, people))
    granted = [one for one in answers if isinstance(one, Grant)]
    assert [one for one in answers if one != "pot-empty"] == granted
    assert len(granted) == Pot.objects.get(policy=HOUSING).count == Case.objects.count() == 1


def test_a_policy_costs_what_those_who_permit_it_would_get(town: Town, office: Person) -> None:
    from lianqiao.bridge import packs

    talent_person(office, **GOOD)
    talent_person(office, number=2, permits=False, **GOOD)
    match_all(begin_run("person", by=None, now=NOW), now=NOW)
    found = cost_of(packs.current().benefits, LIVING, now=NOW)
    assert (found.parties, found.count, found.fen) == (1, 1, 4_000_000)
    assert not Firm.objects.exists()
    assert jobs.look_after_benefits(now=NOW) >= 1


def test_a_person_is_forgotten_and_the_sum_stays(town: Town, office: Person) -> None:
    who = talent_person(office, **GOOD)
    match_all(begin_run("person", by=None, now=NOW), now=NOW)
    granting.invite(LIVING, by=town.officer, now=NOW)
    granting.claim(HOUSING, who, by=who, now=NOW, account=ACCOUNT)
    assert {name: len(rows) for name, rows in benefits_kept(who.pk).items()} == {
        "facts": 6, "grants": 2, "accounts": 1,
    }  # fmt: skip
    batch = paying.fill_batch(paying.begin_batch(by=town.officer, now=LATER), now=LATER)
    paying.release_batch(batch.pk, by=town.head, now=LATER)
    paying.settle(batch.payments.get().pk, paid=True, told="", bank_reference="B", by=town.head, now=LATER)
    forget_benefits(who, now=LATER)
    assert not Fact.objects.exclude(value=None).exists()
    assert (Account.objects.get().holder, Payment.objects.get().holder) == ("-", "-")
    left = sorted(Grant.objects.values_list("state", "fen"))
    assert left == [("declined", 4_000_000), ("paid", 40_000_000)]
    assert not Decision.objects.filter(current=True).exists()


def test_an_account_is_forgotten_once_the_money_has_arrived(town: Town, office: Person) -> None:
    who, other = talent_person(office, **GOOD), talent_person(office, number=2, **GOOD)
    match_all(begin_run("person", by=None, now=NOW), now=NOW)
    for one in (who, other):
        granting.claim(HOUSING, one, by=one, now=NOW, account=ACCOUNT)
    asked = organization.ask_deletion(who, note="", now=NOW)
    decide_deletion(asked.pk, accept=True, reason="", actor=None, now=NOW)
    jobs.look_after_benefits(now=NOW)
    assert {one.holder for one in Account.objects.all()} == {ACCOUNT.holder}
    batch = paying.fill_batch(paying.begin_batch(by=town.officer, now=LATER), now=LATER)
    paying.release_batch(batch.pk, by=town.head, now=LATER)
    payments = {one.grant.person_id: one for one in batch.payments.all()}
    jobs.look_after_benefits(now=LATER)
    assert payments[who.pk].holder == ACCOUNT.holder
    for one in payments.values():
        paying.settle(one.pk, paid=True, told="", bank_reference="B", by=town.head, now=LATER)
    jobs.look_after_benefits(now=LATER)
    kept = dict(Account.objects.values_list("person_id", "holder"))
    assert kept == {who.pk: "-", other.pk: ACCOUNT.holder}
    assert dict(Payment.objects.values_list("grant__person_id", "holder")) == kept
    assert forget_what_was_paid() == 0
