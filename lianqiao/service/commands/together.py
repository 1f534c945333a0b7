"""One act on several cases: each with its own answer; what was refused can be tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lianqiao.bridge.commands import Answer
from lianqiao.engine.errors import Problem, Refusal

# enough for two pages of a list; they are one transaction and somebody waits for the answer
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


def row_results(keys: Sequence[str], answers: Sequence[Answer]) -> list[RowResult]:
    """Return what became of each row, from the answers of a bulk act in the same order."""
    return [
        RowResult(key, tuple(answer.problems) if isinstance(answer, Refusal) else ())
        for key, answer in zip(keys, answers, strict=True)
    ]
