"""What one transaction writes about cases, gathered while it decides and written together at its end."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from lianqiao.bridge import packs, statements
from lianqiao.bridge.commands import noticing
from lianqiao.bridge.models import Case

Row = tuple[Any, ...]


class Book:
    """`with transaction.atomic(), Book(now) as book:` — leaving it without an error writes all it was given.

    Locks are taken in one order everywhere, so that no two transactions wait for each other: cases, a sub-case
    before the one above it; then the counters of numbers; then loads, in the order of duty and person.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.calendar = packs.calendar(now)
        self.entries: list[Row] = []
        self.parts: dict[tuple[int, str], Row] = {}
        self.promises: dict[tuple[int, str], Row] = {}
        self.notices: list[noticing.Owed] = []
        self.loads: Counter[tuple[str, int]] = Counter()
        self.closed: list[int] = []
        self._cases: dict[int, Case] = {}
        self._changed: dict[int, Case] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: TracebackType | BaseException | None) -> None:
        if kind is None:
            self._write()

    def locked(self, column: str, value: object) -> Case | None:
        """Return the case with this `number` or `id`, locked, as this book already knows it if it does."""
        for case in self._cases.values():
            if getattr(case, column) == value:
                return case
        case = statements.locked_case(column, value)
        if case is not None:
            self._cases[case.pk] = case
        return case

    def keep(self, case: Case) -> None:
        """Keep the case's row as it now is: a new one is written at once, for its key."""
        if case.pk is None:
            statements.insert_case(case)
        else:
            self._changed[case.pk] = case
        self._cases[case.pk] = case

    def _write(self) -> None:
        for case in self._changed.values():
            statements.update_case(case)
        if self.entries:
            statements.ENTRIES.write(self.entries)
        if self.parts:
            statements.PARTS.write(list(self.parts.values()))
        for case_id in self.closed:
            statements.close_parts(case_id)
        if self.promises:
            statements.PROMISES.write(list(self.promises.values()))
        noticing.write(self.notices)
        if changes := sorted((*of, change) for of, change in self.loads.items() if change):
            statements.LOADS.write(changes)
