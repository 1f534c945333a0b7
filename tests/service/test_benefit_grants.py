"""From facts to money: found by rule, replayed, granted once, never beyond the pot, paid once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import translation

from lianqiao.bridge import long_jobs, packs
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.organization.models import Firm
from lianqiao.service.benefits import jobs, parties
from lianqiao.service.benefits.commands import benefit_jobs, granting, paying
from lianqiao.service.benefits.commands.matching import begin_run, match_all, match_now
from lianqiao.service.benefits.models import Batch, Decision, Grant, MatchRun, Payment, Pot
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries.cost import Wanted, compared, cost_of
from lianqiao.service.benefits.queries.payments import reconciled
from lianqiao.site.job_kinds import KINDS
from tests.benefit_world import ACCOUNT, AWARD, GOOD, RD, RENT, Town, build_town, say, with_policies
from tests.world import NOW, at

WEEK_LATER = NOW + timedelta(days=20)


@pytest.fixture
def busy_town(transactional_db: None) -> Iterator[Town]:
    with at(NOW):
        yield build_town()


def verdicts(of: Firm) -> dict[str, str]:
    rows = Decision.objects.filter(firm=of, current=True)
    return dict(rows.values_list("policy", "verdict"))


def refused(ask: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as found:
        ask()
    return found.value.code


def test_all_are_matched_in_chunks_and_each_decision_can_be_decided_again(town: Town) -> None:
    good, _ = town.firm(**GOOD)
    # one paper is missing, one thing fails, two things fail
    near, _ = town.firm(**{**GOOD, "rd_ratio": ""})
    fails, _ = town.firm(**{**GOOD, "employees": "3"})
    far, _ = town.firm(
        **{**GOOD, "employees": "3", "founded": "2001-01-01", "rd_ratio": "1%", "in_default": "是"}
    )
    run = match_all(begin_run("firm", by=None, now=NOW), now=NOW)
    assert (run.parties, run.ended_at) == (4, NOW)
    assert verdicts(good) == {RD: "yes", RENT: "yes"}
    assert verdicts(near) == {RD: "nearly", RENT: "yes"}
    assert verdicts(fails) == {RD: "yes", RENT: "nearly", AWARD: "nearly"}
    assert verdicts(far) == {}
    one = Decision.objects.get(firm=near, policy=RD)
    assert (one.how, one.lacks) == ("unknown", ["rd_ratio"])
    assert (Decision.objects.get(firm=fails, policy=RENT).how, one.day.isoformat()) == (
        "failing",
        "2026-02-11",
    )
    assert Decision.objects.get(firm=good, policy=RD).fen == 10_000_000
    # a second night changes nothing; a new fact does, and the old decision is still what it was
    assert match_all(begin_run("firm", by=None, now=NOW), now=NOW).changed == 0
    tomorrow = NOW + timedelta(days=1)
    say(near, rd_ratio="5%", now=tomorrow)
    assert match_all(begin_run("firm", by=None, now=tomorrow), now=tomorrow).changed == 1
    new = decisions.current_decision(parties.of_firm(near), RD)
    assert new is not None
    assert (new.verdict, new.before) == ("yes", "nearly")
    assert [row.pk for row in decisions.decisions("changed")] == [new.pk]
    with with_policies(example_rd_support={'value = "3%"': 'value = "30%"'}):
        for row in Decision.objects.all():
            again = decisions.replayed(row)
            assert again.same, (row, again.verdict)
        assert match_now("firm", [good.pk], now=tomorrow) == 1
        assert verdicts(good)[RD] == "nearly"
    row = Decision.objects.filter(firm=near, policy=RD, verdict="yes").get()
    row.facts["rd_ratio"]["value"] = 100
    assert not decisions.replayed(row).same


def test_dirty_facts_never_make_a_grant(town: Town) -> None:
    good, agent = town.firm(**GOOD)
    say(good, source="示例税务局", lease_until="2026-03-01")
    match_now("firm", [good.pk], now=NOW)
    assert verdicts(good)[RENT] == "nearly"
    assert refused(lambda: granting.claim(RENT, good, by=agent, now=NOW, account=ACCOUNT)) == "not-granted"
    assert not Grant.objects.exists()


def test_a_killed_matching_goes_on_after_the_chunk_it_had_done(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("lianqiao.service.benefits.commands.matching.PARTIES_AT_ONCE", 2)
    made = [town.firm(**GOOD)[0] for _ in range(5)]
    run = begin_run("firm", by=None, now=NOW)

    def dies(done: int, total: int) -> None:
        if done == 4:
            raise SystemExit

    with pytest.raises(SystemExit):
        match_all(run, now=NOW, told=dies)
    run.refresh_from_db()
    assert (run.cursor, run.ended_at) == (made[3].pk, None)
    done = match_all(run, now=NOW)
    assert (done.parties, done.changed, Decision.objects.count()) == (5, 10, 10)


def test_claimed_at_once_by_rule_and_once_only(town: Town) -> None:
    good, agent = town.firm(**GOOD)
    bad, other = town.firm(**{**GOOD, "employees": "3"})
    assert refused(lambda: granting.claim(RENT, good, by=other, now=NOW)) == "wrong-role"
    assert refused(lambda: granting.claim(RENT, good, by=agent, now=NOW)) == "account-missing"
    assert not Pot.objects.exists() or Pot.objects.get(policy=RENT).count == 0
    grant = granting.claim(RENT, good, by=agent, now=NOW, account=ACCOUNT)
    assert (grant.state, grant.fen, grant.period) == ("granted", 10_000_000 + 1_200_000, "2026")
    case = Case.objects.get(pk=grant.case_id)
    assert (case.title, case.closed_at) == ("示例·新办企业租金补助", None)
    assert refused(lambda: granting.claim(RENT, good, by=agent, now=NOW)) == "granted-before"
    assert refused(lambda: granting.claim(RENT, bad, by=other, now=NOW)) == "not-granted"
    assert refused(lambda: granting.claim(RD, good, by=agent, now=NOW)) == "not-claimable"
    assert refused(lambda: granting.claim("nonsense", good, by=agent, now=NOW)) == "policy-unknown"


def test_what_is_kept_of_a_policy_is_called_the_same_whoever_reads_along(town: Town) -> None:
    good, agent = town.firm(**GOOD)
    match_now("firm", [good.pk], now=NOW)
    with translation.override("en"):
        grant = granting.claim(RENT, good, by=agent, now=NOW, account=ACCOUNT)
        appeal = granting.appeal(RD, good, ground="x", by=agent, now=NOW)
        job = benefit_jobs.ask_inviting(RD, closing=False, by=town.officer, now=NOW)
    assert Case.objects.get(pk=grant.case_id).title == "示例·新办企业租金补助"
    assert Case.objects.get(pk=appeal.case_id).title == job.about == "示例·研发投入补助"


def test_not_both_of_a_group(town: Town) -> None:
    good, agent = town.firm(**{**GOOD, "hightech_until": "2027-05-01", "employees": "4"})
    granting.claim(AWARD, good, by=agent, now=NOW, account=ACCOUNT)
    say(good, employees="12", day=NOW.date())
    match_now("firm", [good.pk], now=NOW)
    assert verdicts(good)[RENT] == "yes"
    assert refused(lambda: granting.claim(RENT, good, by=agent, now=NOW)) == "grant-excluded"


def test_invited_in_the_stated_order_while_the_money_lasts(town: Town) -> None:
    for ratio in ("4%", "9%", "6%"):
        town.firm(**{**GOOD, "rd_ratio": ratio})
    with with_policies(example_rd_support={"budget = 3000000000": "budget = 25000000"}):
        match_all(begin_run("firm", by=None, now=NOW), now=NOW)
        lined = decisions.decisions("found", policy=RD, sort="place")
        assert [(one.standing, one.line_fen) for one in lined] == [
            ("granted", 10_000_000), ("granted", 10_000_000), ("granted", 5_000_000),
        ]  # fmt: skip
        assert granting.invite(RD, by=town.officer, now=NOW) == (3, 25_000_000)
        assert granting.invite(RD, by=town.officer, now=NOW) == (0, 0)
        ordered = [grant.firm for grant in Grant.objects.order_by("pk")]
        assert ordered == [town.firms[place][0] for place in (1, 2, 0)]
        first, second, third = Grant.objects.order_by("pk")
        done = granting.confirm(first.pk, by=town.firms[1][1], now=NOW, account=ACCOUNT)
        assert (done.state, done.notice_until and done.notice_until.isoformat()) == ("granted", "2026-02-25")
        granting.decline(second.pk, by=town.firms[2][1], now=NOW)
        assert Pot.objects.get(policy=RD).fen == 15_000_000
        late = NOW + timedelta(days=60)
        assert refused(lambda: granting.confirm(third.pk, by=town.firms[0][1], now=late)) == "invitation-over"
        assert jobs.look_after_benefits(now=late) >= 1
        assert Pot.objects.get(policy=RD).fen == 10_000_000
        say(town.firms[1][0], in_default="是", day=NOW.date())
        assert (
            refused(lambda: granting.revoke(first.pk, by=town.officer, now=NOW, reason="x")) == "wrong-role"
        )
        granting.revoke(first.pk, by=town.head, now=NOW, reason="列入失信名单")
        assert Pot.objects.get(policy=RD).fen == 0


def at_once(*asks: Callable[[], Any]) -> list[Any]:
    gate = Barrier(len(asks))

    def run(ask: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return ask()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(run, asks))


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_for_the_last_place_and_exactly_one_has_it(busy_town: Town) -> None:
    for _ in range(50):
        busy_town.firm(**GOOD)
    quota = '\n[versions.limit]\nquota = 1\norder = ["founded"]\n\n[[versions.conditions]]\nid = "young"'
    with with_policies(example_rent_relief={'\n[[versions.conditions]]\nid = "young"': quota}):

        def ask(firm: Firm, agent: Any) -> Callable[[], Any]:
            return lambda: granting.claim(RENT, firm, by=agent, now=NOW, account=ACCOUNT)

        answers = at_once(*(ask(*one) for one in busy_town.firms))
    granted = [one for one in answers if isinstance(one, Grant)]
    assert len(granted) == Grant.objects.count() == Pot.objects.get(policy=RENT).count == 1
    assert [one for one in answers if one != "pot-empty"] == granted
    assert Case.objects.count() == 1


def paid_town(town: Town, count: int = 3) -> list[Grant]:
    for _ in range(count):
        firm, agent = town.firm(**GOOD)
        granting.claim(RENT, firm, by=agent, now=NOW, account=ACCOUNT)
    return list(Grant.objects.order_by("pk"))


def test_made_by_one_released_by_another_and_paid_once(town: Town) -> None:
    grants = paid_town(town)
    assert refused(lambda: paying.begin_batch(by=town.officer, now=NOW)) == "nothing-to-pay"
    later = WEEK_LATER
    batch = paying.fill_batch(paying.begin_batch(by=town.officer, now=later), now=later)
    assert (batch.state, batch.payments.count()) == ("made", 3)
    assert refused(lambda: paying.begin_batch(by=town.officer, now=later)) == "nothing-to-pay"
    assert refused(lambda: paying.release_batch(batch.pk, by=town.officer, now=later)) == "wrong-role"
    paying.release_batch(batch.pk, by=town.head, now=later)
    assert refused(lambda: paying.cancel_batch(batch.pk, by=town.officer, now=later)) == "batch-moved"
    one, two, three = batch.payments.order_by("pk")
    say_so: dict[str, Any] = {"told": "", "bank_reference": "B1", "by": town.head, "now": later}
    assert paying.settle(one.pk, paid=True, **say_so) == "settled"
    assert paying.settle(one.pk, paid=True, **say_so) == "known"
    assert paying.settle(one.pk, paid=False, **say_so) == "contradicts"
    assert paying.settle(two.pk, paid=False, **{**say_so, "told": "户名不符"}) == "settled"
    assert paying.settle(three.pk, paid=True, **say_so) == "settled"
    batch.refresh_from_db()
    assert batch.state == "closed"
    assert reconciled(batch).balanced
    assert Case.objects.get(pk=grants[0].case_id).closed_at is not None
    again = paying.fill_batch(paying.begin_batch(by=town.officer, now=later), now=later)
    assert [row.grant_id for row in again.payments.all()] == [two.grant_id]
    paying.cancel_batch(again.pk, by=town.officer, now=later)
    back = paying.ask_back(three.pk, reason="多头申领", by=town.head, now=later)
    assert refused(lambda: paying.ask_back(three.pk, reason="x", by=town.head, now=later)) == "payment-moved"
    paying.take_back(back.pk, bank_reference="R1", by=town.head, now=later)
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["granted", "paid", "recovered"]


def test_who_has_two_duties_still_needs_another_to_release(town: Town) -> None:
    from lianqiao.organization import commands as organization

    organization.give_duty(town.head.pk, code="benefit-officer", actor=None, now=NOW)
    paid_town(town, 1)
    batch = paying.fill_batch(paying.begin_batch(by=town.head, now=WEEK_LATER), now=WEEK_LATER)
    assert refused(lambda: paying.release_batch(batch.pk, by=town.head, now=WEEK_LATER)) == "own-batch"


def test_the_night_asks_once_a_day(town: Town) -> None:
    town.firm(**GOOD)
    night = datetime.fromisoformat("2026-02-12T01:30:00+08:00")
    assert jobs.look_after_benefits(now=night - timedelta(hours=1)) == 0
    # of firms, and of the people who permit it
    assert [jobs.look_after_benefits(now=night) for _ in range(2)] == [2, 0]
    long_jobs.do_all(KINDS, clock=lambda: night)
    assert [run.ended_at for run in MatchRun.objects.all()] == [night, night]
    assert Batch.objects.count() == Payment.objects.count() == 0
    assert benefit_jobs.MATCH in KINDS


def test_what_a_draft_would_cost(town: Town) -> None:
    for spend in ("100万元", "200万元"):
        town.firm(**{**GOOD, "rd_spend": spend})
    now_costs = cost_of(packs.current().benefits, RD, now=NOW)
    assert (now_costs.count, now_costs.fen, now_costs.undecided) == (2, 30_000_000, 0)
    with with_policies(example_rd_support={'share = "10%"': 'share = "20%"'}):
        draft: PolicySet = packs.current().benefits
    before, after, between = compared(Wanted(packs.current().benefits, RD), Wanted(draft, RD), now=NOW)
    assert (after.fen - before.fen, between.gain.count, between.lose.count) == (30_000_000, 2, 0)
    assert (between.gain.fen, between.moves["yes", "yes"]) == (30_000_000, 2)
    assert not Decision.objects.exists()
