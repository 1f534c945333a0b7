"""Every party of a kind, for walking through them: all firms, and the people who permit it, nobody else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q

from lianqiao.innovation.talent import queries as talent
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.benefits.models import Decision
from lianqiao.service.benefits.parties import Kind, Party

# the use of a talent record that its bearer permits to be told what is theirs
PURPOSE = "benefits"


def party_keys(kind: Kind, *, after: int = 0, size: int = 1000) -> list[int]:
    """Return the keys of the next parties after one; of people those who permit being matched."""
    if kind == "firm":
        return organization.firm_keys(after=after, size=size)
    people = talent.bearers(PURPOSE).filter(talent__person__gt=after).order_by("talent__person_id")
    return list(people[:size])


def keys_to_match(kind: Kind, *, after: int = 0, size: int = 1000) -> list[int]:
    """Return the same, and the people of whom something was found before they took the permission back."""
    found = party_keys(kind, after=after, size=size)
    if kind == "firm":
        return found
    decided = Decision.objects.filter(current=True, person__gt=after).exclude(verdict="no")
    known = decided.order_by("person_id").values_list("person_id", flat=True).distinct()[:size]
    return sorted({*found, *(key for key in known if key)})[:size]


def party_count(kind: Kind) -> int:
    """Return how many there are."""
    return organization.firm_count() if kind == "firm" else talent.bearers(PURPOSE).count()


def party_numbers(kind: Kind, keys: Collection[int]) -> dict[int, str]:
    """Return what settles the order of parties that are alike otherwise."""
    return organization.firm_codes(keys) if kind == "firm" else {key: f"{key:020}" for key in keys}


def permitted(people: Iterable[int]) -> frozenset[int]:
    """Return those of some people who permit their record to be matched with policies now."""
    return frozenset(talent.bearers(PURPOSE).filter(talent__person__in=list(people)))


def people_permitting(usernames: Iterable[str]) -> list[Person]:
    """Return the people with these user names who permit their record to be matched with policies now."""
    found = organization.people_named(usernames)
    agreed = permitted(one.pk for one in found)
    return [one for one in found if one.pk in agreed]


def may_match(party: Party) -> bool:
    """Return whether a party may be matched: a firm always, a person who permits it."""
    return party.kind == "firm" or bool(permitted([party.pk]))


def matched_parties() -> Q:
    """Return the condition of rows about firms, and about people who permit being matched now."""
    theirs = talent.bearers(PURPOSE).filter(talent__person=OuterRef("person"))
    return Q(person=None) | Q(Exists(theirs))
