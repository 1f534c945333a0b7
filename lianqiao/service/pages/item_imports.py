"""The office imports a catalogue: upload, see what would come of every row, then confirm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.errors import Refusal
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists import spreadsheets
from lianqiao.service.commands.items import import_items
from lianqiao.service.forms.item_imports import CATALOGUE, CatalogueForm, MapForm
from lianqiao.service.item_import.mapping import map_of
from lianqiao.service.item_import.report import ImportReport, RowReport
from lianqiao.service.language import listed_words
from lianqiao.service.pages import asking, files_brought
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries import items as queries

# a page answers within seconds up to here; beyond, the command line does it
MOST_ROWS = 20_000
PROBLEMS_SHOWN = 200
UPDATES_SHOWN = 50
LAST_IMPORTS = 10

View = Callable[..., HttpResponseBase]


def for_the_office(view: View) -> View:
    """Let only the office see a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        if not is_office(asking.person(request), now=asking.moment(request)):
            raise PermissionDenied(_("Only the digital office imports catalogues."))
        return view(request, *args, **parts)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_office
@refusals_shown
def items_import(request: HttpRequest) -> HttpResponse:
    """Take a file in and go on to what would come of it."""
    form = CatalogueForm(request.POST or None, request.FILES or None)
    if file := files_brought.brought(request, form, field=CATALOGUE, formats="XLSX, CSV"):
        complete = {"complete": "on"} if form.cleaned_data["complete"] else {}
        address = files_brought.page_of("items-import-check", file, map=form.cleaned_data["map"], **complete)
        return redirect(address)
    context = {"form": form, "imports": queries.last_imports(LAST_IMPORTS), "most_rows": MOST_ROWS}
    return render(request, "service/items_import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_office
@refusals_shown
def items_import_check(request: HttpRequest, sha256: str) -> HttpResponse:
    """Show what would come of every row; once confirmed, do it."""
    name = files_brought.name_of(request, sha256)
    form = MapForm(request.POST if request.method == "POST" else request.GET)
    report, problems = None, []
    if form.is_valid():
        try:
            report = _imported(request, sha256, name, form, dry_run=request.method != "POST")
        except Refusal as refusal:
            problems = [refusal_text(problem) for problem in refusal.problems]
    if report is not None and request.method == "POST":
        messages.success(request, _told(report))
        return redirect("items-import")
    context = {
        "form": form,
        "name": name,
        "problems": problems,
        "report": report,
        "shown": _rows(report) if report else [],
        "columns": [*files_brought.problem_columns(), {"key": "result", "label": _("Result")}],
        "left_out": _left_out(report) if report else 0,
        "updates": _updates(report) if report else [],
        "blocked": refusal_text(report.blocked) if report and report.blocked else "",
        "sheet_url": f"{reverse('items-import-problems', args=[sha256])}?{request.GET.urlencode()}",
    }
    return render(request, "service/items_import_check.html", context)


@require_safe
@for_the_office
def items_import_problems(request: HttpRequest, sha256: str) -> FileResponse:
    """Send every problem of the file as a workbook, for whoever keeps it at its source."""
    name = files_brought.name_of(request, sha256)
    form = MapForm(request.GET)
    if not form.is_valid():
        raise Http404
    found: list[RowReport] = []
    try:
        _imported(
            request,
            sha256,
            name,
            form,
            dry_run=True,
            heard=lambda row: found.append(row) if row.problems else None,
        )
    except Refusal:
        raise Http404 from None
    columns = [
        (_("Line"), 8),
        (_("Column"), 16),
        (_("Value"), 40),
        (_("What is wrong and what to do"), 70),
        (_("Result"), 12),
    ]
    return spreadsheets.spreadsheet(_("Problems of the catalogue"), columns=columns, rows=_sheet_rows(found))


def _imported(
    request: HttpRequest,
    sha256: str,
    name: str,
    form: MapForm,
    *,
    dry_run: bool,
    heard: Callable[[RowReport], None] | None = None,
) -> ImportReport:
    return import_items(
        stored_at(sha256),
        map_of(packs.current(), form.cleaned_data["map"]),
        now=asking.moment(request),
        by=asking.person(request),
        name=name,
        complete=form.cleaned_data["complete"],
        dry_run=dry_run,
        most_rows=MOST_ROWS,
        listener=heard,
    )


def _rows(report: ImportReport) -> list[dict[str, Any]]:
    rows = [
        files_brought.problem_row(row.line, problem) | {"refused": row.outcome == "refused"}
        for row in report.needing_a_look
        for problem in row.problems
    ]
    return rows[:PROBLEMS_SHOWN]


def _updates(report: ImportReport) -> list[dict[str, Any]]:
    words = {
        "code": _("Code"),
        "name": _("Item name"),
        "department": _("Department"),
        "main_item": _("Main item"),
        "kind": _("Type"),
        "statutory_limit": _("Statutory limit"),
        "promised_limit": _("Promised limit"),
        "excluded": _("Not counted in the limit"),
        "audience": _("For whom"),
        "source": _("Source"),
        "mechanism": _("Promise"),
        "example": _("Example"),
        "withdrawn_at": _("Back in the catalogue"),
    }
    return [
        {"line": row.line, "key": row.key, "fields": listed_words(words[name] for name in row.changed)}
        for row in report.updates[:UPDATES_SHOWN]
    ]


def _left_out(report: ImportReport) -> int:
    return max(0, sum(report.codes.values()) - PROBLEMS_SHOWN)


def _sheet_rows(found: list[RowReport]) -> Iterator[tuple[spreadsheets.Value, ...]]:
    refused, kept = _("Left out"), _("Imported all the same")
    for row in found:
        for problem in row.problems:
            facts = problem.facts
            result = refused if row.outcome == "refused" else kept
            yield row.line, facts.get("column", ""), facts.get("value", ""), refusal_text(problem), result


def _told(report: ImportReport) -> str:
    counts = {name: report.counts[name] for name in ("added", "updated", "unchanged", "refused")}
    words = _("%(added)s added, %(updated)s updated, %(unchanged)s unchanged, %(refused)s left out") % counts
    if report.withdrawn:
        gone = ngettext("%(n)s withdrawn", "%(n)s withdrawn", report.withdrawn) % {"n": report.withdrawn}
        words = f"{words}, {gone}"
    return f"{report.file}: {words}"
