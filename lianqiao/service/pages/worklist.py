"""An officer's worklist: what to do now by time left, what waits for the firm, what is done."""

from __future__ import annotations

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
from lianqiao.service.language import listed_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.case_list import listed, sheet

SORT = {"": "due", "waiting": "-moved", "done": "-closed"}
COLUMNS = {
    "": ("case", "firm", "state", "standing", "due", "opened"),
    "waiting": ("case", "firm", "state", "standing", "holder", "moved"),
    "done": ("case", "firm", "state", "standing", "closed", "opened"),
}
SORTABLE = ("firm", "due", "opened", "moved", "closed")
SHEET = ("number", "title", "firm", "promise", "state", "standing", "due", "left", "holder", "opened",
         "moved", "closed")  # fmt: skip


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the officer's cases of one tab; to do comes first, least time left on top."""
    mine, show = _mine(request), _show(request)
    context = listed(request, mine[show], sort=SORT[show])
    context |= {
        "tabs": _tabs(mine, show),
        "show": show,
        "columns": listing.columns(*COLUMNS[show], sortable=SORTABLE, lead="case"),
        "keys": COLUMNS[show],
        "export": reverse("worklist-sheet"),
        "standing_in_for": listed_words(_away(request)),
    }
    return render(request, "service/worklist.html", context)


@require_safe
def worklist_sheet(request: HttpRequest) -> FileResponse:
    """Send the same cases, all of them, as a workbook."""
    show = _show(request)
    return sheet(request, _mine(request)[show], sort=SORT[show], name=_("Worklist"), keys=SHEET)


def _mine(request: HttpRequest) -> dict[str, QuerySet[Case]]:
    """Return the cases of each tab."""
    person = asking.person(request)
    if not organization.is_officer(person.pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only people who hold a duty in the zone have a worklist."))
    return {
        "": queries.worklist(person.pk),
        "waiting": queries.waiting_for_firm(person.pk),
        "done": queries.done_by(person.pk),
    }


def _show(request: HttpRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in SORT else ""


def _tabs(mine: dict[str, QuerySet[Case]], show: str) -> list[dict[str, Any]]:
    words = {"": _("To do now"), "waiting": _("Waiting for others"), "done": _("Done")}
    here = reverse("worklist")
    return [
        {
            "label": words[tab],
            "url": f"{here}?show={tab}" if tab else here,
            "current": tab == show,
            "count": cases.count(),
        }
        for tab, cases in mine.items()
    ]


def _away(request: HttpRequest) -> list[str]:
    """Return the names of those whose work this person does meanwhile."""
    pairs = organization.work_of_others(asking.person(request).pk, at=asking.moment(request))
    names = organization.names({person_id for person_id, _ in pairs})
    return sorted(names.values())
