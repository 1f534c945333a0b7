"""The page on which a person says how they want to be told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.channels.robot_formats import FORMATS
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_phone
from lianqiao.service.forms.preferences import PreferencesForm
from lianqiao.service.pages import asking


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show how one is told, and change it; addresses and numbers once kept are not shown again."""
    person = asking.person(request)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            kept = commands.prefer(person, form.chosen, now=asking.moment(request))
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Saved. From now on you are told this way."))
            if form.cleaned_data["phone"] and kept.phone_pending:
                _send_code(request)
            return redirect("notice-preferences")
    wished = queries.wishes(person.pk)
    context: dict[str, Any] = {
        "form": form,
        "wished": wished,
        "mail": person.email,
        "phone": masked_phone(wished.phone) if wished.phone else "",
        "pending": masked_phone(wished.phone_pending) if wished.phone_pending else "",
        "robot": FORMATS[wished.messenger].title if wished.robot_url and wished.messenger in FORMATS else "",
        "examples": [(one.title, one.example) for one in FORMATS.values()],
        "sms_on": "sms" in queries.channels_on(),
        "mail_on": "mail" in queries.channels_on(),
    }
    return render(request, "service/preferences.html", context, status=422 if form.errors else 200)


@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """Send oneself a message at once, to see whether it arrives."""
    link = request.build_absolute_uri(reverse("notices"))
    channel = request.POST.get("channel", "")
    try:
        commands.try_out(asking.person(request), channel, now=asking.moment(request), link=link)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal.problems[0]))
    else:
        messages.success(request, _("Sent. Look whether it has arrived."))
    return redirect("notice-preferences")


@require_POST
def phone_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the number that waits for one."""
    _send_code(request)
    return redirect("notice-preferences")


@require_POST
def phone_confirmation(request: HttpRequest) -> HttpResponse:
    """Take the code that came, and the number as one's own."""
    try:
        commands.confirm_phone(
            asking.person(request), request.POST.get("code", "")[:20], now=asking.moment(request)
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal.problems[0]))
    else:
        messages.success(request, _("The number is yours; SMS goes there from now on."))
    return redirect("notice-preferences")


def _send_code(request: HttpRequest) -> None:
    try:
        commands.send_phone_code(asking.person(request), now=asking.moment(request))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal.problems[0]))
    else:
        messages.info(request, _("A code was sent to the number. Type it below."))


def _form(request: HttpRequest) -> PreferencesForm:
    return PreferencesForm(
        request.POST if request.method == "POST" else None,
        wished=queries.wishes(asking.person(request).pk),
        rules=packs.current().notices,
        channels=queries.channels_on(),
    )
