"""The page of one case, for everyone who may see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.beijing import beijing
from lianqiao.engine.case import possible_steps
from lianqiao.service.forms.talk_form import TalkForm
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.case_brought import brought_with
from lianqiao.service.pages.case_clocks import clocks_shown
from lianqiao.service.pages.case_lanes import lanes_of
from lianqiao.service.pages.case_parts import case_head, missing_for_firm, papers, parts_of, people_of
from lianqiao.service.pages.case_results import results_shown
from lianqiao.service.pages.case_timeline import timeline
from lianqiao.service.pages.file_checks import checks_of
from lianqiao.service.pages.rating_shown import rating_shown
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.pages.reusing import may_file_again
from lianqiao.service.queries.derived import derivations

# the cases of which the reader asked to see people's numbers, in this session
SEEN, MOST_SEEN = "numbers_seen", 50


@require_safe
@refusals_shown
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case: whose turn it is, its clocks, what was filed, what can be done, its log."""
    return case_page(request, number, TalkForm())


def case_page(request: HttpRequest, number: str, talk: TalkForm, *, status: int = 200) -> HttpResponse:
    """Return the case's page with the message being written, if any."""
    now = asking.moment(request)
    seen = queries.case_for(number, asking.person(request), at=now)
    people = people_of(seen, now=now)
    log = queries.log_of(seen.case)
    plain = number in request.session.get(SEEN, [])
    actions = _actions(seen)
    asked = _asked(seen, actions)
    context = {
        "case": seen.case,
        "head": case_head(seen, now=now),
        "people": people,
        "clocks": clocks_shown(seen, people, now=now, terse=_is_officer(seen)),
        "actions": [action for action in actions if action["name"] not in {ask["name"] for ask in asked}],
        "asked": asked,
        "papers": papers(seen, plain=plain),
        "masked": seen.private and not plain and bool(queries.numbers_of(seen, log)),
        "parts": parts_of(seen),
        "derived": derivations(seen.mechanism, seen.state.data, on=beijing(seen.case.opened_at).date()),
        "timeline": timeline(seen, log, plain=plain),
        "officer": _is_officer(seen),
        "firms_own": any(seen.mechanism.roles[name].kind == "applicant" for name in seen.roles),
        "private": seen.private,
        "progress_url": request.build_absolute_uri(reverse("progress-of", args=[seen.case.progress_code])),
        "log_head": log[-1].hash,
        "log_length": len(log),
        "results": results_shown(seen),
        "checks": checks_of(seen),
        "rating": rating_shown(seen),
        "again_url": may_file_again(seen),
        "talk": talk if seen.roles else None,
        "lanes": lanes_of(seen, now=now),
        "brought": brought_with(seen, officer=_is_officer(seen)),
    }
    return render(request, "service/case.html", context, status=status)


@require_POST
@refusals_shown
def numbers(request: HttpRequest, number: str) -> HttpResponse:
    """Show the case with people's numbers in full from now on, in this session; that one looked is kept."""
    commands.show_numbers(number, by=asking.person(request), now=asking.moment(request))
    request.session[SEEN] = [*request.session.get(SEEN, [])[-(MOST_SEEN - 1) :], number]
    return HttpResponseRedirect(reverse("case", args=[number]) + "#papers")


def _actions(seen: CaseSeen) -> list[dict[str, Any]]:
    """Return the acts the reader can do now; the first one that is not grave leads."""
    found = []
    for name in possible_steps(seen.mechanism, seen.state, seen.roles):
        step = seen.mechanism.steps[name]
        found.append(
            {
                "name": name,
                "title": in_words(step.title),
                "url": reverse("act", args=[seen.case.number, name]),
                "style": "danger" if step.confirm else "",
                "again": bool(step.asks_again),
            }
        )
    lead = next((action for action in found if not action["style"]), None)
    if lead:
        lead["style"] = "primary"
    return found


def _asked(seen: CaseSeen, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the case waits for its firm to do, with each item sent back, if the reader is the firm.

    What asks again comes first; otherwise it is the act that leads.
    """
    role = seen.mechanism.roles.get(seen.case.waits_for)
    if role is None or role.kind != "applicant" or seen.case.waits_for not in seen.roles:
        return []
    found = [action for action in actions if action["again"]] or [
        action for action in actions if action["style"] == "primary"
    ]
    return [{**action, "items": missing_for_firm(seen, action["name"])} for action in found]


def _is_officer(seen: CaseSeen) -> bool:
    roles = seen.mechanism.roles
    return any(roles[name].kind != "applicant" for name in seen.roles)
