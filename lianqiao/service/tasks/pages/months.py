"""The months kept: how the list stood, as it was written then."""

from __future__ import annotations

import json
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianqiao.organization.lists import workbook
from lianqiao.organization.lists.columns import Column, column
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.tasks import queries
from lianqiao.service.tasks.pages.shown import (
    BADGES,
    list_asked,
    list_tabs,
    require_officer,
    short_light_words,
)


@require_safe
@refusals_shown
def months(request: HttpRequest) -> HttpResponse:
    """Show the months kept, and whether their chain is intact."""
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
    context = {
        "month": found,
        "title": json.loads(found.body)["title"],
        "rows": [row | {"badge": BADGES[row["light"]], "label": short_light_words()[row["light"]]}
                 for row in json.loads(found.body)["tasks"]],
        "columns": _columns(),
        "export": reverse("task-month-sheet", args=[list_id, month]),
    }  # fmt: skip
    return render(request, "tasks/month.html", context)


@require_safe
@refusals_shown
def month_sheet(request: HttpRequest, list_id: str, month: str) -> FileResponse:
    """Send the month as a workbook."""
    require_officer(request)
    rows = json.loads(queries.snapshot(list_id, month).body)["tasks"]
    words = short_light_words()
    columns: tuple[Column[Any], ...] = (
        column("title", _("Task"), lambda row: row["title"], width=36),
        column("field", _("Field of reform"), lambda row: row["field"], width=26),
        column("owner", _("Owner"), lambda row: f"{row['unit']} {row['owner']}", width=26),
        column("target", _("Target"), lambda row: row["target"]),
        column("value", _("Reached so far"), lambda row: row["value"]),
        column("of", _("Unit"), lambda row: row["of"]),
        column("light", _("Light"), lambda row: words[row["light"]]),
    )
    return workbook(_("Reform tasks"), columns, rows)


def _month(one: Any) -> dict[str, Any]:
    tasks = json.loads(one.body)["tasks"]
    counts = {light: sum(row["light"] == light for row in tasks) for light in short_light_words()}
    return {"list": one.list, "month": one.month, "hash": one.hash, "counts": counts}


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "title", "label": _("Task"), "lead": True},
        {"key": "field", "label": _("Field of reform")},
        {"key": "owner", "label": _("Owner")},
        {"key": "value", "label": _("Reached so far"), "align": "end"},
        {"key": "milestones", "label": _("Milestones"), "align": "end"},
        {"key": "light", "label": _("Light"), "fit": True},
    ]
