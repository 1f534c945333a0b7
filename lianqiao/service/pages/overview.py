"""The leader's overview: kept, at risk, broken, each number a link to the very cases behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.models import Promise
from lianqiao.bridge.queries import Tally
from lianqiao.organization import queries as organization
from lianqiao.service.month_chart import MonthChart, month_chart
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.rating_shown import rated_people, rating_figures
from lianqiao.service.queries import overview as figures
from lianqiao.service.queries import promise_lists
from lianqiao.service.spreadsheets import Value, spreadsheet

OVERDUE_SHOWN = 8
COLUMNS = ("case", "firm", "clock", "owner", "standing", "due", "level")
SHEET = {"number": 18, "title": 32, "firm": 32, "clock": 18, "owner": 16, "standing": 10, "started": 17,
         "due": 17, "left": 20, "law": 17, "ended": 17, "level": 16}  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how the promises this person oversees stand in the span chosen."""
    now, mechanisms, span = asking.moment(request), _overseen(request), _span(request)
    promises, since = figures.owed(mechanisms, span=span, now=now), figures.since(span, now=now)
    found = figures.figures(figures.grouped(mechanisms, span=span, now=now), mechanisms)
    overdue = promise_lists.narrowed(promises, now=now, standing="overdue")
    context = {
        "span": span,
        "spans": _spans(span),
        "every": _numbers(found.every, span),
        "clocks": [
            {"clock": one, "numbers": _numbers(one.tally, span, clock=one.key)} for one in found.clocks
        ],
        "people": [
            {"person": one, "numbers": _numbers(one.tally, span, owner=one.person_id)} for one in found.people
        ],
        "months": [
            {"month": one.month, "numbers": _numbers(one.tally, span, month=one.month)}
            for one in found.months
        ],
        "chart": _chart(found.months),
        "ratings": rating_figures(bridge.rating_tally(mechanisms, since=since)),
        "rated_people": rated_people(bridge.rating_tally_by_owner(mechanisms, since=since)),
        "absences": figures.absences(mechanisms, at=now),
        "overdue": list(promise_lists.promise_rows(overdue[:OVERDUE_SHOWN], now=now)),
        "overdue_count": overdue.count(),
        "overdue_url": _cases_url(span, standing="overdue"),
    }
    return render(request, "service/overview.html", context)


@require_safe
def overview_cases(request: HttpRequest) -> HttpResponse:
    """Show the promises behind one number, each with its case."""
    mechanisms, span = _overseen(request), _span(request)
    wanted = _asked(request, mechanisms)
    page = listing.page_of(request, _found(request, mechanisms, wanted, span))
    page.object_list = list(promise_lists.promise_rows(page.object_list, now=asking.moment(request)))  # type: ignore[arg-type]
    sortable = tuple(promise_lists.SORTS)
    context = {
        "page": page,
        "asked": wanted,
        "span": span,
        "spans": _spans(span),
        "standings": listing.options(list(_standing_words().items()), wanted.chosen["standing"]),
        "clocks": listing.options(_clocks(mechanisms), wanted.chosen["clock"]),
        "chips": _chips(request, wanted),
        "columns": listing.columns(*COLUMNS, sortable=sortable, lead="case"),
        "export": reverse("overview-sheet"),
    }
    return render(request, "service/overview_cases.html", context)


@require_safe
def overview_sheet(request: HttpRequest) -> FileResponse:
    """Send the same promises, all of them, as a workbook."""
    mechanisms = _overseen(request)
    found = _found(request, mechanisms, _asked(request, mechanisms), _span(request))
    words = listing.headings()
    heads = [(words[key], width) for key, width in SHEET.items()]
    return spreadsheet(_("Overview"), columns=heads, rows=_sheet_rows(request, found))


def _chart(months: list[figures.MonthTally]) -> MonthChart:
    return month_chart(
        [(one.month, one.tally.kept, one.tally.broken, figures.open_count(one.tally)) for one in months]
    )


def level_words() -> dict[str, str]:
    """Return what each rung of escalation is called."""
    return {
        "": "",
        "remind": _("Reminded"),
        "urge": _("Urged"),
        "leader": _("Leader told"),
        "public": _("On the public list"),
    }


def _overseen(request: HttpRequest) -> tuple[str, ...]:
    mechanisms = figures.overseen(asking.person(request).pk, at=asking.moment(request))
    if not mechanisms:
        raise PermissionDenied(_("Only people with a duty in a promise see how it stands."))
    return mechanisms


def _span(request: HttpRequest) -> str:
    span = request.GET.get("span", "")
    return span if span in figures.SPANS else figures.SPANS[0]


def _spans(span: str) -> list[dict[str, Any]]:
    words = {"year": _("This year"), "quarter": _("This quarter"), "month": _("This month"), "all": _("All")}
    return [
        {"label": words[one], "url": f"?span={one}", "current": one == span, "value": one}
        for one in figures.SPANS
    ]


def _numbers(tally: Tally, span: str, **narrow: Any) -> dict[str, Any]:
    """Return each number of a tally with the address of its cases."""
    counts = {
        "kept": tally.kept,
        "broken": tally.broken,
        "at-risk": tally.at_risk,
        "running": tally.running,
        "paused": tally.paused,
        "ended": tally.ended,
        "open": figures.open_count(tally),
    }
    numbers: dict[str, Any] = {
        name.replace("-", "_"): {"count": count, "url": _cases_url(span, standing=name, **narrow)}
        for name, count in counts.items()
    }
    numbers["total"] = {"count": tally.total, "url": _cases_url(span, **narrow)}
    numbers["rate"] = None if tally.rate is None else f"{tally.rate / 10:.1f}".removesuffix(".0")
    numbers["owed"] = tally.kept + tally.broken
    return numbers


def _cases_url(span: str, **narrow: Any) -> str:
    return f"{reverse('overview-cases')}?{urlencode({'span': span, **narrow})}"


def _standing_words() -> dict[str, str]:
    words = listing.standing_words()
    words.pop("waiting")
    return {**words, "open": _("Owed, in time"), "overdue": _("Broken, still owed")}


def _clocks(mechanisms: tuple[str, ...]) -> list[tuple[str, str]]:
    pack = packs.current()
    keys = [f"{one}/{name}" for one in mechanisms for name in pack.newest(one).clocks]
    return [(key, promise_lists.clock_title(pack, key)) for key in keys]


def _asked(request: HttpRequest, mechanisms: tuple[str, ...]) -> listing.Asked:
    owner, month = request.GET.get("owner", ""), request.GET.get("month", "")
    return listing.asked(
        request,
        sort="due",
        standing=promise_lists.STANDINGS,
        clock=[key for key, _ in _clocks(mechanisms)],
        owner=[owner] if owner.isdigit() else [],
        month=[month],
    )


def _found(
    request: HttpRequest, mechanisms: tuple[str, ...], wanted: listing.Asked, span: str
) -> QuerySet[Promise]:
    now = asking.moment(request)
    promises = figures.owed(mechanisms, span=span, now=now)
    return promise_lists.narrowed(promises, now=now, text=wanted.text, sort=wanted.sort, **wanted.chosen)


def _chips(request: HttpRequest, wanted: listing.Asked) -> list[dict[str, str]]:
    """Return the filters that came with the number clicked, each with the address without it."""
    chips = []
    if owner := wanted.chosen["owner"]:
        name = organization.names([int(owner)]).get(int(owner), owner)
        chips.append(
            {"label": _("Answers for it: %(name)s") % {"name": name}, "url": _without(request, "owner")}
        )
    if month := wanted.chosen["month"]:
        chips.append(
            {"label": _("Started in %(month)s") % {"month": month}, "url": _without(request, "month")}
        )
    return chips


def _without(request: HttpRequest, name: str) -> str:
    left = request.GET.copy()
    left.pop(name, None)
    left.pop("page", None)
    return f"?{left.urlencode()}"


def _sheet_rows(request: HttpRequest, promises: QuerySet[Promise]) -> Iterator[list[Value]]:
    words, levels = listing.standing_words(), level_words()
    found = promises.iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    for row in promise_lists.promise_rows(found, now=asking.moment(request)):
        yield [row.number, row.title, row.firm, row.clock, row.owner, words[row.standing], row.started_at,
               row.due_at, row.left.words, row.law_due_at, row.ended_at, levels[row.level]]  # fmt: skip
