"""A version being written: its text with what is wrong beside it, what it changes, its publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.engine.bpmn_picture import pictured
from lianqiao.engine.errors import Refusal
from lianqiao.organization import queries as organization
from lianqiao.organization.commands.authority import is_office
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.mining_shown import for_leaders
from lianqiao.service.studio.commands import drafts as commands
from lianqiao.service.studio.forms import DraftForm, PublishForm
from lianqiao.service.studio.models import MechanismDraft
from lianqiao.service.studio.pages.simulations import simulation_rows
from lianqiao.service.studio.queries import mechanisms as queries
from lianqiao.service.studio.queries.drafts import Checked, changed_lines, changes, checked_text
from lianqiao.service.studio.queries.simulations import answered_for
from lianqiao.service.studio.wording import detail_words, language, problem_words


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show the text of a draft with what the check finds; keep what is typed, right or wrong."""
    one = queries.draft(draft_id)
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        initial={"text": one.text, "edition": one.edition},
    )
    conflict = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            saved = commands.save_draft(
                one.pk,
                typed["text"],
                edition=typed["edition"],
                by=asking.person(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            # what was typed stays in the form; what another window saved is shown beside it
            for problem in refusal.problems:
                form.add_error(None, problem_words(problem))
            if refusal.code == "draft-moved":
                conflict = changed_lines(one.text, typed["text"])
        else:
            passes = checked_text(saved.text).passes
            messages.success(request, _("Saved; it passes the check") if passes else _("Saved as it is"))
            return redirect("studio-draft", draft_id=one.pk)
    shown = form["text"].value() or one.text
    context = {**_context(request, one, checked_text(shown)), "form": form, "conflict": conflict}
    return render(request, "studio/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leaders
def publication(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show all there is to know of a draft, simulation first; a second person publishes it."""
    one, now = queries.draft(draft_id), asking.moment(request)
    checked = checked_text(one.text)
    form = PublishForm(
        request.POST if request.method == "POST" else None, now=now, initial={"edition": one.edition}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.publish_draft(one.pk, by=asking.person(request), now=now, **form.cleaned_data)
        except Refusal as refusal:
            for problem in refusal.problems:
                form.add_error(None, problem_words(problem))
        else:
            at_once = made.in_force_at is not None
            told = _("%(key)s is published and in force") if at_once else _("%(key)s is published")
            messages.success(request, told % {"key": made.key})
            return redirect("studio-mechanism", promise=one.mechanism)
    before = queries.current_or_none(one.mechanism)
    after = checked.mechanism
    writers = organization.names(one.writers)
    context = {
        **_context(request, one, checked),
        "form": form,
        "changes": changes(before, after, language()) if after else [],
        "lines": changed_lines(queries.text_of(before) if before else "", one.text),
        "simulations": simulation_rows(answered_for(one.text)),
        "picture": pictured(after, language()) if after and checked.passes else None,
        "writers": [writers[pk] for pk in one.writers if pk in writers],
        "wrote": asking.person(request).pk in one.writers,
    }
    return render(request, "studio/publication.html", context)


@require_POST
@for_leaders
def draft_dropped(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft up."""
    one = queries.draft(draft_id)
    commands.drop_draft(one.pk, by=asking.person(request), now=asking.moment(request))
    messages.success(request, _("The draft was given up"))
    return redirect("studio")


def _context(request: HttpRequest, one: MechanismDraft, checked: Checked) -> dict[str, Any]:
    before = queries.current_or_none(one.mechanism)
    known = checked.mechanism or before
    return {
        "draft": one,
        "title": in_words(known.title) if known else one.mechanism,
        "served": before is not None,
        "mechanism": checked.mechanism,
        "passes": checked.passes,
        "faults": [
            {
                "line": fault.line,
                "code": fault.problem.code,
                "place": fault.problem.place.partition(" › ")[2] or fault.problem.place,
                "words": problem_words(fault.problem),
                "detail": detail_words(fault.problem),
                "text": fault.words,
            }
            for fault in checked.faults
        ],
        "simulated": bool(answered_for(one.text)),
        "office": is_office(asking.person(request), now=asking.moment(request)),
    }
