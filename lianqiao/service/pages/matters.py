"""One's matters: every case of the firms a person acts for, and their own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from lianqiao.organization import queries as organization
from lianqiao.service.pages import asking
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.queries import case_lists

SORT = {"": "-opened", "firm": "-moved", "zone": "due", "done": "-closed"}
SHOWN = ("case", "state", "standing", "due", "holder", "opened")


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Show the cases: all, those waiting for firm or person, those with the zone, those closed."""
    mine, show = _mine(request), _show(request)
    cases = _listed(request, mine, show)
    if cases.look.opening:
        return redirect(cases.look.opening)
    counts = case_lists.turns(mine)
    cases.total = counts[show]
    context = cases.context() | {
        "tabs": _tabs(counts, show),
        "show": show,
        "export": reverse("matters-sheet"),
    }
    return render(request, "service/matters.html", context)


@require_safe
def matters_sheet(request: HttpRequest) -> FileResponse:
    """Send the same cases, all of them, as a workbook."""
    return _listed(request, _mine(request), _show(request)).sheet(_("My matters"))


def _listed(request: HttpRequest, mine: QuerySet[Case], show: str) -> CaseList:
    shown = {*SHOWN} - {"due"} | {"closed"} if show == "done" else {*SHOWN}
    if len(organization.firms_of(asking.person(request).pk, at=asking.moment(request))) > 1:
        shown.add("firm")
    name = f"matters-{show}" if show else "matters"
    promises = case_lists.promises_in(mine)
    return CaseList(request, case_lists.whose_turn(mine, show), name, SORT[show], shown, promises)


def _mine(request: HttpRequest) -> QuerySet[Case]:
    person = asking.person(request)
    firms = organization.firms_of(person.pk, at=asking.moment(request))
    officer = organization.is_officer(person.pk, at=asking.moment(request))
    if officer and not firms and not queries.has_own_cases(person.pk):
        raise PermissionDenied(_("Only people who act for a firm, or were given something, have matters."))
    return queries.matters(firms, person_id=person.pk)


def _show(request: HttpRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in SORT else ""


def _tabs(counts: dict[str, int], show: str) -> list[dict[str, Any]]:
    words = {"": _("All"), "firm": _("Waiting for us"), "zone": _("With the zone"), "done": _("Closed")}
    here = reverse("matters")
    return [
        {
            "label": words[turn],
            # a query of some kind: without one the list opens with its first view
            "url": f"{here}?show={turn}",
            "current": turn == show,
            "count": counts[turn],
        }
        for turn in SORT
    ]
