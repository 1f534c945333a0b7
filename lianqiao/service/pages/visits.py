"""Visits to firms: the list, a record, and the cases that came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_numbers
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.service.commands.visits import record_visit
from lianqiao.service.forms.visits import VisitForm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.pages.taking_in import filing_address
from lianqiao.service.queries import case_lists
from lianqiao.service.queries import visits as queries

MINE = "mine"
SHOWN = ("day", "subject", "firm", "by", "brought")


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """Show the visits, all or one's own."""
    person = _officer(request)
    asked, look = _asked(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    context = {
        "page": listing.page_of(request, _found(request, asked)),
        "look": look,
        "asked": asked,
        "export": reverse("visits-sheet"),
        "whose": [
            ("", _("All"), not asked.chosen["whose"]),
            (MINE, person.name, bool(asked.chosen["whose"])),
        ],
    }
    return render(request, "service/visits.html", context)


@require_safe
def visits_sheet(request: HttpRequest) -> FileResponse:
    """Send the same visits, all of them, as a workbook."""
    _officer(request)
    found = _found(request, _asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Visits"), _look(request).columns, found)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Show the form of a visit, and record it."""
    person, now = _officer(request), asking.moment(request)
    typed = request.POST if request.method == "POST" else None
    form = VisitForm(typed, today=beijing(now).date(), firm=request.GET.get("firm", ""))
    if typed is not None and form.is_valid():
        try:
            made = record_visit(**form.cleaned_data, by=person, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(
                request, _("The visit is recorded. What the firm asked for can be filed from it.")
            )
            return redirect("visit", visit_id=made.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "service/visit_new.html", {"form": form}, status=status)


@require_safe
@refusals_shown
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Show one visit, the cases it brought, and what can be filed from it."""
    person, now = _officer(request), asking.moment(request)
    shown = queries.visit(visit_id)
    # whoever wrote it reads it as it was written
    own = str if shown.by_id == person.pk else masked_numbers
    cases = queries.cases_of_visit(shown)
    context = {
        "visit": shown,
        "summary": own(shown.summary),
        "next_step": own(shown.next_step),
        "cases": list(case_lists.case_rows(cases, now=now)),
        "columns": listing.columns("case", "state", "standing", "due", sortable=(), lead="case"),
        "offers": [
            (in_words(one.title), filing_address(one.id, shown.firm, "visit", shown.pk))
            for one in packs.current().newest_versions.values()
            if one.offered and bridge.takes_in(one, person, at=now)
        ],
    }
    return render(request, "service/visit.html", context)


def _officer(request: HttpRequest) -> Any:
    person = asking.person(request)
    if not organization.is_officer(person.pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only people who hold a duty in the zone see visits."))
    return person


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="-day", whose=(MINE,))


def _found(request: HttpRequest, asked: listing.Asked) -> Any:
    by = asking.person(request).pk if asked.chosen["whose"] else None
    return queries.visits(text=asked.text, by=by, sort=asked.sort)


def _look(request: HttpRequest) -> Look:
    columns: tuple[Column[Any], ...] = (
        column("day", _("Day"), lambda row: row.day, sort="day"),
        column("subject", _("In one line"), lambda row: row.subject, width=40, lead=True),
        column("firm", _("Firm"), lambda row: row.firm.name, width=36, sort="firm"),
        column("summary", _("What was said"), lambda row: masked_numbers(row.summary), width=60),
        column("next_step", _("What comes next"), lambda row: masked_numbers(row.next_step), width=40),
        column("by", _("Who was there"), lambda row: row.by.name, sort="by"),
        column("brought", _("Cases it brought"), lambda row: row.brought or 0, sort="brought", align="end"),
    )
    return look_of(request, "visits", columns, shown=SHOWN)
