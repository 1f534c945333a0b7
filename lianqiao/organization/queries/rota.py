"""Shifts as they are planned, and who stands at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from lianqiao.engine import rota
from lianqiao.engine.beijing import beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.organization.models import RotaExchange, RotaPattern

SERIES_SORTS = {"name": "person__name", "place": "place", "begins": "begins", "first": "first_day"}


def rota_shifts(
    *, first: date, last: date, calendar: Calendar, code: str = "", person_id: int | None = None
) -> list[rota.Shift]:
    """Return the shifts from `first` to `last`, of one duty or person or all, in two queries."""
    rows = rota_patterns(first=first, last=last)
    if code:
        rows = rows.filter(code=code)
    patterns = list(rows)
    exchanges = RotaExchange.objects.filter(
        pattern__in=[one.pk for one in patterns], day__gte=first, day__lte=last
    )
    found = rota.shifts(
        [_pattern(one) for one in patterns],
        [rota.Exchange(one.pattern_id, one.day, one.person_id) for one in exchanges.order_by("pk")],
        first=first,
        last=last,
        calendar=calendar,
    )
    return [one for one in found if person_id in (None, one.person_id)]


def on_rota(code: str, *, at: datetime, calendar: Calendar) -> frozenset[int]:
    """Return who stands for a duty at `at`; where nobody does, who stands next; empty without a rota."""
    today = beijing(at).date()
    last = today + timedelta(days=rota.LOOKED_AHEAD_DAYS)
    # a night shift began yesterday
    found = rota_shifts(first=today - timedelta(days=1), last=last, calendar=calendar, code=code)
    return rota.standing(found, at=at)


def rota_patterns(*, first: date, last: date) -> QuerySet[RotaPattern]:
    """Return the patterns that may have a shift between two days, with their people."""
    rows = RotaPattern.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first), first_day__lte=last)
    return rows.filter(person__is_active=True).select_related("person").order_by("code", "place", "pk")


def rota_series(
    *, since: date, text: str = "", codes: Iterable[str] = (), sort: str = ""
) -> QuerySet[RotaPattern]:
    """Return the patterns of more than one day that may have a shift from a day on, with their people.

    `text` is part of a person's name or of a place; the patterns of the duties `codes` are found by it too.
    `sort` is name, place, begins or first.
    """
    rows = RotaPattern.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=since))
    rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__gt=F("first_day")), person__is_active=True)
    if text:
        rows = rows.filter(
            Q(person__name__icontains=text) | Q(place__icontains=text) | Q(code__in=list(codes))
        )
    key = SERIES_SORTS.get(sort.removeprefix("-"))
    order = (f"-{key}" if sort.startswith("-") else key,) if key else ("code", "place")
    return rows.select_related("person").order_by(*order, "pk")


def rota_pattern(pattern_id: int) -> RotaPattern | None:
    """Return a pattern with its person, or None."""
    return RotaPattern.objects.select_related("person").filter(pk=pattern_id).first()


def _pattern(row: RotaPattern) -> rota.Pattern:
    return rota.Pattern(
        id=row.pk,
        person_id=row.person_id,
        duty=row.code,
        place=row.place,
        first=row.first_day,
        last=row.last_day,
        weekdays=frozenset(int(day) for day in row.weekdays),
        begins=row.begins,
        ends=row.ends,
        every_weeks=row.every_weeks,
        working_days=row.working_days,
    )
