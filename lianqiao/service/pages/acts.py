"""One step of one case: its form for whoever may take it, and the taking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianqiao.bridge import commands, queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.beijing import beijing
from lianqiao.engine.case import possible_steps
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.mechanism import Step
from lianqiao.service.forms.asked import Asked
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, drafting
from lianqiao.service.pages.case_parts import case_head, papers, people_of
from lianqiao.service.pages.refusing import refusals_shown, refused
from lianqiao.service.pages.sending import ONCE, SEEN, Sending


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def act(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Show the form of a step, and take it; whoever was overtaken is told by whom, and keeps the typing."""
    person, now = asking.person(request), asking.moment(request)
    seen = queries.case_for(number, person, at=now)
    taken = seen.mechanism.steps.get(step)
    if taken is None or taken.opening:
        raise refuse("unknown-step", f"there is no step {step} to take here")
    if taken.by not in seen.roles:
        return _not_yours(request, seen, taken)
    sending = _sending(request, seen, step)
    possible = step in possible_steps(seen.mechanism, seen.state, seen.roles)
    if request.method == "POST":
        return _posted(sending, seen, possible=possible)
    if not possible:
        raise refuse("step-not-possible", f"{step} cannot be taken now", step=step)
    return sending.fresh()


def _sending(request: HttpRequest, seen: CaseSeen, step: str) -> Sending:
    now = asking.moment(request)
    asked = Asked(seen.mechanism, step, beijing(now).date(), seen.state.data)
    return Sending(
        request,
        asked,
        "service/act.html",
        case=seen.case,
        context={
            "case": seen.case,
            "head": case_head(seen, now=now),
            "papers": papers(seen),
            "private": seen.private,
            "number": seen.case.number,
        },
        firm=seen.case.firm,
        hidden=[(SEEN, str(seen.steps_taken))],
    )


def _posted(sending: Sending, seen: CaseSeen, *, possible: bool) -> HttpResponse:
    request = sending.request
    if drafting.SAVE in request.POST:
        # a draft is kept however the case moves
        return drafting.saved(sending)
    shown = _seen_steps(request)
    if shown is not None and shown != seen.steps_taken:
        return _overtaken(sending, seen, shown, possible=possible)
    if not possible:
        raise refuse("step-not-possible", "the step cannot be taken now", step=sending.asked.name)
    return sending.answer(lambda given, once: _taken(sending, seen, given, once))


def _taken(sending: Sending, seen: CaseSeen, given: Mapping[str, Any], once: str) -> HttpResponse:
    request, now = sending.request, asking.moment(sending.request)
    try:
        case = commands.act(
            seen.case.number,
            sending.asked.name,
            by=asking.person(request),
            data=given,
            now=now,
            seen=seen.steps_taken,
            once=once,
        )
    except Refusal as refusal:
        if refusal.code != "case-moved":
            raise
        fresh = queries.case_for(seen.case.number, asking.person(request), at=now)
        possible = sending.asked.name in possible_steps(fresh.mechanism, fresh.state, fresh.roles)
        return _conflict(request, fresh, sending.asked.name, refusal.problems[0], possible=possible)
    return _done(sending, case.number)


def _overtaken(sending: Sending, seen: CaseSeen, shown: int, *, possible: bool) -> HttpResponse:
    """Answer a form older than the case: the same form again is welcome, any other learns who was first."""
    request = sending.request
    try:
        # with the steps it had seen, `act` either knows the form by its token or names who got there first
        commands.act(
            seen.case.number,
            sending.asked.name,
            by=asking.person(request),
            data={},
            now=asking.moment(request),
            seen=shown,
            once=request.POST.get(ONCE, ""),
        )
    except Refusal as refusal:
        if refusal.code != "case-moved":
            raise
        return _conflict(request, seen, sending.asked.name, refusal.problems[0], possible=possible)
    messages.info(request, _("This form was sent before; nothing was done twice."))
    return HttpResponseRedirect(reverse("case", args=[seen.case.number]))


def _conflict(
    request: HttpRequest, seen: CaseSeen, step: str, problem: Problem, *, possible: bool
) -> HttpResponse:
    """Show who acted first, and the typing: in the form where the step can still be taken, else to copy."""
    sending = _sending(request, seen, step)
    done = seen.mechanism.steps.get(problem.facts.get("step", ""))
    conflict = {
        "who": problem.facts.get("who", ""),
        "at": datetime.fromisoformat(problem.facts["at"]),
        "step": in_words(done.title) if done else "",
        "possible": possible,
    }
    return sending.page(sending.form(check=False), status=409, conflict=conflict)


def _done(sending: Sending, number: str) -> HttpResponse:
    words = _("Done: %(step)s") % {"step": in_words(sending.asked.step.title)}
    messages.success(sending.request, words)
    return HttpResponseRedirect(reverse("case", args=[number]))


def _not_yours(request: HttpRequest, seen: CaseSeen, step: Step) -> HttpResponse:
    role = seen.mechanism.roles.get(step.by)
    title = in_words(role.title) if role else _("the clock")
    who = next((one.doing for one in people_of(seen, now=asking.moment(request)) if one.role == step.by), "")
    detail = _("“%(step)s” is for: %(role)s") % {"step": in_words(step.title), "role": title}
    if who:
        detail += _(" (now %(who)s)") % {"who": who}
    return refused(
        request,
        refuse("wrong-role", detail),
        detail=detail,
        back=reverse("case", args=[seen.case.number]),
        back_words=_("Back to the case"),
    )


def _seen_steps(request: HttpRequest) -> int | None:
    text = request.POST.get(SEEN, "")
    return int(text) if text.isdigit() and len(text) < 9 else None
