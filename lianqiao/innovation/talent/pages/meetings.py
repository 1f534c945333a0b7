"""Meetings of schools and firms, and the standard people are evaluated by."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.commands.records import require_talent_office
from lianqiao.innovation.talent.forms import MeetingForm
from lianqiao.innovation.talent.pages.asking import UNPROCESSABLE, Asked, refusals_as_statuses
from lianqiao.innovation.talent.wording import in_words, unit_words
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import (
    ROWS_READ_AT_ONCE,
    Column,
    Look,
    column,
    look_of,
    page_of,
    workbook,
)


@require_safe
def meetings(request: Asked) -> HttpResponse:
    """Show the meetings, and this year's sums."""
    _require_officer(request)
    look = _look(request)
    if look.opening:
        return redirect(look.opening)
    asked, today = request.GET, beijing(request.now).date()
    found = queries.meetings(text=asked.get("q", ""), sort=asked.get("sort", "-day"))
    context = {
        "page": page_of(request, found),
        "look": look,
        "export": reverse("meetings-sheet"),
        "year": today.year,
        "totals": queries.totals_of_meetings(since=today.replace(month=1, day=1), until=today),
        "office": queries.in_office(request.user.pk, at=request.now),
        "narrowed": bool(asked.get("q")),
    }
    return render(request, "talent/meetings.html", context)


@require_safe
def meetings_sheet(request: Asked) -> FileResponse:
    """Send the same meetings, all of them, as a workbook."""
    _require_officer(request)
    asked = request.GET
    found = queries.meetings(text=asked.get("q", ""), sort=asked.get("sort", "-day"))
    rows = found.iterator(chunk_size=ROWS_READ_AT_ONCE)
    return workbook(_("School and firm meetings"), _look(request).columns, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_as_statuses
def record(request: Asked) -> HttpResponseBase:
    """Show the form of a meeting, and record it."""
    require_talent_office(request.user, now=request.now)
    form = MeetingForm(request.POST or None, initial={"day": beijing(request.now).date()})
    if request.method == "POST" and form.is_valid():
        try:
            commands.record_meeting(**form.cleaned_data, by=request.user, now=request.now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The meeting is recorded."))
            return redirect("meetings")
    return render(
        request, "talent/meeting_new.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200
    )


@login_not_required
@require_safe
def standard(request: Asked) -> HttpResponse:
    """Show everyone by what people are evaluated: dimensions, weights, indicators, points."""
    found = packs.current().talent_standard
    if found is None:
        return render(request, "talent/standard.html", {"standard": None})
    dimensions = [
        {
            "title": in_words(one.title),
            "weight": one.weight,
            "full": one.full,
            "indicators": [
                {
                    "title": in_words(indicator.title),
                    "unit": unit_words(indicator, indicator.per),
                    "points": indicator.points,
                    "per": indicator.per,
                    "at_most": indicator.at_most,
                    "choices": [(in_words(each.title), each.points) for each in indicator.choices.values()],
                }
                for indicator in found.indicators.values()
                if indicator.dimension == name
            ],
        }
        for name, one in found.dimensions.items()
    ]
    return render(request, "talent/standard.html", {"standard": found, "dimensions": dimensions})


def _require_officer(request: Asked) -> None:
    if not organization.is_officer(request.user.pk, at=request.now):
        raise PermissionDenied(_("For people who hold a duty in the zone."))


def _look(request: Asked) -> Look:
    columns: tuple[Column[Any], ...] = (
        column("day", _("Day"), lambda row: row.day, sort="day", fit=True),
        column("title", _("What it was called"), lambda row: row.title, width=40, sort="title", lead=True),
        column("school", _("School"), lambda row: row.school, width=30, sort="school"),
        column("firms", _("Firms there"), lambda row: row.firms_count, sort="firms", align="end"),
        column("posts", _("Posts offered"), lambda row: row.posts, sort="posts", align="end"),
        column("people", _("People met"), lambda row: row.people, sort="people", align="end"),
        column("intents", _("Letters of intent"), lambda row: row.intents, sort="intents", align="end"),
    )
    return look_of(request, "meetings", columns, shown=[one.key for one in columns])
