"""Who may take a mandate back, and the refusals of those who may not."""

from __future__ import annotations

from datetime import datetime

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import Mandate, Person
from lianqiao.organization.queries.duties import OFFICE, duties_of
from lianqiao.organization.queries.firms import administers
from lianqiao.organization.queries.mandates import mandates


def revocable_mandate(mandate_id: int, *, reader: Person, at: datetime) -> Mandate:
    """Return a mandate the reader may take back or give up.

    Raises Refusal: `mandate-unknown`, `mandate-firm-only`.
    """
    found = mandates().filter(pk=mandate_id).first()
    if found is None:
        raise unknown_mandate(mandate_id)
    if not may_revoke(found, reader, at=at):
        raise mandate_firm_only()
    return found


def may_revoke(mandate: Mandate, person: Person, *, at: datetime) -> bool:
    """Return whether someone may take a mandate back: who holds it, the firm's administrator, the office."""
    own = person.pk == mandate.person_id or administers(person.pk, mandate.firm_id, at=at)
    return person.is_active and (own or OFFICE in duties_of(person.pk, at=at))


def unknown_mandate(mandate_id: int) -> Refusal:
    """Return the refusal of a mandate there is not."""
    return refuse("mandate-unknown", f"there is no mandate {mandate_id}", hint="look at the list")


def mandate_firm_only() -> Refusal:
    """Return the refusal of what only the firm's administrator may do."""
    return refuse("mandate-firm-only", "only the firm's administrator may do this", hint="ask them")
