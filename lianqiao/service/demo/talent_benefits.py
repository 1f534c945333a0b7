"""Benefits of people in the demonstration: talents with records they permit, found, granted, paid.

The articles say over 25 million yuan of living, post and housing allowances in a year; people, facts and
policies are examples (示例), the sum is that of these grants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.innovation.talent import commands as talent
from lianqiao.organization import commands, queries
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands import granting
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.commands.matching import begin_run, match_all
from lianqiao.service.benefits.commands.recording import Told, record
from lianqiao.service.benefits.fact_values import read_fact
from lianqiao.service.benefits.queries.grants import grants
from lianqiao.service.benefits.queries.vocabulary import vocabulary

LIVING, POST, HOUSING = "example-talent-living", "example-talent-post", "example-talent-housing"
PEOPLE, HOUSED = 40, 36
INSURANCE = "示例社保数据"
FIELDS = ("示例脑机接口电极", "示例中药制剂", "示例网络微短剧", "示例人工智能应用")


@dataclass(frozen=True)
class Source:
    """What one source says of a person, in words as a spreadsheet has them."""

    source: str
    facts: dict[str, str]
    consent: str


def enter_talent_benefits(officer: Person, *, now: datetime) -> None:
    """Enter people, their records, what is known of them, and their grants; nothing without the policies."""
    pack = packs.current()
    offices = queries.people_with("talent-office", at=now)
    if not {LIVING, POST, HOUSING} <= pack.benefits.policies.keys() or not offices:
        return
    evaluator = queries.person(offices[0])
    assert evaluator is not None
    people = [_talent(number, evaluator, now=now - timedelta(days=3)) for number in range(PEOPLE)]
    words = [one for number, who in enumerate(people) for one in _words(who, number, now)]
    record("person", words, by=None, now=now, via="import", example=True)
    match_all(begin_run("person", by=None, now=now), now=now)
    for policy in (LIVING, POST):
        granting.invite(policy, by=officer, now=now + timedelta(hours=1), closing=True)
        # two leave their invitations unanswered
        for number, grant in enumerate(list(grants(state="invited", policy=policy, sort="moved"))[:-2]):
            if grant.person is not None:
                at = now + timedelta(hours=2, minutes=3 * number)
                granting.confirm(grant.pk, by=grant.person, now=at, account=_account(grant.person))
    for number, who in enumerate(people[:HOUSED]):
        at = now + timedelta(hours=5, minutes=2 * number)
        granting.claim(HOUSING, who, by=who, now=at, account=_account(who))


def _talent(number: int, evaluator: Person, *, now: datetime) -> Person:
    """Register a person who keeps a record, permits its uses, and was evaluated."""
    person = commands.register_person(
        f"talent-person-{number + 1:02}", name=f"示例人才{number + 1:02}", actor=None, now=now, example=True
    )
    made = talent.keep_record(
        person, post="示例研发工程师", field=FIELDS[number % len(FIELDS)], firm=None, now=now
    )
    for purpose in ("evaluation", "benefits"):
        talent.permit(made, purpose, actor=person, now=now)
    day = beijing(now).date() - timedelta(days=20)
    entries = (("title", 0, "full" if number % 4 == 0 else "associate"), ("invention-patent", 5, ""))
    for indicator, amount, choice in entries:
        entry = talent.add_achievement(
            made, indicator, amount=amount, choice=choice, day=day, actor=person, now=now,
            proof=f"示例证明〔2026〕人{number + 1:02}-{indicator}",
        )  # fmt: skip
        talent.decide_achievement(entry.pk, confirm=True, actor=evaluator, now=now)
    talent.appraise(made, actor=evaluator, now=now)
    return person


def _words(who: Person, number: int, now: datetime) -> Iterator[tuple[int, Told]]:
    today = beijing(now).date()
    known = vocabulary("person")
    for one in _said(number, now):
        for name, text in one.facts.items():
            read = read_fact(text, known[name], unit="", today=today)
            told = Told(
                name, read, text, one.source, today - timedelta(days=15), confidence="high",
                consent=one.consent, purpose="benefits",
            )  # fmt: skip
            yield who.pk, told


def _said(number: int, now: datetime) -> tuple[Source, ...]:
    """Return what is known of a person: of the last few something is lacking."""
    own = {"contract_until": f"{beijing(now) + timedelta(days=700):%Y-%m-%d}"}
    if number < HOUSED:
        own |= {"owns_home": "否", "housing_paid": f"{150 + number % 5 * 10}万元"}
    elif number % 2:
        # one paper is lacking for the housing allowance
        own["owns_home"] = "否"
    return (
        Source(INSURANCE, {"insured_months": str(14 + number)}, "law"),
        Source("本人申报", own, "given"),
    )


def _account(who: Person) -> AccountTyped:
    return AccountTyped(who.name, "示例银行", f"00008888{who.pk:08}")
