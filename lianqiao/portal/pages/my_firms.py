"""“My firms”: for which firms one acts, for which one is working now, and asking for another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import BindingForm
from lianqiao.organization.models import BindingRequest, Membership
from lianqiao.organization.wording import sentence
from lianqiao.portal.pages.request_words import STATES, role_words, state_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.filing import ACTING


@require_http_methods(["GET", "HEAD", "POST"])
def my_firms(request: HttpRequest) -> HttpResponse:
    """Show one's firms and requests; ask to act for a firm."""
    person, now = asking.person(request), asking.moment(request)
    form = BindingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.ask_binding(person, **form.cleaned_data, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Asked. The window answers by mail and here."))
            return redirect("my-firms")
    held = queries.memberships_of(person.pk, at=now)
    acting = request.session.get(ACTING) or (held[0].firm_id if held else None)
    context = {
        "form": form,
        "columns": _columns(),
        "rows": [_row(one, acting) for one in held],
        "several": len(held) > 1,
        "request_columns": _request_columns(),
        "requests": [_request(one) for one in queries.bindings_of(person.pk)],
    }
    return render(request, "portal/pages/my_firms.html", context, status=422 if form.errors else 200)


@require_POST
def acting(request: HttpRequest) -> HttpResponse:
    """Choose the firm that forms begin with from now on."""
    held = queries.memberships_of(asking.person(request).pk, at=asking.moment(request))
    wanted = request.POST.get("firm", "")
    chosen = next((one for one in held if str(one.firm_id) == wanted), None)
    if chosen is None:
        messages.error(request, _("You do not act for this firm."))
    else:
        request.session[ACTING] = chosen.firm_id
        messages.success(request, _("Forms now begin with %(firm)s.") % {"firm": chosen.firm.name})
    return redirect("my-firms")


@require_POST
def withdrawal(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take one's request back."""
    try:
        commands.withdraw_binding(request_id, actor=asking.person(request), now=asking.moment(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("The request is taken back."))
    return redirect("my-firms")


@require_POST
def leaving(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Stop acting for a firm."""
    person, now = asking.person(request), asking.moment(request)
    if membership_id not in [one.pk for one in queries.memberships_of(person.pk, at=now)]:
        messages.error(request, _("You do not act for this firm."))
        return redirect("my-firms")
    try:
        ended = commands.leave_firm(membership_id, actor=person, now=now)
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        if request.session.get(ACTING) == ended.firm_id:
            del request.session[ACTING]
        messages.success(request, _("You no longer act for this firm."))
    return redirect("my-firms")


def _row(one: Membership, acting: int | None) -> dict[str, Any]:
    return {
        "id": one.pk,
        "firm_id": one.firm_id,
        "name": one.firm.name,
        "code": one.firm.credit_code,
        "role": role_words(one.role),
        "administers": one.role == Membership.Role.ADMINISTRATOR,
        "since": one.since,
        "until": one.until,
        "acting": one.firm_id == acting,
    }


def _request(one: BindingRequest) -> dict[str, Any]:
    return {
        "id": one.pk,
        "firm": one.firm_name,
        "code": one.credit_code,
        "made": one.made_at,
        "badge": STATES[one.state],
        "label": state_words(one.state),
        "reason": one.reason,
        "pending": one.state == "pending",
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": _("Firm"), "lead": True},
        {"key": "role", "label": _("As")},
        {"key": "since", "label": _("Since"), "fit": True},
        {"key": "acting", "label": _("Forms begin with")},
        {"key": "action", "label": _("Action"), "hide": True},
    ]


def _request_columns() -> list[dict[str, Any]]:
    return [
        {"key": "firm", "label": _("Firm"), "lead": True},
        {"key": "made", "label": _("Asked"), "fit": True},
        {"key": "state", "label": _("State"), "fit": True},
        {"key": "reason", "label": _("Reason")},
        {"key": "action", "label": _("Action"), "hide": True},
    ]
