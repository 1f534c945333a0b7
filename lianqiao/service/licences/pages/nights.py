"""The nights: every run over the register, and what came of it."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.service.licences.commands.nights import ask_night
from lianqiao.service.licences.models import Night
from lianqiao.service.licences.pages.keeping import keeper
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.wording import standing_words
from lianqiao.service.pages import asking, listing


@require_safe
def licence_nights(request: HttpRequest) -> HttpResponse:
    """Show every run over the register, and what came of it."""
    keeper(request)
    asked, listed = _list(request)
    runs = listing.options(list(_run_words().items()), asked.chosen["how"])
    return listed.page(request, "licences/nights.html", asked=asked, runs=runs)


@require_safe
def licence_nights_sheet(request: HttpRequest) -> FileResponse:
    """Send every run as a workbook."""
    keeper(request)
    return _list(request)[1].workbook(request)


@require_POST
def licence_night_ask(request: HttpRequest) -> HttpResponse:
    """Run over the register now, as a long job."""
    person = keeper(request)
    job = ask_night(by=person, now=asking.moment(request))
    return redirect("job", job_id=job.pk)


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="-asked_at", how=queries.RUNS)
    day = (
        SheetColumn[Any](_("Night of"), attrgetter("day")),
        SheetColumn[Any](_("Who asked for it"), _who, 20),
    )
    opened = (
        SheetColumn[Any](_("Passed on"), attrgetter("opened"), 10),
        SheetColumn[Any](_("Wait for somebody with the duty"), attrgetter("unassigned"), 10),
    )
    words = {
        "registered": _("Licences in force"),
        "near": _("Near their end"),
        "renewed": standing_words("renewed"),
        "missing": standing_words("missing"),
        "failed": standing_words("failed"),
        "opened": _("Passed on"),
        "lapsed": standing_words("lapsed"),
    }
    figures = (
        Column(key, words[key], opened, sort=key, align="end")
        if key == "opened"
        else column(key, words[key], attrgetter(key), width=10, sort=key, align="end")
        for key in queries.FIGURES
    )
    columns: tuple[Column[Any], ...] = (
        Column("day", _("Night of"), day, sort="asked_at", lead=True),
        *figures,
        column("took", _("Took (ms)"), _took, sort="took_ms", align="end", fit=True),
    )
    found = queries.nights(text=asked.text, how=asked.chosen["how"], sort=asked.sort)
    sheet = reverse("licence-nights-sheet")
    return asked, Listed("licence-nights", _("Nights"), found, columns, sheet, sort=asked.sort)


def _who(night: Night) -> str:
    if night.scheduled:
        return ""
    return night.by.name if night.by else _("by command")


def _took(night: Night) -> int | None:
    return night.took_ms if night.ended_at else None


def _run_words() -> dict[str, str]:
    return {"scheduled": _("By itself at night"), "asked": _("Started by somebody")}
