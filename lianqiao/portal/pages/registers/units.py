"""The units of the zone, for the office."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import UNIT_KINDS, UnitForm
from lianqiao.organization.lists import Listed, column
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
    status = 422 if form.errors else 200
    return _list(request).page(request, "portal/pages/registers/units.html", status=status, form=form)


@require_safe
def units_sheet(request: HttpRequest) -> FileResponse:
    """Send the same units as a workbook."""
    require_office(request)
    return _list(request).workbook(request)


def _list(request: HttpRequest) -> Listed:
    wanted = listing.asked(request, sort="")
    columns = (
        column("name", _("Unit"), itemgetter("name"), width=30, sort="name", lead=True),
        column("kind", _("Kind"), itemgetter("kind"), width=14, sort="kind"),
        column("parent", _("Below"), itemgetter("parent"), width=30, sort="parent"),
        column("head", _("Head"), itemgetter("head"), width=16, sort="head"),
    )
    return Listed(
        "units",
        _("Units"),
        queries.units(text=wanted.text, sort=wanted.sort),
        columns,
        sheet=reverse("units-sheet"),
        sort=wanted.sort,
        row=_row,
    )


def _row(one: Unit) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": str(UNIT_KINDS.get(one.kind, one.kind)),
        "parent": one.parent.name if one.parent else "",
        "head": one.head.name if one.head else "",
    }
