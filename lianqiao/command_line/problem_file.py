"""Problems as a CSV file that a spreadsheet program opens without running anything of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from lianqiao.engine.errors import Problem

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Write one row a problem: its place, code, reason and remedy."""
    # the mark lets spreadsheet programs see that it is UTF-8
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("place", "code", "reason", "hint"))
        for problem in problems:
            row = (problem.place, problem.code, problem.reason, problem.hint)
            writer.writerow([f"'{text}" if text.startswith(_FORMULA) else text for text in row])
