"""Bundles on offer, the interview, what is asked once, and the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.bundles import OPENING, Bundle, interview, needed, shared_form
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.bundles.commands import runs as commands
from lianqiao.service.bundles.pages import shown
from lianqiao.service.bundles.queries import runs as queries
from lianqiao.service.forms.asked import Asked, typed_in
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.pages.sending import Sending

FIRM = "_firm"


@dataclass(frozen=True)
class Starting:
    """A bundle about to be started: for which firm, by which answers as typed."""

    bundle: Bundle
    firm: Firm
    answers: Mapping[str, Any]


@login_not_required
@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    """Show every bundle on offer."""
    found = [(one.id, in_words(one.title), in_words(one.summary), one) for one in queries.bundles().values()]
    now = asking.moment(request)
    context = {
        "bundles": [(key, title, words, shown.offered(one, on=now)) for key, title, words, one in found],
        "known": request.user.is_authenticated,
    }
    return render(request, "bundles/bundles.html", context)


@require_http_methods(["GET", "HEAD"])
@refusals_shown
def questions(request: HttpRequest, bundle_id: str) -> HttpResponse:
    """Ask the few questions; their answers, in the address, lead to what is asked once."""
    bundle = queries.bundle(bundle_id)
    firms = _firms(request)
    asked = _asked(request, bundle)
    sent = "_ask" in request.GET
    form = StepForm(asked, typed=typed_in(request.GET, asked) if sent else None, check=sent)
    if sent and form.is_valid():
        return HttpResponseRedirect(
            f"{reverse('bundle-apply', args=[bundle.id])}?{_query(request.GET, bundle)}"
        )
    context = {**_head(bundle), "form": form, "firms": firms, "offered": shown.offered(
        bundle, on=asking.moment(request))}  # fmt: skip
    return render(request, "bundles/questions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def apply(request: HttpRequest, bundle_id: str) -> HttpResponse:
    """Ask once what the matters need, and start them all."""
    bundle = queries.bundle(bundle_id)
    firms = _firms(request)
    asked = _asked(request, bundle)
    answers = {name: value for name, value in typed_in(request.GET, asked).items() if value not in ("", [])}
    try:
        said = commands.answered(bundle, answers)
    except Refusal:
        return redirect("bundle-questions", bundle_id=bundle.id)
    wanted = needed(bundle, said)
    on = beijing(asking.moment(request)).date()
    firm = _chosen(request, firms)
    sending = Sending(
        request,
        Asked(shared_form(bundle, packs.current(), wanted), OPENING, on),
        "bundles/apply.html",
        context={
            **_head(bundle),
            "firms": firms,
            "firm": firm,
            "upload_for": "",
            "matters": [shown.matter_title(bundle, name) for name in wanted],
            "answers": f"?{_query(request.GET, bundle)}",
            "back": f"{reverse('bundle-questions', args=[bundle.id])}?{_query(request.GET, bundle)}&_seen=1",
        },
        hidden=[(FIRM, str(firm.pk))] if len(firms) == 1 else [],
        firm=firm,
    )
    if request.method != "POST":
        return sending.page(StepForm(sending.asked))
    starting = Starting(bundle, firm, answers)
    return sending.answer(lambda given, once: _started(request, starting, given, once))


def _started(request: HttpRequest, starting: Starting, given: Any, once: str) -> HttpResponse:
    run = commands.start_run(
        starting.bundle.id,
        firm=starting.firm,
        by=asking.person(request),
        answers=starting.answers,
        data=given,
        now=asking.moment(request),
        once=once,
    )
    messages.success(request, _("Begun. What has to wait opens by itself when its turn comes."))
    return redirect("bundle-run", run_id=run.pk)


def _head(bundle: Bundle) -> dict[str, Any]:
    return {
        "bundle": bundle,
        "title": in_words(bundle.title),
        "summary": in_words(bundle.summary),
        "basis": [(in_words(basis.title), basis.source) for basis in bundle.basis],
    }


def _asked(request: HttpRequest, bundle: Bundle) -> Asked:
    return Asked(interview(bundle), OPENING, beijing(asking.moment(request)).date())


def _query(given: QueryDict, bundle: Bundle) -> str:
    """Return the answers as they stand in an address."""
    kept = QueryDict(mutable=True)
    for name in bundle.questions:
        kept.setlist(name, given.getlist(name))
    return kept.urlencode()


def _firms(request: HttpRequest) -> list[Firm]:
    firms = organization.firms_of(asking.person(request).pk, at=asking.moment(request))
    if not firms:
        raise refuse("no-firm", "the person acts for no firm", hint="ask the firm's administrator")
    return firms


def _chosen(request: HttpRequest, firms: list[Firm]) -> Firm:
    wanted = request.POST.get(FIRM) or str(firms[0].pk)
    for firm in firms:
        if str(firm.pk) == wanted:
            return firm
    raise refuse("wrong-role", "the person does not act for this firm")
