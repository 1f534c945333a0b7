"""A deadline worked out and explained, with the same input as `lianqiao clock`."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from lianqiao.engine.typed_clock import reckon_typed
from lianqiao.organization.api.offering import PRINTABLE, Moment, Shown, Wanted, offer
from lianqiao.service.api.clocks_shown import walk_of
from lianqiao.service.api.shapes import WalkDay

router = Router(tags=["clock"])


class ClockWanted(Wanted):
    """A clock and what happened to it; Beijing time where no offset is given."""

    start: str = Field(max_length=40, pattern=PRINTABLE, examples=["2026-02-11T10:00"])
    budget: str = Field(
        max_length=20,
        pattern=PRINTABLE,
        description=_("3wd working days, 21wh working hours, 24h hours, 30nd natural days, 1nm months."),
        examples=["3wd"],
    )
    extend: str = Field(
        default="", max_length=60, pattern=PRINTABLE, description=_("BUDGET@APPROVED-AT."), examples=[""]
    )
    pause: list[str] = Field(
        default=[],
        max_length=100,
        description=_("Each START/END; the end left out while it lasts."),
        examples=[["2026-02-12T10:00/2026-02-25T09:00"]],
    )
    as_of: str = Field(
        default="", max_length=40, pattern=PRINTABLE, description=_("Use the calendar as known on this date.")
    )
    receipt: Literal["instant", "office-hours"] = "instant"


class Ignored(Shown):
    """A pause or an extension that changed nothing, and why."""

    what: str
    at: Moment
    code: str
    expired: Moment | None


class Reckoned(Shown):
    """The deadline and its explanation."""

    state: Literal["due", "suspended"]
    remaining: str | None
    due: Moment | None
    due_date: str | None
    due_time: str | None
    provisional: bool
    calendar: str
    started_at: Moment
    counted_from: Moment
    budget: str
    extension: str | None
    pauses: list[list[Any]]
    ignored: list[Ignored]
    walk: list[WalkDay]


@offer(
    router,
    "POST",
    "/clock",
    name="reckonClock",
    scope="any",
    says=_("Work out a deadline on the State Council's calendar, and explain it day by day."),
    answer=Reckoned,
)
def reckon_clock(request: HttpRequest, wanted: ClockWanted) -> Reckoned:
    """Return the deadline; refuses as `engine.typed_clock.reckon_typed` does."""
    given = {**wanted.model_dump(exclude={"pause"}), "pause": ";".join(wanted.pause)}
    reckoning = reckon_typed(given, str)
    told = reckoning.to_dict()
    ignored = [
        Ignored(what=one.what, at=one.at, code=one.code, expired=one.expired) for one in reckoning.ignored
    ]
    moments = {name: getattr(reckoning, name) for name in ("due", "started_at", "counted_from")}
    return Reckoned(**{**told, **moments, "ignored": ignored, "walk": walk_of(reckoning)})
