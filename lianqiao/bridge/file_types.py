"""What a file really is, told by its bytes rather than its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import puremagic

from lianqiao.engine.errors import Refusal, refuse

TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
}
SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "m4v": "mp4", "qt": "mov", "webm": "mkv"}
# the part that makes a zip archive a Word or an Excel document
OFFICE_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def checked(path: Path, name: str, formats: tuple[str, ...]) -> str:
    """Return the media type of the file; raises Refusal `file-type` unless its bytes are one of `formats`."""
    kind = kind_of(path)
    if formats and kind not in formats:
        raise _not_allowed(name, kind, formats)
    return TYPES.get(kind, "application/octet-stream")


def kind_of(path: Path) -> str:
    """Return the format its bytes show, such as `pdf`; "" where they show none known here."""
    if (office := _office_kind(path)) is not None:
        return office
    try:
        matches = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError):
        matches = []
    for match in matches:
        kind = str(match.extension).lstrip(".").lower()
        kind = SAME.get(kind, kind)
        if kind in TYPES and kind not in OFFICE_PARTS and kind != "txt":
            return kind
    return "txt" if _is_text(path) else ""


def _office_kind(path: Path) -> str | None:
    """Return `docx`, `xlsx` or "" for another archive; None where it is no archive from its first byte on.

    A program with an archive at its end reads as one too, to whoever looks for the end first.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return ""
    return next((kind for kind, part in OFFICE_PARTS.items() if part in names), "")


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(65536)
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head.decode(encoding)
        except UnicodeDecodeError as error:
            # a character cut by the end of the sample is not a fault of the file
            if error.start < len(head) - 4:
                continue
        return True
    return False


def _not_allowed(name: str, kind: str, formats: tuple[str, ...]) -> Refusal:
    return refuse(
        "file-type",
        f"“{name}” is {'a ' + kind.upper() + ' file' if kind else 'of a type not known here'} by its content",
        hint="allowed: " + ", ".join(f.upper() for f in formats),
        name=name,
        kind=kind,
        formats=", ".join(f.upper() for f in formats),
    )
