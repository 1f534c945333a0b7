"""The units of the zone, for the office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import UNIT_KINDS, UnitForm
from lianqiao.organization.lists.spreadsheets import spreadsheet
from lianqiao.organization.models import Unit
from lianqiao.portal.pages.registers.keeping import require_office
from lianqiao.service.pages import asking, listing


@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """Show the units; enter one, or put one right under the same name."""
    require_office(request)
    now = asking.moment(request)
    form = UnitForm(
        request.POST if request.method == "POST" else None,
        units=queries.units(),
        people=queries.officers(now),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            commands.open_unit(given.pop("name"), **given, actor=asking.person(request), now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The unit is entered."))
            return redirect("units")
    wanted = listing.asked(request, sort="")
    page = listing.page_of(request, queries.units(text=wanted.text, sort=wanted.sort))
    context = {
        "form": form,
        "page": page,
        "rows": [_row(one) for one in page],
        "columns": _columns(),
        "export": reverse("units-sheet"),
        "sort": wanted.sort,
    }
    return render(request, "portal/pages/registers/units.html", context, status=422 if form.errors else 200)


@require_safe
def units_sheet(request: HttpRequest) -> FileResponse:
    """Send the same units as a workbook."""
    require_office(request)
    wanted = listing.asked(request, sort="")
    heads = [(_("Unit"), 30), (_("Kind"), 14), (_("Below"), 30), (_("Head"), 16)]
    found = map(_row, queries.units(text=wanted.text, sort=wanted.sort))
    rows = ([row["name"], row["kind"], row["parent"], row["head"]] for row in found)
    return spreadsheet(_("Units"), columns=heads, rows=rows)


def _row(one: Unit) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": str(UNIT_KINDS.get(one.kind, one.kind)),
        "parent": one.parent.name if one.parent else "",
        "head": one.head.name if one.head else "",
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": _("Unit"), "lead": True, "sort": True},
        {"key": "kind", "label": _("Kind"), "sort": True},
        {"key": "parent", "label": _("Below"), "sort": True},
        {"key": "head", "label": _("Head"), "sort": True},
    ]
