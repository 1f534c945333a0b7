"""Meetings of schools and firms."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.commands.meetings import LARGEST
from lianqiao.innovation.talent.models import Meeting
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import (
    CreditCode,
    Cut,
    Name,
    Page,
    Shown,
    Wanted,
    When,
    Words,
    instant,
    offer,
)

router = Router(tags=["talents"])


class MeetingsAsked(Cut):
    """Which meetings."""

    q: Words = Field(default="", description=_("Looked for in title, school and firms."))


class MeetingWanted(Wanted):
    """A meeting that was held."""

    day: When
    title: Name
    school: Name
    posts: int = Field(ge=0, le=LARGEST)
    people: int = Field(ge=0, le=LARGEST)
    intents: int = Field(ge=0, le=LARGEST, description=_("Letters of intent."))
    firms: list[CreditCode] = Field(min_length=1, max_length=200)


class MeetingShown(Shown):
    """A meeting; counts, never names of people."""

    id: int
    day: str
    title: str
    school: str
    posts: int
    people: int
    intents: int
    example: bool


@offer(
    router,
    "GET",
    "/talent-meetings",
    name="listTalentMeetings",
    scope="read",
    says=_("Meetings of schools and firms, newest first."),
    more=_("For officers."),
    answer=Page[MeetingShown],
    refuses=(403,),
)
def list_meetings(request: HttpRequest, asked: Query[MeetingsAsked]) -> Page[MeetingShown]:
    """Return a page of them; refuses `officers-only`."""
    require_officer(request)
    page, following = page_of(queries.meetings(text=asked.q), [Key("day", descending=True)], asked)
    return Page[MeetingShown](items=[_shown(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/talent-meetings",
    name="recordTalentMeeting",
    scope="act",
    says=_("Record a meeting of a school and firms."),
    more=_("For the talent office."),
    answer=MeetingShown,
    status=201,
    refuses=(403, 404),
)
def record(request: HttpRequest, wanted: MeetingWanted) -> MeetingShown:
    """Record it; refuses as `commands.record_meeting`, and `firm-unknown`."""
    firms = []
    for code in wanted.firms:
        firm = organization.firm_by_code(code)
        if firm is None:
            raise refuse("firm-unknown", f"there is no firm {code}", field="firms", firm=code)
        firms.append(firm)
    made = commands.record_meeting(
        day=beijing(instant(wanted.day, "day")).date(),
        title=wanted.title,
        school=wanted.school,
        posts=wanted.posts,
        people=wanted.people,
        intents=wanted.intents,
        firms=firms,
        by=caller(request).person,
        now=moment(request),
    )
    return _shown(made)


def _shown(one: Meeting) -> MeetingShown:
    return MeetingShown(
        id=one.pk,
        day=one.day.isoformat(),
        title=one.title,
        school=one.school,
        posts=one.posts,
        people=one.people,
        intents=one.intents,
        example=one.example,
    )
