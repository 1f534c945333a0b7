"""Findings of process mining as pages show them: ways drawn, waits in words, lists cut and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


def way_rows(request: HttpRequest, every: Sequence[dict[str, Any]]) -> tuple[listing.Asked, Page[Any]]:
    """Return the page of ways asked for, each drawn and told in words."""
    asked = listing.asked(request, sort="-cases")
    page = _page(request, chosen_ways(asked, every))
    page.object_list = [
        {
            **one,
            "charts": way_charts(one["words"]),
            "percent": f"{100 * one['share']:.1f}",
            "bar": max(1, round(BAR * one["share"])),
            "median": days_words(one["median_days"]),
            "p90": days_words(one["p90_days"]),
        }
        for one in page.object_list
    ]
    return asked, page


def wait_rows(request: HttpRequest, every: Sequence[dict[str, Any]]) -> tuple[listing.Asked, Page[Any]]:
    """Return the page of passages asked for, told in words."""
    asked = listing.asked(request, sort="-share")
    page = _page(request, chosen_waits(asked, every))
    page.object_list = [
        {
            **one,
            "median": hours_words(one["median_h"]),
            "p90": hours_words(one["p90_h"]),
            "office": hours_words(one["median_office_h"]),
            "office_p90": hours_words(one["p90_office_h"]),
            "percent": f"{100 * one['share']:.1f}",
            "bar": max(1, round(BAR * one["share"])),
        }
        for one in page.object_list
    ]
    return asked, page


def chosen_ways(asked: listing.Asked, every: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ways in which some activity is called as searched for, sorted."""
    found = [one for one in every if any(asked.text.lower() in name.lower() for name in one["words"])]
    return _sorted(found, asked.sort, WAY_SORTS, "cases")


def chosen_waits(asked: listing.Asked, every: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the passages from or to an activity called as searched for, sorted."""
    text = asked.text.lower()
    found = [one for one in every if text in f"{one['before']}\n{one['after']}".lower()]
    return _sorted(found, asked.sort, WAIT_SORTS, "share")


def way_columns() -> list[dict[str, Any]]:
    """Return the columns of the list of ways."""
    words = {
        "way": _("Way"),
        "cases": _("Cases"),
        "share": _("Share"),
        "median": _("Median"),
        "p90": _("90 % within"),
    }
    return _columns(words, WAY_SORTS, lead="way")


def wait_columns() -> list[dict[str, Any]]:
    """Return the columns of the list of passages."""
    return _columns(
        {
            "before": _("From"),
            "after": _("To"),
            "times": _("Times"),
            "median": _("Median"),
            "p90": _("90 % within"),
            "office": _("Office median"),
            "office_p90": _("Office 90 %"),
            "share": _("Share of all time"),
        },
        WAIT_SORTS,
        lead="before",
    )


def way_sheet(every: Sequence[dict[str, Any]]) -> tuple[list[tuple[str, int]], Iterator[Sequence[Value]]]:
    """Return headings and rows of the ways as a workbook."""
    heads = [(_("Way"), 90), (_("Cases"), 10), (_("Share"), 10), (_("Median, days"), 14),
             (_("90 % within, days"), 18), (_("For example"), 22)]  # fmt: skip
    rows = (
        (" → ".join(one["words"]), one["cases"], round(one["share"], 4), round(one["median_days"], 2),
         round(one["p90_days"], 2), one["example"])
        for one in every
    )  # fmt: skip
    return heads, rows


def wait_sheet(every: Sequence[dict[str, Any]]) -> tuple[list[tuple[str, int]], Iterator[Sequence[Value]]]:
    """Return headings and rows of the passages as a workbook."""
    heads = [(_("From"), 24), (_("To"), 24), (_("Times"), 10), (_("Median, hours"), 16),
             (_("90 % within, hours"), 18), (_("Median, office hours"), 18),
             (_("90 % within, office hours"), 20), (_("Share of all time"), 14)]  # fmt: skip

    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 2)

    rows = (
        (one["before"], one["after"], one["times"], rounded(one["median_h"]), rounded(one["p90_h"]),
         rounded(one["median_office_h"]), rounded(one["p90_office_h"]), round(one["share"], 4))
        for one in every
    )  # fmt: skip
    return heads, rows


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


def _sorted(
    found: list[dict[str, Any]], sort: str, sorts: Mapping[str, str], default: str
) -> list[dict[str, Any]]:
    """Return the rows in order; what is not known comes last either way."""
    name = sort.removeprefix("-")
    key, down = sorts.get(name, sorts[default]), sort.startswith("-") or name not in sorts
    known = [one for one in found if one[key] is not None]
    known.sort(key=lambda one: one[key], reverse=down)
    return [*known, *(one for one in found if one[key] is None)]


def _page(request: HttpRequest, found: Sequence[Any]) -> Page[Any]:
    return Paginator(found, listing.ROWS_ON_A_PAGE).get_page(request.GET.get("page"))


def _columns(words: Mapping[str, str], sorts: Mapping[str, str], *, lead: str) -> list[dict[str, Any]]:
    text = {"way", "before", "after"}
    return [
        {
            "key": key,
            "label": label,
            "sort": key in sorts,
            "lead": key == lead,
            "align": "start" if key in text else "end",
            "fit": key not in text,
        }
        for key, label in words.items()
    ]
