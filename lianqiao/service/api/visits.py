"""Visits to firms, and the cases they brought."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.engine.masking import masked_numbers
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import (
    PRINTABLE,
    PRINTABLE_LINES,
    CreditCode,
    Cut,
    Id,
    Page,
    Shown,
    Wanted,
    When,
    Words,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, firm_shown
from lianqiao.service.commands.visits import record_visit
from lianqiao.service.models import Visit
from lianqiao.service.queries import visits as queries

router = Router(tags=["visits"])


class VisitWanted(Wanted):
    """A visit to be recorded."""

    firm: CreditCode
    day: When
    subject: str = Field(min_length=1, max_length=100, pattern=PRINTABLE)
    summary: str = Field(min_length=1, max_length=3000, pattern=PRINTABLE_LINES)
    next_step: str = Field(default="", max_length=300, pattern=PRINTABLE)


class VisitRow(Shown):
    """A visit as lists show it."""

    id: int
    day: str
    firm: FirmShown
    subject: str
    by: str = Field(description=_("Who was there."))
    example: bool


class VisitShown(VisitRow):
    """A visit in full."""

    summary: str
    next_step: str
    cases: list[str] = Field(description=_("The numbers of the cases it brought."))


class VisitsAsked(Cut):
    """Which visits are asked for."""

    q: Words = Field(default="", description=_("Looked for in firm, subject and officer."))
    whose: Literal["", "mine"] = ""


@offer(
    router,
    "GET",
    "/visits",
    name="listVisits",
    scope="read",
    says=_("Visits to firms, newest first."),
    more=_("For officers."),
    answer=Page[VisitRow],
    refuses=(403,),
)
def list_visits(request: HttpRequest, asked: Query[VisitsAsked]) -> Page[VisitRow]:
    """Return a page of the visits; refuses `officers-only`."""
    require_officer(request)
    by = caller(request).person.pk if asked.whose else None
    page, following = page_of(queries.visits(text=asked.q, by=by), [Key("made_at", descending=True)], asked)
    return Page[VisitRow](items=[VisitRow(**_row(one)) for one in page], next=following)


@offer(
    router,
    "POST",
    "/visits",
    name="recordVisit",
    scope="act",
    says=_("Record a visit; cases are then opened from it."),
    more=_("For officers. Open a case with `channel` “visit” and the visit's id."),
    answer=VisitShown,
    status=201,
    refuses=(403, 404),
)
def record(request: HttpRequest, wanted: VisitWanted) -> VisitShown:
    """Record the visit; refuses as `commands.visits.record_visit` does, and `firm-unknown`."""
    require_officer(request)
    firm = organization.firm_by_code(wanted.firm)
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {wanted.firm}", field="firm", firm=wanted.firm)
    made = record_visit(
        firm,
        by=caller(request).person,
        day=beijing(instant(wanted.day, "day")).date(),
        subject=wanted.subject,
        summary=wanted.summary,
        next_step=wanted.next_step,
        now=moment(request),
    )
    return _shown(made, own=True)


@offer(
    router,
    "GET",
    "/visits/{visit}",
    name="showVisit",
    scope="read",
    says=_("One visit, and the cases it brought."),
    more=_("For officers."),
    answer=VisitShown,
    refuses=(403, 404),
)
def show_visit(request: HttpRequest, visit: Path[Id]) -> VisitShown:
    """Return the visit; refuses `officers-only` and `unknown-visit`."""
    require_officer(request)
    found = queries.visit(visit)
    return _shown(found, own=found.by_id == caller(request).person.pk)


def _shown(visit: Visit, *, own: bool) -> VisitShown:
    """Return a visit; whoever wrote it reads it as it was written, others with people's numbers masked."""
    told = str if own else masked_numbers
    numbers = [case.number for case in queries.cases_of_visit(visit)]
    return VisitShown(
        **_row(visit), summary=told(visit.summary), next_step=told(visit.next_step), cases=numbers
    )


def _row(visit: Visit) -> dict[str, object]:
    return {
        "id": visit.pk,
        "day": visit.day.isoformat(),
        "firm": firm_shown(visit.firm),
        "subject": visit.subject,
        "by": visit.by.name,
        "example": visit.example,
    }
