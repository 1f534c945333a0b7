"""The catalogue of promises, what one says, and the form that opens a case under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands, packs, queries
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.commands.visits import open_case_from
from lianqiao.service.forms.asked import Asked
from lianqiao.service.models import Draft
from lianqiao.service.pages import asking
from lianqiao.service.pages.promise_shown import promise_shown
from lianqiao.service.pages.rating_shown import rating_figures
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.pages.reusing import begun_with
from lianqiao.service.pages.sending import Sending
from lianqiao.service.pages.taking_in import Taken, alike_address, filing_address, taken_for
from lianqiao.service.queries.drafts import drafts_of_promise
from lianqiao.service.queries.resolution import listed_for

FIRM = "_firm"
BASKET = "_basket"
# drafts named above an empty form; the others are in their list
MOST_OFFERED = 3
# under this key a session keeps the firm its person works for now
ACTING = "acting_firm"


@login_not_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Show every promise of the zone a firm can ask for."""
    on = beijing(asking.moment(request)).date()
    offered = [mechanism for mechanism in packs.current().newest_versions.values() if mechanism.offered]
    shown = [promise_shown(mechanism, on=on) for mechanism in offered]
    return render(request, "service/services.html", {"services": shown, "may_file": _may_file(request)})


@login_not_required
@require_safe
@refusals_shown
def service(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Show what one promise says: steps, times, materials, on what it rests."""
    promise = packs.current().newest(mechanism)
    shown = promise_shown(promise, on=beijing(asking.moment(request)).date())
    ratings = rating_figures(queries.rating_tally([promise.id]))
    context = {
        "service": shown,
        "may_file": bool(_firms(request, promise)),
        "may_take_in": _may_take_in(request, promise),
        "may_list": bool(promise.resolution) and _may_list(request, promise),
        "ratings": ratings,
        # who answered for them is for the zone to see
        "rated_people": [],
    }
    return render(request, "service/service.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def file(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Show the form that opens a case, and open it; the same form sent twice opens one."""
    promise = packs.current().newest(mechanism)
    if not promise.offered:
        raise refuse("unknown-mechanism", "it is not asked for by itself")
    taken = taken_for(request, promise)
    firms = [taken.firm] if taken else _firms(request, promise)
    if not firms and queries.takes_in(promise, asking.person(request), at=asking.moment(request)):
        return HttpResponseRedirect(reverse("take-in", args=[promise.id]))
    if not firms:
        raise refuse("no-firm", "the person acts for no firm", hint="ask the firm's administrator")
    firm = taken.firm if taken else _chosen(request, firms)
    on = beijing(asking.moment(request)).date()
    sending = Sending(
        request,
        Asked(promise, promise.opening_step, on),
        "service/file.html",
        context={
            "firms": firms,
            "firm": firm,
            "service": promise_shown(promise, on=on),
            "reused": None,
            "drafts": [] if taken else _drafts(request, promise),
            "taken": taken,
            "alike": alike_address(promise, taken),
            "in_basket": _in_basket(request),
        },
        hidden=_hidden(request, taken, firm, alone=len(firms) == 1),
        firm=firm,
        brought=taken.brought if taken else {},
        address=filing_address(promise.id, firm, **taken.brought) if taken else "",
    )
    if request.method != "POST":
        begun = begun_with(request, sending.asked, firm)
        return sending.page(begun[0], reused=begun[1]) if begun else sending.fresh()
    return sending.answer(lambda given, once: _opened(request, promise, firm, given, once=once, taken=taken))


def _hidden(request: HttpRequest, taken: Taken | None, firm: Firm, *, alone: bool) -> list[tuple[str, str]]:
    """Return what travels with the form besides what is typed."""
    found = taken.hidden if taken else [(FIRM, str(firm.pk))] if alone else []
    return [*found, (BASKET, "1")] if _in_basket(request) else found


def _in_basket(request: HttpRequest) -> bool:
    """True where the form is one of the basket, and saving it leads back there."""
    return bool(request.GET.get("basket") or request.POST.get(BASKET))


def _opened(
    request: HttpRequest,
    promise: Mechanism,
    firm: Firm,
    given: Mapping[str, Any],
    *,
    once: str,
    taken: Taken | None,
) -> HttpResponse:
    now, by = asking.moment(request), asking.person(request)
    if taken and taken.visit:
        case = open_case_from(taken.visit, promise.id, by=by, data=given, now=now, once=once)
    else:
        channel = taken.channel if taken else ""
        case = commands.open_case(
            promise.id, by=by, firm=firm, data=given, now=now, once=once, channel=channel
        )
    if case.opened_at == now:
        words = _("Filed. The number is %(number)s; the clock is running.") % {"number": case.number}
        messages.success(request, words)
    else:
        messages.info(request, _("This form was sent before; nothing was filed twice."))
    return HttpResponseRedirect(reverse("case", args=[case.number]))


def _drafts(request: HttpRequest, promise: Mechanism) -> list[Draft]:
    """Return the drafts to offer on an empty form."""
    if request.method == "POST" or "draft" in request.GET:
        return []
    return list(drafts_of_promise(promise.id, asking.person(request))[:MOST_OFFERED])


def _may_list(request: HttpRequest, promise: Mechanism) -> bool:
    if not request.user.is_authenticated:
        return False
    return promise in listed_for(asking.person(request).pk, at=asking.moment(request))


def _may_take_in(request: HttpRequest, promise: Mechanism) -> bool:
    if not request.user.is_authenticated:
        return False
    return queries.takes_in(promise, asking.person(request), at=asking.moment(request))


def _may_file(request: HttpRequest) -> bool:
    """True for whoever acts for a firm; a mandate may cover only some of the promises."""
    if not request.user.is_authenticated:
        return False
    person, now = asking.person(request), asking.moment(request)
    own = organization.firms_of(person.pk, at=now)
    return bool(own) or organization.in_force_mandates(now).filter(person=person).exists()


def _firms(request: HttpRequest, promise: Mechanism) -> list[Firm]:
    """Return the firms the person files for under this promise: their own, then those by mandate."""
    if not request.user.is_authenticated:
        return []
    return queries.firms_acted_for(asking.person(request).pk, promise.id, at=asking.moment(request))


def _chosen(request: HttpRequest, firms: list[Firm]) -> Firm:
    """Return the firm the form names; refuses `wrong-role` for one the person does not act for."""
    named = request.POST.get(FIRM) or request.GET.get("firm")
    acting = request.session.get(ACTING)
    first = acting if acting in [firm.pk for firm in firms] else firms[0].pk
    wanted = named or str(first)
    for firm in firms:
        if str(firm.pk) == wanted:
            return firm
    raise Refusal(*refuse("wrong-role", "the person does not act for this firm").problems)
