"""What one transaction writes about cases, gathered while it decides and written together at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from django.db import transaction

from lianqiao.bridge import packs, statements
from lianqiao.bridge.commands import noticing, outcomes
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries.one_case import reads_as_number
from lianqiao.bridge.statements import updating_case
from lianqiao.organization.queries.prepared import Row, Statement, run_together


@contextmanager
def booked(now: datetime) -> Iterator[Book]:
    """A transaction that is nothing but its book: what the book writes goes out together with its end."""
    database = transaction.get_connection()
    alone = not database.in_atomic_block and database.get_autocommit()
    with transaction.atomic(), Book(now, commits=alone) as book:
        yield book


class Book:
    """Inside a transaction, `with Book(now) as book:` — leaving it without an error writes all it was given.

    Locks are taken in one order everywhere, so that no two transactions wait for each other: cases, a
    sub-case before the one above it; then the counters of numbers; then loads, in the
    order of duty and person; then counts of outcomes, in the order of their keys.
    """

    def __init__(self, now: datetime, *, commits: bool = False) -> None:
        self.now = now
        self.commits = commits
        self.calendar = packs.calendar(now)
        self.opened: list[Statement] = []
        self.entries: list[Row] = []
        self.parts: dict[tuple[int, str], Row] = {}
        self.promises: list[Row] = []
        self.promise_changes: defaultdict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
        self.notices: list[noticing.Owed] = []
        # by duty and person: cases given out here, and given back or ended
        self.given: Counter[tuple[str, int]] = Counter()
        self.taken: Counter[tuple[str, int]] = Counter()
        self.outcomes: Counter[outcomes.Ended] = Counter()
        self.closed: list[int] = []
        self._cases: dict[int, Case] = {}
        self._before: dict[int, Row] = {}

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
        if column == "number" and not reads_as_number(str(value)):
            return None
        locked = statements.locked_case(column, value)
        if locked is not None:
            self.know(locked)
        return locked

    def know(self, case: Case) -> None:
        """Take charge of a case that is locked and not changed yet; what changes from now on is written."""
        self._cases[case.id] = case
        self._before[case.id] = statements.changeable(case)

    def keep(self, case: Case) -> None:
        """Keep a case as it now is: a new one without a key is written at once; an old one must be known."""
        if case._state.adding:
            if new := statements.inserting_case(case):
                self.opened.append(new)
            self.know(case)
        elif self._cases.get(case.id) is not case:
            raise ValueError(f"case {case.number} was changed without being locked through the book")

    def _write(self) -> None:
        work = list(self.opened)
        work += (part for key, case in self._cases.items() for part in updating_case(case, self._before[key]))
        if self.entries:
            work.append(statements.ENTRIES.writing(self.entries))
        if self.parts:
            work.append(statements.PARTS.writing(list(self.parts.values())))
        work += [statements.closing_parts(case_id) for case_id in self.closed]
        if self.promises:
            work.append(statements.PROMISES.writing(self.promises))
        work += [statements.PROMISES.changing(key, new) for key, new in self.promise_changes.items() if new]
        work += noticing.writing(self.notices)
        if loads := sorted(self.given.keys() | self.taken.keys()):
            rows = [(*of, self.given[of] - self.taken[of], self.given[of]) for of in loads]
            work.append(statements.LOADS.writing(rows))
        if counts := outcomes.rows(self.outcomes):
            work.append(statements.OUTCOMES.writing(counts))
        if work:
            run_together(work, commits=self.commits)
