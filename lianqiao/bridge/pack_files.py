"""Packs on disk: read once for each content, refused as a whole where anything in them is wrong. No Django."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.pack import Pack, read_pack

# A pack is text; whatever else lies in its folder (pictures, spreadsheets) is read by those who use it.
SUFFIXES = frozenset({".toml", ".txt", ".md", ".csv"})


def read_texts(folder: Path) -> dict[str, str]:
    """Return the text files of a folder by their path inside it, with `/`; hidden ones are left out.

    Raises Refusal `pack-not-found` and `pack-not-utf8`.
    """
    if not folder.is_dir():
        raise refuse("pack-not-found", "there is no such folder", place=str(folder), hint="name a pack's folder")
    return {path: _text(folder / path) for path in _paths(folder)}


def load_pack(folder: Path) -> Pack:
    """Return the pack in a folder, checked; the same object for as long as no file changes.

    Raises Refusal with every problem of every file.
    """
    stamps = tuple((path, (folder / path).stat().st_mtime_ns, (folder / path).stat().st_size) for path in _paths(folder))
    return _stamped(folder, stamps)
