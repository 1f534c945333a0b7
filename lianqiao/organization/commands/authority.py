"""Who may do what in this room, and the rows a command must hold still while it decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import Duty, Person
from lianqiao.organization.queries.duties import OFFICE, duties_of, leads
from lianqiao.organization.queries.in_force import in_force

WINDOW_CLERK = "window-clerk"


def is_office(actor: Person | None, *, now: datetime) -> bool:
    """Return whether an actor keeps the register of people: the server itself, or who holds the duty.

    Nothing but a duty grants anything: Django's own flags and groups are not looked at.
    """
    return actor is None or OFFICE in duties_of(actor.pk, at=now)


def require_office(actor: Person | None, *, now: datetime) -> None:
    """Raise Refusal `office-only` unless the actor is the office."""
    if not is_office(actor, now=now):
        raise refuse(
            "office-only",
            "only the office may do this",
            hint="ask someone who holds the duty “office”",
        )


def require_leader(actor: Person | None, *, now: datetime) -> None:
    """Raise Refusal `leader-only` unless the actor is a leader or the office."""
    if actor is None or is_office(actor, now=now):
        return
    if not any(leads(code) for code in duties_of(actor.pk, at=now)):
        raise refuse(
            "leader-only",
            "only a leader or the office may do this for someone else",
            hint="ask your leader",
        )


def require_window(actor: Person | None, *, now: datetime) -> None:
    """Raise Refusal `window-only` unless the actor is a window clerk or the office."""
    if actor is None or is_office(actor, now=now):
        return
    if WINDOW_CLERK not in duties_of(actor.pk, at=now):
        raise refuse(
            "window-only",
            "only a window clerk or the office may do this",
            hint="ask at the service window",
        )


def locked_people(person_ids: Iterable[int]) -> dict[int, Person]:
    """Return people by id, held still until the transaction ends, always in the order of their ids.

    Raises Refusal `person-unknown` for an id that is nobody's.
    """
    wanted = sorted(set(person_ids))
    # their keys are not held: an act elsewhere may name them in its entry meanwhile, and would wait for us
    rows = Person.objects.select_for_update(no_key=True).filter(id__in=wanted).order_by("id")
    found = {person.pk: person for person in rows}
    for person_id in wanted:
        if person_id not in found:
            raise person_unknown(person_id)
    return found


def person_unknown(person_id: int) -> Refusal:
    """Build the refusal for an id that is nobody's."""
    return refuse(
        "person-unknown",
        f"there is no person {person_id}",
        hint="choose someone from the list",
        person=str(person_id),
    )


def require_active(person: Person) -> None:
    """Raise Refusal `person-inactive` for someone whose account is closed."""
    if not person.is_active:
        raise refuse(
            "person-inactive",
            f"{person.name} has left: the account is closed",
            hint="choose someone who works here now",
            name=person.name,
        )


def require_other_office(person_id: int, *, now: datetime) -> None:
    """Raise Refusal `last-office` if nobody but this person holds the duty “office”.

    Without this the zone would lock itself out: only the office gives duties.
    """
    rows = Duty.objects.select_for_update().filter(in_force(now), code=OFFICE).order_by("id")
    others = {duty.person_id for duty in rows} - {person_id}
    if not Person.objects.filter(id__in=others, is_active=True).exists():
        raise refuse(
            "last-office",
            "this is the last holder of the duty “office”; nobody could give duties any more",
            hint="hand the duty over to someone else first",
        )
