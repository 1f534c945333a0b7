"""What the log and the inbox keep of a person, and the numbers of people that stand in a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lianqiao.bridge.models import Attachment, Entry, Job, Notice, NoticePreference
from lianqiao.bridge.queries.one_case import CaseSeen, LogLine
from lianqiao.bridge.secret_text import opened
from lianqiao.engine.masking import numbers_in

# what of an entry people typed
_SAID = ("text", "words", "note", "reason", "data")


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
        "notice_places": _places(person_id),
        "jobs": list(
            Job.objects.filter(person_id=person_id).order_by("id").values("kind", "about", "asked_at")
        ),
        "attachments": list(sent.values("name", "sha256", "case__number")),
    }


def _places(person_id: int) -> list[dict[str, Any]]:
    """Return where outside the site a person wants to be told, as they gave it."""
    row = NoticePreference.objects.filter(pk=person_id).first()
    found = (
        {"messenger": row.messenger, "robot": opened(row.robot_url), "phone": opened(row.phone)}
        if row
        else {}
    )
    return [{"place": place, "is": value} for place, value in found.items() if value]


def numbers_of(seen: CaseSeen, log: Iterable[LogLine]) -> list[str]:
    """Return the numbers that stand in a case's data and log, each once, in their order."""
    texts = [*_texts(seen.state.data)]
    for line in log:
        texts += _texts({name: line.body.get(name) for name in _SAID})
    return list(dict.fromkeys(number for text in texts for number in numbers_in(text)))


def _texts(value: Any) -> list[str]:
    """Return every text in a value, the names and hashes of files left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [] if "sha256" in value else [text for one in value.values() for text in _texts(one)]
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in _texts(one)]
    return []
