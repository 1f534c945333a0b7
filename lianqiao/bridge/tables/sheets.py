"""Workbooks as they come: cells as text, merged cells filled downwards, the right sheet found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, load_workbook

from lianqiao.bridge.tables import kinds
from lianqiao.bridge.tables.layout import HEADINGS_WITHIN_ROWS, Layout, Numbered, matches
from lianqiao.engine.errors import refuse
from lianqiao.engine.nearest import meant

# Excel keeps 15 digits of a number: a longer one has lost its last digits before we ever see it
SURE_DIGITS = 15


def rows_of(path: Path, layout: Layout, file: str) -> tuple[str, Iterator[Numbered]]:
    """Return the name of the sheet and its rows with their numbers.

    The sheet is the one the layout names, else the one in which most columns are found. Raises Refusal
    `table-locked`, `table-damaged`, `sheet-unknown`.
    """
    workbook = _opened(path, file)
    if layout.sheet:
        names = [layout.sheet]
        if layout.sheet not in workbook.sheet_names:
            raise refuse(
                "sheet-unknown",
                f"there is no sheet “{layout.sheet}”",
                place=file,
                hint=meant(layout.sheet, workbook.sheet_names, what="sheets"),
                sheet=layout.sheet,
                known="、".join(workbook.sheet_names),
                file=file,
            )
    else:
        names = workbook.sheet_names
    sheets = [(name, _sheet(workbook, name, file)) for name in names]
    if not sheets:
        raise kinds.damaged(file, "no sheet")
    name, sheet = max(sheets, key=lambda pair: _best(pair[1], layout))
    return name, _rows(sheet)


def text_of(value: Any) -> str:
    """Return a cell's value as the text a person sees: 20, not 20.0; dates as ISO 8601.

    A number whose digits Excel no longer holds is written 5.11602E+17, which no code looks like.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if abs(value) >= 10**SURE_DIGITS:
        return f"{value:.6G}"
    return str(int(value)) if value.is_integer() else f"{value:.{SURE_DIGITS}g}"


def _opened(path: Path, file: str) -> CalamineWorkbook:
    try:
        return load_workbook(str(path))
    except PasswordError:
        raise kinds.locked(file) from None
    except CalamineError as error:
        raise kinds.damaged(file, str(error)) from None


def _sheet(workbook: CalamineWorkbook, name: str, file: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise kinds.damaged(file, str(error)) from None


def _best(sheet: CalamineSheet, layout: Layout) -> int:
    """Return how many columns are found in the best of the first rows."""
    first = islice(_rows(sheet), HEADINGS_WITHIN_ROWS) if sheet.height else ()
    return max((matches(cells, layout) for _, cells in first), default=0)


def _rows(sheet: CalamineSheet) -> Iterator[Numbered]:
    """Yield (row number, cells); a cell merged over several rows counts in each of them."""
    tall = _merged_downwards(sheet)
    held: dict[int, tuple[int, str]] = {}
    for number, values in enumerate(sheet.iter_rows()):
        cells = [text_of(value) for value in values]
        held = {column: (bottom, text) for column, (bottom, text) in held.items() if number <= bottom}
        for column, (_, text) in held.items():
            cells[column] = cells[column] or text
        for column, bottom in tall.get(number, ()):
            held[column] = bottom, cells[column]
        yield number + 1, cells


def _merged_downwards(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Return the column, counted as in the rows, and the bottom row of each merged cell, by its top row."""
    first = sheet.start[1] if sheet.start else 0
    tall: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top and 0 <= left - first < sheet.width:
            tall.setdefault(top, []).append((left - first, bottom))
    return tall
