"""What kind of table a file is, told by its bytes: people send web pages called .xls and locked workbooks."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Literal

from lianqiao.engine.errors import Refusal, refuse

Kind = Literal["csv", "workbook"]

HEAD = 4096
# a small archive can unpack to more than a machine holds
MOST_UNPACKED = 600 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<\s*(?:!doctype\s+html|html|head|body|table|script)\b",
    re.I | re.S,
)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def kind_of(path: Path) -> Kind:
    """Return whether the file is delimited text or a workbook calamine reads (xlsx, xlsb, xls, ods).

    Raises Refusal `table-unreadable`, `table-empty`, `table-html`, `table-locked`, `table-too-large`,
    `table-type`.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise refuse(
            "table-unreadable", f"the file cannot be read: {error.strerror or error}", place=path.name,
            hint="check its name and the right to read it", file=path.name,
        ) from None  # fmt: skip
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise refuse(
            "table-empty", "the file is empty", place=path.name, hint="export it again", file=path.name
        )
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise refuse(
            "table-html", "the file is a web page, whatever its name says", place=path.name,
            hint="open it in a spreadsheet program and save it as .xlsx", file=path.name,
        )  # fmt: skip
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    if head.startswith(_OLE):
        return _compound(path)
    if b"\x00" in head and not head.startswith(_UTF16):
        raise not_a_table(path)
    return "csv"


def not_a_table(path: Path) -> Refusal:
    """Return the refusal for a file that is something else altogether."""
    return refuse(
        "table-type", "the file is no table: neither CSV nor a spreadsheet", place=path.name,
        hint="save the table as .xlsx or as CSV", file=path.name,
    )  # fmt: skip


def locked(path: Path) -> Refusal:
    """Return the refusal for a workbook that asks for a password."""
    return refuse(
        "table-locked", "the workbook is protected by a password", place=path.name,
        hint="open it, remove the password, save it again", file=path.name,
    )  # fmt: skip


def damaged(path: Path, reason: str) -> Refusal:
    """Return the refusal for a workbook that breaks off or holds broken parts."""
    return refuse(
        "table-damaged", f"the workbook is damaged: {reason}", place=path.name,
        hint="open it in a spreadsheet program and save it again", file=path.name, detail=reason,
    )  # fmt: skip


def _archive(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names, size = set(archive.namelist()), sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise damaged(path, str(error)) from None
    if not names.intersection(_WORKBOOKS):
        raise not_a_table(path)
    if size > MOST_UNPACKED:
        raise refuse(
            "table-too-large", f"the workbook unpacks to {size // 2**20} MB", place=path.name,
            hint="save it as CSV, which is read row by row", file=path.name, size=str(size // 2**20),
        )  # fmt: skip
    return "workbook"


def _compound(path: Path) -> Kind:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise locked(path)
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "workbook"
    raise not_a_table(path)
