"""Who has how much open, due and overdue, against the average; down to the very cases."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.organization import queries as organization
from lianqiao.organization.lists import look_of, workbook
from lianqiao.organization.lists.columns import Column, column
from lianqiao.organization.models import Person
from lianqiao.service.duty import queries
from lianqiao.service.duty.queries import Load
from lianqiao.service.pages import asking, listing, together
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.queries import case_lists, overview

SHOWN = ("case", "firm", "state", "standing", "due", "holder")


@require_safe
def workload(request: HttpRequest) -> HttpResponse:
    """Show everyone's load under each duty."""
    mechanisms = _overseen(request)
    look = look_of(request, "workload", _columns(), shown=[one.key for one in _columns()])
    if look.opening:
        return redirect(look.opening)
    asked, rows = listing.asked(request, sort=""), _rows(request, mechanisms)
    context = {
        "page": listing.page_of(request, rows),
        "look": look,
        "asked": asked,
        "open": sum(row.open for row in rows),
        "due": sum(row.due for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "absent": len({row.person_id for row in rows if row.absent}),
        "ownerless": queries.ownerless().count(),
        "export": reverse("workload-sheet"),
        "leader": organization.may_file_for_others(asking.person(request).pk, at=asking.moment(request)),
    }
    return render(request, "duty/workload.html", context)


@require_safe
def workload_sheet(request: HttpRequest) -> FileResponse:
    """Send the same as a workbook."""
    mechanisms = _overseen(request)
    look = look_of(request, "workload", _columns(), shown=[one.key for one in _columns()])
    return workbook(_("Workload"), look.columns, _rows(request, mechanisms))


@require_safe
def cases(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the open cases of one person under a duty: all, due this week, or overdue."""
    found, person = _cases(request, person_id)
    if found.look.opening:
        return redirect(found.look.opening)
    context = found.context() | {
        "person": person,
        "tabs": _tabs(request, person_id),
        "export": reverse("workload-cases-sheet", args=[person_id]),
        # a leader who finds somebody overloaded gives several cases away at once
        "bulk": together.offered(request, show="behind"),
    }
    return render(request, "duty/workload_cases.html", context)


@require_safe
def cases_sheet(request: HttpRequest, person_id: int) -> FileResponse:
    """Send those cases as a workbook."""
    return _cases(request, person_id)[0].sheet(_("Workload"))


@require_safe
def ownerless(request: HttpRequest) -> HttpResponse:
    """Show the open cases nobody answers for: there should be none."""
    cases = _ownerless(request)
    if cases.look.opening:
        return redirect(cases.look.opening)
    context = cases.context() | {
        "export": reverse("ownerless-sheet"),
        "bulk": together.offered(request, show="behind"),
    }
    return render(request, "duty/ownerless.html", context)


@require_safe
def ownerless_sheet(request: HttpRequest) -> FileResponse:
    """Send those cases as a workbook."""
    return _ownerless(request).sheet(_("Nobody's cases"))


def _ownerless(request: HttpRequest) -> CaseList:
    mechanisms = _overseen(request)
    found = queries.ownerless().filter(mechanism__in=mechanisms)
    return CaseList(request, found, "ownerless", "-opened", SHOWN, case_lists.promise_titles(mechanisms))


def _cases(request: HttpRequest, person_id: int) -> tuple[CaseList, Person]:
    mechanisms, now = _overseen(request), asking.moment(request)
    person = organization.account(person_id)
    if person is None:
        raise Http404
    which, code = request.GET.get("which", ""), request.GET.get("duty", "")
    found = queries.cases_of(person_id, mechanisms, now=now, which=which, code=code)
    promises = case_lists.promises_in(found)
    return CaseList(request, found, "workload-cases", "due", SHOWN, promises), person


def _tabs(request: HttpRequest, person_id: int) -> list[dict[str, Any]]:
    words = {
        queries.OPEN: _("Open now, cases"),
        queries.DUE: _("Due this week"),
        queries.OVERDUE: _("Overdue"),
    }
    which, code = request.GET.get("which", "") or queries.OPEN, request.GET.get("duty", "")
    here = reverse("workload-cases", args=[person_id])
    return [
        {"label": label, "url": f"{here}?which={name}&duty={code}", "current": which == name}
        for name, label in words.items()
    ]


def _rows(request: HttpRequest, mechanisms: tuple[str, ...]) -> list[Load]:
    asked = listing.asked(request, sort="")
    return queries.workload(mechanisms, now=asking.moment(request), text=asked.text, sort=asked.sort)


def _overseen(request: HttpRequest) -> tuple[str, ...]:
    found = overview.overseen(asking.person(request).pk, at=asking.moment(request))
    if not found:
        raise PermissionDenied(_("Only people with a duty in a promise see who has how much to do."))
    return found


def _columns() -> tuple[Column[Load], ...]:
    absent = {True: _("Absent"), False: _("Present")}
    return (
        column("person", _("Who"), lambda row: row.name, sort="person", lead=True),
        column("duty", _("Duty held"), lambda row: row.title, width=26, sort="duty"),
        column("open", _("Open now, cases"), lambda row: row.open, sort="open", align="end"),
        column("due", _("Due this week"), lambda row: row.due, sort="due", align="end"),
        column("overdue", _("Overdue"), lambda row: row.overdue, sort="overdue", align="end"),
        column("average", _("Average"), lambda row: round(row.average, 1), align="end"),
        column("share", _("Against the average"), lambda row: row.percent, sort="share", align="end"),
        column("absent", _("Presence"), lambda row: absent[row.absent], sort="absent"),
        column("holder", _("Has the work now"), lambda row: row.holder or row.name),
    )
