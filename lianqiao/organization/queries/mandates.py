"""Who acts for which firm by its authority, and whether the record of it is as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from lianqiao.engine.chained import Link, broken
from lianqiao.engine.errors import Problem
from lianqiao.organization.models import Firm, Mandate, MandateEntry, Person


def in_force_mandates(at: datetime) -> QuerySet[Mandate]:
    """Return the mandates that hold at `at`, of active people."""
    revoked = Q(revoked_at__isnull=False, revoked_at__lte=at)
    rows = Mandate.objects.filter(since__lte=at, until__gt=at, person__is_active=True).exclude(revoked)
    return rows.order_by("pk")


def mandates(*, firm_id: int | None = None, person_id: int | None = None) -> QuerySet[Mandate]:
    """Return every mandate of a firm, or for a person, past ones too, with both, the latest first."""
    rows = Mandate.objects.select_related("firm", "person", "given_by", "revoked_by")
    if firm_id is not None:
        rows = rows.filter(firm_id=firm_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return rows.order_by("-given_at", "-pk")


def mandates_held(person_id: int, *, at: datetime) -> QuerySet[Mandate]:
    """Return a person's mandates in force and to come, with their firms, the latest first."""
    open_ones = in_mandate_state("in-force", at=at) | in_mandate_state("to-come", at=at)
    return mandates(person_id=person_id).filter(open_ones)


def mandates_numbered(mandate_ids: Iterable[int]) -> list[Mandate]:
    """Return the mandates of these ids, past ones too; one query, none for no id."""
    wanted = set(mandate_ids)
    return list(Mandate.objects.filter(pk__in=wanted)) if wanted else []


def firms_by_mandate(person_id: int, *, at: datetime, matter: str) -> list[Firm]:
    """Return the firms someone who is not their own acts for in one promise at `at`, by name."""
    held = in_force_mandates(at).filter(person_id=person_id)
    held = held.filter(Q(matters="") | Q(matters__contains=f" {matter} "))
    return list(Firm.objects.filter(pk__in=held.order_by().values("firm_id")).order_by("name", "pk"))


def mandate_state(mandate: Mandate, *, at: datetime) -> str:
    """Return `revoked`, `over`, `to-come` or `in-force`."""
    if mandate.revoked_at is not None and mandate.revoked_at <= at:
        return "revoked"
    if mandate.until <= at:
        return "over"
    return "to-come" if mandate.since > at else "in-force"


def in_mandate_state(state: str, *, at: datetime) -> Q:
    """Return what finds the mandates of which `mandate_state` says `state`."""
    revoked = Q(revoked_at__isnull=False, revoked_at__lte=at)
    match state:
        case "revoked":
            return revoked
        case "over":
            return ~revoked & Q(until__lte=at)
        case "to-come":
            return ~revoked & Q(until__gt=at, since__gt=at)
    return ~revoked & Q(until__gt=at, since__lte=at)


def assistants(codes: Iterable[str], *, at: datetime, text: str = "") -> QuerySet[Person]:
    """Return the active people who hold one of these duties at `at`, by name."""
    held = Q(duties__code__in=list(codes), duties__since__lte=at)
    going_on = Q(duties__until__isnull=True) | Q(duties__until__gt=at)
    rows = Person.objects.filter(held & going_on, is_active=True).distinct()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    return rows.order_by("name", "id")


def series_of(firm: Firm) -> str:
    """Return the series of a firm's record of mandates."""
    return f"mandates:{firm.credit_code}"


def verify_mandates() -> list[Problem]:
    """Return every sign that a record of mandates, or what is kept beside it, was altered."""
    problems: list[Problem] = []
    told: dict[int, dict[str, object]] = {}
    revoked: set[int] = set()
    for firm in Firm.objects.filter(pk__in=MandateEntry.objects.values("firm_id")).order_by("pk"):
        rows = list(MandateEntry.objects.filter(firm=firm).order_by("seq"))
        links = (Link(row.seq, row.body, row.previous, row.hash) for row in rows)
        if problem := broken(series_of(firm), links):
            problems.append(problem)
            continue
        for body in (json.loads(row.body) for row in rows):
            if body["act"] == "give":
                told[body["mandate"]] = body
            else:
                revoked.add(body["mandate"])
    return problems or list(_differing(told, revoked))


def _differing(told: dict[int, dict[str, object]], revoked: set[int]) -> Iterator[Problem]:
    rows = {row.pk: row for row in Mandate.objects.select_related("firm")}
    for pk in sorted(rows.keys() | told.keys()):
        row, body = rows.get(pk), told.get(pk)
        same = row is not None and body is not None and _says(row) == {key: body[key] for key in _says(row)}
        if not same or row is None or (row.revoked_at is not None) != (pk in revoked):
            reason = "it is not what the record of mandates says"
            yield Problem("row-differs", reason, place=f"mandate {pk}")


def _says(row: Mandate) -> dict[str, object]:
    return {
        "person": row.person_id,
        "kind": row.kind,
        "matters": row.matters.split(),
        "by": row.given_by_id or 0,
    }
