"""How the promises the caller oversees stand, and the very promises behind each number."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge import packs
from lianqiao.bridge.models import Promise
from lianqiao.bridge.queries import Tally, rating_tally, standing_of
from lianqiao.engine.errors import refuse
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import LARGEST_ID, Cut, Id, Moment, Page, Shown, Words, offer
from lianqiao.organization.api.shapes import FirmShown, PersonShown, firm_shown, person_shown
from lianqiao.service.queries import overview as figures
from lianqiao.service.queries import promise_lists
from lianqiao.service.queries import report as reports

router = Router(tags=["overview"])

MONTH = r"^(20[0-9]{2}-(0[1-9]|1[0-2]))?$"
Span = Literal["year", "quarter", "month", "all"]
Narrowing = Literal["", "broken", "at-risk", "running", "paused", "kept", "ended", "open", "overdue"]
Sort = Literal[
    "", "case", "-case", "firm", "-firm", "owner", "-owner", "due", "-due", "started", "-started",
    "ended", "-ended",
]  # fmt: skip


class TallyShown(Shown):
    """How many promises stand how; each word has one definition, told in the documentation."""

    kept: int
    broken: int
    at_risk: int
    running: int
    paused: int
    ended: int
    rate: int | None = Field(description=_("Kept of all that came due, in tenths of a percent."))


class ClockTally(Shown):
    """One clock of one promise."""

    clock: str = Field(description=_("promise/clock, as the filter of the drill-down takes it."))
    promise: str
    title: str
    tally: TallyShown


class PersonTally(Shown):
    """What one person answers for."""

    person: PersonShown
    tally: TallyShown


class UnitTally(Shown):
    """What one department answers for; null is what none does."""

    unit: int | None = Field(description=_("As the filter of the drill-down takes it, 0 for null."))
    name: str
    tally: TallyShown


class MonthTally(Shown):
    """What was promised in one month."""

    month: str
    tally: TallyShown


class AbsenceShown(Shown):
    """Someone away, and who does the work meanwhile; empty where nobody does."""

    name: str
    stand_in: str


class Overview(Shown):
    """The tallies of the span."""

    span: Span
    every: TallyShown
    clocks: list[ClockTally]
    units: list[UnitTally]
    people: list[PersonTally]
    months: list[MonthTally]
    absences: list[AbsenceShown]
    ratings: dict[str, int] = Field(description=_("How often firms gave each grade, 5 is the best."))


class ReportShown(Shown):
    """The promises that began in a month, counted, and the year that led to it."""

    month: str
    at: Moment
    every: TallyShown
    clocks: list[ClockTally]
    units: list[UnitTally]
    people: list[PersonTally]
    months: list[MonthTally]


class ReportAsked(BaseModel):
    """Which month; the last one over where none is named."""

    month: str = Field(default="", pattern=MONTH)


class OverviewRow(Shown):
    """One promise: a clock of a case."""

    case: str
    title: str
    firm: FirmShown | None
    clock: str
    clock_title: str
    owner: PersonShown | None
    standing: str
    level: str = Field(description=_("The highest rung climbed: remind, urge, leader or public."))
    started_at: Moment
    due: Moment | None
    law_due: Moment | None
    ended_at: Moment | None


class PromiseAsked(Cut):
    """Which of the promises."""

    span: Span = "year"
    clock: str = Field(default="", pattern=r"^([a-z][a-z0-9_-]{0,63}/[a-z][a-z0-9_-]{0,63})?$")
    standing: Narrowing = ""
    owner: Id | None = None
    unit: int | None = Field(
        default=None, ge=0, le=LARGEST_ID, description=_("A department; 0 for what none answers for.")
    )
    month: str = Field(default="", pattern=MONTH)
    q: Words = ""
    sort: Sort = "due"


@offer(
    router,
    "GET",
    "/overview",
    name="showOverview",
    scope="read",
    says=_("How the promises you oversee stand: by clock, by person, by month."),
    more=_("For whoever holds a duty in a promise."),
    answer=Overview,
    refuses=(403,),
)
def show_overview(request: HttpRequest, span: Query[Span] = "year") -> Overview:
    """Return the tallies of the promises started in the span; refuses `officers-only`."""
    now, mechanisms = moment(request), _overseen(request)
    found = figures.figures(figures.grouped(mechanisms, span=span, now=now), mechanisms)
    rated = rating_tally(mechanisms, since=figures.since(span, now=now))
    return Overview(
        span=span,
        every=_tally(found.every),
        **_counted(found),
        months=[MonthTally(month=one.month, tally=_tally(one.tally)) for one in found.months],
        absences=[
            AbsenceShown(name=one.name, stand_in=one.stand_in) for one in figures.absences(mechanisms, at=now)
        ],
        ratings={str(grade): count for grade, count in rated.counts},
    )


@offer(
    router,
    "GET",
    "/overview/report",
    name="showReport",
    scope="read",
    says=_("The figures of a monthly report, as its page, its PDF and its workbook have them."),
    more=_("For whoever holds a duty in a promise; for a month to come the last one over is answered."),
    answer=ReportShown,
    refuses=(403,),
)
def show_report(request: HttpRequest, asked: Query[ReportAsked]) -> ReportShown:
    """Return the figures of the month; refuses `officers-only`."""
    now, mechanisms = moment(request), _overseen(request)
    month = reports.month_of(asked.month, now=now)
    year = figures.months_until(month, mechanisms, now=now)
    found = figures.figures({key: one for key, one in year.items() if key.month == month}, mechanisms)
    return ReportShown(
        month=month,
        at=now,
        every=_tally(found.every),
        **_counted(found),
        months=[MonthTally(month=one.month, tally=_tally(one.tally)) for one in figures.by_month(year)],
    )


@offer(
    router,
    "GET",
    "/overview/promises",
    name="listOverviewPromises",
    scope="read",
    says=_("The promises behind one number of the overview, each with its case."),
    more=_("For whoever holds a duty in a promise."),
    answer=Page[OverviewRow],
    refuses=(403,),
)
def list_promises_behind(request: HttpRequest, asked: Query[PromiseAsked]) -> Page[OverviewRow]:
    """Return a page of the promises; refuses `officers-only`."""
    now, mechanisms = moment(request), _overseen(request)
    unit = asked.unit
    counted = figures.grouped(mechanisms, span=asked.span, now=now) if unit is not None else {}
    found = promise_lists.narrowed(
        figures.owed(mechanisms, span=asked.span, now=now),
        now=now,
        unit=None if unit is None else figures.of_unit(unit, counted),
        clock=asked.clock,
        standing=asked.standing,
        owner=str(asked.owner or ""),
        month=asked.month,
        text=asked.q,
    )
    column = promise_lists.SORTS[asked.sort.removeprefix("-") or "due"]
    key = Key(column, descending=asked.sort.startswith("-"))
    page, following = page_of(found, [key], asked)
    return Page[OverviewRow](items=[_row(one, now=now) for one in page], next=following)


def _overseen(request: HttpRequest) -> tuple[str, ...]:
    mechanisms = figures.overseen(caller(request).person.pk, at=moment(request))
    if not mechanisms:
        raise refuse("officers-only", "only people with a duty in a promise see how it stands")
    return mechanisms


def _counted(found: figures.Figures) -> dict[str, Any]:
    return {
        "clocks": [
            ClockTally(clock=one.key, promise=one.mechanism, title=one.title, tally=_tally(one.tally))
            for one in found.clocks
        ],
        "units": [
            UnitTally(unit=one.unit_id or None, name=one.name, tally=_tally(one.tally)) for one in found.units
        ],
        "people": [
            PersonTally(person=PersonShown(id=one.person_id, name=one.name), tally=_tally(one.tally))
            for one in found.people
        ],
    }


def _tally(tally: Tally) -> TallyShown:
    return TallyShown(
        kept=tally.kept,
        broken=tally.broken,
        at_risk=tally.at_risk,
        running=tally.running,
        paused=tally.paused,
        ended=tally.ended,
        rate=tally.rate,
    )


def _row(one: Promise, *, now: datetime) -> OverviewRow:
    clock = f"{one.mechanism}/{one.clock}"
    return OverviewRow(
        case=one.case.number,
        title=one.case.title,
        firm=firm_shown(one.case.firm) if one.case.firm else None,
        clock=clock,
        clock_title=promise_lists.clock_title(packs.current(), clock),
        owner=person_shown(one.owner) if one.owner else None,
        standing=standing_of(one, now=now),
        level=one.level,
        started_at=one.started_at,
        due=one.due_at,
        law_due=one.law_due_at,
        ended_at=one.ended_at,
    )
