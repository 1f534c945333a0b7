"""How a place in a pack file is written: `mechanisms/x.toml › steps.pass › to`."""

from __future__ import annotations


def place(file: str, *path: str | int) -> str:
    """Return file, table and key; entries of a list count from 1 (`clocks.review.rungs no. 2 › at`)."""
    tables = ""
    for part in path[:-1]:
        tables += f" no. {part + 1}" if isinstance(part, int) else f".{part}" if tables else part
    last = path[-1] if path else ""
    if isinstance(last, int):
        return " › ".join(text for text in (file, f"{tables} no. {last + 1}") if text)
    return " › ".join(text for text in (file, tables, last) if text)
