"""How one log entry is chained to the one before: plain functions an outsider can write again.

An entry's hash is SHA-256 over `number`, `seq`, the entry's body and the hash before, joined by line feeds,
in UTF-8. The body is JSON with sorted keys and no spaces, kept as the very text that was hashed.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson

FIRST = "0" * 64
_PLAIN = frozenset({str, int, bool, type(None)})
# the series in which seals are counted: whoever writes one holds its row, so that they form one chain
SEALS = "seal"


def canonical(body: dict[str, Any] | list[Any]) -> str:
    """Return the one JSON text of `body`; raises TypeError for a float, which would not replay exactly."""
    _refuse_what_rounds(body)
    return json_text(body)


def json_text(body: Any) -> str:
    """Return the JSON text of what holds only what a log entry may.

    The very text `json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))` gives, sooner.
    """
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def link(number: str, seq: int, text: str, previous: str) -> str:
    """Return the hash of the entry `seq` of case `number` whose body reads `text`, 64 hex digits."""
    return hashlib.sha256("\n".join((number, str(seq), text, previous)).encode()).hexdigest()


def seal(at: datetime, heads: str, previous: str) -> str:
    """Return the hash of a seal made at `at` over the case heads `heads`, 64 hex digits.

    The time enters in UTC, in ISO 8601.
    """
    return hashlib.sha256("\n".join((utc_text(at), heads, previous)).encode()).hexdigest()


def utc_text(moment: datetime) -> str:
    """Return the one text of a moment: a database gives it back in another zone than it was given."""
    return moment.astimezone(UTC).isoformat()


def _refuse_what_rounds(body: Any) -> None:
    """Refuse everything but text, whole numbers, booleans, nothing, and lists and tables of them."""
    waiting = [body]
    while waiting:
        whole = waiting.pop()
        parts = whole.values() if isinstance(whole, dict) else whole
        if _PLAIN.issuperset(map(type, parts)):
            continue
        for part in parts:
            if isinstance(part, dict | list | tuple):
                waiting.append(part)
            elif not (part is None or isinstance(part, str | int)):
                raise TypeError("the log holds text, whole numbers and booleans; keep money in fen, time as text")
