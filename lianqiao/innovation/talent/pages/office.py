"""The talent office: records opened to it, their entries confirmed, evaluations made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_name
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.commands.records import require_talent_office
from lianqiao.innovation.talent.models import Talent
from lianqiao.innovation.talent.pages.asking import Asked, refusals_as_statuses, say
from lianqiao.innovation.talent.pages.own import entry_columns
from lianqiao.innovation.talent.pages.shown import entry_shown, evaluation_shown
from lianqiao.innovation.talent.wording import points
from lianqiao.organization.lists import (
    ROWS_READ_AT_ONCE,
    Column,
    Look,
    column,
    look_of,
    page_of,
    workbook,
)

WAITING = "waiting"
SHOWN = ("name", "post", "field", "firm", "score", "waits")


@require_safe
@refusals_as_statuses
def talents(request: Asked) -> HttpResponseBase:
    """Show the records opened for evaluation."""
    require_talent_office(request.user, now=request.now)
    look = _look(request)
    if look.opening:
        return redirect(look.opening)
    state = request.GET.get("state", "")
    context = {
        "page": page_of(request, _found(request)),
        "look": look,
        "export": reverse("talents-sheet"),
        "state": state,
        "narrowed": bool(request.GET.get("q") or state),
    }
    return render(request, "talent/talents.html", context)


@require_safe
@refusals_as_statuses
def talents_sheet(request: Asked) -> FileResponse:
    """Send the same records, all of them, as a workbook; names stay masked."""
    require_talent_office(request.user, now=request.now)
    found = _found(request).iterator(chunk_size=ROWS_READ_AT_ONCE)
    return workbook(_("Talents"), _look(request).columns, found)


@require_safe
@refusals_as_statuses
def talent(request: Asked, talent_id: int) -> HttpResponseBase:
    """Show one record to the office: its score, its entries, how it was evaluated."""
    require_talent_office(request.user, now=request.now)
    found = queries.talent(talent_id, purpose="evaluation")
    context = {
        "talent": found,
        "own": found.person_id == request.user.pk,
        "evaluation": evaluation_shown(queries.evaluation_of(found)),
        "entries": [entry_shown(one) for one in queries.achievements_of(found)],
        "entry_columns": entry_columns(deciding=True),
        "appraisals": [
            {"at": one.at, "by": one.by.name, "points": points(one.hundredths), "version": one.version}
            for one in queries.appraisals_of(found)
        ],
    }
    return render(request, "talent/talent.html", context)


@require_POST
@refusals_as_statuses
def decision(request: Asked, talent_id: int, achievement_id: int) -> HttpResponseBase:
    """Confirm an entry, or say why not; what was typed stays where it is refused."""
    require_talent_office(request.user, now=request.now)
    reason = request.POST.get("reason", "")
    try:
        commands.decide_achievement(
            achievement_id,
            confirm=bool(request.POST.get("confirm")),
            reason=reason,
            actor=request.user,
            now=request.now,
        )
    except Refusal as refusal:
        say(request, refusal)
    return redirect("talent-shown", talent_id=talent_id)


@require_POST
@refusals_as_statuses
def appraisal(request: Asked, talent_id: int) -> HttpResponseBase:
    """Evaluate a record."""
    require_talent_office(request.user, now=request.now)
    found = queries.talent(talent_id, purpose="evaluation")
    made = commands.appraise(found, actor=request.user, now=request.now)
    messages.success(request, _("Evaluated: %(points)s of 100 points.") % {"points": points(made.hundredths)})
    return redirect("talent-shown", talent_id=talent_id)


def _found(request: Asked) -> QuerySet[Talent]:
    asked = request.GET
    return queries.talents(
        text=asked.get("q", ""), sort=asked.get("sort", "-score"), waiting=asked.get("state") == WAITING
    )


def _look(request: Asked) -> Look:
    waits = {True: _("Yes"), False: _("No")}
    columns: tuple[Column[Any], ...] = (
        column("name", _("Name of the person"), lambda row: masked_name(row.person.name), lead=True),
        column("post", _("Post"), lambda row: row.post, width=26, sort="post"),
        column("field", _("Field of work"), lambda row: row.field, width=26, sort="field"),
        column("firm", _("Employer"), lambda row: row.firm.name if row.firm else "", width=36, sort="firm"),
        column(
            "score",
            _("Points"),
            lambda row: points(row.score) if row.score is not None else "",
            sort="score",
            align="end",
        ),
        column("waits", _("Entries to confirm"), lambda row: waits[row.waits]),
    )
    return look_of(request, "talents", columns, shown=SHOWN)
