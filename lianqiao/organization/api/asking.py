"""Who asks through the API, with what right, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from lianqiao.organization.models import Person


@dataclass(frozen=True)
class Caller:
    """Who an API request speaks for.

    `scopes` narrow what the person's duties allow; None for someone signed in, who may all of it. `token_id`
    is 0 then. `via` is what the log says of acts: `api`, or `mcp` for the tools of an assistant. `once` makes
    an act repeatable without being done twice; "" where the request carried no idempotency key.
    """

    person: Person
    scopes: frozenset[str] | None = None
    token_id: int = 0
    via: str = "api"
    once: str = ""

    def may(self, scope: str) -> bool:
        """Return whether the scope is open to this caller."""
        return self.scopes is None or scope in self.scopes


def caller(request: HttpRequest) -> Caller:
    """Return who asks; every operation with a scope stands behind this."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Caller)
    return found


def person(request: HttpRequest) -> Person:
    """Return the person the request speaks for."""
    return caller(request).person


def moment(request: HttpRequest) -> datetime:
    """Return the one time of this request."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
