"""One act on several cases of a list: looked at once, taken case by case, each with its own answer."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianqiao.bridge import commands
from lianqiao.bridge.models import Case
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.service.commands.together import MOST_TOGETHER, RowResult, row_results
from lianqiao.service.forms.asked import Asked, typed_in
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.forms.together_form import TakerForm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.queries import overview, together

GO = "_go"
ONCE = "_once"
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass
class Chosen:
    """What a form asks of several cases; `results` is empty until they were acted on."""

    request: HttpRequest
    act: str
    keys: list[str]
    cases: dict[str, Case]
    results: list[RowResult] = field(default_factory=list)

    @property
    def once(self) -> str:
        """The form's own token; each case gets one from it, so that the form sent twice acts once."""
        token = self.request.POST.get(ONCE, "")
        return token if _TOKEN.fullmatch(token) else uuid.uuid4().hex


def offered(request: HttpRequest, *, show: str = "") -> dict[str, Any] | None:
    """Return what the list atom needs to offer bulk acts; None where there are none for this person."""
    if show == "done":
        return None
    acts = together.offers(asking.person(request).pk, at=asking.moment(request))
    shown = [
        {"value": one.value, "label": one.label or _("Give to someone else")}
        for one in acts
        # what waits for others can be given away, not decided
        if not show or one.value == together.REASSIGN
    ]
    return (
        {"url": reverse("cases-together"), "acts": shown, "here": request.get_full_path()} if shown else None
    )


@require_POST
@refusals_shown
def cases_together(request: HttpRequest) -> HttpResponse:
    """Ask what the act needs for the chosen cases, take it on each, and say what became of each."""
    keys = list(dict.fromkeys(request.POST.getlist("row")))
    act = request.POST.get("act", "")
    if not keys:
        return redirect(_back(request))
    if len(keys) > MOST_TOGETHER:
        most = str(MOST_TOGETHER)
        raise refuse("rows-too-many", f"more than {most} rows", hint="choose fewer", most=most)
    mechanisms = overview.overseen(asking.person(request).pk, at=asking.moment(request))
    found = {case.number: case for case in together.chosen_cases(keys, mechanisms)}
    chosen = Chosen(request, act, keys, found)
    if act == together.REASSIGN:
        return _reassigned(chosen)
    return _stepped(chosen)


def _reassigned(chosen: Chosen) -> HttpResponse:
    request, now = chosen.request, asking.moment(chosen.request)
    going = GO in request.POST
    takers = list(together.takers({case.mechanism for case in chosen.cases.values()}, at=now))
    form = TakerForm(request.POST if going else None, takers=takers)
    if not going or not form.is_valid():
        return _page(chosen, _("Give to someone else"), form, status=UNPROCESSABLE if form.errors else 200)
    role, person_id = form.chosen
    to = organization.person(person_id)
    if to is None:
        raise refuse("person-unknown", "there is no such person", hint="choose someone from the list")
    me = asking.person(request)
    answers = commands.reassign_together(chosen.keys, role, to, by=me, now=now)
    chosen.results = row_results(chosen.keys, answers)
    return _page(chosen, _("Give to someone else"), form)


def _stepped(chosen: Chosen) -> HttpResponse:
    request, now = chosen.request, asking.moment(chosen.request)
    found = together.step_of(chosen.act)
    if found is None:
        raise refuse("unknown-step", "there is no such act for several cases", hint="choose one of the list")
    mechanism, step = found
    asked = Asked(mechanism, step, beijing(now).date())
    going = GO in request.POST
    form = StepForm(asked, typed=typed_in(request.POST, asked) if going else None, check=going)
    title = in_words(asked.step.title)
    if not going or not form.is_valid():
        return _page(chosen, title, form, status=UNPROCESSABLE if going else 200)
    once = chosen.once
    _take(chosen, mechanism.id, step, form.given, once=once)
    return _page(chosen, title, form, once=once)


def _take(chosen: Chosen, mechanism_id: str, step: str, data: dict[str, Any], *, once: str) -> None:
    """Take the step on every case of the promise it is of; steps of two promises may share a name."""
    me, now = asking.person(chosen.request), asking.moment(chosen.request)
    others = {case.number for case in chosen.cases.values() if case.mechanism != mechanism_id}
    mine = [key for key in chosen.keys if key not in others]
    asked = [commands.StepAsked(key, step, me, data, once=f"{once} {key}") for key in mine]
    answers = dict(zip(mine, commands.act_together(asked, now=now), strict=True))
    other = refuse("unknown-step", "the case is of another promise", hint="act on it by itself")
    chosen.results = row_results(chosen.keys, [answers.get(key, other) for key in chosen.keys])


def _page(chosen: Chosen, title: str, form: Any, *, once: str = "", status: int = 200) -> HttpResponse:
    results = {result.key: result for result in chosen.results}
    rows = [
        {
            "key": key,
            "case": chosen.cases.get(key),
            "result": results.get(key),
            "words": [refusal_text(problem) for problem in results[key].problems] if key in results else [],
        }
        for key in chosen.keys
    ]
    done = sum(result.done for result in chosen.results)
    context = {
        "title": title,
        "form": form,
        "is_step": isinstance(form, StepForm),
        "rows": rows,
        "tried": bool(chosen.results),
        "done": done,
        "refused": len(chosen.results) - done,
        "act": chosen.act,
        "once": once or chosen.once,
        "back": _back(chosen.request),
    }
    return render(chosen.request, "service/together.html", context, status=status)


def _back(request: HttpRequest) -> str:
    following = request.POST.get("next", "")
    secure = request.is_secure()
    if url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=secure):
        return following
    return reverse("worklist")
