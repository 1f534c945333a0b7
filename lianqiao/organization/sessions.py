"""Where sessions are kept: Django's own in the database, in a table that also says whose they are."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from lianqiao.organization.models import Session

# under this key a session keeps when and how its person signed in
SIGNED_IN = "signed_in"


class SessionStore(db.SessionStore):
    """Django's database sessions, with the columns of `Session` written from the session's own data."""

    @classmethod
    def get_model_class(cls) -> type[Any]:
        """Return the table."""
        return Session

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


def label_of(key: str) -> str:
    """Return by what a session is named to its person: 16 hex digits that open nothing."""
    return hashlib.sha256(f"lianqiao.session {key}".encode()).hexdigest()[:16]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
