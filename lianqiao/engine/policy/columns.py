"""What is known of many parties, column by column: values, which are known, which known to be absent."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from lianqiao.engine.expression import Value
from lianqiao.engine.policy.binding import has_name
from lianqiao.engine.policy.shape import Attribute

Booleans: TypeAlias = npt.NDArray[np.bool_]
_EPOCH = date(1970, 1, 1).toordinal()
# no byte of UTF-8: nothing that is looked for can reach over it
_BETWEEN = b"\xff"
_NARROW = np.iinfo(np.int32)


@dataclass(frozen=True)
class PartyFacts:
    """What is known of one party: values, what is known to be absent, and where each fact comes from."""

    values: Mapping[str, Value]
    absent: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    """Why a fact that was given is not used."""

    @property
    def data(self) -> dict[str, Value]:
        """The facts as conditions look them up: what is unknown is not there."""
        found = dict(self.values)
        found.update({has_name(name): True for name in self.values})
        found.update({has_name(name): False for name in self.absent})
        return found


class Texts:
    """A column of texts in one piece of memory, so that a million can be looked through at once."""

    def __init__(self, texts: Iterable[str]) -> None:
        encoded = [text.encode(errors="surrogatepass") for text in texts]
        self.memory = _BETWEEN.join([b"", *encoded, b""])
        lengths = np.fromiter((len(text) + 1 for text in encoded), np.int64, len(encoded))
        self.starts = np.concatenate([np.ones(1, np.int64), 1 + np.cumsum(lengths)])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> str:
        piece = self.memory[self.starts[row] : self.starts[row + 1] - 1]
        return piece.decode(errors="surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def that(self, test: str, part: str) -> Booleans:
        """Return which texts `contains`, `startsWith`, `endsWith` the part, or are `equal` to it."""
        found = np.zeros(len(self), np.bool_)
        if not part and test != "equal":
            return ~found
        before = test in ("startsWith", "equal")
        after = test in ("endsWith", "equal")
        wanted = _BETWEEN * before + part.encode(errors="surrogatepass") + _BETWEEN * after
        # two neighbours share the byte between them: looked at ahead, it is not used up
        pattern = re.compile(b"(?=" + re.escape(wanted) + b")" if after and before else re.escape(wanted))
        places = np.fromiter((match.start() for match in pattern.finditer(self.memory)), np.int64)
        found[np.searchsorted(self.starts, places + before, "right") - 1] = True
        return found


@dataclass(frozen=True)
class Column:
    """One attribute of every party.

    `values` by kind: integer, money, ratio int64 or int32; date int32 days since 1970-01-01; boolean bool;
    choice uint8, the place among the options; choices int64, a bit for each option; text `Texts`. Where
    `known` is false the value means nothing; `absent` is never true where `known` is.
    """

    values: Any
    known: Booleans
    absent: Booleans

    @staticmethod
    def of(kind: str, values: Any, known: Booleans, absent: Booleans | None = None) -> Column:
        """Return a column in its narrowest form; `values` where not known may be anything."""
        none = np.zeros(len(known), np.bool_) if absent is None else absent
        if kind == "text":
            return Column(values if isinstance(values, Texts) else Texts(values), known, none)
        array = np.where(known, values, 0)
        if kind == "boolean":
            return Column(array.astype(np.bool_), known, none)
        if kind == "choice":
            return Column(array.astype(np.uint8), known, none)
        narrow = kind != "choices" and _fits(array)
        return Column(array.astype(np.int32 if narrow else np.int64), known, none)


@dataclass(frozen=True)
class FactTable:
    """Facts of many parties. `places` tells by row where its facts come from, such as a line of a file."""

    parties: Sequence[str]
    attributes: Mapping[str, Attribute]
    columns: Mapping[str, Column]
    places: Sequence[str] | None = None
    notes: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Why a fact of a row and attribute is not used, where one was given."""
    origins: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Where a fact comes from, if not from the row's own place."""

    def __len__(self) -> int:
        return len(self.parties)

    def party(self, row: int, names: Collection[str] | None = None) -> PartyFacts:
        """Return one row's facts, all or those of the names, as the explaining evaluator takes them."""
        values: dict[str, Value] = {}
        absent = []
        sources = {}
        for name, column in self.columns.items():
            if names is not None and name not in names:
                continue
            if column.known[row]:
                values[name] = self._value(name, column.values[row])
            elif column.absent[row]:
                absent.append(name)
            else:
                continue
            if self.places:
                sources[name] = self.origins.get((row, name)) or self.places[row]
        notes = {name: self.notes[row, name] for name in self.columns if (row, name) in self.notes}
        return PartyFacts(values, frozenset(absent), sources, notes)

    def _value(self, name: str, raw: Any) -> Value:
        attribute = self.attributes[name]
        match attribute.kind:
            case "boolean":
                return bool(raw)
            case "text":
                return str(raw)
            case "date":
                return date.fromordinal(int(raw) + _EPOCH).isoformat()
            case "choice":
                return list(attribute.options)[int(raw)]
            case "choices":
                return tuple(option for bit, option in enumerate(attribute.options) if int(raw) >> bit & 1)
        return int(raw)


def table_of(
    parties: Sequence[str], facts: Sequence[PartyFacts], attributes: Mapping[str, Attribute]
) -> FactTable:
    """Return the table of facts given party by party: for a few hundred, not for a million."""
    columns = {}
    for name, attribute in attributes.items():
        known = np.array([name in fact.values for fact in facts], np.bool_)
        absent = np.array([name in fact.absent for fact in facts], np.bool_)
        empty: Value = "" if attribute.kind == "text" else 0
        raw = [_raw(attribute, fact.values[name]) if name in fact.values else empty for fact in facts]
        values = raw if attribute.kind == "text" else np.array(raw, np.int64)
        columns[name] = Column.of(attribute.kind, values, known, absent)
    return FactTable(parties, attributes, columns)


def days_since_epoch(day: date) -> int:
    """Return a date as columns hold it."""
    return day.toordinal() - _EPOCH


def _raw(attribute: Attribute, value: Value) -> Value:
    if attribute.kind == "date":
        return days_since_epoch(date.fromisoformat(str(value)))
    if attribute.kind == "choice":
        return list(attribute.options).index(str(value))
    if attribute.kind == "choices" and isinstance(value, tuple):
        return sum(1 << bit for bit, option in enumerate(attribute.options) if option in value)
    return value


def _fits(array: npt.NDArray[Any]) -> bool:
    return not len(array) or (array.min() >= _NARROW.min and array.max() <= _NARROW.max)
