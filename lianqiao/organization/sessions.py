"""Where sessions are kept: Django's own in the database, in a table that also says whose they are.

A session is read together with its person, in one question that every page asks.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from lianqiao.organization.models import Person, Session
from lianqiao.organization.queries.identity import kept_session

# under this key a session keeps when and how its person signed in
SIGNED_IN = "signed_in"


class SessionStore(db.SessionStore):
    """Django's database sessions, with the columns of `Session` written from the session's own data."""

    @classmethod
    def get_model_class(cls) -> type[Any]:
        """Return the table."""
        return Session

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        # whose it was when it was read
        self.person: Person | None = None

    def load(self) -> dict[str, Any]:
        """Return what the session keeps, {} where there is none or it is over."""
        row = kept_session(self.session_key or "", at=timezone.now())
        if row is None:
            self._session_key = None
            return {}
        self.person = row.person
        return dict(self.decode(row.session_data))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row for the data; whose it is follows from who signed in."""
        row: Any = super().create_model_instance(data)
        facts = data.get(SIGNED_IN) or {}
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.label = label_of(row.session_key)
        row.began_at = _moment(facts.get("began"))
        row.seen_at = _moment(facts.get("seen"))
        for name in ("address", "agent", "means"):
            setattr(row, name, facts.get(name, ""))
        return row


def person_signed_in(request: HttpRequest) -> Person | None:
    """Return who the session says is here, read with it; None where Django's own way has to find out.

    It says so where its person is the one who signed in, by a way there still is, with the password of now.
    """
    kept: Any = request.session
    if SESSION_KEY not in kept or kept.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person: Person | None = kept.person
    if person is None or not person.is_active or str(person.pk) != kept[SESSION_KEY]:
        return None
    known = constant_time_compare(kept.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    return person if known else None


def label_of(key: str) -> str:
    """Return by what a session is named to its person: 16 hex digits that open nothing."""
    return hashlib.sha256(f"lianqiao.session {key}".encode()).hexdigest()[:16]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
