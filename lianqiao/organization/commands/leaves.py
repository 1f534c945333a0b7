"""Leaves are filed and called off."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import locked_people, require_leader
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Leave, Person
from lianqiao.organization.queries.duties import is_officer
from lianqiao.organization.queries.leaves import overlapping_leave

LONGEST_LEAVE = timedelta(days=366)


@transaction.atomic
def file_leave(
    person_id: int,
    *,
    begin: datetime,
    end: datetime,
    kind: str,
    actor: Person | None,
    now: datetime,
    stand_in_id: int | None = None,
) -> Leave:
    """File a leave from `begin` (inclusive) to `end` (exclusive).

    For oneself, or as a leader or the office for another. It may have begun already, and may not be over.
    From `begin` on the work is the stand-in's, else the deputy's. Raises Refusal: `leader-only`,
    `person-unknown`, `not-officer`, `leave-order`, `leave-over`, `leave-too-long`, `leave-kind`,
    `leave-overlaps`, `stand-in-self`, `stand-in-inactive`, `stand-in-not-officer`, `stand-in-away`.
    """
    if actor is None or actor.pk != person_id:
        require_leader(actor, now=now)
    # both are held, so that two leaves filed at once see each other
    people = locked_people({person_id} if stand_in_id is None else {person_id, stand_in_id})
    problems = _span_problems(begin, end, now=now)
    problems += _person_problems(people[person_id], begin=begin, end=end, now=now)
    if kind not in Leave.Kind.values:
        problems.append(_kind_problem(kind))
    if stand_in_id is not None:
        same = stand_in_id == person_id
        problems += _stand_in_problems(people[stand_in_id], same=same, begin=begin, end=end, now=now)
    if problems:
        raise Refusal(*problems)
    leave = Leave.objects.create(
        person_id=person_id,
        begin=begin,
        end=end,
        kind=kind,
        stand_in_id=stand_in_id,
        filed_at=now,
        filed_by=actor,
    )
    trace("file-leave", leave, actor=actor, now=now, person_id=person_id, begin=begin, end=end, kind=kind)
    return leave


@transaction.atomic
def cancel_leave(leave_id: int, *, actor: Person | None, now: datetime) -> Leave:
    """Call a leave off; one that has begun ends now, and the person is back at work.

    Raises Refusal: `leave-unknown`, `leader-only`, `leave-cancelled`, `leave-over`.
    """
    leave = Leave.objects.select_for_update().filter(id=leave_id).first()
    if leave is None:
        raise refuse(
            "leave-unknown",
            f"there is no leave {leave_id}",
            hint="choose one from the list",
            leave=str(leave_id),
        )
    if actor is None or actor.pk != leave.person_id:
        require_leader(actor, now=now)
    if leave.cancelled_at is not None:
        at = _shown(leave.cancelled_at)
        raise refuse(
            "leave-cancelled", f"this leave was cancelled at {at}", hint="nothing is left to do", at=at
        )
    if leave.end <= now:
        raise Refusal(_over(leave.end))
    leave.cancelled_at = now
    leave.save(update_fields=["cancelled_at"])
    trace("cancel-leave", leave, actor=actor, now=now, person_id=leave.person_id)
    return leave


def _span_problems(begin: datetime, end: datetime, *, now: datetime) -> list[Problem]:
    if end <= begin:
        return [
            Problem(
                "leave-order",
                "the leave ends before it begins",
                place="end",
                hint="the last day is the first day or later",
                facts={"begin": _shown(begin), "end": _shown_end(end)},
            )
        ]
    problems = [_over(end)] if end <= now else []
    if end - begin > LONGEST_LEAVE:
        days, most = (end - begin).days, LONGEST_LEAVE.days
        problems.append(
            Problem(
                "leave-too-long",
                f"the leave lasts {days} days; more than {most} are not filed at once",
                place="end",
                hint="check the year; for an absence this long hand the duty over",
                facts={"days": str(days), "most": str(most)},
            )
        )
    return problems


def _person_problems(person: Person, *, begin: datetime, end: datetime, now: datetime) -> list[Problem]:
    problems = []
    if not is_officer(person.pk, at=now):
        problems.append(
            Problem(
                "not-officer",
                f"{person.name} holds no duty, so nobody need stand in",
                hint="give the duty first",
                facts={"name": person.name},
            )
        )
    other = overlapping_leave(person.pk, begin=begin, end=end) if begin < end else None
    if other is not None:
        facts = {"begin": _shown(other.begin), "end": _shown_end(other.end), "leave": str(other.pk)}
        problems.append(
            Problem(
                "leave-overlaps",
                f"there is already a leave from {facts['begin']} to {facts['end']}",
                place="begin",
                hint="cancel that one first, or choose other days",
                facts=facts,
            )
        )
    return problems


def _stand_in_problems(
    person: Person, *, same: bool, begin: datetime, end: datetime, now: datetime
) -> list[Problem]:
    facts = {"name": person.name}
    if same:
        reason, hint = "nobody stands in for themselves", "choose a colleague, or nobody"
        return [Problem("stand-in-self", reason, place="stand_in", hint=hint)]
    if not person.is_active:
        reason = f"{person.name} has left: the account is closed"
        hint = "choose someone who works here now"
        return [Problem("stand-in-inactive", reason, place="stand_in", hint=hint, facts=facts)]
    if not is_officer(person.pk, at=now):
        reason, hint = f"{person.name} holds no duty in the zone", "choose an officer"
        return [Problem("stand-in-not-officer", reason, place="stand_in", hint=hint, facts=facts)]
    other = overlapping_leave(person.pk, begin=begin, end=end) if begin < end else None
    if other is None:
        return []
    facts |= {"begin": _shown(other.begin), "end": _shown_end(other.end)}
    reason = f"{person.name} is away too, from {facts['begin']} to {facts['end']}"
    hint = "choose someone else, or nobody: then the deputy has the work"
    return [Problem("stand-in-away", reason, place="stand_in", hint=hint, facts=facts)]


def _kind_problem(kind: str) -> Problem:
    known = ", ".join(Leave.Kind.values)
    return Problem(
        "leave-kind",
        f"“{kind}” is not a kind of leave",
        place="kind",
        hint=f"one of {known}",
        facts={"kind": kind, "known": known},
    )


def _over(end: datetime) -> Problem:
    at = _shown_end(end)
    return Problem(
        "leave-over",
        f"the leave was over at {at}",
        place="end",
        hint="it changes nothing now",
        facts={"at": at},
    )


def _shown(moment: datetime) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M")


def _shown_end(moment: datetime) -> str:
    """Return a moment as the end of something: midnight is 24:00 of the day that ends."""
    local = localtime(moment)
    if (local.hour, local.minute) != (0, 0):
        return _shown(moment)
    return f"{local.date() - timedelta(days=1)} 24:00"
