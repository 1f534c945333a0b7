"""Compile the conditions of many policies into one list of tests and steps, each distinct one once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeAlias

import numpy as np

from lianqiao.engine.expression import (
    And,
    Comparison,
    Expression,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Not,
    Or,
    evaluate,
    nodes,
)
from lianqiao.engine.expression_tree import Within
from lianqiao.engine.policy import opcodes
from lianqiao.engine.policy.binding import attribute_of
from lianqiao.engine.policy.columns import Texts, days_since_epoch
from lianqiao.engine.policy.planes import EVERYBODY, NOBODY, Planes
from lianqiao.engine.policy.written import written

# a test or a step, by number, and whether it is denied
Operand: TypeAlias = tuple[str, int, bool]
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_NUMBERS = ("integer", "money", "ratio")


class Program:
    """Tests and steps for the planes of one table; whatever occurs twice is worked out once."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes
        self.tests: dict[tuple[int, int, int, int], int] = {}
        self.steps: dict[tuple[int, tuple[Operand, ...]], int] = {}
        self.slow: dict[str, None] = {}
        """Conditions no test exists for: they are worked out party by party."""

    def join(self, kind: int, operands: Iterable[Operand]) -> Operand:
        """Return what ALL or ANY of the operands come to."""
        parts = tuple(sorted(set(operands)))
        if not parts:
            return self.constant(kind == opcodes.ALL)
        if len(parts) == 1:
            return parts[0]
        return ("step", self.steps.setdefault((kind, parts), len(self.steps)), False)

    def constant(self, value: bool) -> Operand:
        """Return what is true, or false, of everybody."""
        return self.test(opcodes.CONSTANT, 0, int(value), EVERYBODY)

    def test(self, kind: int, row: int, value: int, known: int) -> Operand:
        """Return a test of a column."""
        return ("test", self.tests.setdefault((kind, row, value, known), len(self.tests)), False)

    def condition(self, node: Node) -> Operand:
        """Return what a bound condition's tree comes to."""
        match node:
            case And(parts):
                return self.join(opcodes.ALL, [self.condition(part) for part in parts])
            case Or(parts):
                return self.join(opcodes.ANY, [self.condition(part) for part in parts])
            case Not(operand):
                return denied(self.condition(operand))
            case Literal(bool() as value):
                return self.constant(value)
        return _Leaf(self, node).operand()

    def arrays(self, wanted: list[Operand]) -> tuple[Any, Any, Any, Any]:
        """Return `tests`, `steps`, `operands` and `wanted` as the machine code takes them."""
        operands: list[int] = []
        steps = []
        for kind, parts in self.steps:
            begin = len(operands)
            operands += [self._number(part) for part in parts]
            steps.append((kind, begin, len(operands)))
        return (
            np.array(list(self.tests), np.int64).reshape(-1, 4),
            np.array(steps, np.int64).reshape(-1, 3),
            np.array(operands, np.int64),
            np.array([self._number(operand) for operand in wanted], np.int64),
        )

    def _number(self, operand: Operand) -> int:
        where, number, deny = operand
        plane = number if where == "test" else len(self.tests) + number
        return -1 - plane if deny else plane


def denied(operand: Operand) -> Operand:
    """Return what is true where the operand is false."""
    where, number, deny = operand
    return where, number, not deny


class _Leaf:
    """One condition without `&&`, `||` and `!`: the test it takes, by the kind of its column."""

    def __init__(self, program: Program, node: Node) -> None:
        self.program, self.planes, self.node = program, program.planes, node

    def operand(self) -> Operand:
        found: Operand | None = None
        match self.node:
            case Name(name):
                found = self.named(name)
            case Comparison(operator, Name(name), Literal(value)):
                found = self.related(name, operator, value)
            case Comparison(operator, Literal(value), Name(name)):
                found = self.related(name, _FLIPPED[operator], value)
            case Comparison(operator, Name(left), Name(right)):
                found = self.columns(left, operator, right)
            case In(Name(name), ListOf(items)):
                found = self.among(name, items)
            case In(Literal(str() as value), Name(name)):
                found = self.member(name, value)
            case Within(test, Name(name), Literal(str() as part)):
                found = self.text(name, test, part)
        return found or self.slow()

    def kind(self, name: str) -> str:
        attribute = self.planes.table.attributes.get(name)
        return attribute.kind if attribute and name in self.planes.known_rows else ""

    def test(self, name: str, kind: int, value: int) -> Operand:
        return self.program.test(kind, self.planes.place[name][1], value, self.planes.known_rows[name])

    def named(self, name: str) -> Operand | None:
        attribute = attribute_of(name)
        if attribute != name and attribute in self.planes.known_rows:
            return self.program.test(opcodes.HAS, 0, 0, self.planes.known_rows[attribute])
        return self.test(name, opcodes.FLAG, 0) if self.kind(name) == "boolean" else None

    def related(self, name: str, operator: str, value: bool | int | str) -> Operand | None:
        kind = self.kind(name)
        if kind in _NUMBERS and type(value) is int:
            return self.ordered(name, operator, value)
        if kind == "date" and isinstance(value, str) and _is_day(value):
            return self.ordered(name, operator, days_since_epoch(date.fromisoformat(value)))
        if operator not in ("==", "!="):
            return None
        found: Operand | None = None
        if kind == "choice" and isinstance(value, str):
            found = self.choice(name, value)
        elif kind == "boolean" and isinstance(value, bool):
            found = self.test(name, opcodes.FLAG, 0)
            found = found if value else denied(found)
        elif kind == "text" and isinstance(value, str):
            found = self.text(name, "equal", value)
        return denied(found) if found and operator == "!=" else found

    def ordered(self, name: str, operator: str, value: int) -> Operand:
        match operator:
            case "<":
                return self.less(name, value)
            case "<=":
                return self.less(name, value + 1)
            case ">":
                return denied(self.less(name, value + 1))
            case ">=":
                return denied(self.less(name, value))
        same = self.program.join(opcodes.ALL, [denied(self.less(name, value)), self.less(name, value + 1)])
        return denied(same) if operator == "!=" else same

    def less(self, name: str, value: int) -> Operand:
        kind = self.planes.place[name][0]
        bounds = np.iinfo(np.int32 if kind == opcodes.LESS_32 else np.int64)
        if bounds.min <= value <= bounds.max:
            return self.test(name, kind, value)
        # no value of the column reaches so far: all of them, or none, are less
        flag = EVERYBODY if value > bounds.max else NOBODY
        return self.program.test(opcodes.FLAG, flag, 0, self.planes.known_rows[name])

    def choice(self, name: str, value: str) -> Operand:
        options = list(self.planes.table.attributes[name].options)
        if value not in options:
            return self.program.test(opcodes.FLAG, NOBODY, 0, self.planes.known_rows[name])
        return self.test(name, opcodes.EQUAL_8, options.index(value))

    def among(self, name: str, items: tuple[Node, ...]) -> Operand | None:
        known = self.kind(name)
        values = [item.value for item in items if isinstance(item, Literal)]
        if not known or len(values) < len(items):
            return None
        if not values:
            return self.program.test(opcodes.FLAG, NOBODY, 0, self.planes.known_rows[name])
        parts = [self.related(name, "==", value) for value in values]
        found = [part for part in parts if part]
        return self.program.join(opcodes.ANY, found) if len(found) == len(parts) else None

    def member(self, name: str, value: str) -> Operand | None:
        options = list(self.planes.table.attributes[name].options) if self.kind(name) == "choices" else []
        return self.test(name, opcodes.BITS_64, 1 << options.index(value)) if value in options else None

    def text(self, name: str, test: str, part: str) -> Operand | None:
        if self.kind(name) != "text":
            return None
        key = (name, test, part)
        column = self.planes.table.columns[name]
        rows = self.planes.kept(key)
        if rows is None and isinstance(column.values, Texts):
            rows = self.planes.flag(key, column.values.that(test, part), column.known)
        return self.program.test(opcodes.FLAG, rows[0], 0, rows[1]) if rows else None

    def columns(self, left: str, operator: str, right: str) -> Operand | None:
        kinds = {self.kind(left), self.kind(right)}
        if not (kinds <= set(_NUMBERS) or kinds == {"date"}):
            return None
        one, other = self.planes.table.columns[left], self.planes.table.columns[right]
        passed = _ORDERS[operator](one.values, other.values)
        rows = self.planes.flag((left, operator, right), passed, one.known & other.known)
        return self.program.test(opcodes.FLAG, rows[0], 0, rows[1])

    def slow(self) -> Operand:
        """Ask the plain evaluator about every party; of what has no column nothing needs asking."""
        names = {attribute_of(node.name) for node in nodes(self.node) if isinstance(node, Name)}
        if names and not any(name in self.planes.known_rows for name in names):
            return self.program.test(opcodes.FLAG, NOBODY, 0, NOBODY)
        self.program.slow[written(self.node)] = None
        rows = self.planes.kept(self.node)
        if rows is None:
            table = self.planes.table
            expression = Expression("", self.node, ())
            answers = [evaluate(expression, table.party(row, names).data) for row in range(len(table))]
            passed = np.array([answer is True for answer in answers], np.bool_)
            known = np.array([isinstance(answer, bool) for answer in answers], np.bool_)
            rows = self.planes.flag(self.node, passed, known)
        return self.program.test(opcodes.FLAG, rows[0], 0, rows[1])


def _is_day(text: str) -> bool:
    """Whether the text is a date in the one form in which the order of texts is that of days."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
