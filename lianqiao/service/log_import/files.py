"""Read a log's file: CSV or XES, told by its first bytes, packed by gzip or not. No Django here."""

from __future__ import annotations

import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mining import LogMap, Reading, read_csv, read_xes
from lianqiao.engine.mining.csv_reading import Told

_GZIP = b"\x1f\x8b"
ENCODINGS = ("utf-8", "gb18030")
_MARK = b"\xef\xbb\xbf"


def read_log_file(
    path: Path, log_map: LogMap | None = None, *, name: str = "", told: Told | None = None
) -> Reading:
    """Return the log in a file; XES needs no map where it keeps to the standard.

    `told` hears now and then how many rows are read. Raises Refusal `log-unreadable`, `log-damaged`,
    `log-encoding`, `map-needed`, and those of `read_csv` and `read_xes`.
    """
    name = name or path.name
    with _opened(path, name) as stream:
        if is_xes(stream):
            return read_xes(stream, log_map or LogMap(), told=told)
        if log_map is None:
            raise refuse(
                "map-needed",
                "a CSV log needs a map that names its columns",
                place=name,
                hint="add --map MAP; docs/mining.md shows one",
                file=name,
            )
        with io.TextIOWrapper(stream, encoding=_encoding(log_map.encoding), newline="") as lines:
            return read_csv(lines, log_map, told=told)


def first_lines(path: Path, count: int, *, encoding: str, name: str) -> list[str] | None:
    """Return the first lines of a text, None for XES. Raises Refusal as `read_log_file` does."""
    with _opened(path, name) as stream:
        if is_xes(stream):
            return None
        with io.TextIOWrapper(stream, encoding=_encoding(encoding), newline="") as lines:
            return list(itertools.islice(lines, count))


def lines_in(path: Path) -> int:
    """Return how many lines, or events of XES, a file that is not packed has: how far reading has to go."""
    with path.open("rb") as file:
        mark = b"<event" if is_xes(file) else b"\n"
        # a mark may lie across two pieces; nobody minds one event in a million
        return sum(piece.count(mark) for piece in iter(lambda: file.read(1 << 20), b""))


def is_xes(stream: io.BufferedReader) -> bool:
    """Return whether what can be read next is XML; nothing is taken from the stream."""
    head = stream.peek(64)[:64]
    return head.removeprefix(_MARK).lstrip().startswith(b"<")


def _encoding(name: str) -> str:
    return "utf-8-sig" if name == "utf-8" else name


@contextmanager
def _opened(path: Path, name: str) -> Iterator[io.BufferedReader]:
    """Open a file, unpacking it where it is packed; what is wrong with it is refused."""
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == _GZIP
            yield io.BufferedReader(gzip.GzipFile(fileobj=file)) if packed else file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(name, str(error)) from None
    except UnicodeDecodeError as error:
        raise refuse(
            "log-encoding",
            f"byte {error.start + 1} is not {error.encoding}",
            place=name,
            hint="name the encoding in the map: utf-8 or gb18030",
            file=name,
        ) from None
    except OSError as error:
        raise refuse(
            "log-unreadable",
            f"the file cannot be read: {error.strerror or error}",
            place=name,
            hint="check its name and the right to read it",
            file=name,
        ) from None


def _damaged(name: str, reason: str) -> Refusal:
    return refuse(
        "log-damaged", f"the file breaks off: {reason}", place=name, hint="copy it again", file=name
    )
