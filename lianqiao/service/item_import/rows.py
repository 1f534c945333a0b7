"""One row of a catalogue made out: the values of an item, or why it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianqiao.bridge.tables import Row, Table, open_table
from lianqiao.bridge.tables.layout import excerpt
from lianqiao.engine.errors import Problem
from lianqiao.engine.spans import Budget
from lianqiao.service.item_import import cleaning
from lianqiao.service.item_import.kinds import read_kind
from lianqiao.service.item_import.limits import read_limit
from lianqiao.service.item_import.mapping import ItemMap

LONGEST = {"key": 100, "code": 100, "name": 300, "department": 100, "main_item": 300, "mechanism": 64}
_AUDIENCES = {
    "person": ("自然人", "个人", "公民", "群众"),
    "firm": ("法人", "企业", "组织", "单位", "机关", "个体工商户"),
}
_HINTS = {
    "item-key-missing": "every item needs one; add it, or name another key column in the map",
    "item-key-malformed": "a code is letters, digits, - _ and . without spaces or slashes",
    "item-digits-lost": "format the column as text in the spreadsheet and fill it in again from the source",
    "item-name-missing": "give the item's name",
    "item-department-missing": "name the department, or give a default in the map",
    "cell-formula": "remove the sign it begins with",
    "cell-error": "mend the formula in the spreadsheet, or empty the cell",
    "cell-too-long": "shorten it; perhaps cells were joined",
    "kind-unknown": "write the type code 01 to 10 or 20, or give its meaning under [values.kind] in the map",
    "limit-unclear": "write one span of time, such as 20个工作日",
    "limit-too-long": "check the number; the limit was left out",
    "audience-unknown": "write 自然人, 法人 or both, or give its meaning under [values.audience] in the map",
    "promise-longer": "the promise is kept as it is; check both limits",
    "mechanism-unknown": "use the id of a promise of the district; the item was not linked",
}
_REASONS = {
    "item-key-missing": "there is no code",
    "item-key-malformed": "this is no code",
    "item-digits-lost": "the spreadsheet took the code for a number and dropped digits",
    "item-name-missing": "there is no name",
    "item-department-missing": "there is no department",
    "cell-formula": "the text begins like a formula",
    "cell-error": "a formula failed here",
    "cell-too-long": "the text is too long",
    "kind-unknown": "this type is not known",
    "limit-unclear": "this is no single span of time",
    "limit-too-long": "this is longer than ten years",
    "audience-unknown": "it is not clear for whom the item is",
    "promise-longer": "the promised time is longer than the statutory one",
    "mechanism-unknown": "the district makes no such promise",
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A row made out. `key` is "" where none could be read; `values` lacks what the file does not say.

    With a `refusal` it makes no item; `remarks` are about single cells left out of an item that is kept.
    """

    line: int
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    refusal: Problem | None = None
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """An open catalogue: its table, and its rows made out one after the other."""

    table: Table
    rows: Iterator[ItemRow]


def open_catalogue(path: Path, item_map: ItemMap, *, name: str = "", promises: frozenset[str]) -> Catalogue:
    """Open a file by its map; `promises` are the mechanisms items may lead to.

    Raises Refusal: see `bridge.tables.open_table`.
    """
    table = open_table(path, item_map.layout, name=name)
    reader = _Reader(table, item_map, promises)
    return Catalogue(table, (reader.made_out(row) for row in table.rows))


class _Refused(Exception):
    """A row that makes no item."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


class _Reader:
    """Makes out rows; holds the remarks of the row at hand."""

    def __init__(self, table: Table, item_map: ItemMap, promises: frozenset[str]) -> None:
        self.table = table
        self.promises = promises
        self.present = frozenset(table.header.places)
        self.defaults: dict[str, str] = {name: text for name, text in item_map.defaults if text}
        self.meanings: dict[str, dict[str, str]] = dict(item_map.values)
        self.remarks: list[Problem] = []

    def made_out(self, row: Row) -> ItemRow:
        if row.problem is not None:
            return ItemRow(row.line, refusal=row.problem)
        self.remarks = []
        key = cleaning.clean_code(row.cells["key"])
        sure = cleaning.is_code(key) and not cleaning.lost_digits(key) and len(key) <= LONGEST["key"]
        try:
            values = self._values(row, key)
        except _Refused as refused:
            return ItemRow(row.line, key if sure else "", refusal=refused.problem)
        return ItemRow(row.line, key, values, remarks=tuple(self.remarks))

    def _values(self, row: Row, key: str) -> dict[str, Any]:
        self._check_key(row, key)
        values: dict[str, Any] = {"code": cleaning.clean_code(row.cells.get("code", "")) or key}
        for name in ("name", "department"):
            values[name] = self._text(row, name)
            if not values[name]:
                raise _Refused(self._problem(f"item-{name}-missing", row, name))
        if self._said("main_item"):
            values["main_item"] = self._text(row, "main_item")
        self._add(values, row, "kind", read_kind)
        self._add(values, row, "audience", _audience)
        self._add(values, row, "mechanism", self._mechanism)
        for name in ("statutory_limit", "promised_limit"):
            self._add(values, row, name, self._limit(row, name))
        if "excluded" in self.present:
            values["excluded"] = _listed(row.cells["excluded"])
        self._compare(values, row)
        return values

    def _check_key(self, row: Row, key: str) -> None:
        if not key or key in cleaning.EMPTY:
            raise _Refused(self._problem("item-key-missing", row, "key"))
        for name in ("key", "code"):
            text = cleaning.clean_code(row.cells.get(name, ""))
            if cleaning.lost_digits(text):
                raise _Refused(self._problem("item-digits-lost", row, name))
            if cleaning.is_error(text):
                raise _Refused(self._problem("cell-error", row, name))
            if text and (len(text) > LONGEST[name] or not cleaning.is_code(text)):
                raise _Refused(self._problem("item-key-malformed", row, name))

    def _said(self, name: str) -> bool:
        """True where the file or the map says anything of a field; what neither says stays as it was."""
        return name in self.present or name in self.defaults

    def _cell(self, row: Row, name: str) -> str:
        """Return a cell's text with the map's values and default applied."""
        text = cleaning.clean_text(row.cells.get(name, ""))
        text = self.meanings.get(name, {}).get(text, "" if text in cleaning.EMPTY else text)
        return text or self.defaults.get(name, "")

    def _text(self, row: Row, name: str) -> str:
        text = self._cell(row, name)
        if cleaning.is_error(text):
            raise _Refused(self._problem("cell-error", row, name))
        if cleaning.is_formula(text):
            raise _Refused(self._problem("cell-formula", row, name))
        if len(text) > LONGEST[name]:
            raise _Refused(self._problem("cell-too-long", row, name))
        return text

    def _add(self, values: dict[str, Any], row: Row, name: str, read: Callable[[str], str]) -> None:
        """Add what `read` makes of a cell; what it cannot is remarked on and left out."""
        if not self._said(name):
            return
        try:
            values[name] = read(self._cell(row, name))
        except ValueError as error:
            self.remarks.append(self._problem(str(error), row, name))

    def _mechanism(self, text: str) -> str:
        if text and text not in self.promises:
            raise ValueError("mechanism-unknown")
        return text

    def _limit(self, row: Row, name: str) -> Callable[[str], str]:
        unit = self._cell(row, name.replace("limit", "unit"))

        def read(text: str) -> str:
            bare = re.fullmatch(r"\d+(?:\.0+)?", text) is not None
            return read_limit(text + unit if bare else text, unit=self.defaults["unit"])

        return read

    def _compare(self, values: dict[str, Any], row: Row) -> None:
        law, promise = values.get("statutory_limit", ""), values.get("promised_limit", "")
        if law and promise and not law.startswith("0") and not promise.startswith("0"):
            ours, theirs = Budget.parse(promise), Budget.parse(law)
            if ours.unit == theirs.unit and ours.whole > theirs.whole:
                self.remarks.append(self._problem("promise-longer", row, "promised_limit"))

    def _problem(self, code: str, row: Row, name: str) -> Problem:
        label, value = self.table.label(name), excerpt(row.cells.get(name, ""))
        place = f"line {row.line}, column {label}"
        facts = {"line": str(row.line), "column": label, "value": value}
        return Problem(code, _REASONS[code], place=place, hint=_HINTS[code], facts=facts)


def _audience(text: str) -> str:
    """Return person, firm or both for 自然人, 企业法人 and the like. Raises ValueError `audience-unknown`."""
    if text in (*_AUDIENCES, "both"):
        return text
    found = [audience for audience, words in _AUDIENCES.items() if any(word in text for word in words)]
    if text and not found:
        raise ValueError("audience-unknown")
    return "both" if len(found) == 2 else "".join(found)


def _listed(text: str) -> list[str]:
    """Return the procedures a cell names, parted by semicolons or lines."""
    parts = (cleaning.clean_text(part) for part in re.split(r"[;；\r\n]+", text))
    return [part[:200] for part in parts if part not in cleaning.EMPTY][:20]
