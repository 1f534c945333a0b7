"""A firm or a person as the one something is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lianqiao.organization.models import Firm, Person

Kind = Literal["firm", "person"]


@dataclass(frozen=True)
class Party:
    """Who facts, verdicts and grants are about; `pk` is the firm's or the person's key."""

    kind: Kind
    pk: int

    @property
    def where(self) -> dict[str, Any]:
        """The condition, and the columns of a new row, of what is about this party."""
        return {f"{self.kind}_id": self.pk}


def of_firm(firm: Firm) -> Party:
    """Return the firm as a party."""
    return Party("firm", firm.pk)


def of_person(person: Person) -> Party:
    """Return the person as a party."""
    return Party("person", person.pk)


def of_one(one: Firm | Person) -> Party:
    """Return a firm or a person as a party."""
    return of_firm(one) if isinstance(one, Firm) else of_person(one)


def party_of(row: Any) -> Party:
    """Return whom a row is about."""
    return Party("firm", row.firm_id) if row.firm_id else Party("person", row.person_id)
