"""Who sees how cases went as a whole; apart, because every page asks and few go on to reckon."""

from __future__ import annotations

from datetime import datetime

from lianqiao.organization import queries as organization
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.models import Person


def may_mine(person: Person, *, at: datetime) -> bool:
    """Return whether a person sees process mining: leaders and the digital office."""
    return is_office(person, now=at) or organization.is_leader(person.pk, at=at)
