"""Duties given, ended and handed over, for the office."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianqiao.bridge import commands as bridge
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import DutyForm, HandOverForm, ReasonForm
from lianqiao.organization.models import Duty
from lianqiao.portal.pages.registers.keeping import require_office
from lianqiao.service.pages import asking

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def duty_new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give a person a duty."""
    require_office(request)
    now, one = asking.moment(request), queries.person(person_id)
    if one is None:
        raise Http404
    form = DutyForm(
        request.POST if request.method == "POST" else None,
        titles=queries.duty_titles(get_language() or ""),
        units=queries.units(),
        people=queries.colleagues(person_id, at=now),
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.give_duty(person_id, **form.asked, actor=asking.person(request), now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The duty is given; it holds from now on."))
            return redirect("person", person_id=person_id)
    context = {"form": form, "one": one}
    return render(
        request, "portal/pages/registers/duty_new.html", context, status=422 if form.errors else 200
    )


@require_http_methods(METHODS)
def duty_ending(request: HttpRequest, duty_id: int) -> HttpResponse:
    """End a duty; its open work goes to colleagues."""
    require_office(request)
    held, form = _duty(duty_id), ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason, me = form.cleaned_data["reason"], asking.person(request)
        try:
            commands.end_duty(duty_id, reason=reason, actor=me, now=asking.moment(request))
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("The duty has ended; its open work is with colleagues."))
            return redirect("person", person_id=held.person_id)
    context = {"form": form, "held": held, "title": _title(held)}
    return render(
        request, "portal/pages/registers/duty_ending.html", context, status=422 if form.errors else 200
    )


@require_http_methods(METHODS)
def hand_over(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Hand a duty and every open case under it to somebody else for good."""
    require_office(request)
    held, now = _duty(duty_id), asking.moment(request)
    people = queries.colleagues(held.person_id, at=now)
    form = HandOverForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        to = next(one for one in people if one.pk == form.cleaned_data["to"])
        try:
            moved = bridge.hand_over(
                held.person,
                to_person=to,
                duty=held.code,
                by=asking.person(request),
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            words = _("Handed over to %(name)s, with %(count)s open cases.")
            messages.success(request, words % {"name": to.name, "count": moved})
            return redirect("person", person_id=held.person_id)
    context = {"form": form, "held": held, "title": _title(held)}
    return render(
        request, "portal/pages/registers/hand_over.html", context, status=422 if form.errors else 200
    )


def _duty(duty_id: int) -> Duty:
    found = queries.duty(duty_id)
    if found is None:
        raise Http404
    return found


def _title(held: Duty) -> str:
    return queries.duty_titles(get_language() or "").get(held.code, held.code)
