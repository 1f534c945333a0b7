"""Grants: the list, revoking one, and what is on public notice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Listed, column
from lianqiao.service.benefits.commands.granting import revoke
from lianqiao.service.benefits.fact_words import party_name
from lianqiao.service.benefits.forms.grants import ReasonForm
from lianqiao.service.benefits.grant_words import badge, money, state_words
from lianqiao.service.benefits.models import Grant
from lianqiao.service.benefits.pages import columns
from lianqiao.service.benefits.pages.guarding import for_officers, tabs
from lianqiao.service.benefits.queries import grants as queries
from lianqiao.service.benefits.queries.decisions import policy_title, policy_titles
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

SHOWN = ("party", "policy", "state", "fen", "notice", "case", "moved")


@require_safe
@for_officers
def grants(request: HttpRequest) -> HttpResponse:
    """Show every invitation and grant."""
    asked, listed = _list(request)
    states = [(one, state_words(one)) for one in queries.STATES]
    return listed.page(
        request,
        "benefits/grants.html",
        asked=asked,
        states=listing.options(states, asked.chosen["state"]),
        policies=listing.options(list(policy_titles().items()), asked.chosen["policy"]),
        tabs=tabs(request),
    )


@require_safe
@for_officers
def grants_sheet(request: HttpRequest) -> FileResponse:
    """Send the same grants, all of them, as a workbook."""
    return _list(request)[1].workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def grant_revocation(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a grant back before it is paid."""
    found = queries.grant(grant_id)
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by, now = asking.person(request), asking.moment(request)
        try:
            revoke(grant_id, by=by, now=now, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("It is revoked; the firm is told the reason."))
            return redirect("grants")
    context = {
        "form": form,
        "title": policy_title(found.policy),
        "party": party_name(found.firm, found.person),
        "amount": money(found.fen),
    }
    return render(request, "benefits/revocation.html", context, status=UNPROCESSABLE if form.errors else 200)


@login_not_required
@require_safe
def public_notice(request: HttpRequest) -> HttpResponse:
    """Show everyone what is on public notice before it is paid.

    Whoever looks need not be signed in: it is searched and paged, but has no views to keep.
    """
    asked = listing.asked(request, sort="notice", policy=policy_titles())
    day = beijing(asking.moment(request)).date()
    page = listing.page_of(
        request, queries.on_notice(day, text=asked.text, policy=asked.chosen["policy"], sort=asked.sort)
    )
    context = {
        "page": page,
        "rows": [
            (one, party_name(one.firm, one.person), policy_title(one.policy), money(one.fen)) for one in page
        ],
        "columns": [
            {"key": "party", "label": _("Firm"), "sort": True, "lead": True},
            {"key": "policy", "label": _("Policy"), "sort": True},
            {"key": "fen", "label": _("Amount"), "sort": True, "align": "end"},
            {"key": "notice", "label": _("Until the end of"), "sort": True, "fit": True},
        ],
        "asked": asked,
        "policies": listing.options(list(policy_titles().items()), asked.chosen["policy"]),
    }
    return render(request, "benefits/public_notice.html", context)


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="-moved", state=queries.STATES, policy=policy_titles())
    found = queries.grants(text=asked.text, sort=asked.sort, **asked.chosen)
    which: tuple[Column[Any], ...] = (
        columns.party(),
        columns.policy(),
        column("period", _("Period"), lambda row: row[0].period),
        column("state", _("How it stands"), lambda row: row[4], width=20),
        columns.amount(),
        column("notice", _("Public notice until"), lambda row: row[0].notice_until, sort="notice", fit=True),
        column("case", _("Case"), lambda row: row[0].case.number if row[0].case else "", fit=True),
        column("moved", _("Last change"), lambda row: row[0].moved_at, sort="moved", fit=True),
    )
    return asked, Listed(
        "grants", _("Grants"), found, which, sheet=reverse("grants-sheet"), row=_row, shown=SHOWN
    )


def _row(one: Grant) -> tuple[Grant, str, str, str, str, str]:
    return (
        one, party_name(one.firm, one.person), policy_title(one.policy), badge(one.state),
        state_words(one.state), money(one.fen),
    )  # fmt: skip
