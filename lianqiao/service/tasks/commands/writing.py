"""The one place where a line is added to a task's record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lianqiao.engine.chained import Link, follows
from lianqiao.organization.models import Person
from lianqiao.service.tasks.models import TaskEntry
from lianqiao.service.tasks.queries import series_of


def add_entry(
    list_id: str, task: str, *, kind: str, facts: dict[str, Any], by: Person | None, now: datetime
) -> TaskEntry:
    """Add a line to a task's record, after the last; must run inside a transaction."""
    assert transaction.get_connection().in_atomic_block
    last = TaskEntry.objects.filter(list=list_id, task=task).order_by("-seq").first()
    before = Link(last.seq, last.body, last.previous, last.hash) if last else None
    body = {"kind": kind, "at": now.isoformat(), "by": by.pk if by else 0, **facts}
    entry = follows(series_of(list_id, task), before, body)
    return TaskEntry.objects.create(
        list=list_id,
        task=task,
        seq=entry.seq,
        kind=kind,
        at=now,
        person=by,
        body=entry.text,
        previous=entry.previous,
        hash=entry.hash,
    )
