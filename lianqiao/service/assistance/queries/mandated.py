"""Whom a firm may choose to act for it, and what was done by its mandate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.models import Case, Entry
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Mandate, Person
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.queries.case_lists import promise_title

MANDATE_SORTS = {"who": "person__name", "firm": "firm__name", "since": "since", "until": "until"}


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


def mandates_found(
    *, firm_id: int | None = None, person_id: int | None = None, text: str = "", state: str = "",
    sort: str = "", at: datetime,
) -> QuerySet[Mandate]:  # fmt: skip
    """Return a firm's mandates, or those for a person, the latest first; `sort` is of `MANDATE_SORTS`.

    `text` is part of the other side's name: of the person for a firm, of the firm for a person.
    """
    found = organization.mandates(firm_id=firm_id, person_id=person_id)
    if text:
        found = found.filter(Q(person__name__icontains=text) if firm_id else Q(firm__name__icontains=text))
    if state:
        found = found.filter(organization.in_mandate_state(state, at=at))
    key = MANDATE_SORTS.get(sort.removeprefix("-"))
    return found.order_by(f"-{key}" if sort.startswith("-") else key, "-pk") if key else found


def mandated_acts(*, firm_id: int | None = None, person_id: int | None = None) -> QuerySet[Entry]:
    """Return what was done by mandate for a firm, or by a person, with case and actor, the latest first.

    The log says by which mandate in the entry itself.
    """
    held = organization.mandates(firm_id=firm_id, person_id=person_id)
    return bridge.acts_between(set(held.order_by().values_list("firm_id", "person_id")))


def open_matters(person_id: int, *, at: datetime) -> QuerySet[Case]:
    """Return the open cases a person may act in by mandate, those that wait for the firm first."""
    return bridge.open_within(organization.in_force_mandates(at).filter(person_id=person_id))
