"""A person has read what they were told."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge.models import Notice
from lianqiao.organization.models import Person


def read_notices(by: Person, *, now: datetime, case_number: str = "", notice_id: int | None = None) -> int:
    """Mark the person's notices read, of one case, a single one or all; returns how many were new."""
    unread = Notice.objects.filter(person=by, read_at=None)
    if case_number:
        unread = unread.filter(case__number=case_number)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=now)
