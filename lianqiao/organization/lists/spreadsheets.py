"""Lists as Excel workbooks: any number of rows in level memory, and no cell that acts as a formula."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from lianqiao.engine.beijing import beijing

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel's own limits: rows in a sheet, characters in a cell
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
# what a workbook's XML cannot hold
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# what Excel, WPS or a later CSV would take for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="E8EDF3")
_MOMENT, _DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"

Value = str | int | float | bool | date | datetime | None


def spreadsheet(
    name: str,
    *,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Value]],
    most_rows: int = MOST_ROWS,
) -> FileResponse:
    """Return the rows as a workbook to download as `name`.xlsx; `columns` are (heading, width in characters).

    Rows are read once and written to disk as they come. Times are written in Beijing time; text that begins
    like a formula stays text. What does not fit one sheet goes on in the next.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    write_workbook(file, name, columns=columns, rows=rows, most_rows=most_rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=MEDIA_TYPE)


def write_workbook(
    file: IO[bytes],
    name: str,
    *,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Value]],
    most_rows: int = MOST_ROWS,
) -> None:
    """Write the workbook into an open file; see `spreadsheet`."""
    write_sheets(file, [SheetWanted(name, columns, rows)], most_rows=most_rows)


class SheetWanted(NamedTuple):
    """One sheet of a workbook; `columns` are (heading, width in characters)."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]


def write_sheets(file: IO[bytes], sheets: Iterable[SheetWanted], *, most_rows: int = MOST_ROWS) -> None:
    """Write a workbook of several sheets into an open file, one after the other; see `spreadsheet`."""
    workbook = Workbook(write_only=True)
    for name, columns, rows in sheets:
        sheet, used, parts = _sheet(workbook, name, columns), 1, 1
        for row in rows:
            if used == most_rows:
                parts += 1
                sheet, used = _sheet(workbook, f"{name} {parts}", columns), 1
            sheet.append([_cell(sheet, value) for value in row])
            used += 1
    workbook.save(file)


def sheets(name: str, wanted: Iterable[SheetWanted]) -> FileResponse:
    """Return a workbook of several sheets to download as `name`.xlsx; see `spreadsheet`."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    write_sheets(file, wanted)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=MEDIA_TYPE)


def _sheet(workbook: Workbook, name: str, columns: Sequence[tuple[str, int]]) -> Any:
    sheet: Any = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])
    for index, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    headings = []
    for heading, _ in columns:
        cell = WriteOnlyCell(sheet, heading)
        cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
        cell.alignment = Alignment(vertical="center")
        headings.append(cell)
    sheet.append(headings)
    return sheet


def _cell(sheet: Any, value: Value) -> Any:
    """Return what a row holds for a value: plain where nothing is to be said about it, as most values are."""
    if isinstance(value, str):
        text = _FORBIDDEN.sub("", value)[:MOST_CHARACTERS]
        return _text_cell(sheet, text) if text.startswith(_FORMULA) else text
    if isinstance(value, datetime):
        # a workbook knows no zones
        return _dated_cell(sheet, beijing(value).replace(tzinfo=None), _MOMENT)
    return _dated_cell(sheet, value, _DAY) if isinstance(value, date) else value


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    # the mark an apostrophe leaves: the cell stays text also when it is edited or saved as CSV
    cell.quotePrefix = True
    return cell


def _dated_cell(sheet: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell
