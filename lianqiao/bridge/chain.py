"""How one log entry is chained to the one before: plain functions an outsider can write again.

An entry's hash is SHA-256 over `number`, `seq`, the entry's body and the hash before, joined by line feeds,
in UTF-8. The body is JSON with sorted keys and no spaces, kept as the very text that was hashed.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import orjson

from lianqiao.engine.chained import FIRST, link

__all__ = ["FIRST", "SEALS", "canonical", "json_text", "link", "seal", "utc_text"]
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
# the series in which seals are counted: whoever writes one holds its row, so that they form one chain
SEALS = "seal"


def _refuse(_: object) -> None:
    raise TypeError("the log holds text, whole numbers and booleans; keep money in fen and time as text")


_READER = json.JSONDecoder(parse_float=_refuse)
# where no number can have a point or an exponent; inside a text the like can stand too
_LIKE_A_FLOAT = re.compile(r'(?:":|[,\[])-?\d+[.eE]')


def canonical(body: dict[str, Any] | list[Any]) -> str:
    """Return the one JSON text of `body`; raises TypeError for a float, which would not replay exactly."""
    text = json_text(body)
    if _LIKE_A_FLOAT.search(text):
        # reading it back, in C, is the quickest way to meet every number
        _READER.raw_decode(text)
    # what is no number at all reads null
    if "null" in text:
        _refuse_floats(body)
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


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        _refuse(value)
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            _refuse_floats(part)
