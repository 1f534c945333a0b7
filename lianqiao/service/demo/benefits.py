"""Benefits of the demonstration: generated facts of example firms, matched, invited, confirmed and paid.

Over 25 million yuan to firms; that of people is in `talent_benefits`. Firms, facts and policies are examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.organization import commands, queries
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits.commands import granting, paying
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.commands.benefit_jobs import KINDS
from lianqiao.service.benefits.commands.matching import begin_run, match_all
from lianqiao.service.benefits.commands.recording import Told, record
from lianqiao.service.benefits.fact_values import read_fact
from lianqiao.service.benefits.queries.grants import grants
from lianqiao.service.benefits.queries.payments import payments
from lianqiao.service.benefits.queries.vocabulary import LEADER, OFFICER, vocabulary
from lianqiao.service.demo.talent_benefits import enter_talent_benefits

RD, RENT = "example-rd-support", "example-rent-relief"
# firms something is known of; those whose R&D is large enough for the whole million, and those young
KNOWN, LARGE, YOUNG = 160, 30, 16
CONFIRMED, PAID_WITH = 27, 24
REGISTER, TAX, INSURANCE = "示例登记系统", "示例税务数据", "示例社保数据"


@dataclass(frozen=True)
class Hands:
    """Who does it: the officer of benefits, the head, and whoever acts for each firm."""

    officer: Person
    head: Person
    agents: dict[int, Person]


def enter_benefits(*, now: datetime) -> None:
    """Enter facts, matching, grants and payments up to `now`; nothing where the pack lacks the policies."""
    if not {RD, RENT} <= packs.current().benefits.policies.keys():
        return
    begun = now - timedelta(days=42)
    firms = queries.example_firms()[:KNOWN]
    random = Random(2500)  # noqa: S311 - a demonstration wants the same numbers again
    words = [one for number, firm in enumerate(firms) for one in _facts(firm, number, begun, random)]
    record("firm", words, by=None, now=begun, via="import", example=True)
    match_all(begin_run("firm", by=None, now=begun), now=begun)
    hands = _hands(firms[: LARGE + YOUNG], now=begun)
    _granted(firms, hands, now=begun)
    enter_talent_benefits(hands.officer, now=begun)
    _paid(hands, now=now - timedelta(days=20))
    for kind in KINDS:
        match_all(begin_run(kind, by=None, now=now), now=now)
    # who let the first invitation lapse is invited anew
    granting.lapse(now=now)
    granting.invite(RD, by=hands.officer, now=now, closing=True)


def _hands(firms: list[Firm], *, now: datetime) -> Hands:
    officer, head = (queries.person(queries.people_with(duty, at=now)[0]) for duty in (OFFICER, LEADER))
    assert officer is not None
    assert head is not None
    agents = {}
    for number, firm in enumerate(firms):
        contact = queries.contact_of(firm.pk, at=now)
        agent = queries.person(contact) if contact else None
        if agent is None:
            agent = commands.register_person(
                f"benefit-firm-{number:02}",
                name=f"示例惠企经办人{number:02}",
                actor=None,
                now=now,
                example=True,
            )
            commands.join_firm(agent.pk, firm_id=firm.pk, role="administrator", actor=None, now=now)
        agents[firm.pk] = agent
    return Hands(officer, head, agents)


def _granted(firms: list[Firm], hands: Hands, *, now: datetime) -> None:
    """Invite whom the rules find; most confirm, the young ones claim their rent."""
    # the closing day: who is not decided holds nobody up any more
    granting.invite(RD, by=hands.officer, now=now + timedelta(hours=1), closing=True)
    invited = list(grants(state="invited", policy=RD, sort="moved")[:CONFIRMED])
    for number, grant in enumerate(invited):
        agent = hands.agents.get(grant.firm_id or 0)
        if agent is not None and grant.firm is not None:
            at = now + timedelta(hours=2, minutes=7 * number)
            granting.confirm(grant.pk, by=agent, now=at, account=_account(grant.firm, number))
    for number, firm in enumerate(firms[LARGE : LARGE + YOUNG]):
        at = now + timedelta(days=1, minutes=11 * number)
        granting.claim(RENT, firm, by=hands.agents[firm.pk], now=at, account=_account(firm, number))


def _paid(hands: Hands, *, now: datetime) -> None:
    """Pay what is past its public notice; one payment fails."""
    batch = paying.fill_batch(paying.begin_batch(by=hands.officer, now=now), now=now)
    paying.release_batch(batch.pk, by=hands.head, now=now + timedelta(hours=1))
    for number, one in enumerate(payments(batch)):
        paying.settle(
            one.pk, paid=number != PAID_WITH, told="" if number != PAID_WITH else "示例：户名与账号不符",
            bank_reference=f"示例{number:04}", by=hands.head, now=now + timedelta(days=1),
        )  # fmt: skip


def _account(firm: Firm, number: int) -> AccountTyped:
    return AccountTyped(firm.name, "示例银行", f"00009999{number:08}")


def _facts(firm: Firm, number: int, now: datetime, random: Random) -> Iterator[tuple[int, Told]]:
    today = beijing(now).date()
    known = vocabulary()
    for source, facts in _said(number, now, random).items():
        for name, text in facts.items():
            read = read_fact(text, known[name], unit="", today=today)
            as_of = today - timedelta(days=30)
            yield firm.pk, Told(name, read, text, source, as_of, confidence="high")


def _said(number: int, now: datetime, random: Random) -> dict[str, dict[str, str]]:
    """Return what each source says of a firm: large, young, or any; some of it lacking or in doubt."""
    large, young = number < LARGE, LARGE <= number < LARGE + YOUNG
    size = "medium" if large else random.choice(("small", "micro", "small", "large"))
    founded = beijing(now) - timedelta(
        days=random.randrange(200, 600) if young else random.randrange(900, 6000)
    )
    spend = random.randrange(1800, 4000) if large else random.randrange(5, 90)
    employees = (
        random.randrange(60, 300) if large else random.randrange(6, 40) if young else random.randrange(2, 40)
    )
    register = {"firm_size": size, "founded": f"{founded:%Y-%m-%d}", "in_default": "否"}
    if number % 7 or large or young:
        register["last_penalty"] = "无"
    tax = {"revenue": f"{spend * random.randrange(9, 22)}万元", "rd_spend": f"{spend}万元"}
    if number % 5 or large:
        share = random.randrange(60, 90) if large else random.randrange(31, 58) if number % 3 else 15
        tax["rd_ratio"] = f"{share / 10}%"
    if young:
        lease = beijing(now) + timedelta(days=400)
        register |= {"lease_until": f"{lease:%Y-%m-%d}", "lease_paid": f"{random.randrange(8, 30)}万元"}
        register["licences"] = "software"
    elif large:
        register["licences"] = "drug" if number % 2 else "software"
    elif number % 4:
        register["licences"] = "software"
    insurance = {"employees": str(employees)}
    doubtful = number > LARGE + YOUNG and number % 23 == 0
    return {REGISTER: register, TAX: tax, INSURANCE: insurance} | (
        {"示例企业年报": {"employees": str(employees + 9), "revenue": "1200"}} if doubtful else {}
    )
