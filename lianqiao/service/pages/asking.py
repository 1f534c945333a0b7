"""Who asks for a page, and when: what every page of this room reads from its request."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from lianqiao.organization.models import Person


def moment(request: HttpRequest) -> datetime:
    """Return the one time of this request."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now


def person(request: HttpRequest) -> Person:
    """Return the person signed in; every page that asks stands behind the sign-in."""
    assert isinstance(request.user, Person)
    return request.user
