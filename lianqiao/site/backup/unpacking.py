"""Read an archive to its end and hold every part against its hash, before anything is changed anywhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lianqiao.site.backup import archive, manifest
from lianqiao.site.backup.making import STORED, Progress
from lianqiao.site.backup.manifest import ATTACHMENTS, DISTRICT, HEAD, MANIFEST, SECRET, TABLES, Manifest

_TABLE = re.compile(TABLES + r"[a-z_]+\.[a-z0-9_]+/[0-9]{6}\.jsonl")


@dataclass
class _Seen:
    """What was met on the way: the hashes of parts, and how many attachments of how many bytes."""

    parts: dict[str, str]
    damaged: list[str]
    attachments: int = 0
    attachment_bytes: int = 0


def unpack(path: Path, into: Path | None, *, progress: Progress) -> Manifest:
    """Check the whole archive and, with `into`, lay its parts out in that folder; returns its manifest.

    Raises Refusal `not-a-backup`, `backup-newer`, `backup-damaged`, `disk-full`, and as `archive.opened`.
    """
    seen = _Seen({}, [])
    last = b""
    with archive.opened(path) as members:
        _read_head(members)
        for done, (name, content) in enumerate(members, start=1):
            if name == MANIFEST:
                last = content.read()
                continue
            _known(name)
            # the district travels for the record: it is read by people, never laid out
            _keep(name, content, None if name.startswith(DISTRICT) else into, seen)
            progress("reading", done, 0)
    if not last:
        raise manifest.damaged("it has no end")
    found = manifest.read(last)
    _compare(found, seen)
    return found


def _read_head(members: Iterable[tuple[str, IO[bytes]]]) -> None:
    for name, content in members:
        if name != HEAD:
            break
        return manifest.check_head(content.read())
    raise manifest.not_a_backup()


def _known(name: str) -> None:
    stored = name.startswith(ATTACHMENTS) and STORED.fullmatch(name.removeprefix(ATTACHMENTS))
    if not (stored or name == SECRET or _TABLE.fullmatch(name) or name.startswith(DISTRICT)):
        raise manifest.damaged(f"“{name[:80]}” does not belong in it")


def _keep(name: str, content: IO[bytes], into: Path | None, seen: _Seen) -> None:
    digest, size = hashlib.sha256(), 0
    if into is not None:
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                size = _copy(content, digest.update, file.write)
        except OSError as error:
            raise archive.told(error, into) from error
    else:
        size = _copy(content, digest.update)
    if not name.startswith(ATTACHMENTS):
        seen.parts[name] = digest.hexdigest()
        return
    seen.attachments, seen.attachment_bytes = seen.attachments + 1, seen.attachment_bytes + size
    if digest.hexdigest() != Path(name).name:
        seen.damaged.append(Path(name).name)


def _copy(content: IO[bytes], *takers: Callable[[bytes], object]) -> int:
    size = 0
    while piece := content.read(archive.PIECE):
        size += len(piece)
        for take in takers:
            take(piece)
    return size


def _compare(found: Manifest, seen: _Seen) -> None:
    if seen.parts != dict(found.parts):
        differ = sorted(
            name for name in {*seen.parts, *found.parts} if seen.parts.get(name) != found.parts.get(name)
        )
        raise manifest.damaged(f"{', '.join(differ[:3])} is not what was written")
    if (seen.attachments, seen.attachment_bytes) != (found.attachments, found.attachment_bytes):
        raise manifest.damaged("attachments are missing")
    # what was damaged on the disk already, and told so then, is given back as it was
    if set(seen.damaged) != set(found.damaged):
        raise manifest.damaged(f"attachment {sorted(set(seen.damaged) - set(found.damaged))[:1]} was altered")
