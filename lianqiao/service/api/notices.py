"""What the caller was told."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Notice
from lianqiao.bridge.wording import notice_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import Cut, Moment, Page, Shown, Wanted, offer
from lianqiao.service.api.shapes import CaseNumber

router = Router(tags=["notices"])


class NoticeAsked(Cut):
    """Which notices."""

    show: Literal["all", "unread"] = "all"


class NoticeShown(Shown):
    """Something the caller was told."""

    id: int
    at: Moment
    kind: str = Field(description=_("step, rung, hold, recompute, note, document, task or benefit."))
    case: str = Field(description=_("Empty where it is about a task."))
    path: str = Field(description=_("The page it leads to, where it is about no case."))
    title: str
    text: str
    level: str = Field(description=_("Of a rung: remind, urge, leader or public."))
    read_at: Moment | None


class Reading(Wanted):
    """Which notices were read."""

    case: CaseNumber | None = Field(default=None, description=_("Those of one case; all where left out."))


class ReadingDone(Shown):
    """How many were new."""

    read: int


@offer(
    router,
    "GET",
    "/notices",
    name="listNotices",
    scope="read",
    says=_("What you were told, newest first."),
    answer=Page[NoticeShown],
)
def list_notices(
    request: HttpRequest,
    asked: Query[NoticeAsked],
) -> Page[NoticeShown]:
    """Return a page of the caller's notices."""
    found = queries.notices(caller(request).person.pk)
    if asked.show == "unread":
        found = found.filter(read_at=None)
    page, following = page_of(found, [Key("at", descending=True)], asked)
    return Page[NoticeShown](items=[_shown(one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/notices/reading",
    name="readNotices",
    scope="act",
    says=_("Mark notices read, those of one case or all."),
    answer=ReadingDone,
)
def read_notices(request: HttpRequest, wanted: Reading) -> ReadingDone:
    """Mark the caller's notices read; another's are never touched."""
    new = commands.read_notices(caller(request).person, now=moment(request), case_number=wanted.case or "")
    return ReadingDone(read=new)


def _shown(notice: Notice) -> NoticeShown:
    try:
        title, text = notice_text(notice)
    except Refusal:
        # the promise's file is gone; the case is not
        title, text = (notice.case.title, notice.case.number) if notice.case else ("", "")
    return NoticeShown(
        id=notice.pk,
        at=notice.at,
        kind=notice.kind,
        case=notice.case.number if notice.case else "",
        path=str(notice.facts.get("path", "")),
        title=title,
        text=text,
        level=str(notice.facts.get("level", "")),
        read_at=notice.read_at,
    )
