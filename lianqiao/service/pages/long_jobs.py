"""Long jobs a person asked for: the list, one with its progress, and the way to stop it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Job
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service import job_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown

# of how many jobs the list says how many are done before them
MOST_PLACED = 200
SORTS = {"about": "about", "asked": "asked_at", "started": "started_at", "ended": "ended_at"}


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what the person asked for, newest first."""
    wanted, listed = _list(request)
    states = [(state, job_words.state_words(state)) for state in job_words.STATES]
    options = listing.options(states, wanted.chosen["state"])
    return listed.page(request, "service/jobs.html", asked=wanted, states=options)


@require_safe
def jobs_sheet(request: HttpRequest) -> FileResponse:
    """Send the same jobs, all of them, as a workbook."""
    return _list(request)[1].workbook(request)


@require_safe
@refusals_shown
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show one job and how far it is; asked by htmx, only that part of the page."""
    return _shown(request, queries.job_for(job_id, asking.person(request), at=asking.moment(request)))


@require_POST
@refusals_shown
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a job; one that has ended meanwhile stays as it is."""
    now = asking.moment(request)
    asked = queries.job_for(job_id, asking.person(request), at=now)
    try:
        asked = commands.cancel_job(asked, now=now)
    except Refusal:
        asked.refresh_from_db()
    if getattr(request, "htmx", False):
        return _shown(request, asked)
    messages.info(request, _("It is stopped within seconds."))
    return HttpResponseRedirect(reverse("job", args=[asked.pk]))


def _shown(request: HttpRequest, asked: Job) -> HttpResponse:
    template = "service/parts/job.html" if getattr(request, "htmx", False) else "service/job.html"
    ahead = queries.ahead_of([asked], now=asking.moment(request))
    return render(request, template, {"job": job_words.job_shown(asked, ahead=ahead.get(asked.pk))})


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    wanted = listing.asked(request, sort="-asked", state=job_words.STATES)
    found = queries.jobs_of(asking.person(request).pk)
    ahead = queries.ahead_of(found.filter(state="waiting")[:MOST_PLACED], now=asking.moment(request))
    if wanted.text:
        found = found.filter(about__icontains=wanted.text)
    if state := wanted.chosen["state"]:
        found = found.filter(state=state)
    columns: tuple[Column[Any], ...] = (
        column("job", _("Kind of job"), lambda row: row.title, width=24, lead=True),
        column("about", _("About"), lambda row: row.about, width=40, sort="about"),
        column("state", pgettext("job", "State"), lambda row: row.state),
        column("reason", _("Why not"), lambda row: row.reason, width=40),
        column("asked", _("Asked for"), lambda row: row.job.asked_at, sort="asked", fit=True),
        column("started", _("Started"), lambda row: row.job.started_at, sort="started", fit=True),
        column("ended", _("When it ended"), lambda row: row.job.ended_at, sort="ended", fit=True),
    )
    return wanted, Listed(
        "jobs",
        _("My long jobs"),
        listing.ordered(found, wanted.sort, SORTS),
        columns,
        shown=("job", "about", "state", "asked", "ended"),
        sheet=reverse("jobs-sheet"),
        sort=wanted.sort,
        row=lambda one: job_words.job_shown(one, ahead=ahead.get(one.pk)),
    )
