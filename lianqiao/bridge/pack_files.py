"""Packs on disk: read once for each content, refused as a whole where anything is wrong. No Django."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.pack import Pack, read_pack

# A pack is text; whatever else lies in its folder (pictures, spreadsheets) is read by those who use it.
SUFFIXES = frozenset({".toml", ".txt", ".md", ".csv"})


@dataclass(frozen=True)
class Published:
    """What is published beside a pack's files.

    Versions of promises: (`id@version`, text), and the keys withdrawn; of each policy the newest in force:
    (id, text), in place of the pack's own.
    """

    texts: tuple[tuple[str, str], ...] = ()
    withdrawn: frozenset[str] = frozenset()
    policies: tuple[tuple[str, str], ...] = ()


NOTHING_PUBLISHED = Published()


def read_texts(folder: Path) -> dict[str, str]:
    """Return the text files of a folder by their path inside it, with `/`; hidden ones are left out.

    Raises Refusal `pack-not-found` and `pack-not-utf8`.
    """
    if not folder.is_dir():
        raise _not_found(folder)
    texts: dict[str, str] = {}
    broken: list[Problem] = []
    for path, _, _ in _stamps(folder):
        try:
            texts[path] = read_text(folder / path, path)
        except Refusal as refusal:
            broken += refusal.problems
    if broken:
        raise Refusal(*broken)
    return texts


def read_text(path: Path, name: str) -> str:
    """Return the text of one file, called `name` in refusals. Raises Refusal `pack-not-utf8`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"byte {error.start + 1} is not UTF-8"
        raise refuse("pack-not-utf8", reason, place=name, hint="save the file as UTF-8") from None


def load_pack(folder: Path, published: Published = NOTHING_PUBLISHED) -> Pack:
    """Return the pack in a folder with what was published beside it, read and checked.

    The same object for as long as no file changes. Raises Refusal with every problem of every file.
    """
    if not folder.is_dir():
        raise _not_found(folder)
    return _as_stamped(folder, tuple(_stamps(folder)), published)


def with_published(texts: Mapping[str, str], published: Published) -> dict[str, str]:
    """Return a pack's texts with those published added; of the same version the published counts.

    Running cases stand on it: a file with the same number and other words changes nothing.
    """
    merged = dict(texts)
    for key, text in published.texts:
        mechanism, _, version = key.partition("@")
        plain = f"mechanisms/{mechanism}.toml"
        if plain in merged and _version_of(merged[plain]) == version:
            del merged[plain]
        merged[f"mechanisms/{mechanism}@{version}.toml"] = text
    merged |= {f"policies/{policy}.toml": text for policy, text in published.policies}
    return merged


def _version_of(text: str) -> str:
    try:
        return str(tomllib.loads(text).get("version", ""))
    except tomllib.TOMLDecodeError:
        return ""


def _not_found(folder: Path) -> Refusal:
    return refuse("pack-not-found", "there is no such folder", place=str(folder), hint="name a pack's folder")


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield path, time of the last change and size of each text file, in order of path."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            if not name.startswith(".") and os.path.splitext(name)[1] in SUFFIXES:
                path = os.path.join(place, name)
                stat = os.stat(path)
                found.append((Path(path).relative_to(folder).as_posix(), stat.st_mtime_ns, stat.st_size))
    yield from sorted(found)


@lru_cache(maxsize=16)
def _as_stamped(folder: Path, stamps: tuple[tuple[str, int, int], ...], published: Published) -> Pack:
    return _of_content(tuple(read_texts(folder).items()), published)


@lru_cache(maxsize=16)
def _of_content(texts: tuple[tuple[str, str], ...], published: Published) -> Pack:
    pack = read_pack(with_published(dict(texts), published), withdrawn=published.withdrawn)
    problems = check_pack(pack)
    if problems:
        raise Refusal(*problems)
    return pack
