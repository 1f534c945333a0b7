"""The wall chart (作战图) and the tasks as a list; a year may have several lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.organization.lists import look_of, workbook
from lianqiao.organization.lists.columns import Column, column
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.tasks import queries
from lianqiao.service.tasks.pages.shown import (
    GRAVITY,
    TaskShown,
    light_words,
    list_asked,
    list_tabs,
    list_words,
    require_officer,
    short_light_words,
    tally,
    task_shown,
    today,
)


@require_safe
@refusals_shown
def chart(request: HttpRequest) -> HttpResponse:
    """Show the wall chart: a column a field, a card a task, lights and lengths; printable on A3."""
    require_officer(request)
    of, on = list_asked(request), today(request)
    if of is None:
        return render(request, "tasks/none.html")
    seen = queries.tasks_seen(of, now=asking.moment(request))
    shown = [task_shown(one, on=on) for one in seen]
    context = {
        "list": of.id,
        "title": list_words(of),
        "tabs": list_tabs(request, of),
        "on": on,
        "columns": [
            {"title": in_words(part.title), "tasks": [one for one in shown if one.field == key]}
            for key, part in of.fields.items()
        ],
        "tally": [(light, light_words()[light], count) for light, count in tally(seen).items()],
        "count": len(seen),
    }
    return render(request, "tasks/chart.html", context)


@require_safe
@refusals_shown
def tasks(request: HttpRequest) -> HttpResponse:
    """Show the tasks as a list."""
    require_officer(request)
    of = list_asked(request)
    if of is None:
        return render(request, "tasks/none.html")
    look = look_of(request, "tasks", _columns(), shown=[one.key for one in _columns()])
    if look.opening:
        return redirect(look.opening)
    asked = _asked(request)
    every = _shown(request)
    context = {
        "list": of.id,
        "title": list_words(of),
        "tabs": list_tabs(request, of),
        "page": listing.page_of(request, _narrowed(every, asked)),
        "look": look,
        "asked": asked,
        "lights": listing.options(list(short_light_words().items()), asked.chosen["light"]),
        "export": reverse("tasks-sheet"),
        "basis": [(in_words(one.title), one.source) for one in of.basis],
        "rule": of.lights,
        "counts": [
            (light, short_light_words()[light], sum(one.standing.light == light for one in every))
            for light in GRAVITY
        ],
    }
    return render(request, "tasks/tasks.html", context)


@require_safe
@refusals_shown
def tasks_sheet(request: HttpRequest) -> FileResponse:
    """Send the tasks as a workbook."""
    require_officer(request)
    look = look_of(request, "tasks", _columns(), shown=[one.key for one in _columns()])
    return workbook(_("Reform tasks"), look.columns, _narrowed(_shown(request), _asked(request)))


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="", light=GRAVITY)


def _shown(request: HttpRequest) -> list[TaskShown]:
    of, now, on = list_asked(request), asking.moment(request), today(request)
    return [task_shown(one, on=on) for one in queries.tasks_seen(of, now=now)] if of else []


def _narrowed(rows: list[TaskShown], asked: listing.Asked) -> list[TaskShown]:
    light, text = asked.chosen["light"], asked.text.lower()
    found = [one for one in rows if not light or one.standing.light == light]
    found = [one for one in found if text in f"{one.title} {one.unit} {one.owner} {one.field_title}".lower()]
    keys: dict[str, Any] = {
        "title": lambda one: one.title,
        "field": lambda one: one.field_title,
        "owner": lambda one: one.owner,
        "progress": lambda one: one.standing.progress_percent,
        "due": lambda one: one.due,
        "light": lambda one: GRAVITY.index(one.standing.light),
    }
    key = keys.get(asked.sort.removeprefix("-"))
    return sorted(found, key=key, reverse=asked.sort.startswith("-")) if key else found


def _columns() -> Sequence[Column[TaskShown]]:
    return (
        column("title", _("Task"), lambda row: row.title, width=36, sort="title", lead=True),
        column("field", _("Field of reform"), lambda row: row.field_title, width=26, sort="field"),
        column("target", _("Target"), lambda row: row.target, width=30),
        column("owner", _("Owner"), lambda row: f"{row.unit} {row.owner}", width=26, sort="owner"),
        column(
            "progress", _("Reached"), lambda row: row.standing.progress_percent, sort="progress", align="end"
        ),
        column("time", _("Time gone"), lambda row: row.standing.time_percent, align="end"),
        column("due", _("Due"), lambda row: row.due, sort="due", fit=True),
        column("light", _("Light"), lambda row: row.label, sort="light", fit=True),
    )
