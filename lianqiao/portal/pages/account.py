"""“My account”: the password, the second factor, and where one is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pyotp.utils import build_uri

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import CodeForm, ConfirmForm, PasswordForm
from lianqiao.organization.models import Session
from lianqiao.organization.wording import sentence
from lianqiao.portal import staying
from lianqiao.service.pages import asking

METHODS = ["GET", "HEAD", "POST"]


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show how one signs in and where one is signed in."""
    person, now = asking.person(request), asking.moment(request)
    own = staying.label(request)
    context = {
        "password": person.has_usable_password(),
        "factor": queries.has_second_factor(person.pk),
        "factor_needed": queries.needs_second_factor(person.pk, at=now),
        "codes_left": queries.recovery_codes_left(person.pk),
        "columns": _columns(),
        "sessions": [_session(one, own) for one in queries.sessions_of(person.pk, at=now)],
        "several": len(queries.sessions_of(person.pk, at=now)) > 1,
    }
    return render(request, "portal/pages/account.html", context)


@never_cache
@require_http_methods(METHODS)
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    person = asking.person(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            commands.change_password(
                person, old=given["old"], new=given["password"], now=asking.moment(request),
                keep=staying.label(request),
            )  # fmt: skip
        except Refusal as refusal:
            form.show(refusal)
        else:
            staying.stay(request, person.pk)
            messages.success(request, _("The password is changed; you are signed out everywhere else."))
            return redirect("account")
    return render(request, "portal/pages/password.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(METHODS)
@staying.confirmed_lately
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: its picture, then a first code; the recovery codes are shown once."""
    person, now = asking.person(request), asking.moment(request)
    if queries.has_second_factor(person.pk):
        return redirect("account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = commands.confirm_second_factor(
                person, form.cleaned_data["code"], address=staying.address(request), now=now
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            staying.enrolled(request)
            return _codes_page(request, codes)
    secret = commands.secret_text(commands.begin_second_factor(person, now=now))
    context = {
        "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": _picture(build_uri(secret, person.get_username(), issuer="Lianqiao")),
        "needed": queries.needs_second_factor(person.pk, at=now),
    }
    return render(request, "portal/pages/second_factor.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@staying.confirmed_lately
def second_factor_removal(request: HttpRequest) -> HttpResponse:
    """Remove the second factor, after a second look."""
    person, now = asking.person(request), asking.moment(request)
    if request.method == "POST":
        try:
            commands.remove_second_factor(person.pk, actor=person, now=now)
        except Refusal as refusal:
            messages.error(request, sentence(refusal.problems[0]))
        else:
            messages.success(
                request, _("The second factor is removed; the password alone opens the account.")
            )
        return redirect("account")
    return render(request, "portal/pages/second_factor_removal.html")


@never_cache
@require_http_methods(METHODS)
@staying.confirmed_lately
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes in place of the old, after a second look."""
    if request.method != "POST":
        return render(request, "portal/pages/recovery_codes_new.html")
    try:
        codes = commands.renew_recovery_codes(asking.person(request), now=asking.moment(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
        return redirect("account")
    return _codes_page(request, codes)


@never_cache
@require_http_methods(METHODS)
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password once more, or for a code of whoever has none, and go on."""
    person, now = asking.person(request), asking.moment(request)
    by_password, by_code = person.has_usable_password(), queries.has_second_factor(person.pk)
    kind = ConfirmForm if by_password else CodeForm
    form = kind(request.POST if request.method == "POST" else None)
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = ""
    if request.method == "POST" and form.is_valid():
        given, address = form.cleaned_data, staying.address(request)
        try:
            if by_password:
                name = person.get_username()
                commands.check_password(name, given["password"], address=address, now=now)
            else:
                commands.check_code(person, given["code"], address=address, now=now)
        except Refusal as refusal:
            form.show(refusal)
        else:
            staying.confirm(request, now=now)
            return redirect(onward or "account")
    context = {"form": form, "next": onward, "possible": by_password or by_code}
    return render(request, "portal/pages/confirm.html", context, status=422 if form.errors else 200)


@require_POST
def session_ending(request: HttpRequest, label: str) -> HttpResponse:
    """End one of one's sessions."""
    commands.end_session(label, actor=asking.person(request), now=asking.moment(request))
    messages.success(request, _("That session is ended."))
    return redirect("account")


@require_POST
def other_sessions_ending(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    person = asking.person(request)
    commands.end_sessions(person, actor=person, now=asking.moment(request), but=staying.label(request))
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("account")


def _codes_page(request: HttpRequest, codes: Sequence[str]) -> HttpResponse:
    return render(request, "portal/pages/recovery_codes.html", {"codes": codes})


def _picture(address: str) -> str:
    """Return the QR code as SVG, drawn here: the secret goes to nobody else."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=4, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308 - drawn from bits, holds nothing that was typed


def _session(one: Session, own: str) -> dict[str, Any]:
    words = {"password": _("Password"), "oidc": _("Identity provider"), "example": _("Example person")}
    return {
        "label": one.label,
        "own": one.label == own,
        "began": one.began_at,
        "seen": one.seen_at,
        "address": one.address,
        "agent": browser_words(one.agent),
        "means": words.get(one.means, ""),
    }


def browser_words(agent: str) -> str:
    """Return what a browser calls itself in short: its name and the system's."""
    browsers = {"Edg/": "Edge", "MicroMessenger": "WeChat", "QQBrowser": "QQ", "Firefox/": "Firefox",
                "Chrome/": "Chrome", "Safari/": "Safari"}  # fmt: skip
    systems = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad",
               "Mac OS X": "macOS", "Linux": "Linux"}  # fmt: skip
    found = [
        next((word for mark, word in names.items() if mark in agent), "") for names in (browsers, systems)
    ]
    return " · ".join(word for word in found if word) or agent[:40] or _("unknown browser")


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "agent", "label": _("Browser"), "lead": True},
        {"key": "address", "label": _("Address")},
        {"key": "means", "label": _("Signed in by")},
        {"key": "began", "label": _("Since"), "fit": True},
        {"key": "seen", "label": _("Last seen"), "fit": True},
        {"key": "action", "label": _("Action"), "hide": True},
    ]
