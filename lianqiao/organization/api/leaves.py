"""Leaves: filed, called off, listed."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import Cut, Id, Page, Wanted, When, instant, offer
from lianqiao.organization.api.shapes import LeaveShown, leave_shown

router = Router(tags=["leaves"])


class LeaveAsked(Cut):
    """Whose leaves; one's own where nobody is named."""

    person: Id | None = None


class LeaveWanted(Wanted):
    """A leave to be filed."""

    begin: When
    end: When = Field(description=_("The first moment of being back."))
    kind: Literal["annual", "sick", "trip", "training", "other"] = "annual"
    stand_in: Id | None = Field(
        default=None, description=_("Without one the deputy of each duty has its work.")
    )
    person: Id | None = Field(default=None, description=_("For a colleague, as a leader or the office."))


@offer(
    router,
    "GET",
    "/leaves",
    name="listLeaves",
    scope="read",
    says=_("Your leaves, the latest first; as a leader or the office, a colleague's."),
    answer=Page[LeaveShown],
    refuses=(403,),
)
def list_leaves(
    request: HttpRequest,
    asked: Query[LeaveAsked],
) -> Page[LeaveShown]:
    """Return a page of one person's leaves, the cancelled ones too."""
    require_officer(request)
    me, now = caller(request).person.pk, moment(request)
    if asked.person not in (None, me) and not queries.may_file_for_others(me, at=now):
        reason = "only a leader or the office may see the leaves of others"
        raise refuse("leader-only", reason, hint="ask your leader")
    rows = queries.leave_rows(asked.person or me)
    page, following = page_of(rows, [Key("begin", descending=True)], asked)
    return Page[LeaveShown](items=[leave_shown(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/leaves",
    name="fileLeave",
    scope="duty",
    says=_("File a leave; from its beginning on the stand-in or the deputy has the work."),
    answer=LeaveShown,
    status=201,
    refuses=(403, 404, 409),
)
def file_leave(request: HttpRequest, wanted: LeaveWanted) -> LeaveShown:
    """File the leave; refuses as `commands.file_leave` does."""
    me = caller(request).person
    made = commands.file_leave(
        wanted.person or me.pk,
        begin=instant(wanted.begin, "begin"),
        end=instant(wanted.end, "end"),
        kind=wanted.kind,
        stand_in_id=wanted.stand_in,
        actor=me,
        now=moment(request),
    )
    return leave_shown(made)


@offer(
    router,
    "POST",
    "/leaves/{leave}/cancellation",
    name="cancelLeave",
    scope="duty",
    says=_("Call a leave off; one that has begun ends now."),
    answer=LeaveShown,
    refuses=(403, 404, 409),
)
def cancel_leave(request: HttpRequest, leave: Path[Id]) -> LeaveShown:
    """Call the leave off; refuses as `commands.cancel_leave` does."""
    return leave_shown(commands.cancel_leave(leave, actor=caller(request).person, now=moment(request)))
