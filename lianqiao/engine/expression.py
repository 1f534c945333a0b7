"""Conditions over the data on hand: a subset of CEL (Common Expression Language) with three-valued logic.

Unknown is not false. A name the data lacks (or holds as None) makes a comparison unknown, `&&` and `||`
absorb it in both directions, `has(name)` is always known. Where CEL raises an error, the answer here is
unknown; no text in the subset has another meaning than CEL gives it, but that CEL's `has` wants a selection
(`has(case.x)`) where here the plain name stands.

Source: Common Expression Language, language definition, https://github.com/google/cel-spec
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, cast

from lianqiao.engine.expression_parser import parse
from lianqiao.engine.expression_tree import (
    And,
    Comparison,
    Expression,
    Has,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Size,
    Value,
    Within,
    children,
    nodes,
)
from lianqiao.engine.expression_types import ValueType, check

Data = Mapping[str, Any]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(expression: Expression, data: Data) -> Value | None:
    """Return the value of the expression over `data`, or None where it is not yet known.

    Never raises on data of the wrong kind: what has no meaning is unknown, equality across kinds is false.
    """
    return _value(expression.root, data)


def holds(text: str, data: Data) -> bool | None:
    """Return True, False, or None for not yet known; a value that is neither true nor false is unknown.

    Raises Refusal `expression-syntax` where the text cannot be read.
    """
    return _truth(parse(text).root, data)


def missing(expression: Expression, data: Data) -> tuple[str, ...]:
    """Return the names that keep the expression undecided, in order of appearance; none where decided."""
    found: dict[str, None] = {}
    _collect(expression.root, data, found)
    return tuple(name for name in expression.names if name in found)


def _collect(node: Node, data: Data, found: dict[str, None]) -> None:
    if _value(node, data) is not None:
        return
    if isinstance(node, Name):
        found[node.name] = None
    for child in children(node):
        _collect(child, data, found)


def _value(node: Node, data: Data) -> Value | None:
    return _EVALUATORS[type(node)](node, data)


def _size(node: Size, data: Data) -> Value | None:
    # a field that holds tables (files, remarks) can be counted, though nothing else
    raw = data.get(node.operand.name) if isinstance(node.operand, Name) else _value(node.operand, data)
    return len(raw) if isinstance(raw, str | list | tuple) else None


def _written_list(node: ListOf, data: Data) -> Value | None:
    items = [_value(item, data) for item in node.items]
    return tuple(item for item in items if item is not None) if None not in items else None


def _related(node: Comparison, data: Data) -> bool | None:
    left, right = _value(node.left, data), _value(node.right, data)
    if left is None or right is None:
        return None
    if node.operator in ("==", "!="):
        return _same(left, right) == (node.operator == "==")
    if type(left) is not type(right) or isinstance(left, tuple):
        return None
    return _ORDER[node.operator](left, right)


def _within(node: In, data: Data) -> bool | None:
    item, collection = _value(node.item, data), _value(node.collection, data)
    if item is None or not isinstance(collection, tuple):
        return None
    return any(_same(item, other) for other in collection)


def _text_test(node: Within, data: Data) -> bool | None:
    text, part = _value(node.text, data), _value(node.part, data)
    if not isinstance(text, str) or not isinstance(part, str):
        return None
    match node.test:
        case "contains":
            return part in text
        case "startsWith":
            return text.startswith(part)
    return text.endswith(part)


def _negated(node: Not, data: Data) -> bool | None:
    truth = _truth(node.operand, data)
    return None if truth is None else not truth


def _truth(node: Node, data: Data) -> bool | None:
    value = _value(node, data)
    return value if isinstance(value, bool) else None


def _absorbing(node: And | Or, data: Data) -> bool | None:
    """`&&` is decided by one false, `||` by one true, wherever it stands; else one unknown leaves it open."""
    decisive = isinstance(node, Or)
    answer: bool | None = not decisive
    for part in node.parts:
        truth = _truth(part, data)
        if truth is decisive:
            return decisive
        if truth is None:
            answer = None
    return answer


def _same(left: Value, right: Value) -> bool:
    """Equality that never takes true for 1, as Python would."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) is type(right) and left == right


def _plain(value: Any) -> Value | None:
    """Return the value as the language knows it; anything else (a fraction, a table) is unknown."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        items = [_plain(item) for item in value]
        return tuple(item for item in items if item is not None) if None not in items else None
    return None


_EVALUATORS: dict[type, Callable[[Any, Data], Value | None]] = {
    Literal: lambda node, data: cast(Value, node.value),
    Name: lambda node, data: _plain(data.get(node.name)),
    ListOf: _written_list,
    Not: _negated,
    And: _absorbing,
    Or: _absorbing,
    Comparison: _related,
    In: _within,
    Size: _size,
    Within: _text_test,
    Has: lambda node, data: data.get(node.name.name) is not None,
}

__all__ = [
    "And",
    "Comparison",
    "Expression",
    "Has",
    "In",
    "ListOf",
    "Literal",
    "Name",
    "Node",
    "Not",
    "Or",
    "Size",
    "Value",
    "ValueType",
    "Within",
    "check",
    "children",
    "evaluate",
    "holds",
    "missing",
    "nodes",
    "parse",
]
