"""A duty goes from one person to another for good."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.commands.authority import (
    locked_people,
    require_active,
    require_leader,
    require_office,
)
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Duty, HandOver, Person
from lianqiao.organization.queries.duties import OFFICE, leads
from lianqiao.organization.queries.in_force import in_force


@transaction.atomic
def hand_over(
    person_id: int, *, code: str, to_id: int, reason: str, actor: Person | None, now: datetime
) -> HandOver:
    """Move a duty, with its unit, scope and deputy, from one person to another; open cases follow.

    For oneself, or as a leader for another; the duty of a leader or of the office only as the office.
    Raises Refusal: `leader-only`, `office-only`, `reason-missing`, `hand-over-self`, `person-unknown`,
    `person-inactive`, `duty-not-held`, `duty-handed-over` (to whom and when).
    """
    _check_actor(person_id, code, actor=actor, now=now)
    if not reason.strip():
        raise refuse(
            "reason-missing", "no reason was given", place="reason", hint="say why: it stays in the record"
        )
    if person_id == to_id:
        raise refuse(
            "hand-over-self", "a duty is handed over to someone else", place="to", hint="choose a colleague"
        )
    people = locked_people({person_id, to_id})
    require_active(people[to_id])
    duties = list(
        Duty.objects.select_for_update().filter(in_force(now), person_id=person_id, code=code).order_by("id")
    )
    if not duties:
        raise _not_held(people[person_id], code)
    for duty in duties:
        _move(duty, to_id, now=now)
    done = HandOver.objects.create(
        from_person_id=person_id, to_person_id=to_id, code=code, at=now, by=actor, reason=reason.strip()
    )
    trace("hand-over", done, actor=actor, now=now, code=code, from_id=person_id, to_id=to_id, reason=reason)
    return done


def _check_actor(person_id: int, code: str, *, actor: Person | None, now: datetime) -> None:
    if actor is not None and actor.pk == person_id and actor.is_active:
        return
    if code == OFFICE or leads(code):
        require_office(actor, now=now)
    else:
        require_leader(actor, now=now)


def _move(duty: Duty, to_id: int, *, now: datetime) -> None:
    until = duty.until
    duty.until = now
    duty.save(update_fields=["until"])
    Duty.objects.create(
        person_id=to_id,
        code=duty.code,
        unit_id=duty.unit_id,
        scope=duty.scope,
        deputy_id=None if duty.deputy_id == to_id else duty.deputy_id,
        since=now,
        until=until,
    )


def _not_held(person: Person, code: str) -> Refusal:
    last = (
        HandOver.objects.filter(from_person=person, code=code)
        .select_related("to_person")
        .order_by("-at", "-id")
        .first()
    )
    if last is None:
        return refuse(
            "duty-not-held",
            f"{person.name} does not hold the duty “{code}”",
            hint="look at the list of duties",
            name=person.name,
            duty=code,
        )
    at = localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return refuse(
        "duty-handed-over",
        f"{person.name} handed the duty “{code}” over to {last.to_person.name} at {at}",
        hint="look at the list of duties",
        name=person.name,
        duty=code,
        to=last.to_person.name,
        at=at,
    )
