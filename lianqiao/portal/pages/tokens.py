"""A person's access tokens: made, shown once, revoked."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.lists import Column, Listed, buttons, column
from lianqiao.organization.models import AccessToken, Person
from lianqiao.organization.wording import sentence
from lianqiao.portal.forms import TokenForm, scope_words
from lianqiao.service.pages import listing

SORTS = ("name", "expires", "label")


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


@require_safe
def tokens_sheet(request: HttpRequest) -> FileResponse:
    """Send the same tokens, without their secrets, as a workbook."""
    return _list(request).workbook(request)


def _page(request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    return _list(request).page(request, "portal/pages/tokens.html", status=status, form=form, secret=secret)


def _list(request: HttpRequest) -> Listed:
    wanted, now = listing.asked(request, sort=""), _now(request)
    rows = [_row(token, now) for token in queries.tokens_of(_person(request).pk)]
    found = [one for one in rows if wanted.text.lower() in one["name"].lower()]
    name = wanted.sort.removeprefix("-")
    if name in SORTS:
        found.sort(key=lambda one: (one[name] is None, one[name]), reverse=wanted.sort.startswith("-"))
    columns: tuple[Column[Any], ...] = (
        column("name", _("Name"), itemgetter("name"), width=30, sort="name", lead=True),
        column("scopes", _("May"), lambda row: " · ".join(row["scopes"]), width=50),
        column("expires", _("Expires"), itemgetter("expires"), sort="expires", fit=True),
        column("used", _("Last used"), itemgetter("used"), fit=True),
        column("state", _("State"), itemgetter("label"), sort="label", fit=True),
        buttons("action", _("Action")),
    )
    return Listed(
        "tokens",
        _("Your tokens"),
        found,
        columns,
        sheet=reverse("tokens-sheet"),
        sort=wanted.sort,
    )


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


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
