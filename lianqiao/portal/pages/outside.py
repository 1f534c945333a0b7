"""Signing in by way of the identity provider."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.portal import outside_provider, staying
from lianqiao.portal.pages.second_step import ask_code
from lianqiao.service.pages import asking

NEXT = "outside_next"


@never_cache
@login_not_required
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Go to the provider; there is no such address where none is set up."""
    if not outside_provider.available():
        raise Http404
    onward = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        request.session[NEXT] = onward
    try:
        return outside_provider.leave_for(request, settings.SITE_ADDRESS + reverse("outside-back"))
    except Refusal as refusal:
        return _back(request, refusal)


@never_cache
@login_not_required
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Let in whoever the provider vouches for, after the second factor where they have one here."""
    if not outside_provider.available():
        raise Http404
    now = asking.moment(request)
    try:
        claims = outside_provider.claims_brought(request)
        person = commands.admit_outside(
            claims, issuer=claims["iss"], language=get_language() or "zh-hans", now=now
        )
    except Refusal as refusal:
        return _back(request, refusal)
    onward, twice = request.session.pop(NEXT, ""), outside_provider.proved_twice(claims)
    if queries.has_second_factor(person.pk) and not twice:
        return ask_code(request, person, onward=onward or reverse("start"), now=now, means="oidc")
    staying.enter(request, person, means="oidc", now=now, with_code=twice)
    return redirect(onward or "start")


def _back(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    words = {
        "outside-away": _("The identity provider does not answer. Try again, or sign in with your password."),
        "outside-refused": _("The identity provider's answer could not be accepted. Sign in again."),
    }
    messages.error(request, words.get(refusal.code) or refusal_text(refusal.problems[0]))
    return redirect("sign-in")
