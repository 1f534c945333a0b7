"""Who is let in to an operation: by token or session, within the scope, not too often, each request once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.utils import check_csrf

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization import commands, queries
from lianqiao.organization.api.asking import Caller, moment
from lianqiao.organization.api.offering import OFFER
from lianqiao.organization.models import Person
from lianqiao.portal.api import idempotency, problems, rate

Run = Callable[..., HttpResponse]
ANY = "any"
LONGEST_TOKEN = 200
VIAS = ("mcp",)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_WRITING = ("POST", "PUT", "PATCH", "DELETE")


def guarded(run: Run) -> Run:
    """Let a request through to an operation only where its declaration allows."""
    operation = cast(Operation, run.__self__)  # type: ignore[attr-defined]
    offer: dict[str, Any] = (operation.openapi_extra or {})[OFFER]
    takes_json = any(model.__ninja_param_source__ == "body" for model in operation.models)

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            caller = admitted(request, offer["scope"])
            rate.METER.take(_who(request, caller))
            _check_type(request, takes_json=takes_json, streams=offer["body"])
            if caller is not None and request.method == "POST" and "Idempotency-Key" in request.headers:
                return _once(request, caller, offer, lambda: run(request, **path))
            request.auth = caller  # type: ignore[attr-defined]
            return run(request, **path)
        except Refusal as refusal:
            return problems.refused(refusal)

    return answer


def admitted(request: HttpRequest, scope: str) -> Caller | None:
    """Return who asks, None for a stranger where anyone may.

    `scope` is "" for everyone, `any` for whoever is known, else the scopes of which one is needed. Raises
    Refusal `not-signed-in`, `token-refused`, `scope-missing`, `csrf`.
    """
    found = _caller(request)
    if found is None:
        if scope:
            raise refuse("not-signed-in", "nobody is signed in", hint="send Authorization: Bearer lqt_…")
        return None
    if scope and scope != ANY and not any(found.may(one) for one in scope.split()):
        raise refuse("scope-missing", f"it needs the scope {scope}", hint="make another token", scope=scope)
    return found


def _caller(request: HttpRequest) -> Caller | None:
    given = request.headers.get("Authorization")
    if given is not None:
        return _by_token(request, given)
    if not isinstance(request.user, Person):
        return None
    if request.method in _WRITING and check_csrf(request) is not None:
        raise refuse("csrf", "the CSRF token is missing or wrong", hint="send X-CSRFToken")
    return Caller(request.user)


def _by_token(request: HttpRequest, given: str) -> Caller:
    scheme, _, secret = given.partition(" ")
    token = None
    if scheme.lower() == "bearer" and 0 < len(secret) <= LONGEST_TOKEN:
        token = queries.token_with(secret.strip(), at=moment(request))
    if token is None:
        raise refuse("token-refused", "the token is unknown, expired or revoked", hint="make a new one")
    commands.note_use(token, now=moment(request))
    # what is logged of the request, and pages' own questions, speak of the same person
    request.user = request._cached_user = token.person  # type: ignore[attr-defined]
    via = request.headers.get("Lianqiao-Via", "")
    return Caller(
        token.person, frozenset(token.scopes.split()), token_id=token.pk, via=via if via in VIAS else "api"
    )


def _who(request: HttpRequest, caller: Caller | None) -> str:
    if caller is None:
        return f"address {request.META.get('REMOTE_ADDR', '')}"
    return f"token {caller.token_id}" if caller.token_id else f"person {caller.person.pk}"


def _check_type(request: HttpRequest, *, takes_json: bool, streams: dict[str, Any] | None) -> None:
    if request.method not in _WRITING:
        return
    wanted = next(iter(streams["content"])) if streams else "application/json"
    if (streams or takes_json) and request.content_type != wanted:
        raise refuse("body-type", f"send it as {wanted}", hint="set Content-Type", type=wanted)


def _once(
    request: HttpRequest, caller: Caller, offer: dict[str, Any], run: Callable[[], HttpResponse]
) -> HttpResponse:
    key = request.headers["Idempotency-Key"]
    if not _KEY.fullmatch(key):
        raise refuse("idempotency-key", "an idempotency key is 1 to 200 printable characters", place="header")
    streams = offer["body"] is not None
    fingerprint = idempotency.fingerprint(request, with_body=not streams)
    once = hashlib.sha256(f"{caller.person.pk}\n{key}\n{fingerprint}".encode()).hexdigest()
    request.auth = Caller(  # type: ignore[attr-defined]
        caller.person, caller.scopes, token_id=caller.token_id, via=caller.via, once=once
    )
    return idempotency.answered(request, caller.person, key, fingerprint, run, streams=streams)
