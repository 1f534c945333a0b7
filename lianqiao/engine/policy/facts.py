"""Read a table of facts: what may decide goes into columns, what may not is reported with line and column.

A cell that cannot be used is unknown, never a default: it can hold a decision up and cannot make one.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from lianqiao.engine.errors import Problem, refuse
from lianqiao.engine.nearest import meant
from lianqiao.engine.policy.cells import UNITS, Absent, Unusable, parse_cell
from lianqiao.engine.policy.columns import Booleans, Column, FactTable
from lianqiao.engine.policy.file_places import Lines, Places
from lianqiao.engine.policy.merging import Merged, Row, merge
from lianqiao.engine.policy.quick import quickly
from lianqiao.engine.policy.shape import Attribute

PARTY = frozenset({"party", "编号", "统一社会信用代码"})
# columns about the row's facts themselves
ABOUT = {
    "source": "source", "来源": "source", "as_of": "as_of", "数据日期": "as_of",
    "valid_until": "valid_until", "有效期至": "valid_until",
}  # fmt: skip
_HEAD = re.compile(r"\s*(.+?)\s*(?:[\[（(]\s*([^\])）]+?)\s*[\])）])?\s*")
# more would not be read; the count goes on
MOST_PROBLEMS = 1000
_DATED = Attribute.model_validate(
    {"kind": "date", "title": {"zh-hans": "日期", "en": "date"}, "may_be_future": True}
)


@dataclass
class Facts:
    """What was read, and what cannot be used: `problems` are the first thousand, `dirty` counts all."""

    table: FactTable
    problems: list[Problem] = field(default_factory=list)
    dirty: Counter[str] = field(default_factory=Counter)
    ignored: tuple[str, ...] = ()
    """Heads of columns no policy speaks of."""


def read_facts(content: bytes, name: str, attributes: Mapping[str, Attribute], today: date) -> Facts:
    """Return the facts in the content of a CSV (UTF-8) or Parquet file.

    A row is a party (column `party`); other columns are attributes, by name or title, with a unit in brackets
    where it is money or a share: `revenue [元]`. Columns `source`, `as_of`, `valid_until` tell of the row.
    Several rows of a party are merged; where sources disagree the fact is unknown and reported.
    Raises Refusal `facts-unreadable`, `column-missing`, `column-twice`.
    """
    return _Reader(name, content, attributes, today).read()


class _Reader:
    def __init__(self, name: str, content: bytes, attributes: Mapping[str, Attribute], today: date) -> None:
        self.name, self.content, self.today = name, content, today
        self.attributes = attributes
        self.frame = _frame(name, content)
        self.found: list[tuple[int, str, Unusable]] = []
        self.as_of: dict[int, str] = {}

    def read(self) -> Facts:
        heads = self._heads()
        parties = [str(party or "").strip() for party in self.frame[heads["party"][0]].to_list()]
        about: dict[str, pl.Series] = {
            what: self.frame[heads[what][0]] for what in ("source", "as_of", "valid_until") if what in heads
        }
        usable = self._rows(parties, about)
        columns = {}
        for attribute in self.attributes:
            if attribute in heads:
                head, unit = heads[attribute]
                columns[attribute] = self._column(attribute, self.frame[head], unit, usable)
        told = about["source"].cast(pl.String).to_list() if "source" in about else []
        rows = self._row_facts(parties, told)
        dirty = {(row, what) for row, what, _ in self.found}
        merged = merge(parties, columns, rows, self.attributes, dirty)
        for one, other, attribute in merged.disagreements:
            self._disagree(rows, one, other, attribute)
        return self._facts(merged, heads, told)

    def _heads(self) -> dict[str, tuple[str, str]]:
        """Return the column of the frame for each attribute, with its unit; also `party`, `source`, …"""
        titles: dict[str, str | None] = {}
        for name, attribute in self.attributes.items():
            for title in {attribute.title.zh_hans, attribute.title.en}:
                # a title two attributes share means neither
                titles[title] = None if title in titles else name
        titles |= {name: name for name in self.attributes}
        heads: dict[str, tuple[str, str]] = {}
        for head in self.frame.columns:
            parts = _HEAD.fullmatch(head)
            plain, unit = (parts[1], (parts[2] or "").lower()) if parts else (head, "")
            what = "party" if plain in PARTY else ABOUT.get(plain) or titles.get(head) or titles.get(plain)
            if what in heads:
                place = f"{self.name}, column {head}"
                raise refuse("column-twice", f"“{what}” stands in two columns", place=place, hint="keep one")
            if what:
                heads[what] = (head, unit)
        if "party" not in heads:
            hint = meant("party", self.frame.columns, what="columns found")
            raise refuse(
                "column-missing",
                "no column says whose facts these are",
                place=self.name,
                hint=f"call one “party”; {hint}",
            )
        return heads

    def _rows(self, parties: list[str], about: Mapping[str, pl.Series]) -> Booleans:
        """Return which rows may be used: they name a party, their date has come, they are still valid."""
        usable = np.ones(len(parties), np.bool_)
        blank = self.frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_list()
        for row, party in enumerate(parties):
            if not party and not blank[row]:
                self._unusable(row, "party", "party-missing", "the row names no party", "fill it in")
                usable[row] = False
        for row, day in self._days(about.get("as_of"), "as_of", usable):
            self.as_of[row] = day.isoformat()
            if day > self.today:
                self._unusable(
                    row,
                    "as_of",
                    "fact-in-future",
                    f"facts as of {day}, which has not come yet",
                    "check the date",
                )
                usable[row] = False
        for row, day in self._days(about.get("valid_until"), "valid_until", usable):
            if day < self.today:
                self._unusable(
                    row,
                    "valid_until",
                    "fact-expired",
                    f"these facts were valid until {day}",
                    "fetch them anew",
                )
                usable[row] = False
        return usable

    def _days(self, series: pl.Series | None, what: str, usable: Booleans) -> Iterable[tuple[int, date]]:
        if series is None:
            return
        epoch = date(1970, 1, 1).toordinal()
        for row, text in enumerate(series.cast(pl.String).to_list()):
            try:
                value = parse_cell(text or "", _DATED, "", self.today)
            except Unusable as error:
                self.found.append((row, what, error))
                usable[row] = False
                continue
            if isinstance(value, int):
                yield row, date.fromordinal(value + epoch)

    def _unusable(self, row: int, what: str, code: str, reason: str, hint: str) -> None:
        self.found.append((row, what, Unusable(code, reason, hint)))

    def _column(self, name: str, series: pl.Series, unit: str, usable: Booleans) -> Column:
        attribute = self.attributes[name]
        values, known, rest = quickly(series, attribute, unit, self.today)
        absent = np.zeros(len(series), np.bool_)
        texts = series.cast(pl.String) if len(rest) else series
        for row in rest.tolist():
            try:
                value = parse_cell(texts[row] or "", attribute, unit, self.today)
            except Unusable as error:
                self.found.append((row, name, error))
                continue
            if isinstance(value, Absent):
                absent[row] = True
            elif value is not None:
                values[row], known[row] = value, True
        return Column.of(attribute.kind, values, known & usable, absent & usable)

    def _row_facts(self, parties: list[str], told: list[str | None]) -> list[Row]:
        if len(set(parties)) == len(parties):
            return []
        sources = told or [None] * len(parties)
        return [
            Row(source or "no source named", self.as_of.get(row, "")) for row, source in enumerate(sources)
        ]

    def _disagree(self, rows: list[Row], one: int, other: int, attribute: str) -> None:
        lines = self._lines()
        first, second = (f"{lines(row)} ({rows[row].source})" for row in (one, other))
        reason = f"two sources disagree: {first} and {second}"
        hint = "find out which is right, and correct the other"
        self._unusable(other, attribute, "facts-disagree", reason, hint)

    def _facts(self, merged: Merged, heads: Mapping[str, tuple[str, str]], told: list[str | None]) -> Facts:
        lines = self._lines()
        problems: list[Problem] = []
        notes: dict[tuple[int, str], str] = {}
        self.found.sort(key=lambda one: one[0])
        for row, what, why in self.found:
            head = heads.get(what, (what, ""))[0]
            if len(problems) < MOST_PROBLEMS:
                place = f"{self.name}, {lines(row)}, column {head}"
                problems.append(
                    Problem(why.code, why.reason, place=place, hint=why.hint, facts={"attribute": what})
                )
            if merged.row_of[row] >= 0:
                notes[int(merged.row_of[row]), what] = f"{why.reason} ({lines(row)})"
        places = Places(self.name, merged.first_rows, lines, told)
        origins = {key: places.of(row) for key, row in merged.origins.items()}
        table = FactTable(merged.parties, self.attributes, merged.columns, places, notes, origins)
        used = {head for head, _ in heads.values()}
        ignored = tuple(head for head in self.frame.columns if head not in used)
        return Facts(table, problems, Counter(why.code for _, _, why in self.found), ignored)

    def _lines(self) -> Lines:
        return Lines(b"" if _is_parquet(self.name) else self.content)


def _is_parquet(name: str) -> bool:
    return name.lower().endswith(".parquet")


def _frame(name: str, content: bytes) -> pl.DataFrame:
    try:
        if _is_parquet(name):
            return pl.read_parquet(io.BytesIO(content))
        return pl.read_csv(content, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it is empty"
        raise refuse(
            "facts-unreadable",
            f"the file cannot be read: {reason}",
            place=name,
            hint="save it as CSV in UTF-8 with a header, or as Parquet",
        ) from None


__all__ = ["UNITS", "Facts", "read_facts"]
