"""Archives that may do harm when somebody opens them: bombs, paths that lead out, nests of archives."""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from lianqiao.engine.errors import Refusal, refuse

MOST_ENTRIES = 10_000
MOST_UNPACKED_BYTES = 1024**3
# a document of text shrinks to a twentieth; a bomb to a thousandth
MOST_TIMES_LARGER = 200
SMALL_BYTES = 16 * 1024 * 1024
# a spreadsheet within a document is ordinary; one within that is not
DEEPEST = 2
LARGEST_INNER_BYTES = 64 * 1024 * 1024
HEAD = b"PK\x03\x04"
ENCRYPTED = 0x1
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
)


def check_archive(path: Path, name: str) -> None:
    """Look through a zip archive, and archives in it, without unpacking to the disk; anything else passes.

    Raises Refusal `archive-unsafe` with `fault`: unreadable, entries, size, ratio, path, link, encrypted,
    twice,
    overlap, nested. Only what the archive itself says of its entries is believed as a limit: Python reads no
    entry beyond the size it states.
    """
    with path.open("rb") as file:
        if file.read(4) != HEAD:
            return
        file.seek(0)
        _Look(name).into(file, depth=1)


class _Look:
    def __init__(self, name: str) -> None:
        self.name = name
        self.entries = self.unpacked = 0

    def into(self, file: IO[bytes], *, depth: int) -> None:
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
                self._sums(infos)
                self._names(infos)
                self._places(infos, archive.start_dir)
                for info in infos:
                    self._inner(archive, info, depth)
        except BROKEN as error:
            # a failing disk is no fault of the archive
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise self._unsafe("unreadable") from error

    def _sums(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        self.entries += len(infos)
        if self.entries > MOST_ENTRIES:
            raise self._unsafe("entries")
        size, packed = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
        self.unpacked += size
        if self.unpacked > MOST_UNPACKED_BYTES:
            raise self._unsafe("size")
        if size > SMALL_BYTES and size > MOST_TIMES_LARGER * max(packed, 1):
            raise self._unsafe("ratio")

    def _names(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        seen = set()
        for info in infos:
            # what `ZipInfo` made tidy is not what another program will read
            given = info.orig_filename
            inside = PurePosixPath(given.replace("\\", "/"))
            hidden = any(ord(letter) < 32 for letter in given)
            if not given or hidden or inside.is_absolute() or ".." in inside.parts or ":" in given[:2]:
                raise self._unsafe("path")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise self._unsafe("link")
            if info.flag_bits & ENCRYPTED:
                raise self._unsafe("encrypted")
            if given in seen:
                raise self._unsafe("twice")
            seen.add(given)

    def _places(self, infos: Sequence[zipfile.ZipInfo], end: int) -> None:
        """Refuse entries that share bytes: a few megabytes can be said to be petabytes that way."""
        begin = sorted((one.header_offset, one.compress_size) for one in infos)
        following = [offset for offset, _ in begin[1:]] + [end]
        if any(offset + packed > after for (offset, packed), after in zip(begin, following, strict=True)):
            raise self._unsafe("overlap")

    def _inner(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int) -> None:
        if info.is_dir():
            return
        with archive.open(info) as entry:
            if entry.read(4) != HEAD:
                return
            if depth >= DEEPEST or info.file_size > LARGEST_INNER_BYTES:
                raise self._unsafe("nested")
            content = HEAD + entry.read(LARGEST_INNER_BYTES)
        self.into(io.BytesIO(content), depth=depth + 1)

    def _unsafe(self, fault: str) -> Refusal:
        return refuse(
            "archive-unsafe",
            f"“{self.name}” is an archive that is not safe to open: {fault}",
            hint="save the document anew and send that",
            name=self.name,
            fault=fault,
        )
