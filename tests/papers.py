"""What a reader of PDF finds in a paper: its words as PDFium reads them, its fonts as they are embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from pypdf import PdfReader

SUBSET = re.compile(r"/[A-Z]{6}\+")


def words_of(content: bytes) -> str:
    """Return all a paper says, a line of it as one line."""
    with pypdfium2.PdfDocument(content) as paper:
        return "\n".join(page.get_textpage().get_text_range() for page in paper)


def own_fonts_of(content: bytes) -> list[str]:
    """Return the names of a paper's fonts: each is a subset, embedded, and its characters can be searched."""
    found = []
    for font in _fonts(content):
        (inner,) = font["/DescendantFonts"]
        about = inner.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(about), "not embedded"
        assert SUBSET.match(font["/BaseFont"]), "not a subset"
        assert "/ToUnicode" in font, "nobody can search in it"
        found.append(font["/BaseFont"].partition("+")[2])
    return found


def _fonts(content: bytes) -> Iterator[dict[str, Any]]:
    for page in PdfReader(BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            yield font.get_object()
