"""Large files in pieces: begun, gone on with after a killed browser or server, settled when all there."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from lianqiao.bridge.commands.receiving import plain_name, settle, too_much
from lianqiao.bridge.models import Upload
from lianqiao.bridge.queries.files import quota_left, unknown_upload, uploads_under_way
from lianqiao.bridge.storage import FULL, incoming_at, require_space, space_for
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import CaseField
from lianqiao.organization.models import Person

MOST_AT_ONCE = 20
READ_BYTES = 1024 * 1024
# of one long request so much is lost at most when the server is killed
NOTED_EVERY_BYTES = 32 * 1024 * 1024
HASHES_KEPT = 64


def begin(*, name: str, size: int, field: CaseField, purpose: str, by: Person, now: datetime) -> Upload:
    """Begin an upload of `size` bytes for a field; `purpose` says which one and is given back as it is.

    Raises Refusal `file-empty`, `file-too-large`, `quota-full`, `uploads-too-many`, `disk-full`.
    """
    plain = plain_name(name)
    if size <= 0:
        raise refuse("file-empty", f"“{plain}” is empty", hint="choose another file", name=plain)
    too_much(plain, field.max_mb * 1024 * 1024, quota_left(by.pk))(size)
    if uploads_under_way(by.pk).count() >= MOST_AT_ONCE:
        raise refuse(
            "uploads-too-many",
            "too many uploads are under way",
            hint="end or give up some",
            most=str(MOST_AT_ONCE),
        )
    require_space(plain, size)
    return Upload.objects.create(
        token=secrets.token_urlsafe(24), person=by, purpose=purpose[:160], name=plain, size=size,
        field=field.model_dump(mode="json", by_alias=True), made_at=now, touched_at=now,
    )  # fmt: skip


def append(upload: Upload, pieces: Iterable[bytes], *, at: int, now: datetime) -> Upload:
    """Add bytes that begin at offset `at`; the last of them settle the file. Returns the upload as it now is.

    What was written is on the disk before it is counted. Raises Refusal `upload-offset` where `at` is not how
    far it has come, `upload-busy` while another request writes, `file-too-large` beyond the size told, what
    `receiving.settle` raises, and `disk-full`: then nothing of the file stays, and the upload is over.
    """
    path = incoming_at(upload.token)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with space_for(upload.name), _held(path) as file:
            fresh = Upload.objects.filter(pk=upload.pk).first()
            if fresh is None:
                raise unknown_upload()
            if at != fresh.offset or fresh.sha256:
                raise refuse(
                    "upload-offset",
                    f"{fresh.offset} bytes are here",
                    hint="go on from there",
                    offset=str(fresh.offset),
                )
            _write(file, fresh, pieces, now)
            if fresh.offset == fresh.size:
                _finish(fresh, path, now)
            return fresh
    except Refusal as refusal:
        if refusal.code not in ("upload-offset", "upload-busy", "file-too-large"):
            abandon(upload)
        raise


def abandon(upload: Upload) -> None:
    """Give an upload up; nothing of it stays. One that has become a file is only forgotten."""
    RUNNING.drop(upload.token)
    incoming_at(upload.token).unlink(missing_ok=True)
    Upload.objects.filter(pk=upload.pk).delete()


@contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    """Open the file for this request alone, also among processes; refuses `upload-busy`."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise refuse(
                "upload-busy", "another request writes to it", hint="wait a moment", seconds="1"
            ) from error
        yield file


def _write(file: IO[bytes], upload: Upload, pieces: Iterable[bytes], now: datetime) -> None:
    # bytes beyond what was counted come from a request that was killed: nobody knows whether they are whole
    file.truncate(upload.offset)
    file.seek(upload.offset)
    digest = RUNNING.at(upload.token, upload.offset)
    RUNNING.drop(upload.token)
    try:
        for piece in pieces:
            if file.tell() + len(piece) > upload.size:
                raise _beyond(upload)
            file.write(piece)
            if digest:
                digest.update(piece)
            if file.tell() - upload.offset >= NOTED_EVERY_BYTES:
                _note(file, upload, now)
    except OSError as error:
        if error.errno not in FULL:
            # whoever sent it hung up: what came is here
            _note(file, upload, now)
        raise
    _note(file, upload, now)
    if digest:
        RUNNING.keep(upload.token, upload.offset, digest)


def _note(file: IO[bytes], upload: Upload, now: datetime) -> None:
    """Count what was written, once it is on the disk for certain."""
    file.flush()
    os.fsync(file.fileno())
    upload.offset, upload.touched_at = file.tell(), now
    upload.save(update_fields=["offset", "touched_at"])


def _finish(upload: Upload, path: Path, now: datetime) -> None:
    digest, field = RUNNING.whole(upload.token, path), CaseField.model_validate(upload.field)
    kept = settle(path, upload.name, digest, upload.size, field=field, by=upload.person, now=now)
    upload.sha256, upload.type = kept["sha256"], kept["type"]
    upload.save(update_fields=["sha256", "type"])


def _beyond(upload: Upload) -> Refusal:
    return refuse(
        "file-too-large", f"“{upload.name}” is longer than was said", hint="begin again with its true size",
        name=upload.name, limit=str(-(-upload.size // 1024 // 1024)),
    )  # fmt: skip


class _Running:
    """Hashes of uploads under way in this process, so that a file of 2 GB is not read again when it is whole.

    After a restart, or where pieces went to another process, the missing part is read from the disk.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, token: str, offset: int) -> Any:
        """Return the hash of the first `offset` bytes, to be gone on with; None where it is not known
        here."""
        if offset == 0:
            return hashlib.sha256()
        with self._lock:
            known = self._kept.get(token)
        return known[1].copy() if known and known[0] == offset else None

    def keep(self, token: str, offset: int, digest: Any) -> None:
        with self._lock:
            self._kept[token] = (offset, digest)
            self._kept.move_to_end(token)
            while len(self._kept) > HASHES_KEPT:
                self._kept.popitem(last=False)

    def drop(self, token: str) -> None:
        with self._lock:
            self._kept.pop(token, None)

    def whole(self, token: str, path: Path) -> str:
        """Return the hash of the whole file, reading what this process has not seen of it."""
        with self._lock:
            offset, digest = self._kept.pop(token, (0, hashlib.sha256()))
        with path.open("rb") as file:
            file.seek(offset)
            while piece := file.read(READ_BYTES):
                digest.update(piece)
        return str(digest.hexdigest())


RUNNING = _Running()
