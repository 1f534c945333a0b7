"""A small register to test with: one licence of each way a night can end for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from lianqiao.engine.beijing import beijing
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.licences.commands.register import LicenceEntry, enter_licences
from lianqiao.service.licences.models import Licence, Night
from tests.world import NOW, World, person

TODAY = beijing(NOW).date()
SOURCE = {"source": "示例来源", "on": "2026-02-01"}


def fact(value: Any) -> dict[str, Any]:
    return {"value": value, **SOURCE}


ABSENT = {"absent": True, **SOURCE}
GOOD: dict[str, Any] = {
    "business_active": fact(True),
    "particulars_changed": fact(False),
    "rectification_open": fact(False),
    "last_penalty": ABSENT,
    "fatal_accident": fact(False),
    "quality_inspection_passed": fact(True),
    "ledgers_kept": fact(True),
    "self_check": fact("2025-06-01"),
}


def enter(
    number: str, firm: Firm, *, days: int = 40, kind: str = "work-safety", known: dict[str, Any] | None = None
) -> Licence:
    """Enter a licence whose last day is so many days away; facts are all good unless given."""
    last = TODAY + timedelta(days=days)
    entry = LicenceEntry(
        kind=kind,
        number=number,
        firm=firm,
        issued_on=date(last.year - 3, last.month, min(last.day, 28)),
        valid_until=last,
        premises="示例路1号",
        scope="示例范围",
        known=GOOD if known is None else known,
    )
    enter_licences([entry], now=NOW)
    return Licence.objects.get(kind=kind, number=number)


def officers() -> tuple[Person, Person]:
    """Register a licence officer and the head of licences."""
    officer, leader = (
        person("licence-01", "示例证照专员01", NOW),
        person("licence-head", "示例证照负责人", NOW),
    )
    organization.give_duty(officer.pk, code="licence-officer", deputy_id=leader.pk, actor=None, now=NOW)
    organization.give_duty(leader.pk, code="licence-leader", actor=None, now=NOW)
    return officer, leader


def night(now: Any = NOW) -> Night:
    return Night.objects.create(day=beijing(now).date(), scheduled=False, asked_at=now)


__all__ = ["ABSENT", "GOOD", "NOW", "TODAY", "World", "enter", "fact", "night", "officers"]
