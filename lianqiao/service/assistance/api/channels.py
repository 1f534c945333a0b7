"""How many cases came by which channel."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from lianqiao.bridge.queries import cases_opened
from lianqiao.engine.errors import refuse
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Shown, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.assistance import queries
from lianqiao.service.queries import overview

router = Router(tags=["assistance"])


class ChannelsAsked(BaseModel):
    """Which cases are counted."""

    span: Literal["year", "quarter", "month", "all"] = "year"
    promise: Identifier | Literal[""] = ""


class ChannelCounted(Shown):
    """One channel."""

    channel: str = Field(description=_("Empty: the firm itself, online; else window, agent, hotline, visit."))
    cases: int
    firms: int


class ChannelsShown(Shown):
    """The cases counted by channel; a firm that came by two counts once in all."""

    cases: int
    firms: int
    channels: list[ChannelCounted]


@offer(
    router,
    "GET",
    "/channels",
    name="showChannels",
    scope="read",
    says=_("How many cases came online, at the window, by mandate, by telephone and on visits."),
    more=_("For officers, of the promises they have a duty in."),
    answer=ChannelsShown,
    refuses=(403,),
)
def show_channels(request: HttpRequest, asked: Query[ChannelsAsked]) -> ChannelsShown:
    """Return the counts; refuses `wrong-role`."""
    now = moment(request)
    mechanisms = overview.overseen(caller(request).person.pk, at=now)
    if not mechanisms:
        raise refuse("wrong-role", "only people with a duty in a promise see this")
    chosen = [one for one in mechanisms if asked.promise in ("", one)]
    cases = cases_opened(chosen, since=overview.since(asked.span, now=now))
    tallies, every = queries.channel_tallies(cases)
    return ChannelsShown(
        cases=every.cases,
        firms=every.firms,
        channels=[ChannelCounted(channel=one.channel, cases=one.cases, firms=one.firms) for one in tallies],
    )
