"""The shifts that come back every week: the list a leader keeps, and ending one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.lists import Column, Listed, SheetColumn, buttons, column
from lianqiao.organization.models import RotaPattern
from lianqiao.organization.wording import sentence
from lianqiao.service.duty.pages.leading import require_leader
from lianqiao.service.pages import asking, listing

SHOWN = ("name", "place", "days", "hours", "span", "action")


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Show the shifts planned to come back, from today on."""
    require_leader(request)
    asked, listed = _list(request)
    return listed.page(request, "duty/rota_patterns.html", asked=asked)


@require_safe
def patterns_sheet(request: HttpRequest) -> FileResponse:
    """Send the same as a workbook."""
    require_leader(request)
    return _list(request)[1].workbook(request)


@require_POST
def ending(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """End a pattern with yesterday: from today on its shifts are gone."""
    require_leader(request)
    now = asking.moment(request)
    try:
        yesterday = beijing(now).date() - timedelta(days=1)
        commands.end_shifts(pattern_id, last_day=yesterday, actor=asking.person(request), now=now)
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("From today on these shifts are no longer planned."))
    return redirect("rota-patterns")


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="")
    titles = queries.duty_titles(get_language() or "")
    hours = (
        SheetColumn[Any](_("Begins"), lambda row: row["begins"], 10),
        SheetColumn[Any](_("Ends"), lambda row: row["ends"], 10),
    )
    span = (
        SheetColumn[Any](_("First day"), lambda row: row["first"]),
        SheetColumn[Any](_("Last day"), lambda row: row["last"]),
    )
    who = (
        SheetColumn[Any](_("Who"), lambda row: row["name"]),
        SheetColumn[Any](_("Duty held"), lambda row: row["title"], 26),
    )
    columns: tuple[Column[Any], ...] = (
        Column("name", _("Who"), who, sort="name", lead=True),
        column("place", _("Window or place"), lambda row: row["place"], width=26, sort="place"),
        column("days", _("Weekdays"), lambda row: row["days"], width=26),
        Column("hours", _("Hours"), hours, sort="begins", fit=True),
        Column("span", _("From – until"), span, sort="first", fit=True),
        buttons("action", _("Action")),
    )
    today = beijing(asking.moment(request)).date()
    codes = [code for code, title in titles.items() if asked.text.lower() in title.lower()]
    found = queries.rota_series(since=today, text=asked.text, codes=codes, sort=asked.sort)
    sheet = reverse("rota-patterns-sheet")
    return asked, Listed(
        "rota-patterns", _("Shifts that come back"), found, columns, sheet, sort=asked.sort,
        row=lambda one: _row(one, titles), shown=SHOWN,
    )  # fmt: skip


def _row(one: RotaPattern, titles: dict[str, str]) -> dict[str, Any]:
    named = {"1": _("Mon"), "2": _("Tue"), "3": _("Wed"), "4": _("Thu"), "5": _("Fri"), "6": _("Sat"),
             "7": _("Sun")}  # fmt: skip
    days = " ".join(named[day] for day in one.weekdays)
    if one.every_weeks > 1:
        every = _("every %(n)s weeks") % {"n": one.every_weeks}
        days = f"{days} · {every}"
    return {
        "id": one.pk,
        "name": one.person.name,
        "title": titles.get(one.code, one.code),
        "place": one.place,
        "days": days,
        "begins": f"{one.begins:%H:%M}",
        "ends": f"{one.ends:%H:%M}",
        "first": one.first_day,
        "last": one.last_day,
    }
