"""What would decide it: the fewest papers that are lacking, or the fewest things that would have to be other.

Every set found by following the branches is tried out with values before it is told, because a condition that
stands twice (`x > 3 && x < 2`) can be met by no value at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from math import prod
from typing import TypeAlias

from lianqiao.engine.expression import Literal, Node, Value, nodes
from lianqiao.engine.policy.binding import has_name
from lianqiao.engine.policy.branches import Answers, Branch, Leaves
from lianqiao.engine.policy.conceivable import conceivable
from lianqiao.engine.policy.shape import Attribute

Data: TypeAlias = Mapping[str, Value]
# leaves, and whether each should hold
Demands: TypeAlias = frozenset[tuple[int, bool]]
# kept at each node: more ways than these nobody reads
_MOST_WAYS = 12
_MOST_TRIES = 256


@dataclass(frozen=True)
class Way:
    """Attributes which, known or changed, could make it so; `papers` are how many papers show them.

    `needs` are the conditions they would then meet; `tried` is false where there were too many values to try.
    """

    attributes: tuple[str, ...]
    papers: int
    needs: tuple[str, ...]
    tried: bool


class Deciding:
    """Ways to make a branch true, from the facts of one party.

    `may_change` says of which known attributes another value is conceivable; unknown ones may have any.
    """

    def __init__(
        self,
        leaves: Leaves,
        attributes: Mapping[str, Attribute],
        data: Data,
        answers: Answers,
        may_change: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self.all, self.leaves, self.attributes = leaves, leaves.leaves, attributes
        self.data, self.answers, self.may_change = data, answers, may_change
        self._movable_names: dict[int, tuple[str, ...]] = {}
        self._ranks: dict[Demands, tuple[int, int, list[tuple[int, bool]]]] = {}
        self.at_most = 0

    def ways(self, branch: Branch, *, most: int = 3, at_most: int = 1000) -> tuple[Way, ...]:
        """Return up to `most` smallest ways of `at_most` papers; none where no value would do."""
        found: list[Way] = []
        names_seen: set[tuple[str, ...]] = set()
        self.at_most = at_most
        for demands in self._demands(branch, True):
            names = self._names(demands)
            papers = self._rank(demands)[0]
            if found and (len(found) == most or papers > found[0].papers):
                break
            tried = self._possible(branch, demands, names) if names not in names_seen else None
            if tried is not None:
                names_seen.add(names)
                found.append(Way(names, papers, tuple(self._needs(demands)), tried))
        return tuple(found)

    def _needs(self, demands: Demands) -> Iterator[str]:
        for number, truth in sorted(demands):
            leaf = self.leaves[number]
            yield leaf.expression.text if truth else leaf.denied

    def _names(self, demands: Demands) -> tuple[str, ...]:
        return tuple(sorted({name for number, _ in demands for name in self._movable(number)}))

    def _movable(self, number: int) -> tuple[str, ...]:
        """Return the attributes of a leaf that are unknown, or else those that could be other."""
        if number not in self._movable_names:
            names = self.leaves[number].names
            unknown = tuple(n for n in names if n not in self.data and has_name(n) not in self.data)
            self._movable_names[number] = unknown or tuple(name for name in names if self.may_change(name))
        return self._movable_names[number]

    def _paper(self, name: str) -> str:
        attribute = self.attributes.get(name)
        return attribute.proof.zh_hans if attribute and attribute.proof else name

    def _demands(self, branch: Branch, truth: bool) -> list[Demands]:
        """Return the smallest sets of leaves that would make the branch `truth`, fewest papers first."""
        if branch.sign == "":
            if self.answers[branch.leaf] is truth:
                return [frozenset()]
            return [frozenset({(branch.leaf, truth)})] if self._movable(branch.leaf) else []
        if branch.sign == "!":
            return self._demands(branch.parts[0], not truth)
        each = [self._demands(part, truth) for part in branch.parts]
        if (branch.sign == "&&") is not truth:
            return self._smallest(chain.from_iterable(each))
        found: list[Demands] = [frozenset()]
        for demands in each:
            if demands != [frozenset()]:
                found = self._smallest(one | other for one in found for other in demands)
            if not found:
                break
        return found

    def _smallest(self, demands: Iterable[Demands]) -> list[Demands]:
        near = [one for one in set(demands) if self._rank(one)[0] <= self.at_most]
        return sorted(near, key=self._rank)[:_MOST_WAYS] if len(near) > 1 else near

    def _rank(self, demands: Demands) -> tuple[int, int, list[tuple[int, bool]]]:
        if demands not in self._ranks:
            papers = {paper for number, _ in demands for paper in self._papers_of(number)}
            self._ranks[demands] = (len(papers), len(demands), sorted(demands))
        return self._ranks[demands]

    def _papers_of(self, number: int) -> set[str]:
        return {self._paper(name) for name in self._movable(number)}

    def _possible(self, branch: Branch, demands: Demands, names: tuple[str, ...]) -> bool | None:
        """Return whether some values make it true: None for surely none, false where not all was tried."""
        if not names:
            return None
        asked = {number for number, _ in demands}
        touched = self._touched(branch, names)
        found = [self._values(name, touched, demands) for name in names]
        columns = [values for values, _ in found]
        alone = all(len(self.leaves[n].names) == 1 for n in touched)
        # what was tried was everything only where no attribute is compared with another
        failed = None if alone and all(whole for _, whole in found) else False
        if not all(columns):
            return failed
        if alone and asked.issuperset(touched):
            # each condition touched is one that is met by now
            return True
        if prod(map(len, columns)) > _MOST_TRIES:
            return False
        return True if any(self._holds(branch, names, row, touched) for row in product(*columns)) else failed

    def _touched(self, branch: Branch, names: tuple[str, ...]) -> tuple[int, ...]:
        """Return the leaves of a branch that speak of any of the names."""
        key = (branch, names)
        if key not in self.all.memo:
            whole = {leaf for leaf, _ in branch.asked()}
            self.all.memo[key] = tuple(
                sorted(n for n in whole if not set(names).isdisjoint(self.leaves[n].names))
            )
        touched: tuple[int, ...] = self.all.memo[key]
        return touched

    def _holds(
        self, branch: Branch, names: tuple[str, ...], row: tuple[Value | None, ...], touched: tuple[int, ...]
    ) -> bool:
        """Whether the branch is true where these attributes have these values, None for absent."""
        changed = dict(zip(names, row, strict=True))
        tried: dict[str, Value] | None = None
        answers = list(self.answers)
        for number in touched:
            only = self.leaves[number].names
            if len(only) == 1:
                answers[number] = self.all.alone(number, only[0], changed[only[0]])
                continue
            tried = tried or self._with(changed)
            answers[number] = self.leaves[number].answer(tried)
        return branch.answer(answers) is True

    def _with(self, changed: dict[str, Value | None]) -> dict[str, Value]:
        tried = dict(self.data)
        for name, value in changed.items():
            tried[has_name(name)] = value is not None
            if value is not None:
                tried[name] = value
        return tried

    def _values(
        self, name: str, touched: tuple[int, ...], demands: Demands
    ) -> tuple[list[Value | None], bool]:
        """Return what an attribute could be so that what is asked of it alone is met, and if that is all."""
        mine = tuple((n, truth) for n, truth in demands if self.leaves[n].names == (name,))
        others = {other for n in touched for other in self.leaves[n].names} - {name}
        beside = tuple(self.data[other] for other in sorted(others) if other in self.data)
        key = (name, touched, mine, beside)
        if key not in self.all.memo:
            near = [n for n in touched if others or name in self.leaves[n].names]
            written = {value for n in near for value in _literals(self.leaves[n].expression.root)}
            values, whole = conceivable(self.attributes[name], {*written, *beside})
            maybe: list[Value | None] = [*values, None] if self.attributes[name].absent else [*values]
            met = [v for v in maybe if all(self.all.alone(n, name, v) is truth for n, truth in mine)]
            self.all.memo[key] = (met, whole)
        found, whole = self.all.memo[key]
        # what is known not to be absent cannot become so
        return [value for value in found if value is not None or name not in self.data], whole


@lru_cache(maxsize=4096)
def _literals(node: Node) -> tuple[bool | int | str, ...]:
    return tuple(found.value for found in nodes(node) if isinstance(found, Literal))
