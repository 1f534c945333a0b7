"""A policy being written: its words and faults beside the text, tried on a firm, reckoned, published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.bridge import packs
from lianqiao.bridge.commands.publishing import withdraw
from lianqiao.bridge.queries.publications import publication
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.service.benefits.grant_words import explained
from lianqiao.service.benefits.pages.guarding import for_officers
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.policy_studio.commands import drafts as commands
from lianqiao.service.policy_studio.commands import previews
from lianqiao.service.policy_studio.forms import DraftForm, TrialForm
from lianqiao.service.policy_studio.models import PolicyDraft
from lianqiao.service.policy_studio.queries import drafts as queries
from lianqiao.service.policy_studio.queries.drafts import Checked
from lianqiao.service.policy_studio.wording import cost_shown, told
from lianqiao.service.studio.forms import PublishForm, WithdrawForm
from lianqiao.service.studio.wording import language


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft with its words and what the check finds; keep what is typed, right or wrong."""
    one = queries.draft(draft_id)
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        initial={"text": one.text, "edition": one.edition},
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        person, now = asking.person(request), asking.moment(request)
        try:
            saved = commands.save_draft(one.pk, typed["text"], edition=typed["edition"], by=person, now=now)
        except Refusal as refusal:
            # what was typed stays in the form; what another window saved is shown beside it
            for problem in refusal.problems:
                form.add_error(None, refusal_text(problem))
            if refusal.code == "draft-moved":
                conflict = _lines(one.text, typed["text"])
        else:
            passes = queries.checked_text(saved.text).passes
            messages.success(request, _("Saved; it passes the check") if passes else _("Saved as it is"))
            return redirect("policy-draft", draft_id=one.pk)
    found = queries.checked_text(form["text"].value() or one.text)
    context = {**_context(request, one, found), "form": form, "conflict": conflict, **_trial(request, found)}
    return render(request, "policy_studio/draft.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@for_officers
@refusals_shown
def draft_cost(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Ask for what a draft would cost over all parties."""
    one = queries.draft(draft_id)
    made = previews.ask_preview(one, by=asking.person(request), now=asking.moment(request))
    return redirect("job", job_id=made.job_id) if made.job_id else redirect("policy-draft", draft_id=one.pk)


@require_POST
@for_officers
@refusals_shown
def draft_dropped(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft up."""
    commands.drop_draft(draft_id, by=asking.person(request), now=asking.moment(request))
    messages.success(request, _("The draft was given up"))
    return redirect("policy-studio")


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def draft_publication(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show all there is to know of a draft, its cost first; a second person publishes it."""
    one, now = queries.draft(draft_id), asking.moment(request)
    found = queries.checked_text(one.text)
    form = PublishForm(
        request.POST if request.method == "POST" else None, now=now, initial={"edition": one.edition}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.publish_draft(one.pk, by=asking.person(request), now=now, **form.cleaned_data)
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error(None, refusal_text(problem))
        else:
            at_once = made.in_force_at is not None
            words = _("It is published and in force") if at_once else _("It is published")
            messages.success(request, words)
            return redirect("policy-studio-policy" if at_once else "policy-studio", *([one.policy] * at_once))
    writers = organization.names(one.writers)
    context = {
        **_context(request, one, found),
        "form": form,
        "writers": [writers[pk] for pk in one.writers if pk in writers],
        "wrote": asking.person(request).pk in one.writers,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "policy_studio/publication.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def withdrawal(request: HttpRequest, policy: str, version: int) -> HttpResponse:
    """Withdraw what was published: what stood before it stands again."""
    made = publication(f"policy:{policy}@{version}")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person, now = asking.person(request), asking.moment(request)
        try:
            withdraw(made.key, by=person, reason=form.cleaned_data["reason"], now=now)
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error(None, refusal_text(problem))
        else:
            messages.success(request, _("It is withdrawn; what stood before it stands again"))
            return redirect("policy-studio")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "policy_studio/withdrawal.html", {"form": form, "made": made}, status=status)


def _context(request: HttpRequest, one: PolicyDraft, found: Checked) -> dict[str, Any]:
    pack, day = packs.current(), beijing(asking.moment(request)).date()
    before = pack.benefits.policies.get(one.policy)
    known = found.policy or before
    spoken = found.passes and found.policy is not None
    after = (
        queries.words_of(found.policy, found.policies, day=day, language=language())[1:]
        if spoken and found.policy
        else []
    )
    was = queries.words_of(before, pack.benefits, day=day, language=language())[1:] if before else []
    cost = queries.preview_of(one.text)
    keys = [key for key, _fen in cost.found["after"]["largest"]] if cost and cost.found else []
    return {
        "draft": one,
        "title": in_words(known.title) if known else one.policy,
        "served": before is not None,
        "passes": found.passes,
        "faults": [
            {"line": fault.line, "text": fault.words, **told(fault.problem)} for fault in found.faults
        ],
        "changes": [{"kind": kind, "words": words} for kind, words in queries.changes(was, after)],
        "lines": _lines(queries.policy_text(one.policy) if before else "", one.text),
        "cost": cost_shown(cost.found if cost else None, organization.firm_names(keys)),
        "reckoned": cost,
        "under_way": queries.preview_under_way(one),
    }


def _lines(before: str, after: str) -> list[dict[str, str]]:
    found = queries.changes(before.splitlines(), after.splitlines())
    return [{"kind": kind, "words": words} for kind, words in found if kind != "same"]


def _trial(request: HttpRequest, found: Checked) -> dict[str, Any]:
    """Return the draft tried on the firm the address asks for."""
    asked = "firm" in request.GET
    form = TrialForm(request.GET if asked else None)
    if not (asked and form.is_valid() and found.passes):
        return {"trial": form}
    firm = form.cleaned_data["firm"]
    book, explanation = queries.tried(found, firm, now=asking.moment(request))
    shown = explained(explanation, book.rules) if explanation else None
    return {"trial": form, "tried_on": firm, "told": shown}
