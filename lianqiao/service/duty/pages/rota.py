"""The rota: a week on one page, planned, exchanged, taken along and read in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.engine.rota import Shift, standing
from lianqiao.organization import commands, queries
from lianqiao.organization.lists import workbook
from lianqiao.organization.lists.columns import Column, column
from lianqiao.service.duty.commands import ShiftsRead, read_shifts
from lianqiao.service.duty.forms import ExchangeForm, PatternForm, TableForm
from lianqiao.service.duty.pages.leading import leads, require_leader
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE

SHEET_DAYS = 31
METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Cell:
    """One shift in the week's table."""

    name: str
    hours: str
    changed: bool
    now: bool
    url: str


@require_safe
def rota(request: HttpRequest) -> HttpResponse:
    """Show one week: places down the side, days across, who stands now on top."""
    _require_officer(request)
    now = asking.moment(request)
    today = beijing(now).date()
    asked = _day(request.GET.get("week", "")) or today
    monday = asked - timedelta(days=asked.weekday())
    week = [monday + timedelta(days=at) for at in range(7)]
    calendar = packs.calendar(now)
    text = request.GET.get("q", "").strip().lower()[:100]
    found = _shifts(request, week[0], week[-1])
    context = {
        "days": [{"day": day, "worked": calendar.is_working_day(day), "today": day == today} for day in week],
        "rows": _table(request, [one for one in found if text in _words(one, found).lower()], week, found),
        "on_now": _on_now(request),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "q": text,
        "leader": leads(request),
        "export": f"{reverse('rota-sheet')}?from={monday.isoformat()}",
    }
    return render(request, "duty/rota.html", context)


@require_safe
def rota_sheet(request: HttpRequest) -> FileResponse:
    """Send a month of shifts as a workbook that can be read in again."""
    _require_officer(request)
    first = _day(request.GET.get("from", "")) or beijing(asking.moment(request)).date()
    found = _shifts(request, first, first + timedelta(days=SHEET_DAYS))
    names = queries.usernames({one.person_id for one in found})
    titles = queries.duty_titles("zh-hans")
    columns: tuple[Column[Shift], ...] = (
        # the headings are what `read_shifts` looks for, in every language
        column("day", "日期", lambda one: one.day.isoformat()),
        column("begins", "开始", lambda one: f"{one.begins:%H:%M}"),
        column("ends", "结束", lambda one: f"{one.ends:%H:%M}"),
        column("duty", "岗位", lambda one: titles.get(one.duty, one.duty), width=24),
        column("place", "窗口", lambda one: one.place, width=24),
        column("person", "用户名", lambda one: names.get(one.person_id, "")),
        column("name", "姓名", lambda one: found.names.get(one.person_id, "")),
    )
    return workbook(_("Rota"), columns, found)


def _week_of(day: date | None) -> str:
    """Return the address of the week a day is in, the present one without a day."""
    return reverse("rota") + (f"?week={day.isoformat()}" if day else "")


@require_http_methods(METHODS)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan somebody's shifts."""
    require_leader(request)
    now = asking.moment(request)
    form = PatternForm(
        request.POST if request.method == "POST" else None, posts=_posts(request), today=beijing(now).date()
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.plan_shifts(**form.asked, actor=asking.person(request), now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The shifts are planned."))
            return redirect(_week_of(form.cleaned_data["first_day"]))
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "duty/rota_new.html", {"form": form}, status=status)


@require_http_methods(METHODS)
def exchange(request: HttpRequest, pattern_id: int, day: str) -> HttpResponse:
    """Let somebody else stand on one day."""
    _require_officer(request)
    pattern, on = queries.rota_pattern(pattern_id), _day(day)
    if pattern is None or on is None:
        raise Http404
    me, now = asking.person(request), asking.moment(request)
    if me.pk != pattern.person_id:
        require_leader(request)
    people = [one for one in queries.people_holding(pattern.code, at=now) if one.pk != pattern.person_id]
    form = ExchangeForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            commands.exchange_shift(
                pattern_id, day=on, to_id=given["to"], reason=given["reason"], actor=me, now=now
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The shift is changed."))
            return redirect(_week_of(on))
    context = {
        "form": form,
        "pattern": pattern,
        "day": on,
        "title": _titles().get(pattern.code, pattern.code),
    }
    return render(request, "duty/rota_exchange.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(METHODS)
def read_in(request: HttpRequest) -> HttpResponse:
    """Read shifts from a table: all of it, or, with what is wrong in each row, none."""
    require_leader(request)
    post = request.method == "POST"
    form = TableForm(request.POST, request.FILES) if post else TableForm()
    if post and form.is_valid():
        try:
            done = _read(request, form.cleaned_data["file"])
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error("file", refusal_text(problem))
        else:
            words = ngettext(
                "%(count)s new shift was read in.", "%(count)s new shifts were read in.", done.new
            )
            messages.success(request, words % {"count": done.new})
            return redirect(_week_of(done.first))
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "duty/rota_import.html", {"form": form}, status=status)


def _read(request: HttpRequest, file: Any) -> ShiftsRead:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(file.name).suffix.lower()[:6]}"
        path.write_bytes(file.read())
        return read_shifts(path, name=file.name, actor=asking.person(request), now=asking.moment(request))


class _Found(list[Shift]):
    """Shifts, with the names of their people and the titles of their duties."""

    names: dict[int, str]
    titles: dict[str, str]


def _shifts(request: HttpRequest, first: date, last: date) -> _Found:
    calendar = packs.calendar(asking.moment(request))
    found = _Found(queries.rota_shifts(first=first, last=last, calendar=calendar))
    found.names = queries.names({one.person_id for one in found})
    found.titles = _titles()
    return found


def _table(
    request: HttpRequest, shifts: list[Shift], week: list[date], found: _Found
) -> list[dict[str, Any]]:
    me, now, leading = asking.person(request), asking.moment(request), leads(request)
    rows: dict[tuple[str, str], dict[date, list[Cell]]] = {}
    for one in shifts:
        may = one.ends > now and (leading or one.person_id == me.pk)
        cell = Cell(
            name=found.names.get(one.person_id, ""),
            hours=f"{one.begins:%H:%M}–{one.ends:%H:%M}",
            changed=one.changed,
            now=one.begins <= now < one.ends,
            url=reverse("rota-exchange", args=[one.pattern_id, one.day.isoformat()]) if may else "",
        )
        rows.setdefault((one.place, one.duty), {}).setdefault(one.day, []).append(cell)
    return [
        {"place": place or found.titles.get(duty, duty), "duty": found.titles.get(duty, "") if place else "",
         "cells": [(day, by_day.get(day, [])) for day in week]}
        for (place, duty), by_day in sorted(rows.items())
    ]  # fmt: skip


def _on_now(request: HttpRequest) -> list[dict[str, Any]]:
    """Return who stands now by the rota, by duty; where nobody does, who stands next."""
    now = asking.moment(request)
    today = beijing(now).date()
    found = _shifts(request, today - timedelta(days=1), today + timedelta(days=7))
    away = queries.on_leave(now)
    rows = []
    for code in sorted({one.duty for one in found}):
        mine = [one for one in found if one.duty == code]
        people = standing(mine, at=now)
        current = any(one.begins <= now < one.ends for one in mine)
        names = [(found.names.get(one, ""), one in away) for one in sorted(people)]
        if names:
            rows.append({"title": found.titles.get(code, code), "names": names, "current": current})
    return rows


def _words(one: Shift, found: _Found) -> str:
    return f"{found.names.get(one.person_id, '')} {one.place} {found.titles.get(one.duty, one.duty)}"


def _posts(request: HttpRequest) -> list[tuple[str, str]]:
    held = queries.duties_in_force(asking.moment(request))
    pairs, titles = {(one.person_id, one.code): one.person.name for one in held}, _titles()
    return [
        (f"{person} {code}", f"{titles.get(code, code)} · {name}")
        for (person, code), name in sorted(pairs.items(), key=lambda pair: (pair[0][1], pair[1]))
    ]


def _titles() -> dict[str, str]:
    return queries.duty_titles(get_language() or "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _require_officer(request: HttpRequest) -> None:
    if not queries.is_officer(asking.person(request).pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only people who hold a duty see the rota."))
