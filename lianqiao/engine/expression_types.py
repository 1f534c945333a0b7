"""Check an expression against the kinds of the fields it speaks of, before it may serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal as OneOf
from typing import TypeAlias

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression_parser import parse
from lianqiao.engine.expression_tree import (
    And,
    Comparison,
    Has,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Size,
    Within,
    children,
)
from lianqiao.engine.nearest import meant

Kind: TypeAlias = OneOf["integer", "text", "date", "boolean", "list", "file"]

_IN_WORDS = {
    "integer": "a whole number",
    "text": "text",
    "date": "a date",
    "boolean": "true or false",
    "list": "a list",
    "file": "files or remarks",
}


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a field may hold: its kind; where only some texts can occur, those; the bounds of a number."""

    kind: Kind
    options: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


_BOOLEAN, _INTEGER, _TEXT, _LIST = map(ValueType, ("boolean", "integer", "text", "list"))  # type: ignore[arg-type]


def check(text: str, types: Mapping[str, ValueType], place: str) -> list[Problem]:
    """Return every problem of a condition: how it reads, names, kinds, options that do not exist.

    Codes: `expression-syntax`, `expression-name`, `expression-types`, `expression-choice`,
    `expression-not-condition`. Places name the column.
    """
    try:
        expression = parse(text)
    except Refusal as refusal:
        return [replace(p, place=f"{place}, {p.place}" if place else p.place) for p in refusal.problems]
    return _Checker(types, place).condition(expression.root)


class _Checker:
    def __init__(self, types: Mapping[str, ValueType], place: str) -> None:
        self.types = types
        self.place = place
        self.problems: list[Problem] = []

    def condition(self, root: Node) -> list[Problem]:
        found = self.kind(root)
        if found is not None and found.kind != "boolean":
            reason = f"a condition is true or false, this is {_IN_WORDS[found.kind]}"
            self.report("expression-not-condition", root.column, reason, "compare it with something")
        return self.problems

    def report(self, code: str, column: int, reason: str, hint: str) -> None:
        where = f"{self.place}, column {column}" if self.place else f"column {column}"
        self.problems.append(Problem(code, reason, place=where, hint=hint, facts={"column": str(column)}))

    def kind(self, node: Node) -> ValueType | None:
        """Return what the node yields, or None where a problem was reported below it."""
        found: ValueType | None = _BOOLEAN
        match node:
            case Literal(value):
                found = _kind_of(value)
            case Name() | Has():
                found = self.named(node)
            case Size():
                found = self.size(node.operand)
            case ListOf():
                found = _LIST
            case _:
                self.within(node)
        return found

    def within(self, node: Node) -> None:
        """Look into a node that yields true or false."""
        match node:
            case And() | Or() | Not():
                self.conditions(children(node))
            case Comparison():
                self.comparison(node)
            case In():
                self.membership(node)
            case Within():
                self.text_test(node)

    def named(self, node: Name | Has) -> ValueType | None:
        name = node.name.name if isinstance(node, Has) else node.name
        found = self.types.get(name)
        if found is None:
            hint = meant(name, self.types, what="known fields")
            self.report("expression-name", node.column, f"there is no field “{name}”", hint)
            return None
        return _BOOLEAN if isinstance(node, Has) else found

    def conditions(self, parts: tuple[Node, ...]) -> None:
        for part in parts:
            found = self.kind(part)
            if found is not None and found.kind != "boolean":
                reason = f"&&, || and ! join conditions, this is {_IN_WORDS[found.kind]}"
                self.report("expression-types", part.column, reason, "compare it with something")

    def size(self, operand: Node) -> ValueType:
        found = self.kind(operand)
        if found is not None and found.kind not in ("text", "list", "file"):
            reason = f"size( ) counts a text or a list, this is {_IN_WORDS[found.kind]}"
            self.report("expression-types", operand.column, reason, "take size( ) away")
        return _INTEGER

    def text_test(self, node: Within) -> None:
        for operand in (node.text, node.part):
            found = self.kind(operand)
            if found is not None and (found.kind != "text" or found.options):
                hint = "compare a choice with == or in" if found.options else "ask it of a text"
                reason = f"“{node.test}” looks into text, this is {_described(found)}"
                self.report("expression-types", operand.column, reason, hint)

    def comparison(self, node: Comparison) -> None:
        left, right = self.kind(node.left), self.kind(node.right)
        if left is None or right is None:
            return
        fits = self.comparable(node.left, left, node.right, right, node.column)
        if fits and node.operator not in ("==", "!=") and not _ordered(left, right):
            reason = f"“{node.operator}” needs numbers or dates: {_described(left)} has no order"
            self.report("expression-types", node.column, reason, "compare with == or !=")

    def membership(self, node: In) -> None:
        item = self.kind(node.item)
        collection = self.kind(node.collection)
        if item is None or collection is None:
            return
        if collection.kind != "list":
            reason = f"“in” looks into a list, this is {_described(collection)}"
            self.report("expression-types", node.collection.column, reason, 'write a list: x in ["a", "b"]')
        elif isinstance(node.collection, ListOf):
            self.among(node.item, item, node.collection)
        else:
            # a field holding a list holds texts
            self.comparable(node.item, item, node.collection, replace(collection, kind="text"), node.column)

    def among(self, item: Node, item_type: ValueType, written: ListOf) -> None:
        for other in written.items:
            found = _kind_of(other.value) if isinstance(other, Literal) else None
            if isinstance(other, Name):
                found = self.types.get(other.name)
            if found is not None:
                self.comparable(item, item_type, other, found, other.column)

    def comparable(self, left: Node, a: ValueType, right: Node, b: ValueType, column: int) -> bool:
        """Report two values that can never be alike; return whether they can."""
        for node, own, against in ((left, a, b), (right, b, a)):
            written = node.value if isinstance(node, Literal) and isinstance(node.value, str) else None
            if written is not None and own.kind == "text" and against.kind == "date":
                return self.is_date(written, node.column)
            if written is not None and against.kind == "text" and against.options:
                return self.is_option(written, against.options, node.column)
        if a.kind != b.kind or a.kind == "file":
            reason = f"{_described(a)} is never compared with {_described(b)}"
            self.report("expression-types", column, reason, _remedy(a, b))
            return False
        return True

    def is_date(self, written: str, column: int) -> bool:
        try:
            date.fromisoformat(written)
        except ValueError:
            hint = 'write it as "2026-01-31"'
            self.report("expression-types", column, f"“{written}” is not a date", hint)
            return False
        return True

    def is_option(self, written: str, options: tuple[str, ...], column: int) -> bool:
        if written in options:
            return True
        hint = meant(written, options, what="known options")
        self.report("expression-choice", column, f"“{written}” is not among the options", hint)
        return False


def _kind_of(value: bool | int | str) -> ValueType:
    if isinstance(value, bool):
        return _BOOLEAN
    return _INTEGER if isinstance(value, int) else _TEXT


def _ordered(left: ValueType, right: ValueType) -> bool:
    if left.options or right.options:
        return False
    return left.kind in ("integer", "date") or right.kind == "date"


def _described(value: ValueType) -> str:
    return "a choice" if value.options and value.kind == "text" else _IN_WORDS[value.kind]


def _remedy(a: ValueType, b: ValueType) -> str:
    kinds = {a.kind, b.kind}
    if "file" in kinds:
        return "ask whether a file is there: has(name)"
    if "list" in kinds:
        return 'look into a list with in: "a" in names'
    if kinds == {"integer", "text"}:
        return "write a number without quotation marks, a text with them"
    return "compare values of the same kind"
