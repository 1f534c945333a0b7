"""Bundles under way: the list, and one with its cases, its critical path and when all of it is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import queries as bridge
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.service.bundles.commands import runs as commands
from lianqiao.service.bundles.models import Run
from lianqiao.service.bundles.pages import shown
from lianqiao.service.bundles.queries import runs as queries
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

SHOWN = ("title", "bundle", "firm", "done", "due", "started")


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Show the bundles under way the reader may see."""
    asked, look = _asked(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    page = listing.page_of(request, _found(request, asked))
    now = asking.moment(request)
    context = {
        "page": page,
        "rows": [_row(run, now) for run in page],
        "look": look,
        "asked": asked,
        "export": reverse("bundle-runs-sheet"),
    }
    return render(request, "bundles/runs.html", context)


@require_safe
def runs_sheet(request: HttpRequest) -> FileResponse:
    """Send the same, all of them, as a workbook."""
    now = asking.moment(request)
    found = _found(request, _asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Under way"), _look(request).columns, (_row(run, now) for run in found))


@require_safe
@refusals_shown
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one bundle under way: every case, what the whole waits for, when all of it is due."""
    return _page(request, run_id)


@require_POST
@refusals_shown
def linking(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    """Keep a case filed by hand as a matter's."""
    person, now = asking.person(request), asking.moment(request)
    one = queries.run_for(run_id, person, at=now)
    try:
        commands.link_case(one, name, request.POST.get("number", ""), by=person, now=now)
    except Refusal as refusal:
        if refusal.code != "needs-wrong":
            raise
        return _page(request, run_id, wrong=(name, refusal_text(refusal.problems[0])))
    messages.success(request, _("The case belongs to this bundle now."))
    return redirect("bundle-run", run_id=one.pk)


@require_POST
@refusals_shown
def calling_off(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    """Call off a matter that still waits."""
    person, now = asking.person(request), asking.moment(request)
    one = queries.run_for(run_id, person, at=now)
    commands.call_off(one, name, by=person, now=now)
    messages.success(request, _("Called off. Nothing waits for it any more."))
    return redirect("bundle-run", run_id=one.pk)


def _page(request: HttpRequest, run_id: int, *, wrong: tuple[str, str] = ("", "")) -> HttpResponse:
    person, now = asking.person(request), asking.moment(request)
    one = queries.run_for(run_id, person, at=now)
    own = organization.acts_for(person.pk, one.firm_id, at=now)
    plan = queries.plan(one, now=now)
    matters = shown.matters_shown(one, plan, own=own, now=now)
    context = {
        "run": one,
        "title": shown.bundle_title(one),
        "matters": matters,
        "seen": {matter.name for matter in matters if matter.case and _may_open(request, matter.case.number)},
        "plan": plan,
        "critical": [matter.title for matter in matters if matter.critical],
        "answers": shown.answers_shown(one),
        "done": sum(matter.state == queries.WELL for matter in matters),
        "wrong": wrong,
        "now_x": _now_x(plan, now),
    }
    return render(request, "bundles/run.html", context, status=UNPROCESSABLE if wrong[0] else 200)


def _now_x(plan: queries.Plan, now: datetime) -> int:
    """Return where now is on the line of time, in thousandths; -1 where all is over."""
    if plan.due is None:
        return -1
    end = max([now, *(one.ends for one in plan.matters)])
    return round(shown.WIDTH * (now - plan.begins) / (end - plan.begins)) if end > plan.begins else 0


def _may_open(request: HttpRequest, number: str) -> bool:
    try:
        bridge.case_for(number, asking.person(request), at=asking.moment(request))
    except Refusal:
        return False
    return True


def _row(one: Run, now: datetime) -> dict[str, Any]:
    matters = list(one.matters.all())
    return {
        "pk": one.pk,
        "title": one.title,
        "bundle": shown.bundle_title(one),
        "firm": one.firm.name,
        "done": f"{sum(matter.state == queries.WELL for matter in matters)}/{len(matters)}",
        "due": queries.plan(one, now=now).due,
        "started": one.started_at,
        "ended": one.ended_at,
        "example": one.example,
    }


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="-started")


def _found(request: HttpRequest, asked: listing.Asked) -> Any:
    person, now = asking.person(request), asking.moment(request)
    return queries.seen_by(person, at=now, text=asked.text, sort=asked.sort)


def _look(request: HttpRequest) -> Look:
    columns: tuple[Column[Any], ...] = (
        column(
            "title", _("What it is called here"), lambda row: row["title"], width=40, sort="title", lead=True
        ),
        column("bundle", _("One matter"), lambda row: row["bundle"], width=28, sort="bundle"),
        column("firm", _("Firm"), lambda row: row["firm"], width=36, sort="firm"),
        column("done", _("Matters done"), lambda row: row["done"], align="end"),
        column("due", _("All due"), lambda row: row["due"], fit=True),
        column("started", _("Begun"), lambda row: row["started"], sort="started", fit=True),
        column("ended", _("Ended"), lambda row: row["ended"], fit=True),
    )
    return look_of(request, "bundle-runs", columns, shown=SHOWN)
