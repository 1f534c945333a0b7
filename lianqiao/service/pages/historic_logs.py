"""Process mining: the page it begins on, and the logs other systems left behind."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists import Listed, column
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
    office = is_office(asking.person(request), now=asking.moment(request))
    return _logs(request).page(request, "service/mining.html", promises=mined_promises(), office=office)


@require_safe
@for_leaders
def mining_logs_sheet(request: HttpRequest) -> FileResponse:
    """Send the list of imported logs as a workbook."""
    return _logs(request).workbook(request)


@require_safe
@for_leaders
def historic_log(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show the ways the cases of an imported log went."""
    log = found_log(log_id)
    context = {
        **log_context(request, log, here="historic-log"),
        "narrowed": bool(request.GET.get("q")),
        "kinds": log.findings.get("variants", {}).get("count", 0),
        "problems": [_problem(one) for one in log.problems[:PROBLEMS_SHOWN]],
    }
    return _ways(request, log).page(request, "service/historic_ways.html", **context)


@require_safe
@for_leaders
def historic_ways_sheet(request: HttpRequest, log_id: int) -> FileResponse:
    """Send the same ways as a workbook."""
    return _ways(request, found_log(log_id)).workbook(request)


@require_safe
@for_leaders
def historic_waits(request: HttpRequest, log_id: int) -> HttpResponse:
    """Show where the cases of an imported log lay waiting."""
    log = found_log(log_id)
    context = log_context(request, log, here="historic-waits")
    return _waits(request, log).page(request, "service/historic_waits.html", **context)


@require_safe
@for_leaders
def historic_waits_sheet(request: HttpRequest, log_id: int) -> FileResponse:
    """Send the same passages as a workbook."""
    return _waits(request, found_log(log_id)).workbook(request)


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


def _ways(request: HttpRequest, log: HistoricLog) -> Listed:
    cases, sheet = (reverse(name, args=[log.pk]) for name in ("historic-cases", "historic-ways-sheet"))
    return shown.way_list(request, shown.ways(log.findings), sheet=sheet, cases=cases)


def _waits(request: HttpRequest, log: HistoricLog) -> Listed:
    sheet = reverse("historic-waits-sheet", args=[log.pk])
    return shown.wait_list(request, shown.waits(log.findings), sheet=sheet)


def _logs(request: HttpRequest) -> Listed:
    asked = listing.asked(request, sort="-at")
    found = queries.historic_logs()
    if asked.text:
        found = found.filter(name__icontains=asked.text)
    late = pgettext("cases", "Late")
    columns = (
        column("log", _("Log"), attrgetter("name"), width=30, sort="log", lead=True),
        column("cases", _("Cases"), attrgetter("cases"), width=10, sort="cases", align="end", fit=True),
        column("events", _("Events"), attrgetter("events"), width=10, sort="events", align="end", fit=True),
        column("late", late, attrgetter("late"), width=10, sort="late", align="end", fit=True),
        column("first", _("From"), attrgetter("first_at"), sort="first", fit=True),
        column("at", _("Imported"), attrgetter("at"), sort="at", fit=True),
    )
    return Listed(
        "historic-logs",
        _("Imported logs"),
        listing.ordered(found, asked.sort, SORTS),
        columns,
        sheet=reverse("mining-logs-sheet"),
        sort=asked.sort,
    )
