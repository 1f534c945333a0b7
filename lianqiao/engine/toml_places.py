"""On which line of a TOML text lies what a problem is about, so that an editor can show it there."""

from __future__ import annotations

import re

_LINE = re.compile(r"\bline (\d+)\b")
_ENTRY = re.compile(r" no\. (\d+)")
_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")


def line_of(text: str, place: str) -> int:
    """Return the line, from 1, that a place such as `x.toml › steps.pass › to` names; 0 where none does.

    Where the key itself is not written, that of the nearest table around it is meant.
    """
    told = _LINE.search(place)
    if told:
        return int(told[1])
    path = [part for piece in place.split(" › ")[1:] for part in _ENTRY.sub("", piece).split(".")]
    lines = _lines(text)
    for length in range(len(path), 0, -1):
        found = lines.get(tuple(path[:length]))
        if found:
            return found
    return 0


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the first line of every table and key, by path."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _TABLE.fullmatch(line):
            table = _parts(head[2])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = (*table, *_parts(key[1]))
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], number)
    return found


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
