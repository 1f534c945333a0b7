"""CSV as it comes: the encoding found out, and one stray quote never swallowing the rest of the file."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lianqiao.bridge.tables.layout import HEADINGS_WITHIN_ROWS, Layout, Numbered, excerpt, matches
from lianqiao.engine.errors import Problem

DELIMITERS = (",", "\t", ";", "|")
# a quoted cell over more lines than this is a quote somebody forgot to close
LINES_IN_A_CELL = 200
_PIECE = 1 << 20
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
REPLACED = "\ufffd"

Record = Numbered | Problem


def encoding_of(path: Path) -> str:
    """Return the encoding that reads the whole file, by its mark, as UTF-8, or as GB 18030 (GBK, GB 2312).

    Where neither reads all of it, the one that leaves fewer broken characters in the first megabyte.
    """
    with path.open("rb") as file:
        head = file.read(_PIECE)
    for mark, encoding in _MARKED:
        if head.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _reads(path, encoding):
            return encoding
    return min(("utf-8", "gb18030"), key=lambda name: head.decode(name, "replace").count(REPLACED))


def delimiter_of(path: Path, encoding: str, layout: Layout) -> str:
    """Return the delimiter under which most of the expected columns are found."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = list(islice(file, HEADINGS_WITHIN_ROWS))
    if layout.header_row:
        lines = lines[layout.header_row - 1 : layout.header_row]

    def found(delimiter: str) -> int:
        return max((matches(cells, layout) for cells in csv.reader(lines, delimiter=delimiter)), default=0)

    return max(DELIMITERS, key=found)


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield each record with the number of its first line, or the Problem that stands in its place.

    Problems: `row-quote` (a quote that is never closed: only its own line is given up), `row-unreadable`.
    """
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        waiting: deque[str] = deque()
        line = 1
        while piece := _balanced(waiting, file):
            if len(piece) > LINES_IN_A_CELL or (_open(piece) and not _reads_alone(piece[0], delimiter)):
                yield _unclosed(line, piece[0])
                # everything after the bad line is read afresh
                waiting.extendleft(reversed(piece[1:]))
                line += 1
                continue
            yield from _parsed(piece, line, delimiter)
            line += len(piece)


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _balanced(waiting: deque[str], file: Iterator[str]) -> list[str]:
    """Return the next lines up to where every quote is closed, at most one more than a cell may run over."""
    piece: list[str] = []
    quotes = 0
    while len(piece) <= LINES_IN_A_CELL:
        text = waiting.popleft() if waiting else next(file, "")
        if not text:
            break
        piece.append(text)
        quotes += text.count('"')
        if quotes % 2 == 0:
            break
    return piece


def _open(piece: list[str]) -> bool:
    return sum(text.count('"') for text in piece) % 2 == 1


def _reads_alone(text: str, delimiter: str) -> bool:
    """True where the quotes of a line are no more than characters inside cells, such as 5" pipe."""
    try:
        rows = list(csv.reader([text, "\n"], delimiter=delimiter))
    except csv.Error:
        return False
    return len(rows) == 2


def _parsed(piece: list[str], line: int, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(piece, delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield _unreadable(line + before, str(error), piece[0])
            return
        if cells is None:
            return
        yield line + before, cells
        before = reader.line_num


def _unclosed(line: int, text: str) -> Problem:
    return Problem(
        "row-quote",
        "a quotation mark is opened and never closed",
        place=f"line {line}",
        hint="close it, or double it where it is part of the text",
        facts={"line": str(line), "value": excerpt(text)},
    )


def _unreadable(line: int, reason: str, text: str) -> Problem:
    return Problem(
        "row-unreadable",
        f"the row cannot be read: {reason}",
        place=f"line {line}",
        hint="correct this line",
        facts={"line": str(line), "value": excerpt(text), "detail": reason},
    )
