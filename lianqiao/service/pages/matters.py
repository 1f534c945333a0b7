"""A firm's matters: every case of the firms a person acts for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.pages import listing
from lianqiao.service.queries import case_lists
from lianqiao.service.spreadsheets import spreadsheet

SHEET = (("number", 18), ("title", 32), ("firm", 32), ("promise", 26), ("state", 22), ("standing", 10),
         ("due", 18), ("left", 18), ("holder", 16), ("opened", 18), ("closed", 18), ("progress_code", 14))  # fmt: skip


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Show the firm's cases, newest first, those that wait for the firm counted on top."""
    firms, every = _mine(request)
    wanted = _asked(request, every)
    page = listing.page_of(request, _found(request, every, wanted))
    page.object_list = list(case_lists.case_rows(page.object_list, now=request.now))  # type: ignore[attr-defined, assignment]
    return render(request, "service/matters.html", _context(request, firms, every, wanted, page))


@require_safe
def matters_sheet(request: HttpRequest) -> FileResponse:
    """Send the same cases, all pages, as a workbook."""
    _, every = _mine(request)
    cases = _found(request, every, _asked(request, every))
    words = listing.headings()
    heads = [(words[key], width) for key, width in SHEET]
    return spreadsheet(str(_("My matters")), columns=heads, rows=_sheet_rows(request, cases))


def _mine(request: HttpRequest) -> tuple[list[Firm], QuerySet[Case]]:
    firms = organization.firms_of(request.user.pk, at=request.now)  # type: ignore[attr-defined]
    if not firms:
        raise PermissionDenied(_("Only people who act for a firm have matters."))
    return firms, queries.matters(firms)


def _asked(request: HttpRequest, every: QuerySet[Case]) -> listing.Asked:
    promises = [one for one, _ in case_lists.promises_in(every)]
    return listing.asked(
        request, sort="-opened", standing=listing.standing_words(), promise=promises, turn=("firm", "zone", "done")
    )
