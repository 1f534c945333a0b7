"""The second step of signing in: a code, after the password or the provider was right."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import CodeForm
from lianqiao.organization.models import Person
from lianqiao.portal import staying
from lianqiao.service.pages import asking

# who is half-way in; nothing of the site is open to them yet
HALF_WAY = "half_way"
WITHIN = timedelta(minutes=10)


def ask_code(
    request: HttpRequest, person: Person, *, onward: str, now: datetime, means: str = "password"
) -> HttpResponse:
    """Remember who is half-way in and go to the page that asks for the code."""
    # a new key, so that whoever knew the one before is not half-way in too
    request.session.cycle_key()
    request.session[HALF_WAY] = {
        "person": person.pk,
        "password": person.password,
        "at": now.isoformat(),
        "onward": onward,
        "means": means,
    }
    return redirect("sign-in-code")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code and let them in."""
    now = asking.moment(request)
    half = request.session.get(HALF_WAY)
    person = _half_way(request, now)
    if half is None or person is None:
        request.session.pop(HALF_WAY, None)
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.check_code(person, form.cleaned_data["code"], address=staying.address(request), now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            del request.session[HALF_WAY]
            staying.enter(request, person, means=half["means"], now=now, with_code=True)
            return redirect(_safe(request, half["onward"]))
    return render(request, "portal/pages/code.html", {"form": form}, status=422 if form.errors else 200)


def _half_way(request: HttpRequest, now: datetime) -> Person | None:
    half = request.session.get(HALF_WAY)
    if half is None or now - datetime.fromisoformat(half["at"]) >= WITHIN:
        return None
    person = queries.person(half["person"])
    # a password changed meanwhile was perhaps changed because of this very sign-in
    return person if person is not None and person.password == half["password"] else None


def _safe(request: HttpRequest, onward: str) -> str:
    allowed = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if allowed else "start"
