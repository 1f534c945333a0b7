"""One act on several cases: each by its own, with its own answer; what was refused can be tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lianqiao.engine.errors import Problem, Refusal

# enough for two pages of a list; each is a transaction of its own and somebody waits for the answer
MOST_TOGETHER = 100


@dataclass(frozen=True)
class RowResult:
    """What became of one row: nothing is in `problems` where it was done."""

    key: str
    problems: tuple[Problem, ...] = ()

    @property
    def done(self) -> bool:
        """True where nothing was refused."""
        return not self.problems


def for_each(keys: Iterable[str], do: Callable[[str], Any]) -> list[RowResult]:
    """Do something with each key, once; a refusal of one does not hold up the others."""
    results = []
    for key in dict.fromkeys(keys):
        try:
            do(key)
        except Refusal as refusal:
            results.append(RowResult(key, tuple(refusal.problems)))
        else:
            results.append(RowResult(key))
    return results
