"""People's names, and what was done to a record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianqiao.organization.models import Change, Duty, Person
from lianqiao.organization.queries.in_force import in_force
from lianqiao.organization.queries.prepared import Prepared


def names(person_ids: Iterable[int]) -> dict[int, str]:
    """Return the display name of each person there is; one query, unknown ids are left out."""
    return dict(_NAMES.for_keys(person_ids))


def _names(keys: list[int]) -> QuerySet[Person, tuple[int, str]]:
    return Person.objects.filter(id__in=keys).values_list("id", "name")


_NAMES = Prepared(_names)


def usernames(person_ids: Iterable[int]) -> dict[int, str]:
    """Return by what each person signs in; one query, unknown ids are left out."""
    wanted = set(person_ids)
    return dict(Person.objects.filter(id__in=wanted).values_list("id", "username")) if wanted else {}


def people_holding(code: str, *, at: datetime) -> list[Person]:
    """Return the active people who hold a duty at `at`, by name."""
    held = Duty.objects.filter(in_force(at), code=code, person_id=OuterRef("id"))
    return list(Person.objects.filter(Exists(held), is_active=True).order_by("name", "id"))


def people_named(usernames: Iterable[str], person_ids: Iterable[int] = ()) -> list[Person]:
    """Return the active people with these user names or ids, in one query."""
    wanted = Q(username__in=list(usernames)) | Q(id__in=list(person_ids))
    return list(Person.objects.filter(wanted, is_active=True).order_by("id"))


def person(person_id: int) -> Person | None:
    """Return an active person, or None."""
    return Person.objects.filter(id=person_id, is_active=True).first()


def person_named(username: str) -> Person | None:
    """Return the active person with a user name, or None."""
    return Person.objects.filter(username=username, is_active=True).first()


def colleagues(person_id: int, *, at: datetime, limit: int = 200) -> list[Person]:
    """Return up to `limit` other officers by name, those who share a duty or a unit with a person first."""
    own = Duty.objects.filter(in_force(at), person_id=person_id)
    shared = Duty.objects.filter(in_force(at), person_id=OuterRef("id")).filter(
        Q(code__in=own.values("code")) | Q(unit_id__in=own.exclude(unit=None).values("unit_id"))
    )
    rows = officers(at).exclude(id=person_id).annotate(near=Exists(shared))
    return list(rows.order_by("-near", "name", "id")[:limit])


def officers(at: datetime, *, text: str = "") -> QuerySet[Person]:
    """Return the active people who hold a duty at `at`, by name; `text` narrows by name or user name."""
    held = Duty.objects.filter(in_force(at), person_id=OuterRef("id"))
    rows = Person.objects.filter(Exists(held), is_active=True)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    return rows.order_by("name", "id")


def officer_ids(*, at: datetime) -> frozenset[int]:
    """Return the ids of everyone who holds a duty at `at`: their names are part of the zone's public face."""
    return frozenset(Duty.objects.filter(in_force(at)).values_list("person_id", flat=True))


def people(*, text: str = "", sort: str = "", at: datetime) -> QuerySet[Person]:
    """Return everyone with an account, closed ones too, each with `officer` (bool), officers first."""
    held = Duty.objects.filter(in_force(at), person_id=OuterRef("id"))
    rows = Person.objects.annotate(officer=Exists(held))
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    keys = {"name": "name", "username": "username", "active": "is_active", "officer": "officer"}
    key = keys.get(sort.lstrip("-"))
    first = [f"-{key}" if sort.startswith("-") else key] if key else ["-is_active", "-officer"]
    return rows.order_by(*first, "name", "id")


def account(person_id: int) -> Person | None:
    """Return a person whose account may be closed, or None."""
    return Person.objects.filter(id=person_id).first()


def trail(subject: str, *, limit: int = 50) -> list[Change]:
    """Return what was done to `subject` ("person:12"), the latest first."""
    rows = Change.objects.filter(subject=subject).select_related("by")
    return list(rows.order_by("-at", "-id")[:limit])


def mail_addresses(person_ids: Iterable[int]) -> dict[int, str]:
    """Return the e-mail address of each active person who has one."""
    people = Person.objects.filter(pk__in=list(person_ids), is_active=True).exclude(email="")
    return dict(people.values_list("pk", "email"))


def person_keys(*, after: int = 0, size: int = 1000) -> list[int]:
    """Return the keys of the next active people after one, for walking through all of them."""
    rows = Person.objects.filter(pk__gt=after, is_active=True).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:size])


def person_count() -> int:
    """Return how many active people there are."""
    return Person.objects.filter(is_active=True).count()
