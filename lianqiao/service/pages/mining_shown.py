"""Findings of process mining as pages show them: ways drawn, waits in words, lists cut and sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from operator import itemgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.organization.lists.spreadsheets import Value
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries.mining_rights import may_mine
from lianqiao.service.way_chart import way_charts

View = Callable[..., HttpResponseBase]
Words = Callable[[str], str]
WAY_SORTS = {"cases": "cases", "median": "median_days", "p90": "p90_days", "steps": "steps"}
WAIT_SORTS = {
    "before": "before", "after": "after", "times": "times", "median": "median_h", "p90": "p90_h",
    "office": "median_office_h", "office_p90": "p90_office_h", "share": "share",
}  # fmt: skip
BAR = 120


def for_leaders(view: View) -> Callable[..., HttpResponseBase]:
    """Let only leaders and the digital office see a page, and show them why it refuses."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        if not may_mine(asking.person(request), at=asking.moment(request)):
            raise PermissionDenied(_("Only leaders and the digital office see how cases went as a whole."))
        return view(request, *args, **parts)

    return refusals_shown(answer)


def ways(findings: Mapping[str, Any], words: Words = str) -> list[dict[str, Any]]:
    """Return the ways cases went, each drawn; `words` says what an activity is called."""
    found = []
    for rank, one in enumerate(findings.get("variants", {}).get("top", ()), start=1):
        activities = [words(name) for name in one["activities"]]
        found.append({**one, "rank": rank, "words": activities, "steps": len(activities)})
    return found


def waits(findings: Mapping[str, Any], words: Words = str) -> list[dict[str, Any]]:
    """Return the passages between activities, what took most time in all first."""
    return [
        {**one, "before": words(one["before"]), "after": words(one["after"])}
        for one in findings.get("bottlenecks", ())
    ]


def way_list(
    request: HttpRequest, every: Sequence[dict[str, Any]], *, sheet: str = "", cases: str = ""
) -> Listed:
    """Return the list of ways as the address asks for it; `cases` leads to those of a way."""
    asked = listing.asked(request, sort="-cases")
    text = asked.text.lower()
    found = [one for one in every if any(text in name.lower() for name in one["words"])]
    columns: tuple[Column[Any], ...] = (
        column("way", _("Way"), lambda row: " → ".join(row["words"]), width=90, lead=True),
        *_figures("cases", _("Cases"), itemgetter("cases")),
        *_figures("share", _("Share"), lambda row: round(row["share"], 4), sort=""),
        *_figures("median", _("Median"), _rounded("median_days"), heading=_("Median, days")),
        *_figures("p90", _("90 % within"), _rounded("p90_days"), heading=_("90 % within, days")),
        column("example", _("For example"), itemgetter("example"), width=22),
    )
    found = listing.in_order(found, asked.sort, WAY_SORTS, default="-cases")
    return Listed(
        "ways",
        _("Ways"),
        found,
        columns,
        shown=("way", "cases", "share", "median", "p90"),
        sheet=sheet,
        sort=asked.sort,
        row=partial(_way, cases=cases),
    )


def wait_list(request: HttpRequest, every: Sequence[dict[str, Any]], *, sheet: str = "") -> Listed:
    """Return the list of passages from one activity to the next as the address asks for it."""
    asked = listing.asked(request, sort="-share")
    text = asked.text.lower()
    found = [one for one in every if text in f"{one['before']}\n{one['after']}".lower()]
    columns = (
        column("before", _("From"), itemgetter("before"), width=24, sort="before", lead=True),
        column("after", _("To"), itemgetter("after"), width=24, sort="after"),
        *_figures("times", _("Times"), itemgetter("times")),
        *_figures("median", _("Median"), _rounded("median_h"), heading=_("Median, hours")),
        *_figures("p90", _("90 % within"), _rounded("p90_h"), heading=_("90 % within, hours")),
        *_figures(
            "office", _("Office median"), _rounded("median_office_h"), heading=_("Median, office hours")
        ),
        *_figures(
            "office_p90", _("Office 90 %"), _rounded("p90_office_h"), heading=_("90 % within, office hours")
        ),
        *_figures("share", _("Share of all time"), lambda row: round(row["share"], 4)),
    )
    found = listing.in_order(found, asked.sort, WAIT_SORTS, default="-share")
    return Listed("waits", _("Bottlenecks"), found, columns, sheet=sheet, sort=asked.sort, row=_wait)


def _figures(
    key: str,
    label: str,
    value: Callable[[dict[str, Any]], Value],
    *,
    heading: str = "",
    sort: str | None = None,
) -> tuple[Column[dict[str, Any]]]:
    """Return a column of figures; the workbook says their unit in its heading."""
    cells = (SheetColumn(heading or label, value, 16),)
    return (Column(key, label, cells, sort=key if sort is None else sort, align="end"),)


def _rounded(name: str) -> Callable[[dict[str, Any]], Value]:
    return lambda row: None if row[name] is None else round(row[name], 2)


def _way(one: dict[str, Any], *, cases: str) -> dict[str, Any]:
    return {
        **one,
        "url": f"{cases}?variant={one['key']}" if cases else "",
        "charts": way_charts(one["words"]),
        "median": days_words(one["median_days"]),
        "p90": days_words(one["p90_days"]),
        **_shared(one["share"]),
    }


def _wait(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "median": hours_words(one["median_h"]),
        "p90": hours_words(one["p90_h"]),
        "office": hours_words(one["median_office_h"]),
        "office_p90": hours_words(one["p90_office_h"]),
        **_shared(one["share"]),
    }


def _shared(share: float) -> dict[str, Any]:
    return {"percent": f"{100 * share:.1f}", "bar": max(1, round(BAR * share))}


def hours_words(hours: float | None) -> str:
    """Return a span as a person says it: minutes, hours or days."""
    if hours is None:
        return "–"
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if hours < 48:
        return _("%(n)s h") % {"n": f"{hours:.1f}".removesuffix(".0")}
    days = f"{hours / 24:.1f}".removesuffix(".0") if hours < 2400 else f"{hours / 24:.0f}"
    return _("%(n)s d") % {"n": days}


def days_words(days: float) -> str:
    """Return natural days as a person says them."""
    return hours_words(days * 24)
