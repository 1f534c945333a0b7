"""A zone that gives benefits: an officer, a head, firms with what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from unittest import mock

from lianqiao.bridge import packs
from lianqiao.engine.policy.reading import PolicySet, read_policies
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.commands.recording import Told, record
from lianqiao.service.benefits.fact_values import read_fact
from lianqiao.service.benefits.queries.vocabulary import vocabulary
from tests.world import NOW, firm, person

RD, RENT, AWARD = "example-rd-support", "example-rent-relief", "example-hightech-award"
ACCOUNT = AccountTyped("示例企业", "示例银行", "6222 0000 1234 5678")
# who has all of this has RD and RENT, and not AWARD beside RENT
GOOD = {
    "firm_size": "small", "rd_ratio": "6%", "in_default": "否", "last_penalty": "无", "rd_spend": "100万元",
    "licences": "software", "founded": "2025-01-05", "employees": "12", "lease_until": "2027-01-01",
    "lease_paid": "20万元",
}  # fmt: skip


@dataclass
class Town:
    """Who acts; `firms` with the agent of each."""

    officer: Person
    head: Person
    firms: list[tuple[Firm, Person]] = field(default_factory=list)

    def firm(self, **facts: str) -> tuple[Firm, Person]:
        """Register a firm of which this is known, in words as a spreadsheet has them."""
        number = len(self.firms) + 1
        agent = person(f"firm-{number}", f"示例经办人{number}", NOW)
        made = firm(f"示例企业{number}有限公司", 100 + number, agent, NOW)
        say(made, **facts)
        self.firms.append((made, agent))
        return made, agent


def build_town() -> Town:
    """Make the officer of benefits and the head."""
    officer, head = person("benefit-01", "示例惠企专员01", NOW), person("benefit-head", "示例惠企负责人", NOW)
    organization.give_duty(officer.pk, code="benefit-officer", actor=None, now=NOW)
    organization.give_duty(head.pk, code="benefit-leader", actor=None, now=NOW)
    return Town(officer, head)


def say(
    of: Firm, *, source: str = "示例统计局", day: date | None = None, now: datetime = NOW, **facts: str
) -> None:
    """Record facts of a firm."""
    known = vocabulary()
    words = [
        (of.pk, Told(name, read_fact(text, known[name], unit="", today=date(2026, 2, 11)), text, source,
                     day or date(2026, 2, 1)))
        for name, text in facts.items()
        if text
    ]  # fmt: skip
    record("firm", words, by=None, now=now, via="import", example=True)


@contextmanager
def with_policies(**changes: dict[str, Any]) -> Iterator[None]:
    """Let the district's policies be others: `example_rd_support={"old": "new"}` changes their text."""
    pack = packs.current()
    texts = {}
    for path, text in pack.texts.items():
        if not path.startswith("policies/") or "microdrama" in path:
            continue
        name = path.removeprefix("policies/").removesuffix(".toml").replace("-", "_")
        for old, new in changes.get(name, {}).items():
            assert old in text, old
            text = text.replace(old, new)  # noqa: PLW2901
        texts[path] = text
    benefits: PolicySet = read_policies(texts)
    with mock.patch("lianqiao.bridge.packs.current", return_value=replace(pack, benefits=benefits)):
        yield
