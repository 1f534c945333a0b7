"""The basket: what was chosen for each firm, ready or to be filled, and what became of it once ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.organization.lists import Column, Listed, SheetColumn, buttons, column
from lianqiao.service.assistance import commands, queries
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown

SORTS = ("title", "firm", "state", "made_at")
SHOWN = ("title", "firm", "state", "lacks")


@dataclass(frozen=True)
class EntryShown:
    """One row: `state` is a badge state; `lacks` says what wants filling, "" where it is ready."""

    id: int
    title: str
    promise: str
    firm: str
    state: str
    label: str
    lacks: str
    url: str
    made_at: Any
    ready: bool


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """Show everything in the basket, by firm."""
    listed = _list(request)
    return listed.page(request, "assistance/basket.html")


@require_safe
def basket_sheet(request: HttpRequest) -> FileResponse:
    """Send the basket as a workbook."""
    return _list(request).workbook(request)


@require_POST
@refusals_shown
def take_out(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take an entry out, with what was typed into its form."""
    commands.take_out(entry_id, by=asking.person(request))
    messages.success(request, _("It is out of the basket."))
    return redirect("basket")


@require_POST
@refusals_shown
def checkout(request: HttpRequest) -> HttpResponse:
    """Order the entries ticked, and say what became of each; sent twice, nothing is opened twice."""
    person, now = asking.person(request), asking.moment(request)
    chosen = queries.entries_named(request.POST.getlist("row"), person)
    if not chosen:
        messages.warning(request, _("Tick at least one matter to order."))
        return redirect("basket")
    done = commands.order([entry.pk for entry in chosen], by=person, now=now)
    opened = sum(one.case is not None for one in done)
    words = ngettext("%(count)s matter is under way.", "%(count)s matters are under way.", opened)
    if opened:
        messages.success(request, words % {"count": opened})
    rows = [
        {
            "title": queries.title_of(one.entry),
            "firm": one.entry.firm.name,
            "number": one.case.number if one.case else "",
            "problems": [problem_words(one.entry, problem) for problem in one.problems],
        }
        for one in done
    ]
    context = {"rows": rows, "columns": _result_columns(), "left": len(done) - opened}
    return render(request, "assistance/ordered.html", context, status=200 if opened == len(done) else 422)


def fill_address(entry: BasketEntry) -> str:
    """Return where the form of an entry is filled in, for its own firm."""
    asked = {"draft": entry.draft_id or "", "firm": entry.firm_id, "basket": 1}
    return f"{reverse('file', args=[entry.mechanism])}?{urlencode(asked)}"


def problem_words(entry: BasketEntry, problem: Problem) -> str:
    """Return a problem in words, with the field it is about."""
    promise = packs.current().newest_versions.get(entry.mechanism)
    field = promise.fields.get(problem.facts.get("field", "")) if promise else None
    words = refusal_text(problem)
    return f"{in_words(field.title)}：{words}" if field else words


def _rows(request: HttpRequest) -> list[EntryShown]:
    now = asking.moment(request)
    asked = listing.asked(request, sort="")
    rows = [_row(entry, now) for entry in queries.basket(asking.person(request).pk)]
    rows = [row for row in rows if asked.text.lower() in f"{row.title} {row.promise} {row.firm}".lower()]
    key = asked.sort.removeprefix("-")
    if key in SORTS:
        rows.sort(key=lambda row: str(getattr(row, key)), reverse=asked.sort.startswith("-"))
    return rows


def _row(entry: BasketEntry, now: Any) -> EntryShown:
    ready = queries.readiness(entry, now=now)
    promise = packs.current().newest_versions.get(entry.mechanism)
    words = _("Ready") if ready.ready else _("No longer offered") if ready.gone else _("To be filled in")
    return EntryShown(
        id=entry.pk,
        title=queries.title_of(entry),
        promise=in_words(promise.title) if promise else entry.mechanism,
        firm=entry.firm.name,
        state="kept" if ready.ready else "ended" if ready.gone else "waiting",
        label=words,
        lacks=listed_words(ready.lacks),
        url="" if ready.gone else fill_address(entry),
        made_at=entry.made_at,
        ready=ready.ready,
    )


def _list(request: HttpRequest) -> Listed:
    """Return the basket as a list; it holds no more than one page."""
    matter = (
        SheetColumn[EntryShown](_("Matter"), lambda row: row.title, 40),
        SheetColumn[EntryShown](_("Handled as"), lambda row: row.promise, 26),
    )
    columns: tuple[Column[EntryShown], ...] = (
        Column("title", _("Matter"), matter, sort="title", lead=True),
        column("firm", _("Firm"), lambda row: row.firm, width=32, sort="firm"),
        column("state", _("State"), lambda row: row.label, sort="state", fit=True),
        column("lacks", _("Still wanted"), lambda row: row.lacks, width=40),
        column("made_at", _("Put in"), lambda row: row.made_at, sort="made_at", fit=True),
        buttons("action", _("Action")),
    )
    return Listed(
        "basket", _("Basket"), _rows(request), columns, reverse("basket-sheet"), shown=SHOWN,
        sort=listing.asked(request, sort="").sort,
    )  # fmt: skip


def _result_columns() -> Iterable[dict[str, Any]]:
    return [
        {"key": "title", "label": _("Matter"), "lead": True},
        {"key": "firm", "label": _("Firm")},
        {"key": "result", "label": _("What became of it")},
    ]
