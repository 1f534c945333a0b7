"""By which channel cases came: counted, and down to the very cases."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge.queries import cases_opened
from lianqiao.service.assistance import queries
from lianqiao.service.pages import asking
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.pages.taking_in import channel_words
from lianqiao.service.queries import case_lists, overview

ONLINE = "online"
SHOWN = ("case", "firm", "promise", "state", "standing", "opened")
PROMISE, SPAN = "promise", "span"


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Show how many cases came by each channel, of how many firms, in a span and promise."""
    asked = _Asked(request)
    tallies, every = queries.channel_tallies(asked.cases())
    words = all_channel_words()
    most = max((one.cases for one in tallies), default=0)
    context = {
        "rows": [
            {
                "label": words.get(one.channel, one.channel),
                "cases": one.cases,
                "firms": one.firms,
                "percent": round(100 * one.cases / every.cases) if every.cases else 0,
                "width": round(100 * one.cases / most) if most else 0,
                "url": f"{reverse('channel-cases', args=[one.channel or ONLINE])}?{asked.query}",
            }
            for one in tallies
        ],
        "every": every,
        "spans": [(name, label, name == asked.span) for name, label in _span_words().items()],
        "promises": [
            (one, title, one == asked.promise) for one, title in case_lists.promise_titles(asked.mechanisms)
        ],
    }
    return render(request, "assistance/channels.html", context)


@require_safe
def channel_cases(request: HttpRequest, channel: str) -> HttpResponse:
    """Show the cases that came by one channel."""
    cases = _list(request, channel)
    if cases.look.opening:
        return redirect(cases.look.opening)
    context = cases.context() | {
        "title": all_channel_words().get("" if channel == ONLINE else channel, channel),
        "export": reverse("channel-sheet", args=[channel]),
        "back": f"{reverse('channels')}?{_Asked(request).query}",
        "kept": [(SPAN, _Asked(request).span)],
    }
    return render(request, "assistance/channel_cases.html", context)


@require_safe
def channel_sheet(request: HttpRequest, channel: str) -> FileResponse:
    """Send the cases that came by one channel as a workbook."""
    return _list(request, channel).sheet(_("Cases by channel"))


def all_channel_words() -> dict[str, str]:
    """Return how each channel is called, the firm itself and its mandate among them."""
    return {"": _("Online, by the firm"), "agent": _("By mandate, by an agent"), **channel_words()}


class _Asked:
    """What the address asks: a span, and one promise or all this person oversees."""

    def __init__(self, request: HttpRequest) -> None:
        self.now = asking.moment(request)
        self.mechanisms = overview.overseen(asking.person(request).pk, at=self.now)
        if not self.mechanisms:
            raise PermissionDenied(_("Only people with a duty in a promise see how its cases came."))
        promise, span = request.GET.get(PROMISE, ""), request.GET.get(SPAN, "")
        self.promise = promise if promise in self.mechanisms else ""
        self.span = span if span in overview.SPANS else "year"

    @property
    def query(self) -> str:
        return f"{SPAN}={self.span}&{PROMISE}={self.promise}"

    def cases(self, channel: str | None = None) -> Any:
        chosen = [self.promise] if self.promise else self.mechanisms
        since = overview.since(self.span, now=self.now)
        return cases_opened(chosen, since=since, channel=channel)


def _list(request: HttpRequest, channel: str) -> CaseList:
    asked = _Asked(request)
    cases = asked.cases("" if channel == ONLINE else channel)
    return CaseList(
        request, cases, "by-channel", "-opened", SHOWN, case_lists.promise_titles(asked.mechanisms)
    )


def _span_words() -> dict[str, str]:
    return {
        "year": _("This year"),
        "quarter": _("This quarter"),
        "month": _("This month"),
        "all": _("All time"),
    }
