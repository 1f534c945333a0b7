"""Duties held at a moment, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Right
from django.db.models.lookups import Exact

from lianqiao.organization.models import Duty, DutyTitle, Leave
from lianqiao.organization.queries.in_force import away, in_force
from lianqiao.organization.queries.prepared import Prepared, Statement

# Held by the office that keeps the register of people: it may do everything in this room.
OFFICE = "office"


def leads(code: str) -> bool:
    """Return whether a duty is a leader's: `leader`, or a code that ends in `-leader`."""
    return code == "leader" or code.endswith("-leader")


def leading() -> Q:
    """Return the condition that a duty is a leader's.

    No LIKE: SQLite plans a statement anew each time a pattern is bound to it, which takes longer
    than its answer.
    """
    return Q(code="leader") | Q(Exact(Right("code", 7), "-leader"))


def duties_of(person_id: int, *, at: datetime) -> frozenset[str]:
    """Return the codes of the duties an active person holds at `at`, on leave or not."""
    return frozenset(code for (code,) in _HELD(person_id=person_id, at=at))


def asking_duties(person_id: int, *, at: datetime) -> Statement:
    """Return what reads what `duties_of` returns, to be run with others."""
    return _HELD.asking(person_id=person_id, at=at)


def _held(person_id: int, at: datetime) -> QuerySet[Duty, tuple[str]]:
    rows = Duty.objects.filter(in_force(at), person_id=person_id, person__is_active=True)
    return rows.values_list("code")


_HELD = Prepared(_held)


def is_officer(person_id: int, *, at: datetime) -> bool:
    """Return whether a person holds any duty at `at`."""
    return bool(duties_of(person_id, at=at))


def is_leader(person_id: int, *, at: datetime) -> bool:
    """Return whether a person holds a leader's duty at `at`."""
    return any(map(leads, duties_of(person_id, at=at)))


def people_with(duty_code: str, *, at: datetime) -> list[int]:
    """Return who holds a duty at `at`, on leave or not, whatever its scope; in the order of their ids."""
    rows = Duty.objects.filter(in_force(at), code=duty_code, person__is_active=True)
    return list(rows.order_by("person_id").values_list("person_id", flat=True).distinct())


def deputy_ids(person_id: int, *, at: datetime) -> dict[str, int | None]:
    """Return the deputy of each duty a person holds at `at`, by duty code."""
    rows = Duty.objects.filter(in_force(at), person_id=person_id).order_by("id")
    return dict(rows.values_list("code", "deputy_id"))


def duty_titles(language: str = "zh-hans") -> dict[str, str]:
    """Return what each duty is called in a language; a duty the pack does not name is not in it."""
    return {
        title.code: title.name_en if language == "en" and title.name_en else title.name
        for title in DutyTitle.objects.all()
    }


def duties_held(person_id: int, *, at: datetime) -> list[Duty]:
    """Return the duties a person holds at `at`, with unit and deputy, by code."""
    rows = Duty.objects.filter(in_force(at), person_id=person_id).select_related("unit", "deputy")
    return list(rows.order_by("code", "id"))


def may_file_for_others(person_id: int, *, at: datetime) -> bool:
    """Return whether a person may file a leave for a colleague: as a leader or as the office."""
    return is_leader(person_id, at=at) or OFFICE in duties_of(person_id, at=at)


def duties_in_force(at: datetime, *, text: str = "", sort: str = "", absent: bool = False) -> QuerySet[Duty]:
    """Return the duties of active people at `at`, each with `absent` (bool), to be paged by the caller.

    `text` is looked for in the names of A and B, the unit's and the duty's; `sort` is `person`, `deputy`,
    `duty`, `unit` or `absent`, with `-` before it to turn it round; `absent` leaves out who is there.
    """
    running = Leave.objects.filter(away(at), person_id=OuterRef("person_id"))
    rows = Duty.objects.filter(in_force(at), person__is_active=True)
    rows = rows.annotate(absent=Exists(running)).select_related("person", "deputy", "unit")
    if absent:
        rows = rows.filter(absent=True)
    if text:
        titled = DutyTitle.objects.filter(Q(name__icontains=text) | Q(name_en__icontains=text))
        rows = rows.filter(
            Q(person__name__icontains=text)
            | Q(deputy__name__icontains=text)
            | Q(unit__name__icontains=text)
            | Q(unit__name_en__icontains=text)
            | Q(code__icontains=text)
            | Q(code__in=titled.values("code"))
        )
    keys = {
        "person": "person__name",
        "deputy": "deputy__name",
        "duty": "code",
        "unit": "unit__name",
        "absent": "absent",
    }
    key = keys.get(sort.lstrip("-"))
    first = [f"-{key}" if sort.startswith("-") else key] if key else []
    return rows.order_by(*first, "code", "person_id", "id")


def absent_holders(codes: Iterable[str], *, at: datetime) -> list[tuple[int, str]]:
    """Return who holds one of these duties at `at` and is away then, as (person id, duty code)."""
    wanted = sorted(codes)
    return _AWAY(codes=wanted, at=at) if wanted else []


def _away(codes: list[str], at: datetime) -> QuerySet[Duty, tuple[int, str]]:
    running = Leave.objects.filter(away(at), person_id=OuterRef("person_id"))
    rows = Duty.objects.filter(in_force(at), Exists(running), person__is_active=True, code__in=codes)
    return rows.order_by("code", "person_id", "id").values_list("person_id", "code")


_AWAY = Prepared(_away)


def duty(duty_id: int) -> Duty | None:
    """Return a duty with its person, or None."""
    return Duty.objects.select_related("person").filter(pk=duty_id).first()
