"""The tree an expression is read into: small immutable nodes that any evaluator may walk.

Every node knows the column it began at (`column`, from 1), which takes no part in equality: two texts that
mean the same make equal trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import TypeAlias

# What a value may be. Money is whole fen, dates are ISO 8601 text; nothing rounds.
Value: TypeAlias = bool | int | str | tuple["Value", ...]
Operator: TypeAlias = OneOf["==", "!=", "<", "<=", ">", ">="]
TextTest: TypeAlias = OneOf["contains", "startsWith", "endsWith"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the text: `3`, `"key"`, `true`."""

    value: bool | int | str
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A field of the data, by its name."""

    name: str
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list written in the text: `["a", "b"]`."""

    items: tuple[Node, ...]
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Node
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    """`a && b && …`, two parts or more, flat."""

    parts: tuple[Node, ...]
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """`a || b || …`, two parts or more, flat."""

    parts: tuple[Node, ...]
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`."""

    operator: Operator
    left: Node
    right: Node
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """`item in collection`; the collection is a written list or a field that holds one."""

    item: Node
    collection: Node
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Size:
    """`size(operand)`: characters of a text, items of a list."""

    operand: Node
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Has:
    """`has(name)`: whether the data holds the field; always known."""

    name: Name
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Within:
    """`text.contains(part)`, `text.startsWith(part)`, `text.endsWith(part)`."""

    test: TextTest
    text: Node
    part: Node
    column: int = field(default=1, compare=False, repr=False)


Node: TypeAlias = Literal | Name | ListOf | Not | And | Or | Comparison | In | Size | Has | Within


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that was read: `names` are the fields it speaks of, each once, in order of appearance."""

    text: str
    root: Node
    names: tuple[str, ...]


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under `node`, in the order they are written."""
    below: tuple[Node, ...] = ()
    match node:
        case And(found) | Or(found) | ListOf(found):
            below = found
        case Comparison(_, left, right):
            below = (left, right)
        case In(item, collection):
            below = (item, collection)
        case Within(_, text, part):
            below = (text, part)
        case Not(only) | Size(only) | Has(only):
            below = (only,)
    return below


def nodes(root: Node) -> Iterator[Node]:
    """Yield `root` and every node below it, in the order they are written."""
    yield root
    for child in children(root):
        yield from nodes(child)
