"""How one log entry is chained to the one before: plain functions an outsider can write again.

An entry's hash is SHA-256 over `number`, `seq`, the entry's body and the hash before, joined by line feeds,
in UTF-8. The body is JSON with sorted keys and no spaces, kept as the very text that was hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from lianqiao.engine.chained import FIRST, link

__all__ = ["FIRST", "SEALS", "canonical", "json_text", "link", "seal", "utc_text"]
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
# the series in which seals are counted: whoever writes one holds its row, so that they form one chain
SEALS = "seal"
_HELD = frozenset({str, int, bool, type(None)})


def canonical(body: dict[str, Any] | list[Any]) -> str:
    """Return the one JSON text of `body`; raises TypeError for a float, which would not replay exactly."""
    # first what no log can hold at all, such as a list within itself
    text = json_text(body)
    _refuse_floats(body.values() if isinstance(body, dict) else body)
    return text


def json_text(body: Any) -> str:
    """Return the JSON text of what holds only what a log entry may; raises TypeError for other objects.

    The very text `json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))` gives, sooner.
    """
    return orjson.dumps(body, option=_OPTIONS).decode()


def seal(at: datetime, heads: str, previous: str) -> str:
    """Return the hash of a seal made at `at` over the case heads `heads`, 64 hex digits.

    The time enters in UTC, in ISO 8601.
    """
    return hashlib.sha256("\n".join((utc_text(at), heads, previous)).encode()).hexdigest()


def utc_text(moment: datetime) -> str:
    """Return the one text of a moment: a database gives it back in another zone than it was given."""
    return moment.astimezone(UTC).isoformat()


def _refuse_floats(values: Iterable[Any]) -> None:
    for value in values:
        if type(value) in _HELD:
            continue
        if isinstance(value, float):
            raise TypeError("the log holds no fractions: keep money in fen and time as text")
        if isinstance(value, dict | list | tuple):
            _refuse_floats(value.values() if isinstance(value, dict) else value)
