"""What became of each row of a catalogue, in counts and in the first of each that needs a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from lianqiao.engine.errors import Problem

Outcome = Literal["added", "updated", "unchanged", "refused"]
# kept of the rows that need a look; all of them go to whoever listens
KEPT = 1000


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row. `changed` are the fields an update changed; a kept row may have `problems`."""

    line: int
    key: str
    outcome: Outcome
    changed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


Listener = Callable[[RowReport], None]


@dataclass
class ImportReport:
    """What an import did, or with `dry_run` would do.

    `counts` by outcome; `changed` counts the fields updates changed, `codes` the problems by code.
    `looked_at` keeps the first rows with problems, `updates` the first updated ones. `blocked` says why
    nothing may be written; `absent` and `unused` are the map's columns the file lacks and the file's columns
    no field is read from.
    """

    file: str
    source: str
    dry_run: bool
    complete: bool
    encoding: str = ""
    sheet: str = ""
    absent: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    looked_at: list[RowReport] = field(default_factory=list)
    updates: list[RowReport] = field(default_factory=list)
    withdrawn: int = 0
    blocked: Problem | None = None

    @property
    def rows(self) -> int:
        """How many rows were read, blank ones and headings left out."""
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        return self.rows - self.counts["refused"]

    @property
    def remarks(self) -> int:
        """How many problems concern single cells of rows that were kept."""
        return sum(self.codes.values()) - self.counts["refused"]

    @property
    def needing_a_look(self) -> list[RowReport]:
        """The first rows with problems, by line."""
        return sorted(self.looked_at, key=lambda row: row.line)

    def take(self, row: RowReport) -> None:
        """Count a row and keep it where it needs a look."""
        self.counts[row.outcome] += 1
        self.changed.update(row.changed)
        self.codes.update(problem.code for problem in row.problems)
        if row.problems and len(self.looked_at) < KEPT:
            self.looked_at.append(row)
        if row.outcome == "updated" and len(self.updates) < KEPT:
            self.updates.append(row)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        counts = {name: self.counts[name] for name in ("added", "updated", "unchanged", "refused")}
        problems = [problem_dict(row, problem) for row in self.needing_a_look for problem in row.problems]
        return {
            "file": self.file,
            "source": self.source,
            "dry_run": self.dry_run,
            "complete": self.complete,
            "encoding": self.encoding,
            "sheet": self.sheet,
            "rows": self.rows,
            **counts,
            "withdrawn": self.withdrawn,
            "remarks": self.remarks,
            "changed": dict(self.changed),
            "problems_by_code": dict(self.codes.most_common()),
            "columns_absent": list(self.absent),
            "columns_unused": list(self.unused),
            "problems": problems,
            "problems_left_out": sum(self.codes.values()) - len(problems),
            "blocked": str(self.blocked) if self.blocked else None,
        }


def problem_dict(row: RowReport, problem: Problem) -> dict[str, str | int]:
    """Return a problem of a row as plain data."""
    return {
        "line": row.line,
        "column": problem.facts.get("column", ""),
        "value": problem.facts.get("value", ""),
        "key": row.key,
        "outcome": row.outcome,
        "code": problem.code,
        "reason": problem.reason,
        "hint": problem.hint,
        "detail": problem.facts.get("detail", ""),
        "first": problem.facts.get("first", ""),
    }
