"""The promises behind one number of the overview, each with its case, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.models import Promise
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Look, SheetColumn, column, look_of, workbook
from lianqiao.service.pages import asking, listing, together
from lianqiao.service.pages.overview_asked import level_words, overseen, span_of, spans, unit_words
from lianqiao.service.queries import overview as figures
from lianqiao.service.queries import promise_lists
from lianqiao.service.queries.promise_lists import PromiseRow

SHOWN = ("case", "firm", "clock", "owner", "standing", "due", "level")


@require_safe
def overview_cases(request: HttpRequest) -> HttpResponse:
    """Show the promises behind one number, each with its case."""
    mechanisms, span, look = overseen(request), span_of(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    wanted = _asked(request, mechanisms)
    known, found = _found(request, mechanisms, wanted, span)
    page = listing.page_of(request, found, known=known)
    page.object_list = list(promise_lists.promise_rows(page.object_list, now=asking.moment(request)))
    context = {
        "page": page,
        "look": look,
        "asked": wanted,
        "span": span,
        "spans": spans(span),
        "standings": listing.options(list(_standing_words().items()), wanted.chosen["standing"]),
        "clocks": listing.options(_clocks(mechanisms), wanted.chosen["clock"]),
        "chips": _chips(request, wanted),
        "export": reverse("overview-sheet"),
        # what stands behind a number is given away here, never decided
        "bulk": together.offered(request, show="behind"),
    }
    return render(request, "service/overview_cases.html", context)


@require_safe
def overview_sheet(request: HttpRequest) -> FileResponse:
    """Send the same promises, all of them, as a workbook."""
    mechanisms = overseen(request)
    _known, found = _found(request, mechanisms, _asked(request, mechanisms), span_of(request))
    return workbook(_("Overview"), _look(request).columns, _rows(request, found))


def promise_columns() -> tuple[Column[PromiseRow], ...]:
    """Return every column the list can show, headed in the active language."""
    words, standings, levels = listing.headings(), listing.standing_words(), level_words()
    case = (
        SheetColumn[PromiseRow](words["number"], lambda row: row.number, 18),
        SheetColumn[PromiseRow](words["title"], lambda row: row.title, 32),
    )
    due = (
        SheetColumn[PromiseRow](words["due"], lambda row: row.due_at),
        SheetColumn[PromiseRow](words["left"], lambda row: row.left.words, 20),
        SheetColumn[PromiseRow](words["ended"], lambda row: row.ended_at),
    )
    return (
        Column("case", words["case"], case, sort="case", lead=True),
        column("firm", words["firm"], lambda row: row.firm, width=32, sort="firm"),
        column("clock", words["clock"], lambda row: row.clock, width=18),
        column("owner", words["owner"], lambda row: row.owner, width=16, sort="owner"),
        column("standing", words["standing"], lambda row: standings[row.standing], width=10),
        Column("due", words["due"], due, sort="due"),
        column("level", words["level"], lambda row: levels[row.level], width=16),
        column("started", words["started"], lambda row: row.started_at, sort="started"),
        column("law", words["law"], lambda row: row.law_due_at),
    )


def _look(request: HttpRequest) -> Look:
    return look_of(request, "overview-cases", promise_columns(), shown=SHOWN)


def _standing_words() -> dict[str, str]:
    words = listing.standing_words()
    words.pop("waiting")
    return {**words, "open": _("Owed, in time"), "overdue": _("Broken, still owed")}


def _clocks(mechanisms: tuple[str, ...]) -> list[tuple[str, str]]:
    pack = packs.current()
    clocks = [(one, name, clock) for one in mechanisms for name, clock in pack.newest(one).clocks.items()]
    keys = [f"{one}/{name}" for one, name, clock in clocks if clock.measured]
    return [(key, promise_lists.clock_title(pack, key)) for key in keys]


def _asked(request: HttpRequest, mechanisms: tuple[str, ...]) -> listing.Asked:
    owner, unit = (request.GET.get(name, "") for name in ("owner", "unit"))
    return listing.asked(
        request,
        sort="due",
        standing=promise_lists.STANDINGS,
        clock=[key for key, _ in _clocks(mechanisms)],
        owner=[owner] if _key(owner) else [],
        unit=[unit] if _key(unit) else [],
        month=[request.GET.get("month", "")],
    )


def _key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _found(
    request: HttpRequest, mechanisms: tuple[str, ...], wanted: listing.Asked, span: str
) -> tuple[int | None, QuerySet[Promise]]:
    """Return the promises asked for, and how many they are where the figures know it."""
    now, chosen = asking.moment(request), dict(wanted.chosen)
    counted = figures.grouped(mechanisms, span=span, now=now)
    known = None if wanted.text else figures.number_of(counted, **chosen)
    unit = chosen.pop("unit")
    of_unit: Q | None = figures.of_unit(int(unit), counted) if unit else None
    promises = figures.owed(mechanisms, span=span, now=now)
    found = promise_lists.narrowed(
        promises, now=now, text=wanted.text, sort=wanted.sort, unit=of_unit, **chosen
    )
    return known, found


def _chips(request: HttpRequest, wanted: listing.Asked) -> list[dict[str, str]]:
    """Return the filters that came with the number clicked, each with the address without it."""
    chips = []
    if owner := wanted.chosen["owner"]:
        name = organization.names([int(owner)]).get(int(owner), owner)
        chips.append(
            {"label": _("Answers for it: %(name)s") % {"name": name}, "url": _without(request, "owner")}
        )
    if unit := wanted.chosen["unit"]:
        name = organization.unit_names(get_language() or "").get(int(unit), "")
        label = _("Department: %(name)s") % {"name": unit_words(int(unit), name)}
        chips.append({"label": label, "url": _without(request, "unit")})
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


def _rows(request: HttpRequest, promises: QuerySet[Promise]) -> Iterator[PromiseRow]:
    found: Any = promises.iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return promise_lists.promise_rows(found, now=asking.moment(request))
