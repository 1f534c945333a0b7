"""Everything somebody holds goes to another person: all in one transaction, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import queries as bridge_queries
from lianqiao.engine.errors import refuse
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.duty.queries.holdings import Holdings, holdings
from lianqiao.service.tasks.commands import hand_over_tasks


@dataclass(frozen=True)
class HandedOver:
    """How much moved; `kept` are basket entries that stay, for the other may not act for their firms."""

    duties: int
    cases: int
    shifts: int
    entries: int
    tasks: int
    kept: int


@transaction.atomic
def hand_over_everything(
    person: Person, *, to_person: Person, reason: str, actor: Person, now: datetime
) -> HandedOver:
    """Hand every duty with its open cases and linked firms, the shifts, tasks and basket to another.

    Each duty is recorded as handed over, each case's log says so. Raises Refusal `nothing-held`, and what
    `bridge.commands.hand_over` refuses; then nothing has moved.
    """
    held = holdings(person, at=now)
    if held.empty:
        raise refuse("nothing-held", f"{person.name} holds nothing", hint="nothing is left to do")
    cases = sum(
        bridge.hand_over(person, to_person=to_person, duty=one.code, by=actor, reason=reason, now=now)
        for one in held.duties
    )
    codes = [one.code for one in held.duties]
    shifts = organization.hand_over_shifts(person.pk, to_id=to_person.pk, codes=codes, actor=actor, now=now)
    entries = _hand_over_basket(held, to_person, now=now)
    return HandedOver(
        duties=len(codes),
        cases=cases,
        shifts=shifts,
        entries=entries,
        tasks=hand_over_tasks(person, to_person=to_person, reason=reason, actor=actor, now=now),
        kept=len(held.entries) - entries,
    )


def _hand_over_basket(held: Holdings, to_person: Person, *, now: datetime) -> int:
    """Move what is in the basket for firms the other acts for too; files stay with who sent them."""
    moved = 0
    for entry in held.entries:
        if not bridge_queries.acts_for(to_person, entry.firm_id, entry.mechanism, at=now):
            continue
        if entry.draft is None or any(entry.draft.files.values()):
            continue
        entry.draft.person = to_person
        entry.draft.save(update_fields=["person"])
        BasketEntry.objects.filter(pk=entry.pk).update(person=to_person)
        moved += 1
    return moved
