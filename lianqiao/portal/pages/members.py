"""A firm's members, for its administrator: invited, taken in, ended, handed the administration."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_email, masked_name
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import InvitationForm
from lianqiao.organization.lists import Column, Listed, SheetColumn, buttons, column
from lianqiao.organization.models import Firm, Membership
from lianqiao.organization.wording import sentence
from lianqiao.portal import staying
from lianqiao.portal.pages.request_words import role_words
from lianqiao.service.pages import asking, listing


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show who acts for the firm and who asks to; invite somebody."""
    firm, person, now = _firm(request, credit_code), asking.person(request), asking.moment(request)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            letter = commands.invite_member(firm.pk, **form.cleaned_data, actor=person, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            words = _("The invitation goes to %(email)s; it holds for seven days.")
            messages.success(request, words % {"email": letter.email})
            return redirect("members", credit_code=credit_code)
    pending = [
        {"id": one.pk, "name": one.person.name, "note": one.note, "made": one.made_at}
        for one in queries.bindings_pending(firm.credit_code)
    ]
    status = 422 if form.errors else 200
    return _list(request, firm).page(
        request, "portal/pages/members.html", status=status, firm=firm, form=form, pending=pending
    )


@require_safe
def members_sheet(request: HttpRequest, credit_code: str) -> FileResponse:
    """Send the firm's members as a workbook, names masked."""
    return _list(request, _firm(request, credit_code)).workbook(request)


@require_POST
def member_ending(request: HttpRequest, credit_code: str, membership_id: int) -> HttpResponse:
    """End somebody's acting for the firm."""
    firm, person, now = _firm(request, credit_code), asking.person(request), asking.moment(request)
    _require_member(firm, membership_id, request)
    try:
        commands.leave_firm(membership_id, actor=person, now=now)
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("They no longer act for the firm."))
    return redirect("members", credit_code=credit_code)


@require_http_methods(["GET", "HEAD", "POST"])
@staying.confirmed_lately
def administration(request: HttpRequest, credit_code: str, membership_id: int) -> HttpResponse:
    """Hand the administration over, after a second look."""
    firm, person, now = _firm(request, credit_code), asking.person(request), asking.moment(request)
    to = _require_member(firm, membership_id, request)
    if request.method != "POST":
        return render(request, "portal/pages/administration.html", {"firm": firm, "to": to.person})
    try:
        commands.hand_over_firm(membership_id, actor=person, now=now)
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
        return redirect("members", credit_code=credit_code)
    words = _("%(name)s now administers %(firm)s; you are an agent.")
    messages.success(request, words % {"name": to.person.name, "firm": firm.name})
    return redirect("my-firms")


@require_POST
def member_answer(request: HttpRequest, credit_code: str, request_id: int) -> HttpResponse:
    """Take in or refuse somebody who asked to act for the firm."""
    firm, person, now = _firm(request, credit_code), asking.person(request), asking.moment(request)
    if request_id not in [one.pk for one in queries.bindings_pending(firm.credit_code)]:
        raise Http404
    accept = request.POST.get("answer") == "accept"
    reason = request.POST.get("reason", "")
    try:
        commands.decide_binding(request_id, accept=accept, reason=reason, actor=person, now=now)
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("Answered; they are told by mail."))
    return redirect("members", credit_code=credit_code)


def _firm(request: HttpRequest, credit_code: str) -> Firm:
    """Return the firm, for its administrator; for anyone else there is no telling whether there is one."""
    firm = queries.firm_by_code(credit_code)
    person, now = asking.person(request), asking.moment(request)
    if firm is None or not queries.administers(person.pk, firm.pk, at=now):
        raise PermissionDenied(_("Only the firm's administrator sees who acts for it."))
    return firm


def _require_member(firm: Firm, membership_id: int, request: HttpRequest) -> Membership:
    found = queries.members_of(firm.pk, at=asking.moment(request)).filter(pk=membership_id).first()
    if found is None:
        raise Http404
    return found


def _row(one: Membership, own: int) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.person.name,
        "email": masked_email(one.person.email),
        "role": role_words(one.role),
        "administers": one.role == Membership.Role.ADMINISTRATOR,
        "since": one.since,
        "until": one.until,
        "own": one.person_id == own,
    }


def _list(request: HttpRequest, firm: Firm) -> Listed:
    wanted, now, own = listing.asked(request, sort=""), asking.moment(request), asking.person(request).pk
    columns = (
        Column(
            "person",
            _("Full name"),
            (
                SheetColumn(_("Full name"), lambda row: masked_name(row["name"]), 16),
                SheetColumn(_("E-mail address"), itemgetter("email"), 24),
            ),
            sort="person",
            lead=True,
        ),
        column("role", _("As"), itemgetter("role"), width=14, sort="role"),
        column("since", _("Since"), itemgetter("since"), sort="since", fit=True),
        column("until", _("Until"), itemgetter("until"), fit=True),
        buttons("action", _("Action")),
    )
    return Listed(
        "members",
        _("Members"),
        queries.members_of(firm.pk, at=now, text=wanted.text, sort=wanted.sort),
        columns,
        shown=("person", "role", "since"),
        sheet=reverse("members-sheet", args=[firm.credit_code]),
        sort=wanted.sort,
        row=lambda one: _row(one, own),
    )
