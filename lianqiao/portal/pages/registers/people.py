"""Everyone with an account, for the office: entered, helped, given duties, closed."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_email, masked_name
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import PersonForm, ReasonForm
from lianqiao.organization.lists import Listed, column
from lianqiao.organization.models import Person
from lianqiao.organization.wording import sentence
from lianqiao.portal import staying
from lianqiao.portal.pages.registers.keeping import require_office
from lianqiao.service.assistance.pages.mandates import mandate_row
from lianqiao.service.pages import asking, listing

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show everyone; the names of people outside the zone are masked."""
    require_office(request)
    return _list(request).page(request, "portal/pages/registers/people.html")


@require_safe
def people_sheet(request: HttpRequest) -> FileResponse:
    """Send the same people as a workbook."""
    require_office(request)
    return _list(request).workbook(request)


@require_http_methods(METHODS)
def person_new(request: HttpRequest) -> HttpResponse:
    """Enter somebody who is to sign in."""
    require_office(request)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given, me = form.cleaned_data, asking.person(request)
        try:
            made = commands.register_person(**given, actor=me, now=asking.moment(request))
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The account is made. Give a duty where one is held."))
            return redirect("person", person_id=made.pk)
    context = {"form": form}
    return render(
        request, "portal/pages/registers/person_new.html", context, status=422 if form.errors else 200
    )


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person's account and duties."""
    require_office(request)
    one, now = _person(person_id), asking.moment(request)
    officer = queries.is_officer(one.pk, at=now)
    titles = queries.duty_titles(get_language() or "")
    context = {
        "one": one,
        "name": one.name if officer else masked_name(one.name),
        "email": one.email if officer else masked_email(one.email),
        "factor": queries.has_second_factor(one.pk),
        "sessions": len(queries.sessions_of(one.pk, at=now)),
        "firms": queries.memberships_of(one.pk, at=now),
        "duties": [
            {"id": held.pk, "title": titles.get(held.code, held.code), "unit": held.unit, "until": held.until,
             "deputy": held.deputy, "since": held.since}
            for held in queries.duties_held(one.pk, at=now)
        ],
        "columns": _duty_columns(),
        "mandates": [mandate_row(held, now) for held in queries.mandates_held(one.pk, at=now)],
        "mandate_columns": _mandate_columns(),
    }  # fmt: skip
    return render(request, "portal/pages/registers/person.html", context)


@require_http_methods(METHODS)
@staying.confirmed_lately
def closing(request: HttpRequest, person_id: int) -> HttpResponse:
    """Close the account of somebody who has left, after a second look."""
    require_office(request)
    one, form = _person(person_id), ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        me, now = asking.person(request), asking.moment(request)
        try:
            commands.deactivate_person(person_id, reason=form.cleaned_data["reason"], actor=me, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            commands.end_sessions(one, actor=me, now=now)
            messages.success(request, _("The account is closed; its work is with deputies and colleagues."))
            return redirect("people")
    context = {"form": form, "one": one}
    return render(request, "portal/pages/registers/closing.html", context, status=422 if form.errors else 200)


@require_POST
def factor_removal(request: HttpRequest, person_id: int) -> HttpResponse:
    """Remove the second factor of somebody who lost it."""
    require_office(request)
    try:
        commands.remove_second_factor(person_id, actor=asking.person(request), now=asking.moment(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("The second factor is removed; they are told by mail."))
    return redirect("person", person_id=person_id)


@require_POST
def sessions_ending(request: HttpRequest, person_id: int) -> HttpResponse:
    """End every session of a person, such as one whose telephone was stolen."""
    require_office(request)
    one = _person(person_id)
    commands.end_sessions(one, actor=asking.person(request), now=asking.moment(request))
    messages.success(request, _("They are signed out everywhere."))
    return redirect("person", person_id=person_id)


def _person(person_id: int) -> Person:
    found = queries.account(person_id)
    if found is None:
        raise Http404
    return found


def _list(request: HttpRequest) -> Listed:
    wanted = listing.asked(request, sort="")
    columns = (
        column("number", _("Number"), itemgetter("id"), width=10, align="end"),
        column("name", _("Full name"), itemgetter("name"), width=16, sort="name", lead=True),
        column("username", _("User name"), itemgetter("username"), width=24, sort="username"),
        column("officer", _("Part"), itemgetter("part"), width=12, sort="officer", fit=True),
        column("active", _("State"), itemgetter("label"), width=12, sort="active", fit=True),
    )
    return Listed(
        "people",
        _("People and duties"),
        queries.people(text=wanted.text, sort=wanted.sort, at=asking.moment(request)),
        columns,
        shown=("name", "username", "officer", "active"),
        sheet=reverse("people-sheet"),
        sort=wanted.sort,
        row=_row,
    )


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name if one.officer else masked_name(one.name),
        "username": one.username if one.officer else masked_email(one.username),
        "part": _("Officer") if one.officer else _("Outside"),
        "badge": "running" if one.is_active else "ended",
        "label": _("In use") if one.is_active else _("Account closed"),
    }


def _duty_columns() -> list[dict[str, Any]]:
    return [
        {"key": "duty", "label": _("Duty held"), "lead": True},
        {"key": "unit", "label": _("Unit")},
        {"key": "deputy", "label": _("Deputy (B)")},
        {"key": "since", "label": _("Since"), "fit": True},
        {"key": "until", "label": _("Until"), "fit": True},
        {"key": "action", "label": _("Action"), "hide": True},
    ]


def _mandate_columns() -> list[dict[str, Any]]:
    return [
        {"key": "firm", "label": _("Acts by mandate for"), "lead": True},
        {"key": "matters", "label": _("In which matters")},
        {"key": "until", "label": _("Until"), "fit": True},
        {"key": "action", "label": _("Action"), "hide": True},
    ]
