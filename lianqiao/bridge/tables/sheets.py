"""Workbooks as they come: cells as text, merged cells filled downwards, the right sheet found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, load_workbook

from lianqiao.bridge.tables import kinds
from lianqiao.bridge.tables.layout import HEADINGS_WITHIN_ROWS, Layout, Numbered, matches
from lianqiao.engine.errors import refuse
from lianqiao.engine.nearest import meant

# Excel keeps 15 digits of a number: a longer one has lost its last digits before we ever see it
SURE_DIGITS = 15


def rows_of(path: Path, layout: Layout) -> tuple[str, Iterator[Numbered]]:
    """Return the name of the sheet and its rows with their numbers.

    The sheet is the one the layout names, else the one in which most columns are found. Raises Refusal
    `table-locked`, `table-damaged`, `sheet-unknown`.
    """
    workbook = _opened(path)
    if layout.sheet:
        names = [layout.sheet]
        if layout.sheet not in workbook.sheet_names:
            raise refuse(
                "sheet-unknown",
                f"there is no sheet “{layout.sheet}”",
                place=path.name,
                hint=meant(layout.sheet, workbook.sheet_names, what="sheets"),
                sheet=layout.sheet,
                known="、".join(workbook.sheet_names),
                file=path.name,
            )
    else:
        names = workbook.sheet_names
    sheets = [(name, _sheet(workbook, name, path)) for name in names]
    if not sheets:
        raise kinds.damaged(path, "no sheet")
    name, sheet = max(sheets, key=lambda pair: _best(pair[1], layout))
    return name, _rows(sheet)


def text_of(value: Any) -> str:
    """Return a cell's value as the text a person sees: 20, not 20.0; dates as ISO 8601.

    A number whose digits Excel no longer holds is written 5.11602E+17, which no code looks like.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 10**SURE_DIGITS:
            return str(int(value))
        return f"{value:.6G}" if abs(value) >= 10**SURE_DIGITS else f"{value:.{SURE_DIGITS}g}"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return load_workbook(str(path))
    except PasswordError:
        raise kinds.locked(path) from None
    except CalamineError as error:
        raise kinds.damaged(path, str(error)) from None


def _sheet(workbook: CalamineWorkbook, name: str, path: Path) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise kinds.damaged(path, str(error)) from None


def _best(sheet: CalamineSheet, layout: Layout) -> int:
    rows = _rows(sheet)
    return (
        max((matches(cells, layout) for number, cells in rows if number <= HEADINGS_WITHIN_ROWS), default=0)
        if (sheet.height)
        else 0
    )


def _rows(sheet: CalamineSheet) -> Iterator[Numbered]:
    """Yield (row number, cells); a cell merged over several rows counts in each of them."""
    first_column = sheet.start[1] if sheet.start else 0
    tall = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top:
            tall[top, left - first_column] = bottom
    held: dict[int, tuple[int, str]] = {}
    for number, values in enumerate(sheet.iter_rows()):
        cells = [text_of(value) for value in values]
        for column, (bottom, text) in list(held.items()):
            if number > bottom:
                del held[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for column, text in enumerate(cells):
            if (number, column) in tall:
                held[column] = tall[number, column], text
        yield number + 1, cells
