"""Process mining of our own promises: the ways cases went, and where time goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.lists import Listed
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages import mining_shown as shown
from lianqiao.service.pages.mining_shown import for_leaders
from lianqiao.service.queries import mining as queries
from lianqiao.service.queries.overview import overseen

# the pages of a promise, and what the address of each workbook is called
PAGES = {"ways": "mining-ways-sheet", "waits": "mining-waits-sheet"}


@require_safe
@for_leaders
def promise_findings(request: HttpRequest, mechanism: str, what: str) -> HttpResponse:
    """Show the ways the newest cases of a promise went, or where they lay waiting."""
    promise, findings = _found(request, mechanism)
    context = _context(request, promise, findings, here=what)
    return _list(request, promise, findings, what).page(request, "service/mining_promise.html", **context)


@require_safe
@for_leaders
def promise_findings_sheet(request: HttpRequest, mechanism: str, what: str) -> FileResponse:
    """Send the same ways or passages as a workbook."""
    return _list(request, *_found(request, mechanism), what).workbook(request)


def _list(request: HttpRequest, promise: Mechanism, findings: dict[str, Any], what: str) -> Listed:
    sheet = reverse(PAGES[what], args=[promise.id])
    if what == "ways":
        return shown.way_list(request, shown.ways(findings, _step_words(promise)), sheet=sheet)
    return shown.wait_list(request, shown.waits(findings, _step_words(promise)), sheet=sheet)


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
