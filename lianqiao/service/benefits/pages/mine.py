"""What is mine: a firm or a person sees what they have, nearly have and are refused, each with the reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent import queries as talent
from lianqiao.innovation.talent.commands import permit
from lianqiao.innovation.talent.models import Talent
from lianqiao.organization import queries as organization
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands import granting
from lianqiao.service.benefits.forms.grants import AccountForm, AppealForm
from lianqiao.service.benefits.grant_words import money, state_words
from lianqiao.service.benefits.models import Grant
from lianqiao.service.benefits.models.grants import LIVE
from lianqiao.service.benefits.pages.entitlements import entitlements, mine_shown
from lianqiao.service.benefits.pages.subjects import Subject, firm_subject, subject_of
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries import grants as queries
from lianqiao.service.benefits.queries.accounts import account_of, masked
from lianqiao.service.benefits.queries.everyone import PURPOSE
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown, status_of


@require_safe
def my_benefits(request: HttpRequest) -> HttpResponse:
    """Show what is a firm's: the reader's only one, or the one chosen in the address."""
    now = asking.moment(request)
    firms = organization.firms_of(asking.person(request).pk, at=now)
    chosen = request.GET.get("firm", "")
    firm = next((one for one in firms if one.credit_code == chosen), firms[0] if firms else None)
    context: dict[str, Any] = {"firms": firms, "subject": None}
    if firm is not None:
        context |= entitlements(firm_subject(firm, request), now)
    return render(request, "benefits/mine.html", context)


@require_safe
def firm_benefits(request: HttpRequest, credit_code: str) -> HttpResponse:
    """Show the same of one firm, to itself and to officers of benefits."""
    found = entitlements(subject_of(request, credit_code), asking.moment(request))
    return render(request, "benefits/mine.html", {"firms": [], **found})


@require_http_methods(["GET", "HEAD", "POST"])
def own_benefits(request: HttpRequest) -> HttpResponse:
    """Show what is the reader's own, as a person; posted, permit it where asked to, and match them now."""
    subject = subject_of(request)
    record = talent.talent_of(subject.party.pk)
    if request.method == "POST":
        if record is None:
            raise Http404
        return _matched_now(request, record)
    found = entitlements(subject, asking.moment(request))
    return render(request, "benefits/own.html", {"record": record, **found})


def _matched_now(request: HttpRequest, record: Talent) -> HttpResponse:
    reader, now = asking.person(request), asking.moment(request)
    if request.POST.get("permit"):
        permit(record, PURPOSE, actor=reader, now=now)
    invited = granting.follow_facts(reader, now=now)
    words = _("You are matched, and invited to something: see below.")
    messages.success(request, words if invited else _("You are matched by what is known today."))
    return redirect("own-benefits")


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def benefit_mine(request: HttpRequest, policy: str, credit_code: str = "") -> HttpResponse:
    """Show one policy for one firm or oneself with every reason; posted, confirm the invitation or claim."""
    subject, now = subject_of(request, credit_code), asking.moment(request)
    party = subject.party
    book, found = decisions.explained(party, now)
    if policy not in found:
        raise Http404
    form = AccountForm(request.POST if request.method == "POST" else None)
    grant = _live(party, policy)
    if request.method == "POST" and form.is_valid():
        try:
            _take_it(request, subject, policy, grant, form)
        except Refusal as refusal:
            form.show(refusal)
            form.status = status_of(refusal)  # type: ignore[attr-defined]
        else:
            messages.success(request, _("It is yours. It is paid after the public notice."))
            return redirect(subject.home)
    account = account_of(party)
    mine = mine_shown(policy, found[policy], book, subject)
    context = {
        "subject": subject,
        "mine": mine,
        "grant": grant,
        "state": state_words(grant.state) if grant else "",
        "amount": money(grant.fen) if grant else "",
        "may_take": subject.acts and (grant.state == "invited" if grant else mine.takes),
        "account": masked(account.tail) if account else "",
        "form": form,
    }  # fmt: skip
    status = getattr(form, "status", UNPROCESSABLE) if form.errors else 200
    return render(request, "benefits/mine_one.html", context, status=status)


def _live(party: parties.Party, policy: str) -> Grant | None:
    return next((one for one in queries.grants_of(party) if one.policy == policy and one.state in LIVE), None)


def _take_it(
    request: HttpRequest, subject: Subject, policy: str, grant: Grant | None, form: AccountForm
) -> Grant:
    by, now = asking.person(request), asking.moment(request)
    if grant is not None:
        return granting.confirm(grant.pk, by=by, now=now, account=form.typed())
    return granting.claim(policy, subject.one, by=by, now=now, account=form.typed())


@require_POST
@refusals_shown
def benefit_decline(request: HttpRequest, grant_id: int, credit_code: str = "") -> HttpResponse:
    """Decline an invitation."""
    subject = subject_of(request, credit_code)
    granting.decline(grant_id, by=asking.person(request), now=asking.moment(request))
    messages.info(request, _("The invitation is declined."))
    return redirect(subject.home)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def benefit_appeal(request: HttpRequest, policy: str, credit_code: str = "") -> HttpResponse:
    """Appeal against what a policy comes to."""
    subject = subject_of(request, credit_code)
    title = decisions.policy_titles().get(policy)
    if title is None:
        raise Http404
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = granting.appeal(
                policy, subject.one, ground=form.cleaned_data["ground"], by=asking.person(request),
                now=asking.moment(request),
            )  # fmt: skip
        except Refusal as refusal:
            form.show(refusal)
        else:
            return redirect(reverse("case", args=[made.case.number]))
    context = {
        "subject": subject,
        "title": title,
        "address": subject.address("policy", policy),
        "form": form,
    }
    return render(request, "benefits/appeal.html", context, status=UNPROCESSABLE if form.errors else 200)
