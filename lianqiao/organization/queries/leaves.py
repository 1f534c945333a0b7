"""Who is away, and whose being away has just changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from lianqiao.organization.models import HandOver, Leave
from lianqiao.organization.queries.in_force import away


def on_leave(at: datetime) -> frozenset[int]:
    """Return who is on leave at `at`."""
    return frozenset(Leave.objects.filter(away(at)).values_list("person_id", flat=True))


def away_until(person_ids: Iterable[int], *, at: datetime) -> dict[int, datetime]:
    """Return until when each of these people is away who is at `at`, leaves that join counted as one."""
    ids = set(person_ids)
    if not ids:
        return {}
    ends: dict[int, datetime] = {}
    rows = Leave.objects.filter(person_id__in=ids, end__gt=at, cancelled_at__isnull=True).order_by("begin")
    for one in rows:
        if one.begin <= ends.get(one.person_id, at):
            ends[one.person_id] = max(one.end, ends.get(one.person_id, at))
    return ends


def leaves_of(person_id: int, *, limit: int = 50) -> list[Leave]:
    """Return a person's leaves, the latest first, the cancelled ones too."""
    return list(leave_rows(person_id).order_by("-begin", "-id")[:limit])


def leave_rows(person_id: int) -> QuerySet[Leave]:
    """Return a person's leaves with who stands in and who filed them, to be sorted and cut by the caller."""
    return Leave.objects.filter(person_id=person_id).select_related("stand_in", "filed_by")


def overlapping_leave(person_id: int, *, begin: datetime, end: datetime) -> Leave | None:
    """Return the first leave of a person, not cancelled, that shares a moment with [begin, end)."""
    return _overlapping(begin, end).filter(person_id=person_id).order_by("begin").first()


def stand_in_promises(person_id: int, *, begin: datetime, end: datetime) -> list[Leave]:
    """Return the leaves in [begin, end) for which a person is named as stand-in, the earliest first."""
    rows = _overlapping(begin, end).filter(stand_in_id=person_id).select_related("person")
    return list(rows.order_by("begin", "id"))


def leave_changes_due(since: datetime, *, now: datetime) -> list[int]:
    """Return whose presence may have changed after `since` and up to `now`, in the order of their ids.

    That is: a leave began, ended, was filed or was cancelled in that time. Asking twice does no harm.
    """
    changed = Q()
    for moment in ("begin", "end", "filed_at", "cancelled_at"):
        changed |= Q(**{f"{moment}__gt": since, f"{moment}__lte": now})
    rows = Leave.objects.filter(changed).order_by("person_id")
    return list(rows.values_list("person_id", flat=True).distinct())


def hand_overs_of(person_id: int, *, limit: int = 20) -> list[HandOver]:
    """Return what a person handed over for good, the latest first, with to whom."""
    rows = HandOver.objects.filter(from_person_id=person_id).select_related("to_person")
    return list(rows.order_by("-at", "-pk")[:limit])


def _overlapping(begin: datetime, end: datetime) -> QuerySet[Leave]:
    return Leave.objects.filter(begin__lt=end, end__gt=begin, cancelled_at__isnull=True)
