"""Simulations of a promise: ask for one, see what came of it, compare those kept."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.errors import Refusal
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service.drafting.pages import add_problems
from lianqiao.service.drafting.queries import draft_of
from lianqiao.service.job_words import job_shown
from lianqiao.service.language import in_words, language, listed_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.mining_shown import days_words, for_leaders, hours_words
from lianqiao.service.pages.refusing import UNPROCESSABLE
from lianqiao.service.queries.historic_logs import historic_logs
from lianqiao.service.studio import charts
from lianqiao.service.studio.commands import simulations as commands
from lianqiao.service.studio.forms import SimulationForm
from lianqiao.service.studio.models import MechanismDraft, Simulation
from lianqiao.service.studio.pages.mechanism import context_of, found
from lianqiao.service.studio.queries import mechanisms, simulations
from lianqiao.service.studio.queries.drafts import checked_text
from lianqiao.service.studio.wording import problem_words

SORTS = {
    "name": "name", "version": "version", "staff": "staff", "kept": "kept_share", "needed": "needed",
    "at": "at",
}  # fmt: skip


@require_safe
@for_leaders
def simulations_list(request: HttpRequest, promise: str) -> HttpResponse:
    """Show every simulation of a promise with its key figures side by side."""
    context = context_of(request, found(request, promise), here="studio-simulations")
    return _simulations(request, promise).page(request, "studio/simulations.html", **context)


@require_safe
@for_leaders
def simulations_sheet(request: HttpRequest, promise: str) -> FileResponse:
    """Send the same list as a workbook."""
    return _simulations(request, promise).workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def simulate(request: HttpRequest, promise: str) -> HttpResponse:
    """Ask for a simulation of a version that is served."""
    one = found(request, promise)
    return _asking(request, one, mechanisms.text_of(one), back=reverse("studio-simulations", args=[promise]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def draft_simulate(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Ask for a simulation of a draft, as it is saved."""
    draft = draft_of(MechanismDraft, draft_id)
    checked = checked_text(draft.text)
    if checked.mechanism is None or not checked.passes:
        messages.error(request, _("It must pass the check before it is simulated"))
        return redirect("studio-draft", draft_id=draft.pk)
    return _asking(request, checked.mechanism, draft.text, back=reverse("studio-draft", args=[draft.pk]))


@require_safe
@for_leaders
def simulation(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Show what was asked and found, or how far it is."""
    one = simulations.simulation(simulation_id)
    mechanism = read(Mechanism, one.text, one.mechanism)
    job = job_shown(one.job) if one.job else None
    context = {
        "simulation": one,
        "title": in_words(mechanism.title),
        "job": job,
        "result": result_shown(one, mechanism) if one.found else None,
        "asked": asked_words(one, mechanism),
    }
    return render(request, "studio/simulation.html", context)


@require_POST
@for_leaders
def simulation_forgotten(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Remove a simulation from those kept."""
    one = simulations.simulation(simulation_id)
    commands.forget_simulation(one.pk, by=asking.person(request), now=asking.moment(request))
    messages.success(request, _("The simulation was removed"))
    return redirect("studio-simulations", promise=one.mechanism)


def simulation_row(one: Simulation) -> dict[str, Any]:
    """Return a simulation as lists show it: how often kept, how many people, where it queues."""
    kept = simulations.worst(one.found)
    staffing = (one.found or {}).get("staffing")
    staff = one.asked["staff"].values()
    return {
        "one": one,
        "name": one.name,
        "version": one.version,
        "at": one.at,
        "job": job_shown(one.job) if one.job and not one.found else None,
        "staff": sum(staff),
        "arrivals": one.asked["arrivals"] or _("learnt"),
        "kept": share_words(kept),
        "kept_share": kept["mean"],
        "interval": charts.interval(kept),
        "needed": staffing["people"] if staffing else None,
    }


def result_shown(one: Simulation, mechanism: Mechanism) -> dict[str, Any]:
    """Return what was found, in words and as charts."""
    assert one.found is not None
    found, staffing = one.found["found"], one.found.get("staffing")
    worst, duties = simulations.worst(one.found), organization.duty_titles(language())
    return {
        "cases": f"{found['cases']['mean']:.0f}" if found["cases"]["mean"] else "0",
        "days": days_words(found["case_days"]["mean"]) if found["case_days"]["mean"] is not None else "–",
        "p95": days_words(found["case_p95_days"]["mean"]) if found["case_p95_days"]["mean"] else "–",
        "worst_mean": "–" if worst["mean"] is None else f"{100 * worst['mean']:.1f}%",
        "worst_interval": _("the promise kept least often, with its confidence interval: %(share)s")
        % {"share": share_words(worst)},
        "too_few": max(map(int, staffing["tried"])) if staffing and not staffing["people"] else 0,
        "promises": _promises_shown(found, mechanism),
        "queues": _queues_shown(found, mechanism),
        "desks": [
            {
                "title": duties.get(duty, duty),
                "people": told["people"],
                "busy": share_words(told["utilisation"]),
            }
            for duty, told in found["desks"].items()
        ],
        "staffing": staffing,
        "staffing_duty": duties.get(staffing["duty"], staffing["duty"]) if staffing else "",
        "target": f"{100 * staffing['target']:g}" if staffing else "",
        "staff_chart": charts.staff_chart(staffing) if staffing else None,
        "assumed": [
            in_words(mechanism.steps[step].title)
            for step, told in one.found["durations"].items()
            if told["assumed"]
        ],
    }


def _promises_shown(found: dict[str, Any], mechanism: Mechanism) -> list[dict[str, Any]]:
    return [
        {
            "title": in_words(mechanism.clocks[name].title),
            "kept": share_words(told["kept"]),
            "interval": charts.interval(told["kept"]),
            "measured": mechanism.clocks[name].measured,
        }
        for name, told in found["promises"].items()
    ]


def _queues_shown(found: dict[str, Any], mechanism: Mechanism) -> list[dict[str, Any]]:
    """Return where work waited, the longest wait first."""
    queues = sorted(found["queues"].items(), key=lambda pair: -(pair[1]["wait_h"]["mean"] or 0))
    longest = charts.longest([told["wait_h"]["mean"] for _name, told in queues])
    return [
        {
            "title": in_words(mechanism.states[name].title),
            "wait": hours_words(told["wait_h"]["mean"]),
            "p95": hours_words(told["wait_p95_h"]["mean"]),
            "length": f"{told['length']['mean'] or 0:.1f}",
            "bar": round(120 * (told["wait_h"]["mean"] or 0) / longest),
        }
        for name, told in queues
    ]


def asked_words(one: Simulation, mechanism: Mechanism) -> list[dict[str, str]]:
    """Return what was asked, as pairs of words."""
    duties = organization.duty_titles(language())
    units = {"wd": _("a working day"), "nd": _("a natural day"), "h": _("an hour")}
    number, _slash, unit = one.asked["arrivals"].partition("/")
    learnt = one.asked["learn"]
    told = {
        pgettext("simulation", "People"): listed_words(
            f"{duties.get(duty, duty)} {n}" for duty, n in one.asked["staff"].items()
        ),
        _("Cases that come"): f"{number} {units.get(unit, unit)}" if number else _("learnt"),
        _("Office hours"): one.asked["hours"],
        _("Learn from"): _("our own cases") if learnt == commands.OWN else learnt,
        _("Measured"): _("%(days)s working days, %(times)s repetitions")
        % {"days": one.asked["days"], "times": one.asked["replications"]},
        _("Leave"): _("%(days)s working days a year each") % {"days": one.asked["leave_days"]},
    }
    times = {**one.asked["handling"], **one.asked["reactions"]}
    for step, text in times.items():
        if step in mechanism.steps:
            told[in_words(mechanism.steps[step].title)] = f"{text.partition(':')[2].partition(',')[0]} h"
    return [{"label": label, "value": value} for label, value in told.items() if value]


def share_words(estimate: dict[str, float | None]) -> str:
    """Return a share with its confidence interval: 98.2 % (97.5–98.9 %)."""
    mean, low, high = (estimate[name] for name in ("mean", "low", "high"))
    if mean is None:
        return "–"
    if low is None or high is None:
        return f"{100 * mean:.1f}%"
    return f"{100 * mean:.1f}% ({100 * max(0, low):.1f}–{100 * min(1, high):.1f}%)"


def _asking(request: HttpRequest, one: Mechanism, text: str, *, back: str) -> HttpResponse:
    now, person, pack = asking.moment(request), asking.person(request), packs.current()
    rate = simulations.arrivals_now(one, calendar=packs.calendar(now), now=now)
    form = SimulationForm(
        request.POST if request.method == "POST" else None,
        mechanism=one,
        people=simulations.people_now(one, at=now),
        duty_words=organization.duty_titles(language()),
        logs=[(log.name, log.name) for log in historic_logs()],
        initial={"name": _("As things are now"), "arrivals": f"{rate:g}", "hours": str(pack.district.hours)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.ask_simulation(
                text, form.question(), name=form.cleaned_data["name"], by=person, now=now
            )
        except Refusal as refusal:
            add_problems(form, refusal.problems, problem_words)
        else:
            return redirect("studio-simulation", simulation_id=made.pk)
    context = {"form": form, "promise": one, "title": in_words(one.title), "back": back}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "studio/simulate.html", context, status=status)


def _simulations(request: HttpRequest, promise: str) -> Listed:
    asked = listing.asked(request, sort="-at")
    found = simulations.simulations_of(promise)
    if asked.text:
        found = found.filter(name__icontains=asked.text)
    people, needed = pgettext("simulation", "People"), pgettext("people", "Needed")
    columns: tuple[Column[Any], ...] = (
        column("name", _("Simulation"), itemgetter("name"), width=24, sort="name", lead=True, fit=True),
        *_numbers("version", pgettext("promise", "Version")),
        *_numbers("staff", people),
        column("arrivals", pgettext("cases", "Coming"), itemgetter("arrivals"), fit=True),
        column("kept", _("Share kept"), itemgetter("kept_share"), sort="kept"),
        *_numbers("needed", needed),
        column("at", _("When"), itemgetter("at"), sort="at", fit=True),
    )
    return Listed(
        "studio-simulations",
        _("Simulations"),
        listing.in_order([simulation_row(one) for one in found], asked.sort, SORTS, default="-at"),
        columns,
        sheet=reverse("studio-simulations-sheet", args=[promise]),
        sort=asked.sort,
    )


def _numbers(key: str, label: str) -> tuple[Column[dict[str, Any]]]:
    return (column(key, label, itemgetter(key), width=12, sort=key, align="end", fit=True),)
