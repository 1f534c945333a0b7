"""How a case stands, for anyone with its code: the state, the clocks and the public fields, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.beijing import beijing
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking
from lianqiao.service.pages.case_clocks import clocks_shown
from lianqiao.service.pages.case_parts import standing, state_words
from lianqiao.service.pages.codes import ask_code, opened, tidied, unknown
from lianqiao.service.queries.derived import derivations
from lianqiao.service.shown_values import value_words

PAGE = "service/progress.html"


@login_not_required
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Ask for a progress code, and go on to what it opens."""

    def known(code: str) -> str:
        case = queries.case_by_progress_code(code)
        return case.progress_code if case else ""

    return ask_code(request, PAGE, opens="progress-of", known=known)


@login_not_required
@require_safe
@never_cache
def progress_of(request: HttpRequest, code: str) -> HttpResponse:
    """Show how the case with this code stands."""
    case = queries.case_by_progress_code(tidied(code))
    if case is None:
        return unknown(request, PAGE, code)
    now = asking.moment(request)
    # nobody's roles: a stranger with a code sees what is public
    seen = CaseSeen(case, queries.mechanism_of(case), queries.state_of(case), frozenset(), private=False)
    clocks = [
        # whether the promise was kept is public, who was told and who stood in is not
        replace(clock, promise=replace(clock.promise, owner=""))
        for clock in clocks_shown(seen, [], now=now)
    ]
    context = {
        "title": _public_title(seen),
        "promise": in_words(seen.mechanism.title),
        "state": state_words(seen, public=True),
        "standing": standing(case, now=now),
        "turn": _turn(seen),
        "example": case.example or seen.mechanism.example,
        "fields": _public_fields(seen),
        "clocks": clocks,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "code": case.progress_code,
    }
    return opened(request, "service/progress_of.html", context)


def _public_title(seen: CaseSeen) -> str:
    subject = seen.mechanism.fields[seen.mechanism.subject]
    return seen.case.title if subject.public else in_words(seen.mechanism.title)


def _public_fields(seen: CaseSeen) -> list[dict[str, Any]]:
    """Return the public fields that are filled, files left out, and the public derived values."""
    mechanism, data = seen.mechanism, seen.state.data
    shown = [
        {"label": in_words(field.title), "value": value_words(field, data[name])}
        for name, field in mechanism.fields.items()
        if field.public and name in data and field.type not in ("file", "items")
    ]
    on = beijing(seen.case.opened_at).date()
    shown += [
        {"label": derived.title, "value": derived.words}
        for derived in derivations(mechanism, data, on=on)
        if mechanism.derived[derived.name].public and derived.words
    ]
    return shown


def _turn(seen: CaseSeen) -> str:
    if seen.case.closed_at is not None:
        return ""
    role = seen.mechanism.roles.get(seen.case.waits_for)
    if role is None:
        return ""
    return _("the applicant") if role.kind == "applicant" else in_words(role.title)
