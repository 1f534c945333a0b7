"""What is in a draft: the promise it is, what is wrong and on which line, what it changes in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from lianqiao.bridge import packs
from lianqiao.bridge.queries.publications import checked
from lianqiao.engine.errors import Problem
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack
from lianqiao.engine.toml_places import line_of
from lianqiao.engine.words import describe

PLACE = "draft"


@dataclass(frozen=True)
class Fault:
    """A problem with its line, 0 where none can be named, and the words of that line."""

    problem: Problem
    line: int
    words: str


@dataclass(frozen=True)
class Checked:
    """What a text is: the promise, None where it is none yet, and what is wrong."""

    mechanism: Mechanism | None
    faults: tuple[Fault, ...]

    @property
    def passes(self) -> bool:
        """True where it may be published."""
        return self.mechanism is not None and not self.faults


@dataclass(frozen=True)
class Change:
    """One sentence that stays, goes or comes: `kind` is same, gone or new."""

    kind: str
    words: str


def checked_text(text: str) -> Checked:
    """Return what a text is, checked beside all that is served."""
    return _checked(text, packs.current())


# pages, the API and the publishing of one text ask in one breath
@lru_cache(maxsize=32)
def _checked(text: str, pack: Pack) -> Checked:
    mechanism, problems = checked(text, place=PLACE)
    lines = text.splitlines()
    faults = []
    for problem in problems:
        line = line_of(text, problem.place) if problem.place.startswith(PLACE) else 0
        faults.append(Fault(problem, line, lines[line - 1].strip() if 0 < line <= len(lines) else ""))
    return Checked(mechanism, tuple(sorted(faults, key=lambda fault: fault.line)))


def changes(before: Mechanism | None, after: Mechanism, language: str) -> list[Change]:
    """Return what a version says, each sentence marked as the same, gone or new."""
    old = describe(before, language) if before else []
    return list(_compared(old[1:], describe(after, language)[1:]))


def changed_lines(before: str, after: str) -> list[Change]:
    """Return the lines of two texts that differ, those gone before those new."""
    compared = _compared(before.splitlines(), after.splitlines())
    return [change for change in compared if change.kind != "same"]


def _compared(before: list[str], after: list[str]) -> Iterator[Change]:
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield from (Change("same", line) for line in after[new_from:new_to])
            continue
        yield from (Change("gone", line) for line in before[old_from:old_to])
        yield from (Change("new", line) for line in after[new_from:new_to])
