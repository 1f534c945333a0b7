"""Whom a firm may choose to act for it, and what was done by its mandate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case, Entry
from lianqiao.bridge.queries.changes import in_mandate
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Mandate, Person
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.queries.case_lists import promise_title


@dataclass(frozen=True)
class AgentOffered:
    """Somebody a firm may choose, and as what."""

    kind: str
    title: str
    person: Person


def agents_offered(*, at: datetime) -> list[AgentOffered]:
    """Return everyone a firm may give its authority to: the holders of the three duties the pack names."""
    found = []
    for kind, agent in packs.current().assistance.agents.items():
        people = organization.assistants([agent.duty], at=at)
        found += [AgentOffered(kind, in_words(agent.title), person) for person in people]
    return found


def kind_title(kind: str) -> str:
    """Return what one of the three roles is called; its name where the pack has it no longer."""
    agent = packs.current().assistance.agents.get(kind)  # type: ignore[call-overload]
    return in_words(agent.title) if agent else kind


def matters_words(mandate: Mandate) -> str:
    """Return the promises a mandate covers, in words; "" for all."""
    pack = packs.current()
    return listed_words(promise_title(pack, one) for one in mandate.matters.split())


def may_administer(person: Person, firm_id: int, *, at: datetime) -> bool:
    """True for whoever gives this firm's mandates."""
    return organization.administers(person.pk, firm_id, at=at)


def mandated_acts(*, firm_id: int | None = None, person_id: int | None = None) -> QuerySet[Entry]:
    """Return what was done by mandate for a firm, or by a person, with case and actor, the latest first.

    The log says by which mandate in the entry itself.
    """
    held = Mandate.objects.all()
    if firm_id is not None:
        held = held.filter(firm_id=firm_id)
    if person_id is not None:
        held = held.filter(person_id=person_id)
    pairs = set(held.values_list("firm_id", "person_id"))
    within = Q(pk__in=())
    for firm, person in pairs:
        within |= Q(case__firm_id=firm, person_id=person)
    rows = Entry.objects.filter(within, body__contains='"mandate":"')
    return rows.select_related("case__firm", "person").order_by("-at", "-pk")


def open_matters(person_id: int, *, at: datetime) -> QuerySet[Case]:
    """Return the open cases a person may act in by mandate, those that wait for the firm first."""
    within = Q(pk__in=())
    for held in organization.in_force_mandates(at).filter(person_id=person_id):
        within |= in_mandate(held)
    cases = Case.objects.filter(within, closed_at=None, parent=None).select_related("firm", "holder")
    return cases.order_by("-opened_at", "-pk")
