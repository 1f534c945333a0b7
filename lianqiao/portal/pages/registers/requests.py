"""What the registers of requests have in common: asked, answered or not, and why."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lianqiao.organization.lists import Column, Listed, column
from lianqiao.portal.pages.request_words import STATES, state_options, state_words
from lianqiao.service.pages import listing


def requests_asked(request: HttpRequest) -> listing.Asked:
    """Return what the address asks of a register of requests."""
    return listing.asked(request, sort="", state=list(STATES))


def requests_page(
    request: HttpRequest, listed: Callable[[HttpRequest, listing.Asked], Listed], template: str
) -> HttpResponse:
    """Answer with a register of requests, which can be narrowed to one answer."""
    wanted = requests_asked(request)
    states = listing.options(state_options(), wanted.chosen["state"])
    return listed(request, wanted).page(request, template, states=states, narrowed=wanted.narrowed)


def request_columns() -> tuple[Column[Any], ...]:
    """Return the columns of when a request was made and how it was answered."""
    return (
        column("made", _("Asked"), itemgetter("made"), sort="made", fit=True),
        column("state", _("State"), itemgetter("label"), width=18, sort="state", fit=True),
        column("decided", _("Answered"), itemgetter("decided"), sort="decided", fit=True),
        column("reason", _("Reason"), itemgetter("reason"), width=32),
    )


def answered(one: Any) -> dict[str, Any]:
    """Return the part of a row those columns read."""
    return {
        "made": one.made_at,
        "badge": STATES[one.state],
        "label": state_words(one.state),
        "decided": one.decided_at,
        "reason": one.reason,
    }
