"""The text of a PDF by pages, of a Word document by paragraphs, of a plain text by lines."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import IO

from lianqiao.bridge.file_check.limits import DOCX, MIB, PDF, TXT
from lianqiao.bridge.file_check.unreadable import Unreadable

# an 80-episode script has some 300 pages and 200 000 characters
MOST_PAGES, MOST_CHARACTERS = 3000, 5_000_000

Progress = Callable[[float, float], None]


def pieces_of(file: IO[bytes], kind: str, *, unpacked_mb: int, progress: Progress) -> list[str]:
    """Return the text in pieces. Raises Unreadable, and whatever the libraries raise for broken files."""
    readers: dict[str, Callable[[], Iterator[str]]] = {
        PDF: lambda: _pdf(file, progress),
        DOCX: lambda: _docx(file, unpacked_mb),
        TXT: lambda: _plain(file),
    }
    pieces, characters = [], 0
    for piece in readers[kind]():
        characters += len(piece)
        if characters > MOST_CHARACTERS:
            raise Unreadable("too-large")
        pieces.append(piece)
    return pieces


def _pdf(file: IO[bytes], progress: Progress) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("encrypted")
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise Unreadable("too-large")
    for number in range(count):
        progress(number, count)
        yield reader.pages[number].extract_text()


def _docx(file: IO[bytes], unpacked_mb: int) -> Iterator[str]:
    from docx import Document
    from docx.table import Table

    # what the archive says of its members is what the reader will unpack: no more than a script needs
    with zipfile.ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > unpacked_mb * MIB:
            raise Unreadable("too-large")
    file.seek(0)
    for block in Document(file).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " ".join(dict.fromkeys(cell.text for cell in row.cells))
        else:
            yield block.text


def _plain(file: IO[bytes]) -> Iterator[str]:
    content = file.read(4 * MOST_CHARACTERS + 1)
    if len(content) > 4 * MOST_CHARACTERS:
        raise Unreadable("too-large")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            yield from content.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
        return
    raise Unreadable("damaged")
