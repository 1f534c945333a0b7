"""An officer's worklist: what to do now by time left, what waits for the firm, what is done."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries
from lianqiao.organization import queries as organization
from lianqiao.service.language import listed_words
from lianqiao.service.pages import asking, together
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.queries import case_lists
from lianqiao.service.queries.case_lists import CasesOf
from lianqiao.service.queries.overview import overseen

SORT = {"": "due", "waiting": "-moved", "done": "-closed"}
COLUMNS = {
    "": ("case", "firm", "state", "standing", "due", "opened"),
    "waiting": ("case", "firm", "state", "standing", "holder", "moved"),
    "done": ("case", "firm", "state", "standing", "closed", "opened"),
}


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the officer's cases of one tab; to do comes first, least time left on top."""
    mine, show = _mine(request), _show(request)
    cases = _listed(request, mine, show)
    if cases.look.opening:
        return redirect(cases.look.opening)
    counts = {tab: found.count() for tab, found in mine.items() if tab != "done"}
    counts["done"] = queries.done_count(asking.person(request).pk)
    cases.total = counts[show]
    context = cases.context() | {
        "tabs": _tabs(counts, show),
        "show": show,
        "export": reverse("worklist-sheet"),
        "standing_in_for": listed_words(_away(request)),
        "bulk": together.offered(request, show=show),
    }
    return render(request, "service/worklist.html", context)


@require_safe
def worklist_sheet(request: HttpRequest) -> FileResponse:
    """Send the same cases, all of them, as a workbook."""
    return _listed(request, _mine(request), _show(request)).sheet(_("Worklist"))


def _listed(request: HttpRequest, mine: dict[str, CasesOf], show: str) -> CaseList:
    # each tab keeps its own columns and views: what is worth seeing differs
    name = f"worklist-{show}" if show else "worklist"
    # those of one's own promises, wherever their cases stand
    promises = case_lists.promise_titles(overseen(asking.person(request).pk, at=asking.moment(request)))
    return CaseList(request, mine[show], name, SORT[show], COLUMNS[show], promises)


def _mine(request: HttpRequest) -> dict[str, CasesOf]:
    """Return the cases of each tab."""
    person = asking.person(request)
    if not organization.is_officer(person.pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only people who hold a duty in the zone have a worklist."))
    whose = {"person_id": person.pk}
    return {
        "": CasesOf(queries.worklist, whose),
        "waiting": CasesOf(queries.waiting_for_firm, whose),
        "done": CasesOf(queries.done_by, whose),
    }


def _show(request: HttpRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in SORT else ""


def _tabs(counts: dict[str, int], show: str) -> list[dict[str, Any]]:
    words = {"": _("To do now"), "waiting": _("Waiting for others"), "done": _("Done")}
    here = reverse("worklist")
    return [
        {
            "label": words[tab],
            # a query of some kind: without one the list opens with its first view
            "url": f"{here}?show={tab}",
            "current": tab == show,
            "count": count,
        }
        for tab, count in counts.items()
    ]


def _away(request: HttpRequest) -> list[str]:
    """Return the names of those whose work this person does meanwhile."""
    pairs = organization.work_of_others(asking.person(request).pk, at=asking.moment(request))
    names = organization.names({person_id for person_id, _ in pairs})
    return sorted(names.values())
