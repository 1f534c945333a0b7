"""Policies in words, drafts of them with their check and cost, publication by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import Field

from lianqiao.bridge import packs
from lianqiao.bridge.commands.publishing import withdraw
from lianqiao.bridge.queries.publications import publication
from lianqiao.engine.beijing import beijing
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.offering import Id, Shown, offer
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.drafting.api import (
    PublicationWanted,
    Published,
    TextDraftRow,
    TextDraftWanted,
    TextFault,
    TextWanted,
    WithdrawalWanted,
    faults_shown,
    let_out,
    published,
    row_of,
)
from lianqiao.service.drafting.queries import draft_of
from lianqiao.service.language import language
from lianqiao.service.policy_studio.commands import previews
from lianqiao.service.policy_studio.commands.drafts import DRAFTS, require_writer
from lianqiao.service.policy_studio.models import PolicyDraft
from lianqiao.service.policy_studio.queries import drafts as queries
from lianqiao.service.policy_studio.wording import problem_words

router = Router(tags=["policies"])


class PolicyRow(Shown):
    """A policy of the zone."""

    policy: str
    title: str
    party: str
    delivery: str


class PolicyList(Shown):
    """The policies of the zone."""

    items: list[PolicyRow]


class PolicyShown(PolicyRow):
    """A policy with what it says, in words and as its file has it."""

    words: list[str]
    text: str


class PolicyCost(Shown):
    """What a text comes to over all parties today."""

    parties: int
    count: int
    fen: int
    undecided: int
    granted: int = Field(description=_("How many within the limit."))
    granted_fen: int


class PolicyDraftShown(TextDraftRow):
    """A draft with its check, and what it was reckoned to cost."""

    policy: str
    text: str
    passes: bool
    faults: list[TextFault]
    words: list[str] = Field(description=_("What it says, once it passes the check."))
    cost: PolicyCost | None = Field(description=_("Of this very text; without it nothing is published."))


class PolicyDraftWanted(TextDraftWanted):
    """From which policy a draft is begun."""

    policy: Identifier


class PolicyJob(Shown):
    """The long job that reckons."""

    job: int | None


@offer(
    router,
    "GET",
    "/policies",
    name="showPolicies",
    scope="read",
    says=_("The policies of the zone."),
    more=_("For officers of benefits."),
    answer=PolicyList,
    refuses=(403,),
)
def list_policies(request: HttpRequest) -> PolicyList:
    """Return the policies; refuses `benefits-only`."""
    _require(request)
    known = packs.current().benefits.policies.values()
    return PolicyList(items=[PolicyRow(**_row(one.id)) for one in known])


@offer(
    router,
    "GET",
    "/policies/{policy}",
    name="showPolicy",
    scope="read",
    says=_("What a policy says, in words and as its file has it."),
    more=_("For officers of benefits."),
    answer=PolicyShown,
    refuses=(403, 404),
)
def show_policy(request: HttpRequest, policy: Path[Identifier]) -> PolicyShown:
    """Return the policy; refuses `benefits-only`, `policy-unknown`."""
    _require(request)
    text, among = queries.policy_text(policy), packs.current().benefits
    day = beijing(moment(request)).date()
    words = queries.words_of(among.policies[policy], among, day=day, language=language())
    return PolicyShown(**_row(policy), words=words, text=text)


@offer(
    router,
    "POST",
    "/policy-drafts",
    name="makePolicyDraft",
    scope="act",
    says=_("Begin to change a policy, or a new one from it."),
    more=_("For officers of benefits."),
    answer=PolicyDraftShown,
    status=201,
    refuses=(403, 404, 409),
)
def make_draft(request: HttpRequest, wanted: PolicyDraftWanted) -> PolicyDraftShown:
    """Begin the draft; refuses as `Drafts.make`."""
    person, now = caller(request).person, moment(request)
    return _shown(DRAFTS.make(wanted.policy, new_id=wanted.new_id, by=person, now=now), request)


@offer(
    router,
    "GET",
    "/policy-drafts/{policy_draft}",
    name="showPolicyDraft",
    scope="read",
    says=_("A draft with its check, its words and its cost."),
    more=_("For officers of benefits."),
    answer=PolicyDraftShown,
    refuses=(403, 404),
)
def show_draft(request: HttpRequest, policy_draft: Path[Id]) -> PolicyDraftShown:
    """Return the draft; refuses `benefits-only`, `unknown-text-draft`."""
    _require(request)
    return _shown(draft_of(PolicyDraft, policy_draft), request)


@offer(
    router,
    "PUT",
    "/policy-drafts/{policy_draft}",
    name="savePolicyDraft",
    scope="act",
    says=_("Save a draft's text, right or wrong."),
    more=_("For officers of benefits."),
    answer=PolicyDraftShown,
    refuses=(403, 404, 409, 413),
)
def save_draft(request: HttpRequest, policy_draft: Path[Id], wanted: TextWanted) -> PolicyDraftShown:
    """Save the text; refuses as `Drafts.save`."""
    person, now = caller(request).person, moment(request)
    saved = DRAFTS.save(policy_draft, wanted.text, edition=wanted.edition, by=person, now=now)
    return _shown(saved, request)


@offer(
    router,
    "DELETE",
    "/policy-drafts/{policy_draft}",
    name="dropPolicyDraft",
    scope="act",
    says=_("Give a draft up."),
    more=_("For officers of benefits."),
    answer=PolicyDraftShown,
    refuses=(403, 404, 409),
)
def drop_draft(request: HttpRequest, policy_draft: Path[Id]) -> PolicyDraftShown:
    """Give it up; refuses as `Drafts.drop`."""
    dropped = DRAFTS.drop(policy_draft, by=caller(request).person, now=moment(request))
    return _shown(dropped, request)


@offer(
    router,
    "POST",
    "/policy-drafts/{policy_draft}/cost",
    name="reckonPolicyDraft",
    scope="act",
    says=_("Have reckoned what a draft would cost over all parties."),
    more=_("For officers of benefits. A long job; see the draft when it has ended."),
    answer=PolicyJob,
    status=202,
    refuses=(403, 404),
)
def reckon(request: HttpRequest, policy_draft: Path[Id]) -> PolicyJob:
    """Ask for it; refuses as `commands.previews.ask_preview`."""
    _require(request)
    one = draft_of(PolicyDraft, policy_draft)
    made = previews.ask_preview(one, by=caller(request).person, now=moment(request))
    return PolicyJob(job=made.job_id)


@offer(
    router,
    "POST",
    "/policy-drafts/{policy_draft}/publication",
    name="publishPolicyDraft",
    scope="act",
    says=_("Publish a draft: by a second person, a leader or the digital office."),
    answer=Published,
    status=201,
    refuses=(403, 404, 409),
)
def publish(request: HttpRequest, policy_draft: Path[Id], wanted: PublicationWanted) -> Published:
    """Publish it; refuses as `Drafts.publish`."""
    return let_out(request, DRAFTS, policy_draft, wanted)


@offer(
    router,
    "POST",
    "/policies/{policy}/versions/{version}/withdrawal",
    name="withdrawPolicy",
    scope="act",
    says=_("Withdraw what was published; what stood before it stands again."),
    more=_("By a leader or the digital office."),
    answer=Published,
    refuses=(403, 404, 409),
)
def take_back(
    request: HttpRequest, policy: Path[Identifier], version: Path[Id], wanted: WithdrawalWanted
) -> Published:
    """Withdraw it; refuses `benefits-only`, and as `bridge.commands.withdraw`."""
    _require(request)
    key = publication(f"policy:{policy}@{version}").key
    made = withdraw(key, by=caller(request).person, reason=wanted.reason, now=moment(request))
    return published(made)


def _require(request: HttpRequest) -> None:
    require_writer(caller(request).person, now=moment(request))


def cost_shown(reckoned: Mapping[str, Any] | None) -> PolicyCost | None:
    """Return a cost as it was kept; None where it was not reckoned."""
    return PolicyCost(**{name: reckoned[name] for name in PolicyCost.model_fields}) if reckoned else None


def _row(policy: str) -> dict[str, str]:
    one = packs.current().benefits.policies[policy]
    title = one.title.in_language(language())
    return {"policy": one.id, "title": title, "party": one.party, "delivery": one.delivery}


def _shown(one: PolicyDraft, request: HttpRequest) -> PolicyDraftShown:
    found, cost = queries.checked_text(one.text), queries.preview_of(one.text)
    day, words = beijing(moment(request)).date(), []
    if found.passes and found.policy:
        words = queries.words_of(found.policy, found.policies, day=day, language=language())
    reckoned = cost.found["after"] if cost and cost.found else None
    return PolicyDraftShown(
        **row_of(one),
        policy=one.policy,
        text=one.text,
        passes=found.passes,
        faults=faults_shown(found, problem_words),
        words=words,
        cost=cost_shown(reckoned),
    )
