"""Entries chained by hashes, as every record that may only grow is kept: told apart by their series.

An entry's hash is SHA-256 over its series, its place, its text and the hash before, joined by line feeds,
in UTF-8; an outsider can work it out again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from lianqiao.engine.errors import Problem

FIRST = "0" * 64


class Link(NamedTuple):
    """One entry as it is kept."""

    seq: int
    text: str
    previous: str
    hash: str


def link(series: str, seq: int, text: str, previous: str) -> str:
    """Return the hash of the entry `seq` of a series whose body reads `text`, 64 hex digits."""
    return hashlib.sha256("\n".join((series, str(seq), text, previous)).encode()).hexdigest()


def text_of(body: dict[str, Any]) -> str:
    """Return the one JSON text of a body: sorted keys, no spaces."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def follows(series: str, before: Link | None, body: dict[str, Any]) -> Link:
    """Return the entry that holds `body` and follows `before`, or begins the series."""
    seq, previous = (before.seq + 1, before.hash) if before else (1, FIRST)
    text = text_of(body)
    return Link(seq, text, previous, link(series, seq, text, previous))


def broken(series: str, links: Iterable[Link]) -> Problem | None:
    """Return the first sign that a series was altered, or None; `links` come in the order of their places."""
    previous, expected = FIRST, 1
    for one in links:
        place = f"{series}, entry {one.seq}"
        if one.seq != expected:
            return Problem("entry-removed", "this entry is missing", place=f"{series}, entry {expected}")
        if one.previous != previous:
            return Problem("chain-broken", "it does not follow from the entry before", place=place)
        if link(series, one.seq, one.text, previous) != one.hash:
            reason = "its text is not what was hashed when it was written"
            return Problem("entry-altered", reason, place=place)
        previous, expected = one.hash, expected + 1
    return None
