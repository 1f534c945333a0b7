"""Process mining: the page it begins on, and the logs other systems left behind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists.spreadsheets import spreadsheet
from lianqiao.service.commands.historic_logs import forget_log, reckon_log
from lianqiao.service.forms.historic_promise import HistoricPromiseForm
from lianqiao.service.models import HistoricLog
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages import mining_shown as shown
from lianqiao.service.pages.mining_shown import for_leaders
from lianqiao.service.queries import historic_logs as queries
from lianqiao.service.queries.mining import mined_promises

PROBLEMS_SHOWN = 50
SORTS = {"log": "name", "cases": "cases", "events": "events", "late": "late", "first": "first_at", "at": "at"}


@require_safe
@for_leaders
def mining(request: HttpRequest) -> HttpResponse:
    """Show our own promises and the imported logs, each with the way to what it shows."""
    asked, found = _asked(request)
    context = {
        "promises": mined_promises(),
        "asked": asked,
        "page": listing.page_of(request, found),
        "columns": _log_columns(),
        "export": reverse("mining-logs-sheet"),
        "office": is_office(asking.person(request), now=asking.moment(request)),
    }
    return render(request, "service/mining.html", context)


@require_safe
@for_leaders
def mining_logs_sheet(request: HttpRequest) -> FileResponse:
    """Send the list of imported logs as a workbook."""
    heads = [(column["label"], 20) for column in _log_columns()]
    rows = ([one.name, one.cases, one.events, one.late, one.first_at, one.at] for one in _asked(request)[1])
    return spreadsheet(_("Imported logs"), columns=heads, rows=rows)


@require_safe
@for_leaders
def historic_log(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show the ways the cases of an imported log went."""
    log = found_log(log_id)
    asked, page = shown.way_rows(request, shown.ways(log.findings))
    for one in page.object_list:
        one["url"] = f"{reverse('historic-cases', args=[log.pk])}?variant={one['key']}"
    context = {
        **log_context(request, log, here="historic-log"),
        "asked": asked,
        "page": page,
        "columns": shown.way_columns(),
        "export": reverse("historic-ways-sheet", args=[log.pk]),
        "kinds": log.findings.get("variants", {}).get("count", 0),
        "problems": [_problem(one) for one in log.problems[:PROBLEMS_SHOWN]],
    }
    return render(request, "service/historic_ways.html", context)


@require_safe
@for_leaders
def historic_ways_sheet(request: HttpRequest, log_id: int) -> FileResponse:
    """Send the same ways as a workbook."""
    every = shown.ways(found_log(log_id).findings)
    heads, rows = shown.way_sheet(shown.chosen_ways(listing.asked(request, sort="-cases"), every))
    return spreadsheet(_("Ways"), columns=heads, rows=rows)


@require_safe
@for_leaders
def historic_waits(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show where the cases of an imported log lay waiting."""
    log = found_log(log_id)
    asked, page = shown.wait_rows(request, shown.waits(log.findings))
    context = {
        **log_context(request, log, here="historic-waits"),
        "asked": asked,
        "page": page,
        "columns": shown.wait_columns(),
        "export": reverse("historic-waits-sheet", args=[log.pk]),
    }
    return render(request, "service/historic_waits.html", context)


@require_safe
@for_leaders
def historic_waits_sheet(request: HttpRequest, log_id: int) -> FileResponse:
    """Send the same passages as a workbook."""
    every = shown.waits(found_log(log_id).findings)
    heads, rows = shown.wait_sheet(shown.chosen_waits(listing.asked(request, sort="-share"), every))
    return spreadsheet(_("Bottlenecks"), columns=heads, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def historic_promise(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show what was promised in an imported log; the office may say it, and the clocks are reckoned anew."""
    log = found_log(log_id)
    promise = queries.map_of(log).promise
    typed = request.POST if request.method == "POST" else None
    form = HistoricPromiseForm(typed, activities=log.activities, promise=promise)
    if request.method == "POST" and form.is_valid():
        now, person = asking.moment(request), asking.person(request)
        log = reckon_log(log, promise=form.promised(), now=now, by=person)
        messages.success(
            request,
            _("Reckoned anew: %(late)s late of %(owed)s with a deadline")
            % {"late": log.late, "owed": log.owed},
        )
        return redirect("historic-cases", log_id=log.pk)
    context = {**log_context(request, log, here="historic-promise"), "form": form, "promised": promise}
    return render(request, "service/historic_promise.html", context)


@require_POST
@for_leaders
def historic_forget(request: HttpRequest, log_id: int) -> HttpResponse:
    """Remove an imported log."""
    log = found_log(log_id)
    forget_log(log, now=asking.moment(request), by=asking.person(request))
    messages.success(request, _("“%(name)s” and its cases were removed") % {"name": log.name})
    return redirect("mining")


def found_log(log_id: int) -> HistoricLog:
    """Return an imported log, or answer that there is none."""
    log = queries.historic_log_by_id(log_id)
    if log is None:
        raise Http404
    return log


def log_context(request: HttpRequest, log: HistoricLog, *, here: str) -> dict[str, Any]:
    """Return what every page of an imported log shows: its figures and the ways to its other pages."""
    words = {
        "historic-log": _("Ways"),
        "historic-waits": _("Bottlenecks"),
        "historic-cases": _("Cases"),
        "historic-promise": _("What was promised"),
    }
    cases = reverse("historic-cases", args=[log.pk])
    return {
        "log": log,
        "office": is_office(asking.person(request), now=asking.moment(request)),
        "late_url": f"{cases}?standing=late",
        "kept": log.owed - log.late,
        "kept_percent": f"{100 * (log.owed - log.late) / log.owed:.1f}" if log.owed else "",
        "tabs": [
            {"label": label, "url": reverse(name, args=[log.pk]), "current": name == here}
            for name, label in words.items()
        ],
    }


def _problem(kept: dict[str, Any]) -> dict[str, str]:
    """Return a problem as it was kept, in the active language."""
    problem = Problem(**kept)
    return {"place": problem.place, "words": refusal_text(problem)}


def _asked(request: HttpRequest) -> tuple[listing.Asked, QuerySet[HistoricLog]]:
    asked = listing.asked(request, sort="-at")
    found = queries.historic_logs()
    if asked.text:
        found = found.filter(name__icontains=asked.text)
    name = asked.sort.removeprefix("-")
    if name in SORTS:
        found = found.order_by(("-" if asked.sort.startswith("-") else "") + SORTS[name], "-pk")
    return asked, found


def _log_columns() -> list[dict[str, Any]]:
    words = {
        "log": _("Log"),
        "cases": _("Cases"),
        "events": _("Events"),
        "late": pgettext("cases", "Late"),
        "first": _("From"),
        "at": _("Imported"),
    }
    numbers = {"cases", "events", "late"}
    return [
        {"key": key, "label": label, "sort": True, "lead": key == "log",
         "align": "end" if key in numbers else "start", "fit": key != "log"}
        for key, label in words.items()
    ]  # fmt: skip
