"""The change feed: every entry of the log the caller may see, once, in one order, none skipped."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge.queries.changes import Change, changes, settled_position
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import malformed
from lianqiao.organization.api.offering import LARGEST_ID, Limit, Shown, offer
from lianqiao.service.api.cases_shown import log_entry
from lianqiao.service.api.shapes import LogEntry

router = Router(tags=["changes"])


class ChangesAsked(BaseModel):
    """From where on."""

    after: str = Field(
        default="",
        pattern=r"^(now|c[0-9]{1,19})?$",
        description=_("`next` of the reading before; `now` to hear only what is to come; empty for all."),
    )
    limit: Limit = 50


class ChangeShown(LogEntry):
    """One entry of the log, with its place in the feed; what was written is read from the case."""

    cursor: str
    promise: str


class Changes(Shown):
    """What changed since."""

    items: list[ChangeShown]
    next: str = Field(description=_("Ask with this as `after` the next time, whether or not there is more."))
    more: bool = Field(description=_("True where the next reading will find something at once."))


@offer(
    router,
    "GET",
    "/changes",
    name="listChanges",
    scope="read",
    says=_("What happened in the cases you may see since the cursor, oldest first; nothing is skipped."),
    more=_("Keep `next` and ask again; an entry is given out once all before it are there for good."),
    answer=Changes,
)
def list_changes(request: HttpRequest, asked: Query[ChangesAsked]) -> Changes:
    """Return the entries after the cursor, at most `limit`."""
    until, limit = settled_position(), asked.limit
    begin = (until or 0) if asked.after == "now" else _position(asked.after)
    if until is None or begin >= until:
        return Changes(items=[], next=_cursor(begin), more=False)
    found = changes(
        person_id=caller(request).person.pk, at=moment(request), after=begin, until=until, limit=limit + 1
    )
    more = len(found) > limit
    found = found[:limit]
    following = found[-1].position if more else until
    return Changes(items=[change_shown(one) for one in found], next=_cursor(following), more=more)


def change_shown(one: Change) -> ChangeShown:
    """Return an entry as the feed and webhooks tell it, without what was written."""
    entry = log_entry(one.case, seq=one.seq, at=one.at, who=one.who, body=one.body, private=False)
    return ChangeShown(**entry.model_dump(), cursor=_cursor(one.position), promise=one.case.mechanism)


def told(one: Change) -> dict[str, Any]:
    """Return an entry as the data of a webhook's message."""
    return change_shown(one).model_dump(mode="json")


def _cursor(position: int) -> str:
    return f"c{position}"


def _position(cursor: str) -> int:
    position = int(cursor.removeprefix("c") or 0)
    if position > LARGEST_ID:
        raise malformed()
    return position
