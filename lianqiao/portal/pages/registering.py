"""For whoever is not signed in: make an account, choose a new password, open a letter's link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands
from lianqiao.organization.forms import NewPasswordForm, RegistrationForm, ResetForm
from lianqiao.organization.models import Letter
from lianqiao.portal import staying
from lianqiao.portal.privacy_text import PRIVACY_VERSION
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refused

Kind = Letter.Kind
KINDS = (Kind.SIGN_UP, Kind.RESET, Kind.INVITATION)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask who wants an account; the answer is the same whether the address is known or not."""
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    open_now = settings.SIGN_IN.registration and settings.MAIL_ON
    if open_now and request.method == "POST" and form.is_valid():
        try:
            commands.ask_account(
                form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                language=get_language() or "zh-hans",
                version=PRIVACY_VERSION,
                address=staying.address(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            return _sent(request, form.cleaned_data["email"])
    context = {"form": form, "open": open_now}
    return render(request, "portal/pages/register.html", context, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask whose password was forgotten; the answer is the same whether anyone is meant or not."""
    form = ResetForm(request.POST if request.method == "POST" else None)
    if settings.MAIL_ON and request.method == "POST" and form.is_valid():
        try:
            commands.ask_reset(
                form.cleaned_data["who"],
                language=get_language() or "zh-hans",
                address=staying.address(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            return _sent(request, "")
    context = {"form": form, "mail": settings.MAIL_ON}
    return render(request, "portal/pages/forgotten.html", context, status=422 if form.errors else 200)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, secret: str) -> HttpResponse:
    """Open a letter's link. Looking at it uses nothing up: mail programs look at links by themselves."""
    try:
        opened = commands.opened_letter(secret, kinds=KINDS, now=asking.moment(request))
        if opened.kind == Kind.INVITATION:
            return _invitation(request, opened, secret)
        return _choose_password(request, opened, secret)
    except Refusal as refusal:
        return refused(request, refusal)


def _choose_password(request: HttpRequest, opened: Letter, secret: str) -> HttpResponse:
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    fresh = opened.kind == Kind.SIGN_UP
    if request.method == "POST" and form.is_valid():
        act = commands.open_account if fresh else commands.reset_password
        try:
            person = act(secret, password=form.cleaned_data["password"], now=asking.moment(request))
        except Refusal as refusal:
            if refusal.code != "password-weak":
                raise
            form.show(refusal)
        else:
            if not fresh:
                messages.success(request, _("The new password is set. Sign in with it."))
                return redirect("sign-in")
            staying.enter(request, person, means="password", now=asking.moment(request))
            messages.success(request, _("Your account is made. For which firm do you want to act?"))
            return redirect("my-firms")
    username = opened.email if fresh or opened.person is None else opened.person.get_username()
    context = {"form": form, "fresh": fresh, "username": username}
    return render(request, "portal/pages/choose_password.html", context, status=422 if form.errors else 200)


def _invitation(request: HttpRequest, opened: Letter, secret: str) -> HttpResponse:
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in with the account of the address the invitation went to."))
        return redirect_to_login(request.get_full_path(), "sign-in")
    if request.method == "POST":
        commands.accept_invitation(secret, person=asking.person(request), now=asking.moment(request))
        words = _("You now act for %(firm)s.") % {"firm": opened.data["firm"]}
        messages.success(request, words)
        return redirect("my-firms")
    context: dict[str, Any] = {"firm": opened.data["firm"], "inviter": opened.data["inviter"]}
    return render(request, "portal/pages/invitation.html", context)


def _sent(request: HttpRequest, email: str) -> HttpResponse:
    return render(request, "portal/pages/letter_sent.html", {"email": email})
