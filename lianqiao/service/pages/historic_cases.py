"""The cases of an imported log: which came late, and what happened in one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lianqiao.engine.beijing import beijing
from lianqiao.engine.mining.time_reading import as_moment
from lianqiao.organization.lists.spreadsheets import Value, spreadsheet
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.pages import listing
from lianqiao.service.pages.historic_logs import found_log, log_context
from lianqiao.service.pages.mining_shown import for_leaders, hours_words
from lianqiao.service.queries import historic_logs as queries
from lianqiao.service.way_chart import way_charts

STANDINGS = ("late", "kept", "none")
WIDTHS = {"number": 24, "standing": 12}


@require_safe
@for_leaders
def historic_cases(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show the cases of an imported log, the latest first."""
    log = found_log(log_id)
    asked, found = _found(request, log)
    page = listing.page_of(request, found)
    page.object_list = [_row(one) for one in page.object_list]  # type: ignore[misc]
    context = {
        **log_context(request, log, here="historic-cases"),
        "asked": asked,
        "page": page,
        "columns": _columns(),
        "standings": listing.options(list(_standing_words().items()), asked.chosen["standing"]),
        "variant": asked.chosen["variant"],
        "export": reverse("historic-cases-sheet", args=[log.pk]),
    }
    return render(request, "service/historic_cases.html", context)


@require_safe
@for_leaders
def historic_cases_sheet(request: HttpRequest, log_id: int) -> FileResponse:
    """Send the same cases, all of them, as a workbook."""
    found = _found(request, found_log(log_id))[1]
    heads = [(column["label"], WIDTHS.get(column["key"], 17)) for column in _columns()]
    heads[-1] = (_("Late, hours"), 12)
    return spreadsheet(_("Cases"), columns=heads, rows=_sheet_rows(found))


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


def _found(request: HttpRequest, log: HistoricLog) -> tuple[listing.Asked, QuerySet[HistoricCase]]:
    variant = request.GET.get("variant", "")
    asked = listing.asked(request, sort="-late", standing=STANDINGS, variant=[variant] if variant else [])
    found = queries.cases_of(log, text=asked.text, sort=asked.sort, **asked.chosen)
    return asked, found


def _row(case: HistoricCase) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "standing": standing_of(case),
        "words": _standing_words()[standing_of(case)],
        "started": case.started_at,
        "due": case.due_at or case.stated_due_at,
        "stated": case.stated_due_at if _differs(case.due_at, case.stated_due_at) else None,
        "ended": case.ended_at,
        "events": case.events,
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


def _columns() -> list[dict[str, Any]]:
    words = {
        "number": _("Number"),
        "standing": _("Standing"),
        "started": _("Started"),
        "due": _("Due, reckoned"),
        "stated": _("Due, as stated"),
        "ended": _("Ended"),
        "events": _("Events"),
        "late": _("Late by"),
    }
    ends = {"events", "late"}
    return [
        {"key": key, "label": label, "sort": key != "standing", "lead": key == "number",
         "align": "end" if key in ends else "start", "fit": key != "number"}
        for key, label in words.items()
    ]  # fmt: skip


def _sheet_rows(found: QuerySet[HistoricCase]) -> Iterator[list[Value]]:
    words = _standing_words()
    for case in found.defer("trail").iterator(chunk_size=listing.ROWS_READ_AT_ONCE):
        yield [case.number, words[standing_of(case)], case.started_at, case.due_at, case.stated_due_at,
               case.ended_at, case.events, round(case.late_s / 3600, 2)]  # fmt: skip
