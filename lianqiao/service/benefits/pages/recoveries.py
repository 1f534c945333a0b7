"""Money asked back: the list of it, asking for it, and writing down that it came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.service.benefits.commands import paying
from lianqiao.service.benefits.fact_words import party_name
from lianqiao.service.benefits.forms.grants import ReasonForm
from lianqiao.service.benefits.grant_words import badge, holder_of, money, state_words
from lianqiao.service.benefits.models import Recovery
from lianqiao.service.benefits.pages.guarding import for_officers, leads
from lianqiao.service.benefits.queries import payments as queries
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

SHOWN = ("reference", "firm", "fen", "reason", "asked", "returned")


@require_safe
@for_officers
def recoveries(request: HttpRequest) -> HttpResponse:
    """Show what was asked back, what has not come back first."""
    asked, listed = _list(request)
    states = [(one, state_words(one)) for one in queries.RECOVERY_STATES]
    context: dict[str, Any] = {
        "asked": asked,
        "states": listing.options(states, asked.chosen["state"]),
        "leads": leads(request),
    }
    return listed.page(request, "benefits/recoveries.html", **context)


@require_safe
@for_officers
def recoveries_sheet(request: HttpRequest) -> FileResponse:
    """Send the same, all of it, as a workbook."""
    return _list(request)[1].workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def payment_recovery(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Ask money back that was paid wrongly."""
    found = queries.payment(payment_id)
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by, now = asking.person(request), asking.moment(request)
        try:
            paying.ask_back(payment_id, reason=form.cleaned_data["reason"], by=by, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("It is asked back; write down here when it came."))
            return redirect("recoveries")
    context = {"form": form, "payment": found, "holder": holder_of(found), "amount": money(found.fen)}
    return render(request, "benefits/recovery.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@for_officers
@refusals_shown
def recovery_return(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Write down that money came back."""
    paying.take_back(
        recovery_id,
        bank_reference=request.POST.get("bank_reference", "")[:100],
        by=asking.person(request),
        now=asking.moment(request),
    )
    messages.success(request, _("It is written down."))
    return redirect("recoveries")


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    asked = listing.asked(request, sort="", state=queries.RECOVERY_STATES)
    came = (
        SheetColumn[Any](_("How it stands"), lambda row: row["words"], 14),
        SheetColumn[Any](_("Came back"), lambda row: row["returned"]),
        SheetColumn[Any](_("Number at the bank"), lambda row: row["bank_reference"], 24),
    )
    columns: tuple[Column[Any], ...] = (
        column("reference", _("Reference"), lambda row: row["reference"], width=24, sort="reference",
               lead=True, fit=True),
        column("firm", _("Firm"), lambda row: row["firm"], width=36, sort="firm"),
        column("batch", _("Batch"), lambda row: row["batch"], fit=True),
        column("fen", _("Amount (yuan)"), lambda row: row["yuan"], sort="fen", align="end", fit=True),
        column("reason", _("Reason"), lambda row: row["reason"], width=36),
        column("asked_by", _("Asked back by"), lambda row: row["asked_by"]),
        column("asked", _("When"), lambda row: row["asked"], sort="asked", fit=True),
        Column("returned", _("How it stands"), came, sort="returned"),
    )  # fmt: skip
    found = queries.recoveries(text=asked.text, state=asked.chosen["state"], sort=asked.sort)
    sheet = reverse("recoveries-sheet")
    return asked, Listed(
        "recoveries", _("Money asked back"), found, columns, sheet, sort=asked.sort, row=_row, shown=SHOWN
    )


def _row(one: Recovery) -> dict[str, Any]:
    payment, state = one.payment, "recovered" if one.returned_at else "recovering"
    return {
        "id": one.pk,
        "reference": payment.reference,
        "firm": party_name(payment.grant.firm, payment.grant.person),
        "batch": payment.batch.number,
        "batch_id": payment.batch_id,
        "amount": money(payment.fen),
        "yuan": payment.fen / 100,
        "reason": one.reason,
        "asked_by": one.asked_by.name if one.asked_by else "",
        "asked": one.asked_at,
        "returned": one.returned_at,
        "bank_reference": one.bank_reference,
        "badge": "kept" if one.returned_at else badge(state),
        "words": state_words(state),
    }
