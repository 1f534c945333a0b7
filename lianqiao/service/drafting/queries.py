"""Texts being written: which are open, what is wrong on which line, what differs from what is in force."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import TypeVar

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.parts import Text
from lianqiao.engine.toml_places import line_of
from lianqiao.service.drafting.models import TextDraft

# what a text is called while it is checked, before it is a file
PLACE = "draft"
Draft = TypeVar("Draft", bound=TextDraft)


@dataclass(frozen=True)
class Fault:
    """A problem with its line, 0 where none can be named, and the words of that line."""

    problem: Problem
    line: int
    words: str


@dataclass(frozen=True)
class Checked:
    """What the check found in a text; each kind of text adds what the text was read as."""

    faults: tuple[Fault, ...]

    @property
    def passes(self) -> bool:
        """True where it may be published."""
        return not self.faults

    @property
    def refusal(self) -> Refusal:
        """Everything wrong, as a refusal."""
        return Refusal(*(fault.problem for fault in self.faults))


@dataclass(frozen=True)
class Change:
    """One sentence or line that stays, goes or comes: `kind` is same, gone or new."""

    kind: str
    words: str


def faults_of(text: str, problems: Iterable[Problem]) -> tuple[Fault, ...]:
    """Return the problems of a text checked at `PLACE` with their lines, the first line first."""
    lines = text.splitlines()
    faults = []
    for problem in problems:
        line = line_of(text, problem.place) if problem.place.startswith(PLACE) else 0
        faults.append(Fault(problem, line, lines[line - 1].strip() if 0 < line <= len(lines) else ""))
    return tuple(sorted(faults, key=lambda fault: fault.line))


def compared(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Return the sentences of two texts, each marked as the same, gone or new; gone before new."""
    return list(_compared(before, after))


def changed_lines(before: str, after: str) -> list[Change]:
    """Return the lines of two texts that differ."""
    found = _compared(before.splitlines(), after.splitlines())
    return [change for change in found if change.kind != "same"]


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    matched = SequenceMatcher(None, before, after, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matched.get_opcodes():
        if kind == "equal":
            yield from (Change("same", line) for line in after[new_from:new_to])
            continue
        yield from (Change("gone", line) for line in before[old_from:old_to])
        yield from (Change("new", line) for line in after[new_from:new_to])


def side_by_side(changes: Iterable[Change]) -> Iterator[tuple[Change | None, Change | None]]:
    """Yield the sentences of two texts beside each other; None where the other has no more of its own."""
    for same, found in groupby(changes, lambda change: change.kind == "same"):
        block = list(found)
        if same:
            yield from zip(block, block, strict=True)
        else:
            gone, new = ([one for one in block if one.kind == kind] for kind in ("gone", "new"))
            yield from zip_longest(gone, new)


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def open_drafts(model: type[Draft], subject: str = "") -> list[Draft]:
    """Return the drafts that can be written on, the one saved last first."""
    found = model._default_manager.filter(published="", dropped_at=None).select_related("saved_by")
    found = found.filter(**{model.SUBJECT: subject}) if subject else found
    return list(found.order_by("-saved_at", "-pk"))


def title_of(draft: TextDraft) -> Text | None:
    """Return what a text says that it is called; None where it cannot be read or says nothing."""
    try:
        return Text.model_validate(tomllib.loads(draft.text).get("title"))
    except ValueError:
        return None


def draft_of(model: type[Draft], draft_id: int) -> Draft:
    """Return a draft. Raises Refusal `unknown-text-draft`."""
    found = model._default_manager.select_related("saved_by").filter(pk=draft_id).first()
    if found is None:
        raise unknown_draft(draft_id)
    return found


def unknown_draft(draft_id: int) -> Refusal:
    """Return the refusal of a draft there is not."""
    return refuse("unknown-text-draft", f"there is no draft {draft_id}", hint="see the list of drafts")
