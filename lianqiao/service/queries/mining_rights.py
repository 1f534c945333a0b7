"""Who sees how cases went as a whole; apart, because every page asks and few go on to reckon."""

from __future__ import annotations

from datetime import datetime

from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.organization.queries.duties import OFFICE


def may_mine(person: Person, *, at: datetime) -> bool:
    """Return whether a person sees process mining: leaders and the digital office."""
    return may_mine_with(organization.duties_of(person.pk, at=at))


def may_mine_with(duties: frozenset[str]) -> bool:
    """Return the same for whoever holds these duties; asks the database nothing."""
    return OFFICE in duties or any(map(organization.leads, duties))
