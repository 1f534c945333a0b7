"""A person's access tokens: made, shown once, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.models import AccessToken, Person
from lianqiao.organization.wording import sentence
from lianqiao.portal.forms import TokenForm, scope_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens and make a new one, whose secret is on the answer to this request alone."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (secret := _made(request, form)):
        return _page(request, TokenForm(), secret=secret)
    return _page(request, form, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of one's tokens."""
    try:
        commands.revoke_token(token_id, actor=_person(request), now=_now(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("The token is revoked; it opens nothing any more."))
    return redirect("tokens")


def _made(request: HttpRequest, form: TokenForm) -> str:
    """Make the token the form asks for; on a refusal show it in the form and return ""."""
    person = _person(request)
    try:
        _token, secret = commands.make_token(person.pk, **form.asked, actor=person, now=_now(request))
    except Refusal as refusal:
        form.show(refusal)
        return ""
    return secret


def _page(request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    rows = [_row(token, _now(request)) for token in queries.tokens_of(_person(request).pk)]
    context = {"form": form, "secret": secret, "rows": rows, "columns": _columns()}
    return render(request, "portal/pages/tokens.html", context, status=status)


def _row(token: AccessToken, now: datetime) -> dict[str, Any]:
    usable = queries.token_usable(token, at=now)
    over = _("Revoked") if token.revoked_at else _("Expired")
    words = scope_words()
    return {
        "id": token.pk,
        "name": token.name,
        "begins": token.begins,
        "scopes": [str(words[scope]) for scope in token.scopes.split()],
        "expires": token.expires_at,
        "used": token.last_used_at,
        "usable": usable,
        "label": _("In use") if usable else over,
        "state": "running" if usable else "ended",
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": _("Name"), "lead": True},
        {"key": "scopes", "label": _("May")},
        {"key": "expires", "label": _("Expires"), "align": "fit"},
        {"key": "used", "label": _("Last used"), "align": "fit"},
        {"key": "state", "label": _("State"), "align": "fit"},
        {"key": "action", "label": _("Action"), "align": "fit", "hide": True},
    ]


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
