"""Process mining of our own promises: the ways cases went, and where time goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.lists.spreadsheets import spreadsheet
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages import mining_shown as shown
from lianqiao.service.pages.mining_shown import for_leaders
from lianqiao.service.queries import mining as queries
from lianqiao.service.queries.overview import overseen


@require_safe
@for_leaders
def promise_ways(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Show the ways the newest cases of a promise went."""
    promise, findings = _found(request, mechanism)
    asked, page = shown.way_rows(request, shown.ways(findings, _step_words(promise)))
    context = {
        **_context(request, promise, findings, here="ways"),
        "asked": asked,
        "page": page,
        "columns": shown.way_columns(),
        "export": reverse("mining-ways-sheet", args=[promise.id]),
    }
    return render(request, "service/mining_promise.html", context)


@require_safe
@for_leaders
def promise_ways_sheet(request: HttpRequest, mechanism: str) -> FileResponse:
    """Send the same ways as a workbook."""
    promise, findings = _found(request, mechanism)
    every = shown.chosen_ways(
        listing.asked(request, sort="-cases"), shown.ways(findings, _step_words(promise))
    )
    heads, rows = shown.way_sheet(every)
    return spreadsheet(_("Ways"), columns=heads, rows=rows)


@require_safe
@for_leaders
def promise_waits(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Show where the newest cases of a promise lay waiting."""
    promise, findings = _found(request, mechanism)
    asked, page = shown.wait_rows(request, shown.waits(findings, _step_words(promise)))
    context = {
        **_context(request, promise, findings, here="waits"),
        "asked": asked,
        "page": page,
        "columns": shown.wait_columns(),
        "export": reverse("mining-waits-sheet", args=[promise.id]),
    }
    return render(request, "service/mining_promise.html", context)


@require_safe
@for_leaders
def promise_waits_sheet(request: HttpRequest, mechanism: str) -> FileResponse:
    """Send the same passages as a workbook."""
    promise, findings = _found(request, mechanism)
    every = shown.chosen_waits(
        listing.asked(request, sort="-share"), shown.waits(findings, _step_words(promise))
    )
    heads, rows = shown.wait_sheet(every)
    return spreadsheet(_("Bottlenecks"), columns=heads, rows=rows)


def _found(request: HttpRequest, mechanism: str) -> tuple[Mechanism, dict[str, Any]]:
    promise = packs.current().newest(mechanism)
    return promise, queries.promise_findings(promise, now=asking.moment(request))


def _step_words(promise: Mechanism) -> Callable[[str], str]:
    return lambda name: in_words(promise.steps[name].title) if name in promise.steps else name


def _context(
    request: HttpRequest, promise: Mechanism, findings: dict[str, Any], *, here: str
) -> dict[str, Any]:
    person, now = asking.person(request), asking.moment(request)
    late = promise.id in overseen(person.pk, at=now)
    tabs = [
        {"label": words, "url": reverse(f"mining-{name}", args=[promise.id]), "current": here == name}
        for name, words in (("ways", _("Ways")), ("waits", _("Bottlenecks")))
    ]
    return {
        "promise": in_words(promise.title),
        "findings": findings,
        "here": here,
        "tabs": tabs,
        "newest": queries.NEWEST,
        # late cases of our own are the overview's, which has them with their clocks
        "late_url": f"{reverse('overview-cases')}?span=all&standing=broken" if late else "",
    }
