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
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<\s*(?:!doctype\s+html|html|head|body|table|script)\b",
    re.I | re.S,
)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def kind_of(path: Path, name: str) -> Kind:
    """Return whether the file is delimited text or a workbook calamine reads (xlsx, xlsb, xls, ods).

    `name` is what messages call the file.

    Raises Refusal `table-unreadable`, `table-empty`, `table-html`, `table-locked`, `table-too-large`,
    `table-type`.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise refuse(
            "table-unreadable", f"the file cannot be read: {error.strerror or error}", place=name,
            hint="check its name and the right to read it", file=name,
        ) from None  # fmt: skip
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise refuse("table-empty", "the file is empty", place=name, hint="export it again", file=name)
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise refuse(
            "table-html", "the file is a web page, whatever its name says", place=name,
            hint="open it in a spreadsheet program and save it as .xlsx", file=name,
        )  # fmt: skip
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, name)
    if head.startswith(_OLE):
        return _compound(path, name)
    if _binary(head):
        raise not_a_table(name)
    return "csv"


def _binary(head: bytes) -> bool:
    """True where too many control characters stand for a text that somebody merely soiled."""
    if head.startswith(_UTF16):
        return False
    return head.startswith(b"%PDF") or 100 * len(_CONTROL.findall(head)) > len(head)


def not_a_table(name: str) -> Refusal:
    """Return the refusal for a file that is something else altogether."""
    return refuse(
        "table-type", "the file is no table: neither CSV nor a spreadsheet", place=name,
        hint="save the table as .xlsx or as CSV", file=name,
    )  # fmt: skip


def locked(name: str) -> Refusal:
    """Return the refusal for a workbook that asks for a password."""
    return refuse(
        "table-locked", "the workbook is protected by a password", place=name,
        hint="open it, remove the password, save it again", file=name,
    )  # fmt: skip


def damaged(name: str, reason: str) -> Refusal:
    """Return the refusal for a workbook that breaks off or holds broken parts."""
    return refuse(
        "table-damaged", f"the workbook is damaged: {reason}", place=name,
        hint="open it in a spreadsheet program and save it again", file=name, detail=reason,
    )  # fmt: skip


def _archive(path: Path, name: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names, size = set(archive.namelist()), sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise damaged(name, str(error)) from None
    if not names.intersection(_WORKBOOKS):
        raise not_a_table(name)
    if size > MOST_UNPACKED:
        raise refuse(
            "table-too-large", f"the workbook unpacks to {size // 2**20} MB", place=name,
            hint="save it as CSV, which is read row by row", file=name, size=str(size // 2**20),
        )  # fmt: skip
    return "workbook"


def _compound(path: Path, name: str) -> Kind:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise locked(name)
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "workbook"
    raise not_a_table(name)
