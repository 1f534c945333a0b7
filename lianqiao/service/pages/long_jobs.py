"""Long jobs a person asked for: the list, one with its progress, and the way to stop it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Job
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists.spreadsheets import Value, spreadsheet
from lianqiao.service import job_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown

SORTS = {"about": "about", "asked": "asked_at", "ended": "ended_at"}


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what the person asked for, newest first."""
    wanted, found = _found(request)
    page = listing.page_of(request, found)
    page.object_list = [job_words.job_shown(job) for job in page.object_list]  # type: ignore[misc]
    states = [(state, job_words.state_words(state)) for state in job_words.STATES]
    context = {
        "page": page,
        "asked": wanted,
        "columns": _columns(),
        "states": listing.options(states, wanted.chosen["state"]),
        "export": reverse("jobs-sheet"),
    }
    return render(request, "service/jobs.html", context)


@require_safe
def jobs_sheet(request: HttpRequest) -> FileResponse:
    """Send the same jobs, all of them, as a workbook."""
    heads = [(column["label"], 24) for column in _columns()]
    return spreadsheet(_("My long jobs"), columns=heads, rows=_rows(_found(request)[1]))


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
    return render(request, template, {"job": job_words.job_shown(asked)})


def _found(request: HttpRequest) -> tuple[listing.Asked, QuerySet[Job]]:
    wanted = listing.asked(request, sort="-asked", state=job_words.STATES)
    found = queries.jobs_of(asking.person(request).pk)
    if wanted.text:
        found = found.filter(about__icontains=wanted.text)
    if state := wanted.chosen["state"]:
        found = found.filter(state=state)
    if column := SORTS.get(wanted.sort.removeprefix("-")):
        key = F(column)
        down = wanted.sort.startswith("-")
        found = found.order_by(key.desc(nulls_last=True) if down else key.asc(nulls_last=True), "-pk")
    return wanted, found


def _columns() -> list[dict[str, Any]]:
    words = {
        "job": _("What"),
        "about": _("About"),
        "state": pgettext("job", "State"),
        "asked": _("Asked for"),
        "ended": _("When it ended"),
    }
    return [
        {"key": key, "label": label, "sort": key in SORTS, "fit": key in ("asked", "ended")}
        for key, label in words.items()
    ]


def _rows(found: QuerySet[Job]) -> Iterator[list[Value]]:
    for one in found.iterator(chunk_size=listing.ROWS_READ_AT_ONCE):
        shown = job_words.job_shown(one)
        yield [shown.title, shown.about, shown.state, one.asked_at, one.ended_at]
