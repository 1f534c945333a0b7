"""A policy being written: its words and faults beside the text, tried on a firm, reckoned, published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem
from lianqiao.service.benefits.grant_words import explained
from lianqiao.service.benefits.pages.guarding import for_officers
from lianqiao.service.drafting.pages import Desk, titled
from lianqiao.service.drafting.queries import Change, compared, draft_of
from lianqiao.service.language import in_words, language
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.policy_studio.commands import previews
from lianqiao.service.policy_studio.commands.drafts import DRAFTS
from lianqiao.service.policy_studio.forms import TrialForm
from lianqiao.service.policy_studio.models import PolicyDraft
from lianqiao.service.policy_studio.queries import drafts as queries
from lianqiao.service.policy_studio.queries.comparisons import names_of, others_of
from lianqiao.service.policy_studio.queries.drafts import CheckedPolicy
from lianqiao.service.policy_studio.wording import cost_shown, fault_words


class PolicyDesk(Desk[PolicyDraft, CheckedPolicy]):
    """What the pages of a policy tell: it is reckoned before it is published."""

    drafts = DRAFTS
    folder, prefix, home, one = "policy_studio", "policy", "policy-studio", "policy-studio-policy"
    title = _("Policy studio")
    passed = _("It passes the check.")
    trial = _("Reckon the cost")
    withdrawn = _("It is withdrawn; what stood before it stands again")

    def titles(self) -> dict[str, str]:
        """Return the policies there are."""
        return {one.id: in_words(one.title) for one in packs.current().benefits.policies.values()}

    def in_force(self, subject: str) -> str:
        """Return the policy's text as it is served."""
        return queries.policy_text(subject) if subject in DRAFTS.ids() else ""

    def changes(self, request: HttpRequest, one: PolicyDraft, found: CheckedPolicy) -> list[Change]:
        """Return what the text changes, once it passes the check."""
        if found.policy is None or not found.passes:
            return []
        served, day = packs.current().benefits, beijing(asking.moment(request)).date()
        before = served.policies.get(one.policy)
        was = queries.words_of(before, served, day=day, language=language())[1:] if before else []
        return compared(was, queries.words_of(found.policy, found.policies, day=day, language=language())[1:])

    def told(self, request: HttpRequest, one: PolicyDraft, found: CheckedPolicy) -> dict[str, Any]:
        """Return what the policy is called, and what this very text was reckoned to cost."""
        known = found.policy or packs.current().benefits.policies.get(one.policy)
        cost = queries.preview_of(one.text)
        keys = [key for key, _fen in cost.found["after"]["largest"]] if cost and cost.found else []
        return {
            "title": in_words(known.title) if known else one.policy,
            "key": one.policy,
            "tried": cost is not None,
            "may_write": True,
            "cost": cost_shown(
                cost.found if cost else None, names_of(known.party if known else "firm", keys)
            ),
            "reckoned": cost,
            "under_way": queries.preview_under_way(one),
        }

    def beside_text(self, request: HttpRequest, one: PolicyDraft, found: CheckedPolicy) -> dict[str, Any]:
        """Return the text in words, tried on the firm the address asks for, and what to compare it with."""
        return {
            "changes": self.changes(request, one, found),
            "others": titled(others_of(one), self.titles()) if found.passes else [],
            **_trial(request, found),
        }

    def fault_words(self, problem: Problem) -> tuple[str, str]:
        """Return what is wrong where there are words for it, and what the check says."""
        return fault_words(problem)


DESK = PolicyDesk()


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft with its words and what the check finds; keep what is typed, right or wrong."""
    return DESK.draft(request, draft_id)


@require_POST
@for_officers
@refusals_shown
def draft_cost(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Ask for what a draft would cost over all parties."""
    one = draft_of(PolicyDraft, draft_id)
    made = previews.ask_preview(one, by=asking.person(request), now=asking.moment(request))
    return redirect("job", job_id=made.job_id) if made.job_id else redirect("policy-draft", draft_id=one.pk)


@require_POST
@for_officers
@refusals_shown
def draft_dropped(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft up."""
    return DESK.dropped(request, draft_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def draft_publication(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show all there is to know of a draft, its cost first; a second person publishes it."""
    return DESK.publication(request, draft_id)


@require_POST
@for_officers
@refusals_shown
def draft_new(request: HttpRequest, policy: str) -> HttpResponse:
    """Begin to change a policy."""
    return DESK.begin(request, policy)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def new_policy(request: HttpRequest) -> HttpResponse:
    """Begin a new policy from one there is."""
    return DESK.new(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def withdrawal(request: HttpRequest, policy: str, version: int) -> HttpResponse:
    """Withdraw what was published: what stood before it stands again."""
    return DESK.withdrawal(request, f"policy:{policy}@{version}")


def _trial(request: HttpRequest, found: CheckedPolicy) -> dict[str, Any]:
    """Return the draft tried on the firm the address asks for."""
    asked = "firm" in request.GET
    form = TrialForm(request.GET if asked else None)
    if not (asked and form.is_valid() and found.passes):
        return {"firm_form": form}
    firm = form.cleaned_data["firm"]
    book, explanation = queries.tried(found, firm, now=asking.moment(request))
    shown = explained(explanation, book.rules) if explanation else None
    return {"firm_form": form, "tried_on": firm, "told": shown}
