"""What the log and the inbox keep of a person."""

from __future__ import annotations

from typing import Any

from lianqiao.bridge.models import Attachment, Entry, Notice


def kept_of(person_id: int) -> dict[str, list[Any]]:
    """Return a person's acts in cases, notices and files sent, ready to be written as JSON.

    The log knows people by number only, so nothing in it changes when a name is forgotten.
    """
    acts = Entry.objects.filter(person_id=person_id).order_by("id")
    told = Notice.objects.filter(person_id=person_id).order_by("id")
    sent = Attachment.objects.filter(person_id=person_id).order_by("id")
    return {
        "acts": list(acts.values("case__number", "seq", "at", "name")),
        "notices": list(told.values("case__number", "at", "read_at")),
        "attachments": list(sent.values("name", "sha256", "case__number")),
    }
