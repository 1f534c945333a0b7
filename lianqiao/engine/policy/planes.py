"""A table of facts as the machine code reads it: matrices padded to whole words, and bit planes."""

from __future__ import annotations

from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from lianqiao.engine.policy import opcodes
from lianqiao.engine.policy.binding import RuleSet
from lianqiao.engine.policy.columns import Booleans, FactTable, Texts

Words: TypeAlias = npt.NDArray[np.uint64]
# the first planes of `flags` and of `known`: nobody; the second: everybody
NOBODY, EVERYBODY = 0, 1


class Planes:
    """The columns of one table, laid out once; flags worked out from texts are kept for the next question.

    `place` maps an attribute to the kind of test its column takes and its row in that matrix.
    """

    def __init__(self, table: FactTable) -> None:
        self.table = table
        self.words = -(-len(table) // opcodes.WORD)
        self.place: dict[str, tuple[int, int]] = {}
        nobody, everybody = np.zeros(self.words, np.uint64), np.full(self.words, ~np.uint64(0))
        # programs made for these planes, by the rules they came from
        self.programs: WeakKeyDictionary[RuleSet, Any] = WeakKeyDictionary()
        self._flags: list[Words] = [nobody, everybody]
        self._known: list[Words] = [nobody, everybody]
        self._absent: list[Words] = [nobody, nobody]
        self._flag_rows: dict[Any, tuple[int, int]] = {}
        self.known_rows: dict[str, int] = {}
        matrices: dict[int, list[Any]] = {
            opcodes.LESS_64: [],
            opcodes.LESS_32: [],
            opcodes.EQUAL_8: [],
        }
        for name, column in table.columns.items():
            self.known_rows[name] = self._known_row(column.known, column.absent)
            kind = _kind(column.values)
            if kind == opcodes.FLAG:
                self.place[name] = (kind, self._flag_row(column.values))
            elif kind is not None:
                self.place[name] = (kind, len(matrices[kind]))
                matrices[kind].append(column.values)
        self.wide = self._matrix(matrices[opcodes.LESS_64], np.int64)
        self.narrow = self._matrix(matrices[opcodes.LESS_32], np.int32)
        self.codes = self._matrix(matrices[opcodes.EQUAL_8], np.uint8)

    def flag(self, key: Any, passed: Booleans, known: Booleans) -> tuple[int, int]:
        """Keep a flag worked out elsewhere; returns its row among `flags` and among `known`."""
        if key not in self._flag_rows:
            none = np.zeros(len(self.table), np.bool_)
            self._flag_rows[key] = (self._flag_row(passed), self._known_row(known, none))
        return self._flag_rows[key]

    def kept(self, key: Any) -> tuple[int, int] | None:
        """Return the rows of a flag kept before, if it was."""
        return self._flag_rows.get(key)

    @property
    def bits(self) -> tuple[Any, Any, Any]:
        """The matrices `flags`, `known`, `absent` as they are now."""
        return np.stack(self._flags), np.stack(self._known), np.stack(self._absent)

    @property
    def nbytes(self) -> int:
        """How much memory one pass over everything reads, in bytes."""
        planes = len(self._flags) + len(self._known) + len(self._absent)
        return int(self.wide.nbytes + self.narrow.nbytes + self.codes.nbytes + planes * self.words * 8)

    def _flag_row(self, passed: Booleans) -> int:
        self._flags.append(packed(passed))
        return len(self._flags) - 1

    def _known_row(self, known: Booleans, absent: Booleans) -> int:
        self._known.append(packed(known))
        self._absent.append(packed(absent))
        return len(self._known) - 1

    def _matrix(self, columns: list[Any], dtype: Any) -> Any:
        matrix = np.zeros((len(columns), self.words * opcodes.WORD), dtype)
        for row, column in enumerate(columns):
            matrix[row, : len(column)] = column
        return matrix


def packed(passed: Booleans) -> Words:
    """Return one bit a party, the first party in the lowest bit of the first word."""
    bits = np.packbits(passed, bitorder="little")
    whole = np.zeros(-(-len(passed) // opcodes.WORD) * 8, np.uint8)
    whole[: len(bits)] = bits
    return whole.view("<u8")


def unpacked(plane: Words, rows: int) -> Booleans:
    """Return the bits of a plane as one truth value a party."""
    return np.unpackbits(plane.view(np.uint8), bitorder="little", count=rows).view(np.bool_)


def _kind(values: Any) -> int | None:
    if isinstance(values, Texts):
        return None
    kinds = {"b": opcodes.FLAG, "u": opcodes.EQUAL_8}
    return kinds.get(values.dtype.kind, opcodes.LESS_32 if values.dtype.itemsize == 4 else opcodes.LESS_64)
