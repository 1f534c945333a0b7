"""Conditions laid out for the explaining evaluator: every distinct leaf once, so that it is asked once.

A leaf is a condition without `&&`, `||` and `!`; a branch joins leaves and branches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from lianqiao.engine.expression import And, Expression, Name, Node, Not, Or, Value, children, evaluate, nodes
from lianqiao.engine.policy.binding import attribute_of, has_name
from lianqiao.engine.policy.written import written

# what each leaf came to, by its number
Answers = Sequence[bool | None]


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A node of a condition: `&&`, `||`, `!` over its parts, or the leaf of a number."""

    sign: OneOf["&&", "||", "!", ""]
    text: str
    leaf: int = -1
    parts: tuple[Branch, ...] = ()

    def answer(self, answers: Answers) -> bool | None:
        """Return true, false, or None for not yet known (Kleene)."""
        if self.sign == "":
            return answers[self.leaf]
        if self.sign == "!":
            found = self.parts[0].answer(answers)
            return None if found is None else not found
        decisive = self.sign == "||"
        result: bool | None = not decisive
        for part in self.parts:
            found = part.answer(answers)
            if found is decisive:
                return decisive
            if found is None:
                result = None
        return result

    def asked(self, truth: bool = True) -> Iterator[tuple[int, bool]]:
        """Yield the number of each leaf below, and whether it should hold or not hold."""
        if self.sign == "":
            yield self.leaf, truth
        for part in self.parts:
            yield from part.asked(not truth if self.sign == "!" else truth)

    def open_leaves(self, answers: Answers) -> Iterator[int]:
        """Yield the leaves that keep the branch undecided; none where it is decided."""
        if self.answer(answers) is None:
            if self.sign == "":
                yield self.leaf
            for part in self.parts:
                yield from part.open_leaves(answers)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition that stands alone, its text, its text denied, and the attributes it speaks of."""

    expression: Expression
    denied: str
    names: tuple[str, ...]

    def answer(self, data: Mapping[str, Value]) -> bool | None:
        """Return whether it holds."""
        found = evaluate(self.expression, data)
        return found if isinstance(found, bool) else None


class Leaves:
    """Every distinct leaf of the conditions laid out so far, by number."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self._numbers: dict[Node, int] = {}
        # what follows from conditions alone, whoever is asked: kept for the next party
        self.memo: dict[Any, Any] = {}
        self._alone: dict[tuple[int, str, Value | None], bool | None] = {}

    def branch(self, node: Node) -> Branch:
        """Lay out one condition."""
        match node:
            case Not():
                return Branch("!", written(node), parts=(self.branch(node.operand),))
            case And() | Or():
                parts = tuple(self.branch(part) for part in children(node))
                return Branch("&&" if isinstance(node, And) else "||", written(node), parts=parts)
        return Branch("", written(node), leaf=self._number(node))

    def answers(self, data: Mapping[str, Value]) -> list[bool | None]:
        """Return what each leaf comes to for one party."""
        return [leaf.answer(data) for leaf in self.leaves]

    def alone(self, number: int, name: str, value: Value | None) -> bool | None:
        """Return what a leaf comes to by one attribute alone, None for absent; kept for the next party."""
        key = (number, name, value)
        if key not in self._alone:
            data: dict[str, Value] = {has_name(name): value is not None}
            if value is not None:
                data[name] = value
            self._alone[key] = self.leaves[number].answer(data)
        return self._alone[key]

    def _number(self, node: Node) -> int:
        if node not in self._numbers:
            self._numbers[node] = len(self.leaves)
            names = dict.fromkeys(attribute_of(n.name) for n in nodes(node) if isinstance(n, Name))
            expression = Expression(written(node), node, ())
            self.leaves.append(Leaf(expression, written(Not(node)), tuple(names)))
        return self._numbers[node]
