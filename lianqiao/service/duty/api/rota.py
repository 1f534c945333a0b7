"""Shifts: planned, exchanged, listed."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import (
    PRINTABLE,
    Id,
    Moment,
    Name,
    Shown,
    Wanted,
    When,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import PersonShown

router = Router(tags=["duties"])
MOST_DAYS = 93
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]


class RotaAsked(BaseModel):
    """Which days, both included."""

    first: When
    last: When
    duty: Name | None = None


class ShiftsWanted(Wanted):
    """Shifts that come back, to be planned."""

    person: Id
    duty: Name = Field(examples=["agent"])
    place: str = Field(default="", max_length=60, pattern=PRINTABLE)
    first: When
    last: When | None = None
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        min_length=1, max_length=7, description=_("1 is Monday.")
    )
    every_weeks: int = Field(default=1, ge=1, le=8)
    begins: Clock
    ends: Clock
    working_days: bool = Field(default=True, description=_("Holidays fall out, make-up days are worked."))


class ExchangeWanted(Wanted):
    """Who stands instead on one day; null: nobody."""

    day: When
    to: Id | None
    reason: str = Field(default="", max_length=200, pattern=PRINTABLE)


class ShiftShown(Shown):
    """One shift."""

    series: int = Field(description=_("The series of shifts it belongs to."))
    day: str
    begins: Moment
    ends: Moment
    duty: str
    title: str
    place: str
    person: PersonShown
    exchanged: bool


class RotaShown(Shown):
    """Shifts, by time."""

    shifts: list[ShiftShown]


class SeriesShown(Shown):
    """Shifts that come back, as planned."""

    id: int


@offer(
    router,
    "GET",
    "/rota",
    name="showRota",
    scope="read",
    says=_("Who stands at which window, on up to 93 days."),
    more=_("For officers."),
    answer=RotaShown,
    refuses=(403,),
)
def list_rota(request: HttpRequest, asked: Query[RotaAsked]) -> RotaShown:
    """Return the shifts; refuses `officers-only` and `span-too-long`."""
    require_officer(request)
    first, last = _day(asked.first, "first"), _day(asked.last, "last")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise refuse("span-too-long", "at most 93 days", hint="ask for fewer", field="last")
    found = queries.rota_shifts(
        first=first, last=last, calendar=packs.calendar(moment(request)), code=asked.duty or ""
    )
    names = queries.names({one.person_id for one in found})
    titles = queries.duty_titles(get_language() or "zh-hans")
    return RotaShown(
        shifts=[
            ShiftShown(
                series=one.pattern_id,
                day=one.day.isoformat(),
                begins=one.begins,
                ends=one.ends,
                duty=one.duty,
                title=titles.get(one.duty, one.duty),
                place=one.place,
                person=PersonShown(id=one.person_id, name=names.get(one.person_id, "")),
                exchanged=one.changed,
            )
            for one in found
        ]
    )


@offer(
    router,
    "POST",
    "/rota",
    name="planShifts",
    scope="duty",
    says=_("Plan shifts that come back for somebody who holds the duty."),
    more=_("For leaders and the office."),
    answer=SeriesShown,
    status=201,
    refuses=(403, 404),
)
def plan_shifts(request: HttpRequest, wanted: ShiftsWanted) -> SeriesShown:
    """Plan them; refuses as `commands.plan_shifts` does."""
    made = commands.plan_shifts(
        wanted.person,
        code=wanted.duty,
        place=wanted.place,
        first_day=_day(wanted.first, "first"),
        last_day=_day(wanted.last, "last") if wanted.last else None,
        weekdays=wanted.weekdays,
        begins=time.fromisoformat(wanted.begins),
        ends=time.fromisoformat(wanted.ends),
        every_weeks=wanted.every_weeks,
        working_days=wanted.working_days,
        actor=caller(request).person,
        now=moment(request),
    )
    return SeriesShown(id=made.pk)


@offer(
    router,
    "POST",
    "/rota/{series}/exchanges",
    name="exchangeShift",
    scope="duty",
    says=_("Let somebody else stand on one day of a series, or nobody."),
    more=_("For leaders, the office, and whoever stands."),
    answer=SeriesShown,
    status=201,
    refuses=(403, 404),
)
def exchange_shift(request: HttpRequest, series: Path[Id], wanted: ExchangeWanted) -> SeriesShown:
    """Exchange it; refuses as `commands.exchange_shift` does."""
    commands.exchange_shift(
        series,
        day=_day(wanted.day, "day"),
        to_id=wanted.to,
        reason=wanted.reason,
        actor=caller(request).person,
        now=moment(request),
    )
    return SeriesShown(id=series)


def _day(text: str, field: str) -> date:
    return beijing(instant(text, field)).date()
