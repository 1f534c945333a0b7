"""The studio's first page: every promise with its versions and how it stands."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service.drafting.pages import titled
from lianqiao.service.drafting.queries import open_drafts
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.mining_shown import days_words, for_leaders
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.queries import mechanisms as queries

SORTS = {
    "promise": "title", "version": "version", "open": "open", "kept": "rate", "at_risk": "at_risk",
    "broken": "broken", "median": "median_days",
}  # fmt: skip
USUAL = ("promise", "version", "open", "kept", "broken", "median")


@require_safe
@for_leaders
def studio(request: HttpRequest) -> HttpResponse:
    """Show every promise of the zone, and the versions being written."""
    return _mechanisms(request).page(
        request,
        "studio/studio.html",
        drafts=titled(open_drafts(MechanismDraft), _titles()),
        office=is_office(asking.person(request), now=asking.moment(request)),
    )


@require_safe
@for_leaders
def studio_sheet(request: HttpRequest) -> FileResponse:
    """Send the same list as a workbook."""
    return _mechanisms(request).workbook(request)


def _titles() -> dict[str, str]:
    """Return what each promise is called."""
    return {one.id: in_words(one.title) for one in queries.newest_versions()}


def _mechanisms(request: HttpRequest) -> Listed:
    asked = listing.asked(request, sort="promise")
    text = asked.text.lower()
    rows = [
        _row(request, one)
        for one in queries.newest_versions()
        if text in f"{in_words(one.title)}\n{one.id}".lower()
    ]
    columns: tuple[Column[Any], ...] = (
        column(
            "promise", pgettext("studio", "Promise"), itemgetter("title"), width=24, sort="promise", lead=True
        ),
        *_figures("version", pgettext("promise", "Version"), "key"),
        *_figures("open", _("Open now"), "open"),
        *_figures("kept", _("Kept, %"), "rate"),
        *_figures("at_risk", _("At risk"), "at_risk"),
        *_figures("broken", _("Broken"), "broken"),
        *_figures("median", _("Median time"), "median_days"),
    )
    return Listed(
        "studio",
        _("Mechanisms"),
        listing.in_order(rows, asked.sort, SORTS, default="promise"),
        columns,
        sheet=reverse("studio-sheet"),
        sort=asked.sort,
        shown=USUAL,
    )


def _figures(key: str, label: str, name: str) -> tuple[Column[dict[str, Any]]]:
    return (column(key, label, itemgetter(name), width=14, sort=key, align="end", fit=True),)


def _row(request: HttpRequest, one: Mechanism) -> dict[str, Any]:
    found = queries.figures(one.id, now=asking.moment(request))
    rate = found.tally.rate
    return {
        "id": one.id,
        "title": in_words(one.title),
        "key": one.key,
        "version": one.version,
        "open": found.open,
        "rate": None if rate is None else rate / 10,
        "at_risk": found.tally.at_risk,
        "broken": found.tally.broken,
        "median_days": found.median_days,
        "median": "" if found.median_days is None else days_words(found.median_days),
    }
