"""Where a fact stands in its file: the line of its row, and the source the row names."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


class Lines:
    """The line of each row of a CSV file, however many lines the texts in it take; without content, rows."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.numbers: list[int] | None = None

    def __call__(self, row: int) -> str:
        if not self.content:
            return f"row {row + 1}"
        if b'"' not in self.content:
            return f"line {row + 2}"
        if self.numbers is None:
            self.numbers = self._counted()
        return f"line {self.numbers[row + 1]}" if row + 1 < len(self.numbers) else f"row {row + 1}"

    def _counted(self) -> list[int]:
        reader = csv.reader(io.StringIO(self.content.decode("utf-8-sig"), newline=""))
        numbers, before = [], 0
        for _ in reader:
            # an empty line is a row of empty cells
            numbers.append(before + 1)
            before = reader.line_num
        return numbers


class Places(Sequence[str]):
    """For each party, the file and line its facts come from, and who says so."""

    def __init__(
        self, name: str, rows: npt.NDArray[np.int64], lines: Lines, told: Sequence[str | None]
    ) -> None:
        self.name, self.rows, self.lines, self.told = name, rows, lines, told

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, party: Any) -> Any:
        return self.of(int(self.rows[party]))

    def of(self, row: int) -> str:
        """Return the place of a row of the file."""
        source = self.told[row] if self.told else None
        return f"{self.name}, {self.lines(row)}" + (f" ({source})" if source else "")
