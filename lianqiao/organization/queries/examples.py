"""People made for demonstrations, and in which parts they can be tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lianqiao.organization.models import Duty, Membership, Person
from lianqiao.organization.queries.in_force import in_force


@dataclass(frozen=True)
class Example:
    """An example person with the duties (codes) they hold and the firms (names) they act for."""

    person_id: int
    name: str
    duties: tuple[str, ...]
    firms: tuple[str, ...]


def examples(at: datetime) -> list[Example]:
    """Return every active example person with a duty or a firm at `at`, by user name; three queries."""
    people = Person.objects.filter(example=True, is_active=True).order_by("username")
    duties: dict[int, list[str]] = {}
    for person_id, code in (
        Duty.objects.filter(in_force(at), person__example=True)
        .order_by("id")
        .values_list("person_id", "code")
    ):
        duties.setdefault(person_id, []).append(code)
    firms: dict[int, list[str]] = {}
    held = Membership.objects.filter(in_force(at), person__example=True).order_by("id")
    for person_id, name in held.values_list("person_id", "firm__short_name"):
        firms.setdefault(person_id, []).append(name)
    return [
        Example(one.pk, one.name, tuple(dict.fromkeys(duties.get(one.pk, ()))), tuple(firms.get(one.pk, ())))
        for one in people
        if one.pk in duties or one.pk in firms
    ]


def example_person(person_id: int) -> Person | None:
    """Return an active example person; None for anyone real, whatever their id."""
    return Person.objects.filter(pk=person_id, example=True, is_active=True).first()
