"""Open a table and read its rows, each either named cells or a problem with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from lianqiao.bridge.tables import kinds, records, sheets
from lianqiao.bridge.tables.layout import (
    HEADINGS_WITHIN_ROWS,
    Cells,
    Header,
    Layout,
    Row,
    excerpt,
    find_header,
    repeats,
)
from lianqiao.bridge.tables.records import REPLACED, Record
from lianqiao.engine.errors import Problem

_HTML = re.compile(r"<\s*(?:!doctype|html|head|body|title|script|iframe|div|meta)\b|</\s*html", re.I)
_PAGE_ENDS = re.compile(r"</\s*html\s*>", re.I)


@dataclass(frozen=True)
class Table:
    """An open table. `rows` can be read once; `label` says what the file calls a field's column.

    `encoding` and `delimiter` are "" for a workbook, `sheet` is "" for CSV. `absent` are fields whose column
    the file does not have, `unused` columns that hold no field.
    """

    file: str
    header: Header
    rows: Iterator[Row]
    absent: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @property
    def unused(self) -> tuple[str, ...]:
        return self.header.unused

    def label(self, name: str) -> str:
        """Return what the file calls the column of a field."""
        return self.header.label(name)


def open_table(path: Path, layout: Layout, *, name: str = "") -> Table:
    """Open a file and find its headings; `name` is what messages call it where its path says nothing.

    Raises Refusal: see `kinds.kind_of`, `sheets.rows_of` and `layout.find_header`.
    """
    file = name or path.name
    encoding = delimiter = sheet = ""
    found: Iterator[Record]
    if kinds.kind_of(path, file) == "csv":
        encoding = layout.encoding or records.encoding_of(path)
        delimiter = layout.delimiter or records.delimiter_of(path, encoding, layout)
        found = records.records(path, encoding, delimiter)
    else:
        sheet, found = sheets.rows_of(path, layout, file)
    within = max(HEADINGS_WITHIN_ROWS, layout.header_row)
    first = list(islice(found, within))
    header = find_header([row for row in first if not isinstance(row, Problem)], layout, file)
    return Table(
        file=file,
        header=header,
        rows=_rows(chain(first, found), header),
        absent=tuple(name for name in layout.columns if name not in header.places),
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
    )


def _rows(found: Iterator[Record], header: Header) -> Iterator[Row]:
    """Yield the rows below the headings; blank ones are left out, a web page over many lines is told once."""
    inside_page = False
    for record in found:
        if isinstance(record, Problem):
            line = int(record.facts["line"])
            if line > header.line and not inside_page:
                yield Row(line, problem=record)
            continue
        line, cells = record
        text = "".join(cells)
        if line <= header.line or not text.strip():
            continue
        if inside_page and (_PAGE_ENDS.search(text) or not _looks_whole(cells, header)):
            inside_page = not _PAGE_ENDS.search(text)
            continue
        row = _row(line, cells, header)
        inside_page = (
            row.problem is not None and row.problem.code == "row-html" and not _PAGE_ENDS.search(text)
        )
        yield row


def _looks_whole(cells: Cells, header: Header) -> bool:
    return len(cells) > max(header.places.values()) and not any("<" in cell for cell in cells)


def _row(line: int, cells: Cells, header: Header) -> Row:
    problem = _fault(cells, header)
    if problem is not None:
        facts = {**problem.facts, "line": str(line)}
        column = f", column {facts['column']}" if "column" in facts else ""
        return Row(line, problem=replace(problem, place=f"line {line}{column}", facts=facts))
    return Row(
        line, {name: cells[place] if place < len(cells) else "" for name, place in header.places.items()}
    )


def _fault(cells: Cells, header: Header) -> Problem | None:
    if any("<" in cell and _HTML.search(cell) for cell in cells):
        return Problem(
            "row-html",
            "a web page stands here instead of a row: the system it was exported from answered with an error",
            hint="export these rows again",
            facts={"value": excerpt("".join(cells))},
        )
    extra = [cell for cell in cells[len(header.headings) :] if cell.strip()]
    if extra:
        return Problem(
            "row-too-long",
            f"the row has {len(cells)} cells, the headings are {len(header.headings)}",
            hint="put cells that hold the delimiter in quotation marks",
            facts={
                "value": excerpt(" ".join(extra)),
                "cells": str(len(cells)),
                "columns": str(len(header.headings)),
            },
        )
    if repeats(cells, header):
        return Problem(
            "row-header",
            "the headings stand here again",
            hint="nothing to do; rows below it are read",
            facts={"value": excerpt(" ".join(cells))},
        )
    for name, place in header.places.items():
        if place < len(cells) and REPLACED in cells[place]:
            return Problem(
                "row-encoding",
                "a character could not be read",
                hint="save the file as UTF-8; or name its encoding in the map",
                facts={"value": excerpt(cells[place]), "column": header.label(name)},
            )
    return None
