"""What would decide it: the fewest papers that are lacking, or the fewest things that would have to be other.

Every smallest set found by following the tree is tried out with values before it is told, because a condition
that stands twice (`x > 3 && x < 2`) can be met by no value at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice, product
from math import prod

from lianqiao.engine.expression import (
    And,
    Expression,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Value,
    evaluate,
    nodes,
)
from lianqiao.engine.policy.binding import attribute_of, has_name
from lianqiao.engine.policy.shape import Attribute

Data = Mapping[str, Value]
Sets = tuple[frozenset[str], ...]
# kept at each node: more ways than these nobody reads
_MOST_SETS = 16
_MOST_TRIES = 2_000


@dataclass(frozen=True)
class Way:
    """Attributes which, known or changed, could make it so; `papers` are how many papers show them."""

    attributes: tuple[str, ...]
    papers: int


class Deciding:
    """Ways to make one condition true, from the facts of one party.

    `may_change` says of which known attributes another value is conceivable; unknown ones may have any.
    """

    def __init__(
        self,
        root: Node,
        data: Data,
        attributes: Mapping[str, Attribute],
        may_change: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self.root, self.data, self.attributes = root, data, attributes
        self.may_change = may_change
        self.leaves = [leaf for leaf, _ in _asked(root, True)]

    def ways(self, most: int = 3) -> list[Way]:
        """Return up to `most` smallest ways, fewest papers first; none where no value would do."""
        found: list[Way] = []
        for names in self._sets(self.root, True):
            if found and (len(found) == most or self._papers(names) > found[0].papers):
                break
            if names and self._feasible(names):
                found.append(Way(tuple(sorted(names)), self._papers(names)))
        return found

    def needs(self, names: Iterable[str]) -> list[Node]:
        """Return what is asked of the names and not met: conditions without `&&` and `||`, denied or not."""
        wanted = set(names)
        return [
            leaf if truth else Not(leaf)
            for leaf, truth in _asked(self.root, True)
            if wanted & _names(leaf) and self._value(leaf) is not truth
        ]

    def _papers(self, names: Iterable[str]) -> int:
        return len({self._paper(name) for name in names})

    def _paper(self, name: str) -> str:
        attribute = self.attributes.get(name)
        return attribute.proof.zh_hans if attribute and attribute.proof else name

    def _value(self, node: Node) -> Value | None:
        return evaluate(Expression("", node, ()), self.data)

    def _sets(self, node: Node, truth: bool) -> Sets:
        """Return the smallest sets that could make the node `truth`, fewest papers first."""
        match node:
            case Not(operand):
                return self._sets(operand, not truth)
            case And(parts) | Or(parts):
                each = [self._sets(part, truth) for part in parts]
                if isinstance(node, And) is truth:
                    return self._together(each)
                return self._smallest(chain.from_iterable(each))
        return self._leaf(node, truth)

    def _leaf(self, node: Node, truth: bool) -> Sets:
        value = self._value(node)
        if value is truth:
            return (frozenset(),)
        names = _names(node)
        unknown = frozenset(name for name in names if self._unknown(name))
        if not isinstance(value, bool) and unknown:
            return (unknown,)
        return tuple(frozenset({name}) for name in sorted(names) if self.may_change(name))

    def _unknown(self, name: str) -> bool:
        return name not in self.data and has_name(name) not in self.data

    def _together(self, each: list[Sets]) -> Sets:
        found: Sets = (frozenset(),)
        for sets in each:
            found = self._smallest(one | other for one in found for other in sets)
        return found

    def _smallest(self, sets: Iterable[frozenset[str]]) -> Sets:
        ordered = sorted(set(sets), key=lambda names: (self._papers(names), len(names), sorted(names)))
        kept: list[frozenset[str]] = []
        for names in ordered:
            if not any(smaller <= names for smaller in kept):
                kept.append(names)
            if len(kept) == _MOST_SETS:
                break
        return tuple(kept)

    def _feasible(self, names: frozenset[str]) -> bool:
        """Whether some values of the names make it true; taken to be so where trying takes too long."""
        counted = Counter(name for leaf in self.leaves for name in _names(leaf))
        if all(counted[name] == 1 for name in names):
            return True
        columns = [list(self._values(name)) for name in sorted(names)]
        if prod(map(len, columns)) > _MOST_TRIES:
            return True
        whole = Expression("", self.root, ())
        for row in product(*columns):
            tried = dict(self.data)
            for change in row:
                tried.update(change)
            if evaluate(whole, tried) is True:
                return True
        return False

    def _values(self, name: str) -> Iterator[dict[str, Value]]:
        """Yield what an attribute could be: about every value any condition names, and absent."""
        attribute = self.attributes[name]
        there = {has_name(name): True}
        for value in islice(_about(attribute, self._written(name)), 200):
            yield {name: value, **there}
        if attribute.absent and name not in self.data:
            yield {has_name(name): False}

    def _written(self, name: str) -> list[bool | int | str]:
        found: dict[bool | int | str, None] = {}
        for leaf in self.leaves:
            if name in _names(leaf):
                found.update({node.value: None for node in nodes(leaf) if isinstance(node, Literal)})
        return list(found)


def _about(attribute: Attribute, written: list[bool | int | str]) -> Iterator[Value]:
    match attribute.kind:
        case "boolean":
            yield from (True, False)
        case "choice":
            yield from attribute.options
        case "choices":
            yield from ((option,) for option in attribute.options)
            yield from ((), tuple(attribute.options))
        case "text":
            yield from [value for value in written if isinstance(value, str)] or ["…"]
        case "date":
            yield from _days([value for value in written if isinstance(value, str)])
        case _:
            numbers = [value for value in written if isinstance(value, int)] or [0]
            low = attribute.minimum if attribute.minimum is not None else min(numbers) - 1
            high = attribute.maximum if attribute.maximum is not None else max(numbers) + 1
            near = {number + step for number in numbers for step in (-1, 0, 1)} | {low, high}
            yield from sorted(number for number in near if low <= number <= high)


def _days(texts: list[str]) -> Iterator[str]:
    for text in texts or ["2000-01-01"]:
        day = date.fromisoformat(text)
        for step in (-1, 0, 1):
            yield (day + timedelta(days=step)).isoformat()


def _asked(node: Node, truth: bool) -> Iterator[tuple[Node, bool]]:
    """Yield each condition without `&&`, `||` and `!`, and whether it should hold or not hold."""
    if isinstance(node, Not):
        yield from _asked(node.operand, not truth)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _asked(part, truth)
    else:
        yield node, truth


def _names(leaf: Node) -> frozenset[str]:
    return frozenset(attribute_of(node.name) for node in nodes(leaf) if isinstance(node, Name))
