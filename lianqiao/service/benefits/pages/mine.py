"""What is mine: a firm sees what it has, what it nearly has and what it is refused, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.policy.explaining import Explanation
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands import granting
from lianqiao.service.benefits.forms.grants import AccountForm, AppealForm
from lianqiao.service.benefits.grant_words import badge, explained, lacks_words, money, state_words
from lianqiao.service.benefits.models import Grant
from lianqiao.service.benefits.models.grants import LIVE
from lianqiao.service.benefits.pages.guarding import firm_of
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries import grants as queries
from lianqiao.service.benefits.queries.accounts import account_of, masked
from lianqiao.service.benefits.queries.matching import nearly
from lianqiao.service.benefits.queries.rules import Book
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown, status_of


@dataclass(frozen=True)
class Mine:
    """A policy as one firm sees it; `kind` is mine, ready, nearly or refused."""

    policy: str
    kind: str
    told: dict[str, Any]
    amount: str
    lacks: str
    attributes: tuple[str, ...]
    papers: list[dict[str, str]]


@require_safe
def my_benefits(request: HttpRequest) -> HttpResponse:
    """Show what is a firm's: the reader's only one, or the one chosen in the address."""
    now = asking.moment(request)
    firms = organization.firms_of(asking.person(request).pk, at=now)
    chosen = request.GET.get("firm", "")
    firm = next((one for one in firms if one.credit_code == chosen), firms[0] if firms else None)
    context: dict[str, Any] = {"firms": firms, "firm": firm}
    if firm is not None:
        context |= _shown(firm, now)
    return render(request, "benefits/mine.html", context)


@require_safe
def firm_benefits(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show the same of one firm, to itself and to officers of benefits."""
    firm = firm_of(request, credit_code)
    return render(
        request, "benefits/mine.html", {"firms": [], "firm": firm, **_shown(firm, asking.moment(request))}
    )


def _shown(firm: Firm, now: datetime) -> dict[str, Any]:
    party = parties.of_firm(firm)
    book, found = decisions.explained(party, now)
    grants = queries.grants_of(party)
    live = {one.policy for one in grants if one.state in LIVE}
    sorted_out = [_mine(name, one, book) for name, one in found.items() if name not in live]
    return {
        "grants": [
            {"grant": one, "title": decisions.policy_title(one.policy), "amount": money(one.fen),
             "badge": badge(one.state), "state": state_words(one.state)}
            for one in grants
        ],
        "ready": [one for one in sorted_out if one.kind == "ready"],
        "nearly": [one for one in sorted_out if one.kind == "nearly"],
        "refused": [one for one in sorted_out if one.kind == "refused"],
        "appeals": queries.appeals_of(party),
    }  # fmt: skip


def _mine(name: str, one: Explanation, book: Book) -> Mine:
    how, lacks = nearly(one)
    kind = "ready" if one.verdict == "yes" else "nearly" if how else "refused"
    told = explained(one, book.rules)
    return Mine(
        policy=name,
        kind=kind,
        told=told,
        amount=money(one.amount.fen) if one.amount else "",
        lacks=lacks_words(how, lacks) if how else "",
        attributes=lacks,
        papers=[part for part in told["missing"] if part["attribute"] in lacks],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def benefit_mine(request: HttpRequest, credit_code: str, policy: str) -> HttpResponse:
    """Show one policy for one firm with every reason; posted, confirm the invitation or claim it."""
    firm, now = firm_of(request, credit_code), asking.moment(request)
    party = parties.of_firm(firm)
    book, found = decisions.explained(party, now)
    if policy not in found:
        raise Http404
    form = AccountForm(request.POST if request.method == "POST" else None)
    grant = _live(party, policy)
    if request.method == "POST" and form.is_valid():
        try:
            _take_it(request, firm, policy, grant, form)
        except Refusal as refusal:
            form.show(refusal)
            form.status = status_of(refusal)  # type: ignore[attr-defined]
        else:
            messages.success(request, _("It is yours. It is paid after the public notice."))
            return redirect("firm-benefits", credit_code)
    account = account_of(party)
    context = {
        "firm": firm,
        "mine": _mine(policy, found[policy], book),
        "grant": grant,
        "state": state_words(grant.state) if grant else "",
        "amount": money(grant.fen) if grant else "",
        "may_take": grant.state == "invited" if grant else found[policy].verdict == "yes"
        and found[policy].rule.policy.delivery == granting.INSTANT,
        "account": masked(account.tail) if account else "",
        "form": form,
        "acts": organization.acts_for(asking.person(request).pk, firm.pk, at=now),
    }  # fmt: skip
    status = getattr(form, "status", UNPROCESSABLE) if form.errors else 200
    return render(request, "benefits/mine_one.html", context, status=status)


def _live(party: parties.Party, policy: str) -> Grant | None:
    return next((one for one in queries.grants_of(party) if one.policy == policy and one.state in LIVE), None)


def _take_it(request: HttpRequest, firm: Firm, policy: str, grant: Grant | None, form: AccountForm) -> Grant:
    by, now = asking.person(request), asking.moment(request)
    if grant is not None:
        return granting.confirm(grant.pk, by=by, now=now, account=form.typed())
    return granting.claim(policy, firm, by=by, now=now, account=form.typed())


@require_POST
@refusals_shown
def benefit_decline(request: HttpRequest, credit_code: str, grant_id: int) -> HttpResponse:
    """Decline an invitation."""
    firm = firm_of(request, credit_code)
    granting.decline(grant_id, by=asking.person(request), now=asking.moment(request))
    messages.info(request, _("The invitation is declined."))
    return redirect("firm-benefits", firm.credit_code)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def benefit_appeal(request: HttpRequest, credit_code: str, policy: str) -> HttpResponse:
    """Appeal against what a policy comes to."""
    firm = firm_of(request, credit_code)
    title = decisions.policy_titles().get(policy)
    if title is None:
        raise Http404
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = granting.appeal(
                policy, firm, ground=form.cleaned_data["ground"], by=asking.person(request),
                now=asking.moment(request),
            )  # fmt: skip
        except Refusal as refusal:
            form.show(refusal)
        else:
            return redirect(reverse("case", args=[made.case.number]))
    context = {"firm": firm, "title": title, "policy": policy, "form": form}
    return render(request, "benefits/appeal.html", context, status=UNPROCESSABLE if form.errors else 200)
