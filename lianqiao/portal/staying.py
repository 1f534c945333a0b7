"""How long somebody stays signed in, and what is asked of them again before a grave act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lianqiao.organization import commands, queries
from lianqiao.organization.models import Person
from lianqiao.organization.sessions import SIGNED_IN, label_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
# why a session was ended, for the sign-in page to say
ENDED = "ended"
NOTED_EVERY = timedelta(minutes=1)
# so long after a password or code nothing is asked again
CONFIRMED_FOR = timedelta(minutes=15)
# open to whoever has still to set up a second factor
OPEN_WITHOUT_FACTOR = ("second-factor", "sign-out", "set-language")
View = Callable[..., HttpResponse]


def enter(
    request: HttpRequest, person: Person, *, means: str, now: datetime, with_code: bool = False
) -> None:
    """Sign in a person who proved to be that person, or is an example of a demonstration; the one way in."""
    login(request, person, backend=BACKEND)
    must = (
        means != "example"
        and not with_code
        and queries.needs_second_factor(person.pk, at=now)
        and not queries.has_second_factor(person.pk)
    )
    request.session[SIGNED_IN] = {**_facts(request, now), "means": means, "must_enrol": must}
    commands.note_sign_in(person, means=means, now=now)


def keep_or_end(request: HttpRequest, *, now: datetime) -> None:
    """End the session where it is too old or was idle for too long, else note that it was used."""
    if SESSION_KEY not in request.session:
        return
    facts = request.session.get(SIGNED_IN)
    if facts is None:
        # begun before sessions knew when they began
        request.session[SIGNED_IN] = _facts(request, now)
        return
    limits, seen = settings.SIGN_IN, datetime.fromisoformat(facts["seen"])
    why = ""
    if now - datetime.fromisoformat(facts["began"]) >= timedelta(hours=limits.session_hours):
        why = "age"
    elif now - seen >= timedelta(minutes=limits.idle_minutes):
        why = "idle"
    if why:
        logout(request)
        request.session[ENDED] = why
    elif now - seen >= NOTED_EVERY:
        request.session[SIGNED_IN] = {**facts, "seen": now.isoformat()}


def must_enrol(request: HttpRequest) -> bool:
    """Return whether this session opens nothing yet but the page that sets up a second factor."""
    facts = request.session.get(SIGNED_IN) or {}
    return bool(facts.get("must_enrol")) and request.path not in map(reverse, OPEN_WITHOUT_FACTOR)


def stay(request: HttpRequest, person_id: int) -> None:
    """Keep whoever has just changed the password signed in here, under a new key."""
    person = queries.person(person_id)
    if person is not None:
        update_session_auth_hash(request, person)


def enrolled(request: HttpRequest) -> None:
    """Open the site to somebody who has set up the second factor."""
    request.session[SIGNED_IN] = {**request.session.get(SIGNED_IN, {}), "must_enrol": False}


def confirm(request: HttpRequest, *, now: datetime) -> None:
    """Note that whoever is signed in has just proved it again."""
    request.session[SIGNED_IN] = {**request.session.get(SIGNED_IN, {}), "confirmed": now.isoformat()}


def confirmed_lately(view: View) -> View:
    """Ask for the password or a code before a grave act, unless that was a few minutes ago."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        facts = request.session.get(SIGNED_IN) or {}
        at = facts.get("confirmed") or facts.get("began")
        now: datetime = request.now  # type: ignore[attr-defined]
        if at is None or now - datetime.fromisoformat(at) >= CONFIRMED_FOR:
            # what was typed into a form cannot be kept through this: the page is shown anew
            return redirect(f"{reverse('confirm')}?{urlencode({'next': request.path})}")
        return view(request, *args, **parts)

    return answer


def label(request: HttpRequest) -> str:
    """Return the label of this request's own session."""
    return label_of(request.session.session_key or "")


def address(request: HttpRequest) -> str:
    """Return the network address the request comes from; behind a proxy that is believed, the visitor's."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def _facts(request: HttpRequest, now: datetime) -> dict[str, Any]:
    agent = request.headers.get("User-Agent", "")
    return {
        "began": now.isoformat(),
        "seen": now.isoformat(),
        "address": address(request),
        "agent": "".join(character for character in agent if character.isprintable())[:200],
    }
