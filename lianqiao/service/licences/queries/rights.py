"""Who may see and do what with licences."""

from __future__ import annotations

from datetime import datetime

from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.licences.models import Licence

OFFICER, LEADER = "licence-officer", "licence-leader"
# who sees the register
KEEPERS = frozenset({OFFICER, LEADER, "office"})


def keeps_register(person: Person, *, at: datetime) -> bool:
    """Return whether a person sees the whole register."""
    return bool(organization.duties_of(person.pk, at=at) & KEEPERS)


def require_keeper(person: Person | None, *, at: datetime) -> None:
    """Raise Refusal `licences-only` unless the person keeps the register; None is the server itself."""
    if person is not None and not keeps_register(person, at=at):
        raise refuse("licences-only", "only licence officers may do this", hint="ask the head of licences")


def holds(person: Person, licence: Licence, *, at: datetime) -> bool:
    """Return whether a person acts for the holder of a licence."""
    return organization.acts_for(person.pk, licence.firm_id, at=at)
