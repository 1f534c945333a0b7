"""What is done by mandate: for a firm everything that was, for an agent the open matters."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.models import Entry
from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.organization.models import Firm
from lianqiao.service.assistance import queries
from lianqiao.service.assistance.pages.mandates import agent_tabs, firm_tabs, own_firm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.case_list import CaseList
from lianqiao.service.queries import case_lists

SHOWN = ("case", "firm", "state", "standing", "due", "opened")
ACT_SORTS = {"at": "at", "who": "person__name", "number": "case__number"}


@require_safe
def acts(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show the firm what was done by its mandates, and by whom."""
    firm = own_firm(request, credit_code)
    asked, listed = _acts(request, firm)
    context: dict[str, Any] = {"firm": firm, "tabs": firm_tabs(request, firm), "asked": asked}
    return listed.page(request, "assistance/mandate_acts.html", **context)


@require_safe
def acts_sheet(request: HttpRequest, credit_code: str) -> FileResponse:
    """Send everything done by the firm's mandates as a workbook."""
    return _acts(request, own_firm(request, credit_code))[1].workbook(request)


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Show the open matters one may act in by mandate."""
    cases = _matters(request)
    if cases.look.opening:
        return redirect(cases.look.opening)
    context = cases.context() | {"tabs": agent_tabs(request), "export": reverse("mandate-matters-sheet")}
    return render(request, "assistance/mandate_matters.html", context)


@require_safe
def matters_sheet(request: HttpRequest) -> FileResponse:
    """Send the same matters as a workbook."""
    return _matters(request).sheet(_("Matters by mandate"))


def _matters(request: HttpRequest) -> CaseList:
    cases = queries.open_matters(asking.person(request).pk, at=asking.moment(request))
    return CaseList(request, cases, "by-mandate", "-opened", SHOWN, case_lists.promises_in(cases))


def _acts(request: HttpRequest, firm: Firm) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="-at")
    case = (
        SheetColumn[Any](_("Case"), lambda row: row["number"], 18),
        SheetColumn[Any](_("Title"), lambda row: row["title"], 36),
    )
    columns: tuple[Column[Any], ...] = (
        column("what", _("What was done"), lambda row: row["what"], width=30, lead=True),
        column("who", _("Who, for whom"), lambda row: row["who"], width=40, sort="who"),
        Column("number", _("Case"), case, sort="number"),
        column("at", _("When"), lambda row: row["at"], sort="at", fit=True),
    )
    found = _sorted(queries.mandated_acts(firm_id=firm.pk), asked)
    sheet = reverse("mandate-acts-sheet", args=[firm.credit_code])
    return asked, Listed(
        "mandate-acts", _("Done by mandate"), found, columns, sheet, sort=asked.sort, row=act_row
    )


def _sorted(acts: QuerySet[Entry], asked: listing.Asked) -> QuerySet[Entry]:
    if asked.text:
        acts = acts.filter(
            Q(person__name__icontains=asked.text)
            | Q(case__number__icontains=asked.text)
            | Q(case__title__icontains=asked.text)
        )
    key = ACT_SORTS.get(asked.sort.removeprefix("-"), "at")
    return acts.order_by(f"-{key}" if asked.sort.startswith("-") else key, "-pk")


def act_row(entry: Entry) -> dict[str, Any]:
    """Return what was done by mandate as one row: “X for Y”."""
    mechanism = packs.current().mechanisms.get(f"{entry.case.mechanism}@{entry.case.version}")
    step = mechanism.steps.get(entry.name) if mechanism else None
    words = in_words(step.title) if step else _("Word on the case") if entry.name == "note" else entry.name
    firm = entry.case.firm.name if entry.case.firm else ""
    who = entry.person.name if entry.person else ""
    return {
        "at": entry.at,
        "who": _("%(who)s for %(firm)s") % {"who": who, "firm": firm},
        "what": words,
        "number": entry.case.number,
        "title": entry.case.title,
    }
