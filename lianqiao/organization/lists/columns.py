"""A column of a list: how it is headed, sorted and aligned, and what it is in a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import FileResponse

from lianqiao.organization.lists.spreadsheets import Value, spreadsheet

Row = TypeVar("Row")


@dataclass(frozen=True)
class SheetColumn(Generic[Row]):
    """One column of a workbook; `width` is in characters."""

    heading: str
    value: Callable[[Row], Value]
    width: int = 17


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of a list; `sheet` are the columns of a workbook that hold what it shows.

    `sort` is the name the address sorts by, "" where it cannot be sorted; `lead` marks the row's header,
    always shown; `fit` keeps it on one line; `align` is `start` or `end`. What is `hide` holds buttons: it is
    no choice, its heading is for screen readers only, and no workbook has it.
    """

    key: str
    label: str
    sheet: tuple[SheetColumn[Row], ...]
    sort: str = ""
    lead: bool = False
    align: str = "start"
    fit: bool = False
    hide: bool = False


def buttons(key: str, label: str) -> Column[Any]:
    """Return the column of what can be done with a row, which is always there."""
    return Column(key, label, (), hide=True)


def column(
    key: str,
    label: str,
    value: Callable[[Row], Value],
    *,
    width: int = 17,
    sort: str = "",
    lead: bool = False,
    align: str = "start",
    fit: bool = False,
) -> Column[Row]:
    """Return a column that a workbook holds under the same heading."""
    sheet = (SheetColumn(label, value, width),)
    return Column(key, label, sheet, sort=sort, lead=lead, align=align, fit=fit)


def workbook(name: str, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> FileResponse:
    """Return the rows as a workbook of just these columns, in their order; see `spreadsheet`."""
    sheet = [part for one in columns for part in one.sheet]
    return spreadsheet(
        name,
        columns=[(part.heading, part.width) for part in sheet],
        rows=([part.value(row) for part in sheet] for row in rows),
    )
