"""What rules find for a firm, claiming and confirming it; lists, batches and costs for officers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import packs
from lianqiao.engine.errors import refuse
from lianqiao.engine.policy.telling import told
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Moment,
    Page,
    Shown,
    Wanted,
    Words,
    offer,
)
from lianqiao.organization.models import Firm, Person
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.api.facts import firm_for, require_benefit_officer
from lianqiao.service.benefits.commands import benefit_jobs, granting, paying
from lianqiao.service.benefits.commands.accounts import AccountTyped
from lianqiao.service.benefits.fact_words import party_name
from lianqiao.service.benefits.grant_words import lacks_words
from lianqiao.service.benefits.models import Batch, Decision, Grant
from lianqiao.service.benefits.models.grants import LIVE
from lianqiao.service.benefits.queries import cost as costs
from lianqiao.service.benefits.queries import decisions, payments
from lianqiao.service.benefits.queries import grants as queries
from lianqiao.service.benefits.queries.matching import nearly

router = Router(tags=["benefits"])
Typed = Field(default="", max_length=100, pattern=PRINTABLE)


class GrantShown(Shown):
    """What a firm or a person was invited to or given."""

    id: int
    policy: str
    title: str
    period: str
    state: str
    fen: int
    confirm_by: str | None
    notice_until: str | None
    case: str | None = Field(description=_("The number of the case in which its payment is promised."))


class PolicyForFirm(Shown):
    """One policy as it comes out for a firm or a person today, with every reason."""

    policy: str
    title: str
    verdict: Literal["yes", "no", "unknown"]
    near: bool = Field(description=_("Whether one paper or one thing is all that is lacking."))
    lacks: str
    fen: int | None
    explanation: dict[str, Any] = Field(
        description=_(
            "Conditions with article, verdict, facts and sources; what is missing; the amount's parts."
        )
    )


class FirmBenefits(Shown):
    """What is a firm's, and what could be."""

    firm: str
    grants: list[GrantShown]
    policies: list[PolicyForFirm]


class ClaimWanted(Wanted):
    """Where the money goes; empty for the account known."""

    holder: str = Typed
    bank: str = Typed
    number: str = Field(default="", max_length=40, pattern=PRINTABLE)


class DecisionsAsked(Cut):
    """Which decisions."""

    show: Literal["found", "nearly", "changed"] = "found"
    q: Words = ""


class DecisionRow(Shown):
    """What one policy comes to for one firm."""

    id: int
    firm: str
    name: str
    policy: str
    verdict: str
    before: str
    fen: int | None
    lacks: list[str]
    standing: str = Field(description=_("Where money is short: granted, short or open; empty else."))
    day: str


class CostShown(Shown):
    """What a policy would cost today over all parties."""

    policy: str
    parties: int
    count: int
    fen: int
    undecided: int
    granted: int
    granted_fen: int = Field(description=_("Within its quota and budget."))


class BatchShown(Shown):
    """A batch of payments; account numbers are nowhere in the API."""

    id: int
    number: str
    state: str
    count: int
    fen: int
    open: int = Field(description=_("Payments the bank has not answered."))
    balanced: bool
    made_at: Moment
    job: int | None = None


@offer(
    router,
    "GET",
    "/firms/{credit_code}/benefits",
    name="showFirmBenefits",
    scope="read",
    says=_("What a firm was given, and how every policy comes out for it today, with reasons."),
    more=_("For the firm itself and officers of benefits."),
    answer=FirmBenefits,
    refuses=(404,),
)
def show_benefits(request: HttpRequest, credit_code: Path[CreditCode]) -> FirmBenefits:
    """Return them; refuses `firm-unknown`."""
    firm = firm_for(request, credit_code)
    party = parties.of_firm(firm)
    given = [grant_shown(one) for one in queries.grants_of(party)]
    return FirmBenefits(firm=firm.credit_code, grants=given, policies=policies_shown(party, moment(request)))


def policies_shown(party: parties.Party, now: datetime) -> list[PolicyForFirm]:
    """Return every policy as it comes out for a firm or a person today."""
    book, found = decisions.explained(party, now)
    rows = []
    for name, one in found.items():
        how, lacks = nearly(one)
        rows.append(
            PolicyForFirm(
                policy=name,
                title=decisions.policy_title(name),
                verdict=one.verdict,
                near=bool(how),
                lacks=lacks_words(how, lacks) if how else "",
                fen=one.amount.fen if one.amount else None,
                explanation=told(one, book.rules, get_language() or "zh-hans"),
            )
        )
    return rows


@offer(
    router,
    "POST",
    "/firms/{credit_code}/benefits/{policy}",
    name="takeBenefit",
    scope="file act",
    says=_("Confirm an invitation, or claim what is given at once."),
    more=_("By whoever acts for the firm."),
    answer=GrantShown,
    status=201,
    refuses=(403, 404, 409),
)
def take(
    request: HttpRequest, credit_code: Path[CreditCode], policy: Path[Identifier], wanted: ClaimWanted
) -> GrantShown:
    """Take it; refuses as `commands.granting.claim` and `confirm` do."""
    return taken(request, firm_for(request, credit_code), policy, wanted)


def taken(request: HttpRequest, of: Firm | Person, policy: str, wanted: ClaimWanted) -> GrantShown:
    """Confirm the invitation of a firm or a person, or claim what is given at once."""
    by, now = caller(request).person, moment(request)
    account = AccountTyped(wanted.holder, wanted.bank, wanted.number)
    own = queries.grants_of(parties.of_one(of))
    live = next((one for one in own if one.policy == policy and one.state in LIVE), None)
    if live is not None:
        return grant_shown(granting.confirm(live.pk, by=by, now=now, account=account))
    return grant_shown(granting.claim(policy, of, by=by, now=now, account=account))


@offer(
    router,
    "GET",
    "/benefit-decisions",
    name="listBenefitDecisions",
    scope="read",
    says=_("Whom the rules find, who nearly qualifies, what changed on the last day of matching."),
    more=_("For officers of benefits."),
    answer=Page[DecisionRow],
    refuses=(403,),
)
def list_decisions(request: HttpRequest, asked: Query[DecisionsAsked]) -> Page[DecisionRow]:
    """Return a page of them; refuses `wrong-role`."""
    require_benefit_officer(request)
    rows = decisions.decisions(asked.show, text=asked.q)
    page, following = page_of(rows, [Key("day", descending=True)], asked)
    return Page[DecisionRow](items=[_decision(one) for one in page], next=following)


@offer(
    router,
    "GET",
    "/benefit-policies/{policy}/cost",
    name="showBenefitCost",
    scope="read",
    says=_("What a policy would cost today over all parties."),
    more=_("For officers of benefits."),
    answer=CostShown,
    refuses=(403, 404),
)
def show_cost(request: HttpRequest, policy: Path[Identifier]) -> CostShown:
    """Return the cost; refuses `wrong-role` and `policy-unknown`."""
    require_benefit_officer(request)
    found = costs.cost_of(packs.current().benefits, policy, now=moment(request))
    return CostShown(
        policy=policy,
        parties=found.parties,
        count=found.count,
        fen=found.fen,
        undecided=found.undecided,
        granted=found.granted,
        granted_fen=found.granted_fen,
    )


@offer(
    router,
    "POST",
    "/benefit-batches",
    name="makeBatch",
    scope="act",
    says=_("Make a batch of everything past its public notice; a long job puts the payments in."),
    more=_("For officers of benefits; somebody else releases it."),
    answer=BatchShown,
    status=201,
    refuses=(403, 409),
)
def make_batch(request: HttpRequest) -> BatchShown:
    """Ask for the batch; refuses as `commands.paying.begin_batch` does."""
    batch, job = benefit_jobs.ask_batch(by=caller(request).person, now=moment(request))
    return _batch(batch, job=job.pk)


@offer(
    router,
    "GET",
    "/benefit-batches/{batch}",
    name="showBatch",
    scope="read",
    says=_("A batch, and how it stands against what the bank said."),
    more=_("For officers of benefits."),
    answer=BatchShown,
    refuses=(403, 404),
)
def show_batch(request: HttpRequest, batch: Path[Id]) -> BatchShown:
    """Return the batch; refuses `wrong-role` and `unknown-batch`."""
    require_benefit_officer(request)
    found = payments.batch(batch)
    if found is None:
        raise refuse("unknown-batch", f"there is no batch {batch}")
    return _batch(found)


@offer(
    router,
    "POST",
    "/benefit-batches/{batch}/release",
    name="releaseBatch",
    scope="act",
    says=_("Release a batch somebody else made."),
    more=_("For the head of benefits."),
    answer=BatchShown,
    refuses=(403, 404, 409),
)
def release(request: HttpRequest, batch: Path[Id]) -> BatchShown:
    """Release it; refuses as `commands.paying.release_batch` does."""
    by: Person = caller(request).person
    return _batch(paying.release_batch(batch, by=by, now=moment(request)))


def grant_shown(one: Grant) -> GrantShown:
    """Return what somebody was invited to or given."""
    return GrantShown(
        id=one.pk,
        policy=one.policy,
        title=decisions.policy_title(one.policy),
        period=one.period,
        state=one.state,
        fen=one.fen,
        confirm_by=one.confirm_by.isoformat() if one.confirm_by else None,
        notice_until=one.notice_until.isoformat() if one.notice_until else None,
        case=one.case.number if one.case else None,
    )


def _decision(one: Decision) -> DecisionRow:
    return DecisionRow(
        id=one.pk,
        firm=one.firm.credit_code if one.firm else "",
        name=party_name(one.firm, one.person),
        policy=one.policy,
        verdict=one.verdict,
        before=one.before,
        fen=one.fen,
        lacks=list(one.lacks),
        standing=one.standing,
        day=one.day.isoformat(),
    )


def _batch(found: Batch, *, job: int | None = None) -> BatchShown:
    sums = payments.reconciled(found)
    return BatchShown(
        id=found.pk,
        number=found.number,
        state=found.state,
        count=sums.count,
        fen=sums.fen,
        open=sums.open,
        balanced=sums.balanced,
        made_at=found.made_at,
        job=job,
    )
