"""The file a backup is: a tar, packed by zstandard or gzip as its name says, written whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard

from lianqiao.bridge.storage import FULL
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.site.backup.manifest import damaged

ZSTANDARD, GZIP = (".tar.zst", ".tzst"), (".tar.gz", ".tgz")
PIECE = 1024 * 1024
_BROKEN = (tarfile.TarError, zstandard.ZstdError, zlib.error, gzip.BadGzipFile, EOFError)


class Archive:
    """An archive being written; every member is hashed on its way."""

    def __init__(self, tar: tarfile.TarFile, now_s: int) -> None:
        self._tar = tar
        self._now_s = now_s

    def add_bytes(self, name: str, content: bytes) -> str:
        """Add a member with this content; returns its SHA-256."""
        return self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> tuple[str, int]:
        """Add a file as it is now; returns its SHA-256 and size in bytes."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return self._add(name, file, size), size

    def _add(self, name: str, file: IO[bytes], size: int) -> str:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, self._now_s
        hashed = Hashed(file)
        self._tar.addfile(member, hashed)
        return hashed.digest()


class Hashed(io.RawIOBase):
    """A file read through, hashed on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """Always: this is all it is for."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._file.read(size)
        self._hash.update(piece)
        return piece

    def digest(self) -> str:
        """Return the SHA-256 of what was read so far, 64 hex digits."""
        return self._hash.hexdigest()


@contextmanager
def written(to: Path, *, now_s: int) -> Iterator[Archive]:
    """Write an archive: it appears under its name once it is whole and on the disk, or not at all.

    Raises Refusal `backup-name`, `backup-exists`, `backup-folder`, `disk-full`.
    """
    _check_name(to)
    if to.exists():
        raise refuse("backup-exists", f"{to} is there already", hint="choose another name, or remove it")
    try:
        handle, part = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.", suffix=".part")
    except OSError as error:
        reason = f"no file can be made in {to.parent}: {error.strerror}"
        raise refuse("backup-folder", reason, hint="name a folder that can be written") from error
    try:
        with os.fdopen(handle, "wb") as file:
            with _compressed(to, file, now_s) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
                yield Archive(tar, now_s)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, to)
    except OSError as error:
        raise told(error, to.parent) from error
    finally:
        Path(part).unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Read an archive from its beginning: yields the members, each a name and what can be read once.

    Raises Refusal `backup-missing`, `backup-name`, `backup-damaged`, there and in whoever reads a member.
    """
    _check_name(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise refuse(
            "backup-missing", f"{path}: {error.strerror}", hint="name a file that can be read"
        ) from error
    with file:
        try:
            with _expanded(path, file) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                yield _members(tar)
                # to the very end: what packs the archive has a checksum there
                while stream.read(PIECE):
                    pass
        except _BROKEN as error:
            raise damaged(f"it cannot be read to its end ({type(error).__name__})") from error


def told(error: OSError, folder: Path) -> Exception:
    """Return a full disk as a Refusal `disk-full`, any other error as it is."""
    if error.errno in FULL:
        return refuse(
            "disk-full",
            f"there is no space left in {folder}; nothing was left behind",
            hint="make room, or choose a folder on another disk",
        )
    return error


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None:
            raise damaged(f"{member.name} is no ordinary file")
        yield member.name, content


@contextmanager
def _compressed(to: Path, file: IO[bytes], now_s: int) -> Iterator[IO[bytes]]:
    if to.name.endswith(ZSTANDARD):
        # threads: a core for each, while this one reads the next rows
        with zstandard.ZstdCompressor(level=3, threads=-1).stream_writer(file, closefd=False) as stream:
            yield stream
    else:
        with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=now_s) as stream:
            yield stream  # type: ignore[misc]


@contextmanager
def _expanded(path: Path, file: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.name.endswith(ZSTANDARD):
        with zstandard.ZstdDecompressor().stream_reader(file, closefd=False) as stream:
            yield stream
    else:
        with gzip.GzipFile(fileobj=file, mode="rb") as stream:
            yield stream  # type: ignore[misc]


def _check_name(path: Path) -> None:
    if not path.name.endswith(ZSTANDARD + GZIP):
        raise _wrong_name(path)


def _wrong_name(path: Path) -> Refusal:
    return refuse(
        "backup-name", f"“{path.name}” does not say how it is packed", hint="end it in .tar.zst or .tar.gz"
    )
