"""The drug steward's front page: one window, three channels, five stages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.service.drug.pages.shown import stage_words
from lianqiao.service.drug.queries.answers import keeping
from lianqiao.service.drug.queries.journeys import guides, journeys
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.promise_shown import promise_shown


@login_not_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the one window, the channels that journeys name, and the roads through the five stages."""
    now, pack = asking.moment(request), packs.current()
    on = beijing(now).date()
    roads = journeys().values()
    named = dict.fromkeys(step.mechanism for one in roads for step in one.steps.values() if step.mechanism)
    known = request.user.is_authenticated
    context = {
        "windows": [promise_shown(one, on=on) for one in keeping()],
        "channels": [promise_shown(pack.newest(mechanism), on=on) for mechanism in named],
        "roads": [(one.id, in_words(one.title), in_words(one.summary)) for one in roads],
        "stages": list(enumerate(stage_words().values(), 1)),
        "guide": known and guides(asking.person(request), at=now),
        "known": known,
    }
    return render(request, "drug/desk.html", context)
