"""People with talent records to match benefits with: evaluated, confirmed, permitted."""

from __future__ import annotations

from datetime import date, datetime

from lianqiao.innovation.talent import commands
from lianqiao.innovation.talent.models import Talent
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.commands.recording import Told, record
from lianqiao.service.benefits.fact_values import read_fact
from lianqiao.service.benefits.queries.vocabulary import vocabulary
from tests.world import NOW, person

LIVING, POST, HOUSING = "example-talent-living", "example-talent-post", "example-talent-housing"
ACCOUNT = AccountTyped("示例王小明", "示例银行", "6222 0000 8765 4321")
# who has all of this besides the record has LIVING, POST and HOUSING
GOOD = {
    "insured_months": "14", "contract_until": "2028-01-01", "owns_home": "否", "housing_paid": "100万元",
}  # fmt: skip


def evaluator() -> Person:
    """Return the one who confirms entries and evaluates."""
    made = person("talent-01", "示例人才专员01", NOW)
    organization.give_duty(made.pk, code="talent-office", actor=None, now=NOW)
    return made


def talent_person(
    office: Person, *, number: int = 1, title: str = "associate", permits: bool = True, **facts: str
) -> Person:
    """Return a person with a confirmed title and an evaluation of 37 points, of whom this is known."""
    who = person(f"bearer-{number:02}", f"示例王小明{number}", NOW)
    made = commands.keep_record(who, post="示例研发工程师", field="示例脑机接口", firm=None, now=NOW)
    commands.permit(made, "evaluation", actor=who, now=NOW)
    confirmed(made, "title", office, choice=title)
    confirmed(made, "invention-patent", office, amount=5)
    commands.appraise(made, actor=office, now=NOW)
    if permits:
        commands.permit(made, "benefits", actor=who, now=NOW)
    say(who, **facts)
    return who


def confirmed(
    of: Talent, indicator: str, office: Person, *, amount: int = 0, choice: str = "", proof: str = ""
) -> int:
    """Enter what a record says and let the office confirm it; returns the entry's key."""
    entry = commands.add_achievement(
        of, indicator, amount=amount, choice=choice, day=date(2026, 1, 15),
        proof=proof or f"示例{indicator}{choice}", actor=of.person, now=NOW,
    )  # fmt: skip
    commands.decide_achievement(entry.pk, confirm=True, actor=office, now=NOW)
    return entry.pk


def say(
    of: Person, *, source: str = "示例社保局", consent: str = "law", now: datetime = NOW, **facts: str
) -> None:
    """Record facts of a person."""
    known = vocabulary("person")
    words = [
        (of.pk, Told(name, read_fact(text, known[name], unit="", today=date(2026, 2, 11)), text, source,
                     date(2026, 2, 1), consent=consent))
        for name, text in facts.items()
        if text
    ]  # fmt: skip
    record("person", words, by=None, now=now, via="import", example=True)
