"""The trace a command leaves, written in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from lianqiao.organization.models import Change, Person


def trace(what: str, subject: Model, *, actor: Person | None, now: datetime, **details: Any) -> None:
    """Write who did what to a row; times in the details become ISO 8601 text."""
    _change(what, subject, details, actor=actor, now=now).save()


def trace_many(
    what: str, done: Iterable[tuple[Model, Mapping[str, Any]]], *, actor: Person | None, now: datetime
) -> None:
    """Write who did the same to many rows, each with its details."""
    changes = (_change(what, subject, details, actor=actor, now=now) for subject, details in done)
    Change.objects.bulk_create(changes, batch_size=200)


def _change(
    what: str, subject: Model, details: Mapping[str, Any], *, actor: Person | None, now: datetime
) -> Change:
    return Change(
        at=now,
        by=actor,
        what=what,
        subject=f"{subject._meta.model_name}:{subject.pk}",
        details={
            name: value.isoformat() if isinstance(value, date) else value for name, value in details.items()
        },
    )
