"""The trace a command leaves, written in its own transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Model

from lianqiao.organization.models import Change, Person


def trace(what: str, subject: Model, *, actor: Person | None, now: datetime, **details: Any) -> None:
    """Write who did what to a row; times in the details become ISO 8601 text."""
    Change.objects.create(
        at=now,
        by=actor,
        what=what,
        subject=f"{subject._meta.model_name}:{subject.pk}",
        details={
            name: value.isoformat() if isinstance(value, date) else value for name, value in details.items()
        },
    )
