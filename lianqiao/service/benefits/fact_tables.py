"""A spreadsheet of facts, one row a firm or a person: which of its columns holds what, its rows made out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from lianqiao.bridge.tables import Layout, Row, Table, open_table
from lianqiao.bridge.tables.layout import excerpt
from lianqiao.engine.errors import Problem
from lianqiao.engine.policy.cells import UNITS, Unusable, parse_cell
from lianqiao.engine.policy.shape import Attribute
from lianqiao.service.benefits.fact_values import FactRead, read_fact

# the column that says whose facts a row has: a firm's credit code, or a person's user name
WHOSE: Mapping[str, tuple[str, ...]] = {
    "party": ("统一社会信用代码", "信用代码", "社会信用代码", "企业代码", "party", "credit_code"),
    "person": ("用户名", "登录名", "账号", "person", "username"),
}
ABOUT = {
    "source": ("来源", "数据来源", "source"),
    "as_of": ("数据日期", "截止日期", "as_of"),
    "valid_until": ("有效期至", "valid_until"),
}
SHARES = ("%", "fraction")
UNIT_CHOICES = ("元", "万元", "亿元", "分", *SHARES)
SHOWN_ROWS = 5
_EPOCH = date(1970, 1, 1).toordinal()
_HEAD = re.compile(r"\s*(.+?)\s*[\[（(]\s*([^\])）]+?)\s*[\])）]\s*")
_DAY = Attribute.model_validate(
    {"kind": "date", "title": {"zh-hans": "日期", "en": "date"}, "may_be_future": True}
)


@dataclass(frozen=True)
class Sight:
    """The headings of a file, its first rows, and what each column seems to mean; `units` by heading."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    meanings: Mapping[str, str]
    units: Mapping[str, str]


@dataclass(frozen=True)
class FactRow:
    """One row: its line, whose facts they are, what each column says, or why it cannot be read."""

    line: int
    party: str = ""
    source: str = ""
    as_of: date | None = None
    valid_until: date | None = None
    found: Mapping[str, tuple[str, FactRead]] = field(default_factory=dict)
    """By attribute: the text, and what it says."""
    problem: Problem | None = None


def looked_at(path: Path, attributes: Mapping[str, Attribute], *, name: str) -> Sight:
    """Return what is in a file. Raises Refusal: see `bridge.tables.open_table`."""
    table = open_table(path, _wide_layout(attributes), name=name)
    meanings = {table.header.headings[place]: what for what, place in table.header.places.items()}
    units = {}
    for heading in table.header.headings:
        if found := _HEAD.fullmatch(heading):
            units[heading] = found[2] if found[2] in UNIT_CHOICES else ""
    first = tuple(
        tuple(row.cells.get(what, "") for what in table.header.places)
        for row in islice(table.rows, SHOWN_ROWS)
    )
    return Sight(table.file, tuple(one for one in table.header.headings if one), first, meanings, units)


def fact_rows(
    path: Path,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    attributes: Mapping[str, Attribute],
    *,
    name: str,
    today: date,
) -> Iterator[FactRow]:
    """Yield the rows of a file; `columns` maps what a column may hold to headings.

    One of `party` and `person` is among them. `units` is by attribute. Raises Refusal: see
    `bridge.tables.open_table`.
    """
    whose = next(one for one in WHOSE if one in columns)
    layout = Layout({what: (heading,) for what, heading in columns.items()}, required=(whose,))
    table = open_table(path, layout, name=name)
    known = {what: attributes[what] for what in columns if what in attributes}
    for row in table.rows:
        if row.problem is not None:
            yield FactRow(row.line, problem=row.problem)
        else:
            yield _row(row, known, units, table, today)


def _row(
    row: Row, known: Mapping[str, Attribute], units: Mapping[str, str], table: Table, today: date
) -> FactRow:
    line, cells = row.line, row.cells
    whose = next(one for one in WHOSE if one in table.header.places)
    party = cells.get(whose, "").strip()
    if not party:
        return FactRow(line, problem=_problem(f"{whose}-missing", line, table.label(whose), ""))
    if whose == "party":
        party = party.upper()
    days: dict[str, date | None] = {}
    for what in ("as_of", "valid_until"):
        try:
            days[what] = _day(cells.get(what, ""), today)
        except Unusable as error:
            return FactRow(line, party, problem=_problem(error.code, line, table.label(what), cells[what]))
    found = {
        what: (cells[what].strip(), read_fact(cells[what], one, unit=units.get(what, ""), today=today))
        for what, one in known.items()
        if cells.get(what, "").strip()
    }
    return FactRow(line, party, cells.get("source", "").strip(), days["as_of"], days["valid_until"], found)


def _day(text: str, today: date) -> date | None:
    value: Any = parse_cell(text, _DAY, "", today)
    if not isinstance(value, int):
        return None
    return date.fromordinal(value + _EPOCH)


def _problem(code: str, line: int, column: str, value: str) -> Problem:
    facts = {"line": str(line), "column": column, "value": excerpt(value)}
    return Problem(code, code, place=f"line {line}, column {column}", facts=facts)


def _wide_layout(attributes: Mapping[str, Attribute]) -> Layout:
    columns: dict[str, tuple[str, ...]] = {**WHOSE, **ABOUT}
    for name, attribute in attributes.items():
        titles = [name, attribute.title.zh_hans, attribute.title.en]
        units = [*UNITS, *SHARES] if attribute.kind in ("money", "ratio") else []
        columns[name] = tuple(
            [*titles, *(f"{title}{a}{u}{b}" for title in titles for u in units for a, b in ("()", "[]"))]
        )
    return Layout(columns)
