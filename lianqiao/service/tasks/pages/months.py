"""The months kept: how the list stood, as it was written then."""

from __future__ import annotations

import json
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.service.pages import listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.tasks import queries
from lianqiao.service.tasks.models import Snapshot
from lianqiao.service.tasks.pages.shown import (
    BADGES,
    GRAVITY,
    list_asked,
    list_tabs,
    require_officer,
    short_light_words,
)


@require_safe
@refusals_shown
def months(request: HttpRequest) -> HttpResponse:
    """Show the months kept, twelve at most, and whether their chain is intact."""
    require_officer(request)
    of = list_asked(request)
    rows = [_month(one) for one in queries.snapshots(of.id)] if of else []
    context = {
        "rows": rows,
        "tabs": list_tabs(request, of) if of else [],
        "intact": not queries.verify_tasks(),
        "columns": [
            {"key": "month", "label": _("Month"), "lead": True},
            *({"key": light, "label": words, "align": "end"} for light, words in short_light_words().items()),
            {"key": "hash", "label": _("Hash")},
        ],
    }
    return render(request, "tasks/months.html", context)


@require_safe
@refusals_shown
def month(request: HttpRequest, list_id: str, month: str) -> HttpResponse:
    """Show how the list stood when a month was over."""
    require_officer(request)
    found = queries.snapshot(list_id, month)
    asked, listed = _list(request, found)
    context: dict[str, Any] = {
        "month": found,
        "title": json.loads(found.body)["title"],
        "asked": asked,
        "lights": listing.options(list(short_light_words().items()), asked.chosen["light"]),
    }
    return listed.page(request, "tasks/month.html", **context)


@require_safe
@refusals_shown
def month_sheet(request: HttpRequest, list_id: str, month: str) -> FileResponse:
    """Send the month as a workbook."""
    require_officer(request)
    return _list(request, queries.snapshot(list_id, month))[1].workbook(request)


def _month(one: Any) -> dict[str, Any]:
    tasks = json.loads(one.body)["tasks"]
    counts = {light: sum(row["light"] == light for row in tasks) for light in short_light_words()}
    return {"list": one.list, "month": one.month, "hash": one.hash, "counts": counts}


def _list(request: HttpRequest, month: Snapshot) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="", light=GRAVITY)
    rows = _narrowed(json.loads(month.body)["tasks"], asked)
    words = short_light_words()
    value = (
        SheetColumn[Any](_("Reached so far"), lambda row: row["value"]),
        SheetColumn[Any](_("Target"), lambda row: row["target"]),
        SheetColumn[Any](_("Unit"), lambda row: row["of"]),
    )
    columns: tuple[Column[Any], ...] = (
        column("title", _("Task"), lambda row: row["title"], width=36, sort="title", lead=True),
        column("field", _("Field of reform"), lambda row: row["field"], width=26, sort="field"),
        column("owner", _("Owner"), _owner, width=26, sort="owner"),
        Column("value", _("Reached so far"), value, align="end"),
        column("milestones", _("Milestones"), lambda row: "{} / {}".format(*row["milestones"]), align="end"),
        column("light", _("Light"), lambda row: words[row["light"]], sort="light", fit=True),
    )
    sheet, title = reverse("task-month-sheet", args=[month.list, month.month]), _("Reform tasks")
    return asked, Listed(
        "task-month", f"{title} {month.month}", rows, columns, sheet, sort=asked.sort, row=_task
    )


def _narrowed(rows: list[dict[str, Any]], asked: listing.Asked) -> list[dict[str, Any]]:
    """Return the tasks asked for, in the order of the list where no other is."""
    light, text = asked.chosen["light"], asked.text.lower()
    found = [one for one in rows if not light or one["light"] == light]
    found = [one for one in found if text in f"{one['title']} {one['field']} {_owner(one)}".lower()]
    keys: dict[str, Any] = {
        "title": lambda one: one["title"],
        "field": lambda one: one["field"],
        "owner": _owner,
        "light": lambda one: GRAVITY.index(one["light"]),
    }
    key = keys.get(asked.sort.removeprefix("-"))
    return sorted(found, key=key, reverse=asked.sort.startswith("-")) if key else found


def _owner(row: dict[str, Any]) -> str:
    return f"{row['unit']} {row['owner']}"


def _task(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"badge": BADGES[row["light"]], "label": short_light_words()[row["light"]]}
