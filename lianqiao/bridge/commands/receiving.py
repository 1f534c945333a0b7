"""Receive files: true type by content, harmless as far as can be told, kept once under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from lianqiao.bridge import archives, file_types
from lianqiao.bridge.commands import checking, scanning
from lianqiao.bridge.models import Attachment, Content
from lianqiao.bridge.queries.files import quota_left
from lianqiao.bridge.storage import space_for, stored_at
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import CaseField
from lianqiao.engine.needs import CONTROL
from lianqiao.organization.models import Person

RECEIVING = "receiving-"
# what pictures can be made of
PICTURED = ("image/", "video/", "application/pdf")


class Upload(Protocol):
    """What a web upload and an open file have in common: a name and its bytes in pieces."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def receive(upload: Upload, *, field: CaseField, by: Person, now: datetime) -> dict[str, Any]:
    """Keep the file and return what a case keeps of it: sha256, name, size in bytes, true media type.

    The same bytes sent twice lie on the disk once. Raises Refusal `file-too-large`, `file-empty`,
    `file-type` where the bytes are none of the field's formats, whatever the name says, `archive-unsafe`,
    `file-infected`, `quota-full` and `disk-full`; nothing stays then.
    """
    name = plain_name(str(upload.name or ""))
    left = quota_left(by.pk)
    with space_for(name):
        folder = Path(settings.MEDIA_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=RECEIVING)
        try:
            with os.fdopen(handle, "wb") as file:
                digest, size = _copy(upload.chunks(), file, name, field=field, left=left)
                file.flush()
                os.fsync(file.fileno())
            return settle(Path(temporary), name, digest, size, field=field, by=by, now=now)
        finally:
            Path(temporary).unlink(missing_ok=True)


def settle(
    path: Path, name: str, digest: str, size: int, *, field: CaseField, by: Person, now: datetime
) -> dict[str, Any]:
    """Look at a file that is all there, then move it to its place as the person's; returns what a case keeps.

    Raises Refusal `file-type`, `archive-unsafe`, `file-infected`; the file stays where it is then.
    """
    kind = file_types.checked(path, name, field.formats)
    archives.check_archive(path, name)
    verdict = scanning.at_once(path, digest, name, size=size, kind=kind, now=now)
    with transaction.atomic():
        # whoever sweeps files away holds the same row, so that no bytes go while they are being named
        content = locked_content(digest, kind=kind, size=size, now=now)
        if content.gone or content.scan != verdict:
            _known_anew(content, verdict, now=now)
        final = stored_at(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, final)
        Attachment.objects.create(sha256=digest, name=name, size=size, type=kind, person=by, at=now)
    kept = {"sha256": digest, "name": name, "size": size, "type": kind}
    checking.look_into([(field, kept)], by=by, now=now)
    return kept


def locked_content(digest: str, *, kind: str, size: int, now: datetime) -> Content:
    """Return what is known of these bytes, held still until the transaction ends; made where nothing is."""
    preview = "waiting" if kind.startswith(PICTURED) else ""
    Content.objects.get_or_create(
        sha256=digest, defaults={"type": kind, "size": size, "at": now, "preview": preview}
    )
    return Content.objects.select_for_update().get(sha256=digest)


def plain_name(given: str) -> str:
    """Return a file's name without the folders, controls and turned writing a hostile one may have."""
    name = " ".join(CONTROL.sub("", given.replace("\\", "/").rpartition("/")[2]).split())
    return name[-200:].strip() if name.strip(".") else "file"


def _known_anew(content: Content, verdict: str, *, now: datetime) -> None:
    """Note that bytes lie here (again), and what the scanner said of them just now; a clean one stays
    clean."""
    if content.gone and content.type.startswith(PICTURED):
        content.preview = "waiting"
    content.gone, content.gone_at = "", None
    if verdict and content.scan != "clean":
        content.scan, content.scan_next_at = verdict, now if verdict == "waiting" else None
    content.save(update_fields=["preview", "gone", "gone_at", "scan", "scan_next_at"])


def _copy(chunks: Iterable[bytes], file: Any, name: str, *, field: CaseField, left: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    require = too_much(name, field.max_mb * 1024 * 1024, left)
    for chunk in chunks:
        size += len(chunk)
        require(size)
        digest.update(chunk)
        file.write(chunk)
    if size == 0:
        raise refuse("file-empty", f"“{name}” is empty", hint="choose another file", name=name)
    return digest.hexdigest(), size


def too_much(name: str, most_bytes: int, left: int) -> Callable[[int], None]:
    """Return what refuses a size: `file-too-large` beyond the field's limit, `quota-full` beyond one's
    share."""

    def require(size: int) -> None:
        if size > most_bytes:
            raise _too_large(name, most_bytes // 1024 // 1024)
        if size > left:
            raise quota_full(name)

    return require


def quota_full(name: str) -> Refusal:
    """Return the refusal for a person who has sent as much as may wait to be filed."""
    return refuse(
        "quota-full",
        f"“{name}” does not fit into what you may send before filing",
        hint="file what you sent, or wait until it is swept",
        name=name,
        limit=str(settings.UPLOAD_QUOTA_BYTES // 1024 // 1024),
    )


def _too_large(name: str, limit_mb: int) -> Refusal:
    return refuse(
        "file-too-large",
        f"“{name}” is larger than {limit_mb} MB",
        hint="make it smaller or split it",
        name=name,
        limit=str(limit_mb),
    )
