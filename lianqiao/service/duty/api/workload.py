"""Who has how much to do."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Shown, offer
from lianqiao.organization.api.shapes import PersonShown
from lianqiao.service.duty import queries
from lianqiao.service.queries import overview

router = Router(tags=["duties"])


class LoadShown(Shown):
    """What one person has open under one duty."""

    person: PersonShown
    duty: str
    title: str
    open: int
    due: int = Field(description=_("Due by the end of this week, those overdue among them."))
    overdue: int
    average: float = Field(description=_("Of everyone who holds the duty."))
    percent: int | None = Field(description=_("Against the average; null where nobody has anything."))
    absent: bool


class WorkloadShown(Shown):
    """Everyone's load, and how many open cases are nobody's: always none."""

    ownerless: int
    loads: list[LoadShown]


@offer(
    router,
    "GET",
    "/workload",
    name="showWorkload",
    scope="read",
    says=_("Open cases by person and duty, against the average; who is away is marked."),
    more=_("For officers, of the promises they have a duty in."),
    answer=WorkloadShown,
    refuses=(403,),
)
def show_workload(request: HttpRequest) -> WorkloadShown:
    """Return the loads; refuses `wrong-role`."""
    now = moment(request)
    mechanisms = overview.overseen(caller(request).person.pk, at=now)
    if not mechanisms:
        raise refuse("wrong-role", "only people with a duty in a promise see this")
    return WorkloadShown(
        ownerless=queries.ownerless().filter(mechanism__in=mechanisms).count(),
        loads=[
            LoadShown(
                person=PersonShown(id=one.person_id, name=one.name),
                duty=one.code,
                title=one.title,
                open=one.open,
                due=one.due,
                overdue=one.overdue,
                average=round(one.average, 2),
                percent=one.percent,
                absent=one.absent,
            )
            for one in queries.workload(mechanisms, now=now)
        ],
    )
