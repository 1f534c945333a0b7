"""Several rows about a party made one: a source's newest counts, sources that disagree decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lianqiao.engine.policy.columns import Column, Texts
from lianqiao.engine.policy.shape import Attribute


@dataclass(frozen=True, slots=True)
class Row:
    """Who says what a row says, and as of which day (ISO 8601, empty where it is not told)."""

    source: str
    as_of: str


@dataclass(frozen=True)
class Merged:
    """One row a party. `row_of` maps rows of the file to parties, -1 for none; `first_rows` the other way."""

    parties: list[str]
    columns: dict[str, Column]
    first_rows: npt.NDArray[np.int64]
    row_of: npt.NDArray[np.int64]
    disagreements: list[tuple[int, int, str]]
    """Two rows that say different things, and of which attribute."""
    origins: dict[tuple[int, str], int]
    """The row a fact comes from, of a party with several rows."""


def merge(
    parties: list[str],
    columns: dict[str, Column],
    rows: list[Row],
    attributes: Mapping[str, Attribute],
    dirty: Set[tuple[int, str]],
) -> Merged:
    """Return the columns with one row for each party, in the order parties first appear.

    `dirty` names rows and attributes that could not be used: where a source's newest word on a fact is one of
    them, the fact is unknown, whatever it or another source said.
    """
    place: dict[str, int] = {}
    row_of = np.full(len(parties), -1, np.int64)
    first_rows: list[int] = []
    groups: dict[int, list[int]] = {}
    for row, party in enumerate(parties):
        if not party:
            continue
        if party not in place:
            place[party] = len(first_rows)
            first_rows.append(row)
        row_of[row] = place[party]
        if rows:
            groups.setdefault(place[party], []).append(row)
    named, firsts = list(place), np.array(first_rows, np.int64)
    if len(named) == len(parties):
        return Merged(named, columns, firsts, row_of, [], {})
    groups = {party: same for party, same in groups.items() if len(same) > 1}
    merger = _Merger(firsts, groups, rows, dirty)
    merged = {name: merger.merged(name, column, attributes[name].kind) for name, column in columns.items()}
    return Merged(named, merged, firsts, row_of, merger.found, merger.origins)


@dataclass(frozen=True)
class _Merger:
    """The first row of each party, all rows of those with several, and what is found to disagree."""

    first_rows: npt.NDArray[np.int64]
    groups: Mapping[int, list[int]]
    rows: list[Row]
    dirty: Set[tuple[int, str]]
    found: list[tuple[int, int, str]] = field(default_factory=list)
    origins: dict[tuple[int, str], int] = field(default_factory=dict)

    def merged(self, name: str, column: Column, kind: str) -> Column:
        """Return a column with one row a party."""
        first = self.first_rows
        texts = isinstance(column.values, Texts)
        values: Any = (
            [column.values[row] for row in first] if texts else column.values[first].astype(np.int64)
        )
        known, absent = column.known[first].copy(), column.absent[first].copy()
        for place, same in self.groups.items():
            told = self._newest(same, name, column)
            states = {self._state(row, name, column): row for row in reversed(told)}
            known[place] = absent[place] = False
            if len(states) == 1 and (told[0], name) not in self.dirty:
                row = self.origins[place, name] = told[0]
                values[place] = column.values[row] if texts else int(column.values[row])
                known[place], absent[place] = column.known[row], column.absent[row]
            elif len(states) > 1 and self.dirty.isdisjoint((row, name) for row in told):
                one, other = sorted(states.values())[:2]
                self.found.append((one, other, name))
        return Column.of(kind, values, known, absent)

    def _newest(self, same: list[int], name: str, column: Column) -> list[int]:
        """Return the rows that tell of the fact, without those their own source has since replaced."""
        rows = self.rows
        told = [row for row in same if column.known[row] or column.absent[row] or (row, name) in self.dirty]
        latest: dict[str, str] = {}
        for row in told:
            latest[rows[row].source] = max(latest.get(rows[row].source, ""), rows[row].as_of)
        return [row for row in told if rows[row].as_of == latest[rows[row].source]]

    def _state(self, row: int, name: str, column: Column) -> Any:
        if (row, name) in self.dirty:
            return ("dirty",)
        return ("absent",) if column.absent[row] else ("value", column.values[row])
