"""The pages “Leave and duty” and “Who is on duty”, for officers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import KINDS, LeaveForm
from lianqiao.organization.lists import Column, Look, column, look_of, page_of, workbook
from lianqiao.organization.models import Duty, Leave, Person
from lianqiao.organization.wording import sentence

_MOMENT = timedelta(microseconds=1)


class Asked(HttpRequest):
    """A request as it reaches a page of this room: signed in, and with its time."""

    user: Person
    now: datetime


def leave(request: Asked) -> HttpResponse:
    """Show one's duties and leaves; file a leave for oneself."""
    _require_officer(request)
    return _leave_page(request, request.user)


def leave_of(request: Asked, person_id: int) -> HttpResponse:
    """Show the duties and leaves of another officer and file one for them; leaders and the office only."""
    if person_id == request.user.pk:
        return redirect("leave")
    if not queries.may_file_for_others(request.user.pk, at=request.now):
        raise PermissionDenied
    person = queries.person(person_id)
    if person is None or not queries.is_officer(person_id, at=request.now):
        raise Http404
    return _leave_page(request, person)


@require_POST
def cancellation(request: Asked, leave_id: int) -> HttpResponse:
    """Call a leave off and go back to the page of the person it was for."""
    _require_officer(request)
    try:
        cancelled = commands.cancel_leave(leave_id, actor=request.user, now=request.now)
    except Refusal as refusal:
        for problem in refusal.problems:
            messages.error(request, sentence(problem))
        return redirect("leave")
    messages.success(request, gettext("The leave is cancelled."))
    return _page_of(cancelled.person_id, request.user)


@require_safe
def duty(request: Asked) -> HttpResponse:
    """Show every duty with A and B, who is present and who stands in."""
    _require_officer(request)
    look = _duty_look(request)
    if look.opening:
        return redirect(look.opening)
    page = page_of(request, _duties(request))
    context = {
        "page": page,
        "look": look,
        "rows": _duty_rows(page, now=request.now),
        "state": request.GET.get("state", ""),
        "leader": queries.may_file_for_others(request.user.pk, at=request.now),
        "export": reverse("duty-sheet"),
    }
    return render(request, "organization/duty.html", context)


@require_safe
def duty_sheet(request: Asked) -> FileResponse:
    """Send the same duties, all of them, as a workbook."""
    _require_officer(request)
    rows = _duty_rows(list(_duties(request)), now=request.now)
    return workbook(gettext("Duties"), _duty_look(request).columns, rows)


def _duties(request: Asked) -> QuerySet[Duty]:
    asked = request.GET
    text, sort, absent = asked.get("q", "").strip(), asked.get("sort", ""), asked.get("state") == "absent"
    return queries.duties_in_force(request.now, text=text, sort=sort, absent=absent)


def _leave_page(request: Asked, person: Person) -> HttpResponse:
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        colleagues=queries.colleagues(person.pk, at=request.now),
        today=localdate(request.now),
    )
    if request.method == "POST" and form.is_valid() and _filed(request, person, form):
        return _page_of(person.pk, request.user)
    context = _person_context(person, now=request.now) | {
        "form": form,
        "person": person,
        "own": person.pk == request.user.pk,
    }
    return render(request, "organization/leave.html", context, status=422 if form.errors else 200)


def _filed(request: Asked, person: Person, form: LeaveForm) -> bool:
    """File what the form asks for; on a refusal show it in the form and return False."""
    begin, end = form.span
    try:
        commands.file_leave(
            person.pk,
            begin=begin,
            end=end,
            kind=form.cleaned_data["kind"],
            stand_in_id=form.cleaned_data["stand_in"],
            actor=request.user,
            now=request.now,
        )
    except Refusal as refusal:
        form.show(refusal)
        return False
    span = {"begin": _shown(begin), "end": _shown(end - _MOMENT)}
    messages.success(request, gettext("The leave from %(begin)s to %(end)s is filed.") % span)
    for other in queries.stand_in_promises(person.pk, begin=begin, end=end):
        messages.warning(request, _broken_promise(other))
    return True


def _broken_promise(other: Leave) -> str:
    words = gettext(
        "%(name)s counted on this stand-in from %(begin)s to %(end)s; the work then goes to the next in line."
    )
    return words % {
        "name": other.person.name,
        "begin": _shown(other.begin),
        "end": _shown(other.end - _MOMENT),
    }


def _person_context(person: Person, *, now: datetime) -> dict[str, Any]:
    language = get_language() or ""
    titles = queries.duty_titles(language)
    others = queries.work_of_others(person.pk, at=now)
    ends = queries.away_until([person.pk, *(one for one, _ in others)], at=now)
    names = queries.names(person_id for person_id, _ in others)
    return {
        "duties": [_duty_words(one, titles, language) for one in queries.duties_held(person.pk, at=now)],
        "others": [
            {
                "name": names[one],
                "title": titles.get(code, code),
                "until": localdate(ends[one] - _MOMENT) if one in ends else None,
            }
            for one, code in others
        ],
        "away": localdate(ends[person.pk] - _MOMENT) if person.pk in ends else None,
        "leave_columns": _leave_columns(),
        "leaves": [_leave_words(one, now=now) for one in queries.leaves_of(person.pk)],
    }


def _duty_words(held: Duty, titles: dict[str, str], language: str) -> dict[str, Any]:
    unit = held.unit
    return {
        "title": titles.get(held.code, held.code),
        "unit": "" if unit is None else (unit.name_en if language == "en" and unit.name_en else unit.name),
        "deputy": held.deputy.name if held.deputy else "",
    }


def _leave_words(filed: Leave, *, now: datetime) -> dict[str, Any]:
    cancelled = filed.cancelled_at is not None
    if cancelled:
        state, label = "ended", gettext("Cancelled")
    elif filed.end <= now:
        state, label = "ended", gettext("Past")
    elif filed.begin <= now:
        state, label = "running", gettext("Away now")
    else:
        state, label = "waiting", gettext("To come")
    return {
        "id": filed.pk,
        "first_day": localdate(filed.begin),
        "last_day": localdate(filed.end - _MOMENT),
        "kind": KINDS.get(filed.kind, filed.kind),
        "stand_in": filed.stand_in.name if filed.stand_in else "",
        "state": state,
        "label": label,
        "open": state != "ended",
    }


def _leave_columns() -> list[dict[str, Any]]:
    return [
        {"key": "days", "label": gettext("Days")},
        {"key": "kind", "label": gettext("Kind"), "align": "fit"},
        {"key": "stand_in", "label": gettext("Who stands in")},
        {"key": "state", "label": gettext("State"), "align": "fit"},
        {"key": "action", "label": gettext("Action"), "align": "fit", "hide": True},
    ]


def _duty_look(request: Asked) -> Look:
    presence = {True: gettext("Absent"), False: gettext("Present")}
    columns: tuple[Column[dict[str, Any]], ...] = (
        column("duty", gettext("Duty held"), lambda row: row["title"], width=26, sort="duty"),
        column("person", gettext("Officer (A)"), lambda row: row["person"].name, sort="person", lead=True),
        column("absent", gettext("Presence"), lambda row: presence[row["absent"]], width=10, sort="absent"),
        column("until", gettext("Away until"), lambda row: row["until"], width=12, fit=True),
        column("deputy", gettext("Deputy (B)"), lambda row: row["deputy"], sort="deputy"),
        column("holder", gettext("Has the work now"), lambda row: row["holder"]),
        column("unit", gettext("Unit"), lambda row: row["unit"], width=30, sort="unit"),
    )
    return look_of(request, "duty", columns, shown=[one.key for one in columns])


def _duty_rows(page: Collection[Any], *, now: datetime) -> list[dict[str, Any]]:
    language = get_language() or ""
    titles = queries.duty_titles(language)
    away = [(one.person_id, one.code) for one in page if one.absent]
    holders = queries.holders_at(away, at=now)
    names = queries.names(holders.values())
    ends = queries.away_until([one.person_id for one in page if one.absent], at=now)
    rows = []
    for one in page:
        holder_id = holders.get((one.person_id, one.code), one.person_id)
        rows.append(
            _duty_words(one, titles, language)
            | {
                "person": one.person,
                "absent": one.absent,
                "until": localdate(ends[one.person_id] - _MOMENT) if one.person_id in ends else None,
                "holder": names.get(holder_id, one.person.name),
            }
        )
    return rows


def _require_officer(request: Asked) -> None:
    if not queries.is_officer(request.user.pk, at=request.now):
        raise PermissionDenied


def _page_of(person_id: int, reader: Person) -> HttpResponseRedirect:
    return redirect("leave") if person_id == reader.pk else redirect("leave-of", person_id=person_id)


def _shown(moment: datetime) -> str:
    return date_format(localdate(moment), "SHORT_DATE_FORMAT")
