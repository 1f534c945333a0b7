"""The cases of an imported log: which came late, and what happened in one."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lianqiao.engine.beijing import beijing
from lianqiao.engine.mining.time_reading import as_moment
from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.pages import listing
from lianqiao.service.pages.historic_logs import found_log, log_context
from lianqiao.service.pages.mining_shown import for_leaders, hours_words
from lianqiao.service.queries import historic_logs as queries
from lianqiao.service.way_chart import way_charts

STANDINGS = ("late", "kept", "none")


@require_safe
@for_leaders
def historic_cases(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show the cases of an imported log, the latest first."""
    log = found_log(log_id)
    asked, listed = _list(request, log)
    return listed.page(
        request,
        "service/historic_cases.html",
        **log_context(request, log, here="historic-cases"),
        asked=asked,
        standings=listing.options(list(_standing_words().items()), asked.chosen["standing"]),
        variant=asked.chosen["variant"],
    )


@require_safe
@for_leaders
def historic_cases_sheet(request: HttpRequest, log_id: int) -> FileResponse:
    """Send the same cases, all of them, as a workbook."""
    return _list(request, found_log(log_id))[1].workbook(request)


@require_safe
@for_leaders
def historic_case(request: HttpRequest, log_id: int, case_id: int) -> HttpResponse:
    """Show what happened in one historic case, and what was promised in it."""
    log = found_log(log_id)
    case = queries.historic_case(log, case_id)
    if case is None:
        raise Http404
    events = queries.events_of(log, case)
    context = {
        "log": log,
        "row": _row(case),
        "case": case,
        "charts": way_charts([event.activity for event in events]),
        "events": [
            {"at": as_moment(event.at), "who": _officer(event.person), "what": event.activity, "mark": "act"}
            for event in events
        ],
        "differs": _differs(case.due_at, case.stated_due_at),
    }
    return render(request, "service/historic_case.html", context)


def _list(request: HttpRequest, log: HistoricLog) -> tuple[listing.Asked, Listed]:
    variant = request.GET.get("variant", "")
    asked = listing.asked(request, sort="-late", standing=STANDINGS, variant=[variant] if variant else [])
    columns = (
        column("number", _("Number"), itemgetter("number"), width=24, sort="number", lead=True),
        column("standing", _("Standing"), itemgetter("words"), width=12, fit=True),
        column("started", _("Started"), itemgetter("started"), sort="started", fit=True),
        column("due", _("Due, reckoned"), itemgetter("reckoned"), sort="due", fit=True),
        column("stated", _("Due, as stated"), itemgetter("as_stated"), sort="stated", fit=True),
        column("ended", _("Ended"), itemgetter("ended"), sort="ended", fit=True),
        column("events", _("Events"), itemgetter("events"), sort="events", align="end", fit=True),
        Column(
            "late",
            _("Late by"),
            (SheetColumn(_("Late, hours"), itemgetter("late_hours"), 12),),
            sort="late",
            align="end",
            fit=True,
        ),
    )
    return asked, Listed(
        "historic-cases",
        _("Cases"),
        queries.cases_of(log, text=asked.text, sort=asked.sort, **asked.chosen).defer("trail"),
        columns,
        sheet=reverse("historic-cases-sheet", args=[log.pk]),
        sort=asked.sort,
        row=_row,
    )


def _row(case: HistoricCase) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "standing": standing_of(case),
        "words": _standing_words()[standing_of(case)],
        "started": case.started_at,
        "due": case.due_at or case.stated_due_at,
        "reckoned": case.due_at,
        "as_stated": case.stated_due_at,
        "stated": case.stated_due_at if _differs(case.due_at, case.stated_due_at) else None,
        "ended": case.ended_at,
        "events": case.events,
        "late_hours": round(case.late_s / 3600, 2),
        "late": hours_words(case.late_s / 3600) if case.late_s else "",
    }


def standing_of(case: HistoricCase) -> str:
    """Return how a case stands: late, kept, or none where nothing was promised."""
    if case.late_s:
        return "late"
    return "kept" if case.owed else "none"


def _officer(pseudonym: str) -> str:
    """Return a pseudonym as a page says it: short, and no name."""
    return _("officer %(code)s") % {"code": pseudonym.rpartition("-")[2][:6]} if pseudonym else ""


def _differs(due: datetime | None, stated: datetime | None) -> bool:
    """Return whether a file's deadline is another day than the calendar's."""
    return bool(due and stated and beijing(due).date() != beijing(stated).date())


def _standing_words() -> dict[str, str]:
    return {"late": pgettext("case", "Late"), "kept": _("Kept"), "none": _("No deadline")}
