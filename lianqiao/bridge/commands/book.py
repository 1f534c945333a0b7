"""What one transaction writes about cases, gathered while it decides and written together at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from django.db import transaction

from lianqiao.bridge import packs, statements
from lianqiao.bridge.commands import checking, noticing, outcomes
from lianqiao.bridge.commands.claiming import Claimed, FilesKnown
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries.one_case import reads_as_number, state_of
from lianqiao.bridge.queries.roles import Rights
from lianqiao.bridge.statements import case_changes
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.organization.queries.prepared import (
    ON_SQLITE,
    Row,
    Statement,
    have_landed,
    run_together,
    send_together,
)

Item = TypeVar("Item")
# as many rows of each kind at least go into a statement that is planned once
SENT_AT_ONCE = 16


@contextmanager
def booked(now: datetime, *, opens: int = 1) -> Iterator[Book]:
    """A transaction that is nothing but its book: what the book writes goes out together with its end.

    `opens` is how many cases it is expected to open, where it opens any.
    """
    database = transaction.get_connection()
    alone = not database.in_atomic_block and database.get_autocommit()
    with transaction.atomic(), Book(now, commits=alone, opens=opens) as book:
        yield book


class Book:
    """Inside a transaction, `with Book(now) as book:` — leaving it without an error writes all it was given.

    It can hold the acts of many cases. What was asked once is kept: who may do what, who is on duty, the
    files received; what the acts before gave out counts for those that follow.

    Locks are taken in one order everywhere, so that no two transactions wait for each other: cases, the
    newest first, so that a sub-case comes before the one above it; then files received, in the order of
    their keys; then the counters of numbers; then loads, in the order of duty and person; then counts of
    outcomes, in the order of their keys.
    """

    def __init__(self, now: datetime, *, commits: bool = False, opens: int = 1) -> None:
        self.now = now
        self.commits = commits
        # one pack for all of it, though its files change meanwhile
        self.pack = packs.current()
        self.calendar = packs.calendar(now)
        self.rights = Rights(now)
        self.files = FilesKnown()
        self.entries: list[Row] = []
        self.parts: dict[tuple[int, str], Row] = {}
        self.promises: list[Row] = []
        self.promise_changes: defaultdict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
        self.notices: list[noticing.Owed] = []
        self.results: list[Row] = []
        # by duty and person: cases given out here, and given back or ended
        self.given: Counter[tuple[str, int]] = Counter()
        self.taken: Counter[tuple[str, int]] = Counter()
        self.outcomes = outcomes.Counts()
        self.closed: list[int] = []
        self.states: dict[int, CaseState] = {}
        self._numbers = Numbers(opens)
        self._on_duty: dict[tuple[str, ...], OnDuty] = {}
        self._holders: dict[str, frozenset[int]] = {}
        self._looks: list[Look] = []
        self._opened: list[Case] = []
        self._cases: dict[int, Case] = {}
        self._by_number: dict[str, Case] = {}
        # those that were there, as they were, and of these the ones changed since
        self._before: dict[int, Row] = {}
        self._changed: dict[int, Case] = {}
        self._sent = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: TracebackType | BaseException | None) -> None:
        try:
            if kind is None:
                self._write()
        finally:
            # what was sent comes to its end before the transaction does, or says why it did not
            have_landed()

    def in_turn(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield what is to be decided; what the book holds goes out by the way, some items at a time.

        The database writes the rows of those before while the next are decided. An act must be whole in the
        book when the next item is asked for.
        """
        for count, item in enumerate(items):
            if count and count % SENT_AT_ONCE == 0:
                self._send()
            yield item

    def locked(self, column: str, value: Any) -> Case | None:
        """Return the case with this `number` or `id`, locked, as this book already knows it if it does."""
        known = self._by_number.get(value) if column == "number" else self._cases.get(value)
        if known is not None:
            return known
        if column == "number" and not reads_as_number(str(value)):
            return None
        locked = statements.locked_case(column, value)
        if locked is not None:
            self.know(locked)
        return locked

    def lock_all(self, column: str, values: Iterable[Any], *, waits: bool = True) -> list[Case]:
        """Lock several cases in one trip and return them; without `waits` those nobody else holds.

        To be called before anything else is locked: `locked` then finds them here.
        """
        wanted = [one for one in values if column != "number" or reads_as_number(str(one))]
        cases = statements.locked_cases(column, wanted, waits=waits)
        for case in cases:
            self.know(case)
        return cases

    def know(self, case: Case) -> None:
        """Take charge of a case that is locked and not changed yet; what changes from now on is written."""
        self._cases[case.id] = self._by_number[case.number] = case
        self._before[case.id] = statements.changeable(case)

    def keep(self, case: Case) -> None:
        """Keep a case as it now is, to be written at the end; one that is not new must be known."""
        if case._state.adding:
            case._state.adding = False
            self._opened.append(case)
            self._cases[case.id] = self._by_number[case.number] = case
        elif self._cases.get(case.id) is not case:
            raise ValueError(f"case {case.number} was changed without being locked through the book")
        elif case.id in self._before:
            self._changed[case.id] = case

    def mechanism_of(self, case: Case) -> Mechanism:
        """Return the version of the promise a case stands under; refuses `unknown-mechanism`."""
        return self.pack.mechanism(f"{case.mechanism}@{case.version}")

    def state_of(self, case: Case) -> CaseState:
        """Return the state of a case this book knows, with what the book holds of it already."""
        if case.id not in self.states:
            self.states[case.id] = state_of(case)
        return self.states[case.id]

    @property
    def filled(self) -> int:
        """How many entries it holds: more of them after a refusal say that it holds half an act."""
        return len(self.entries)

    def parts_of(self, case: Case, names: Iterable[str]) -> list[Case]:
        """Return the cases opened under these names as parts of one, oldest first, as the book knows them."""
        written = Case.objects.filter(parent=case, parent_name__in=names).order_by("pk")
        mine = [one for one in self._opened if one.parent_id == case.id and one.parent_name in names]
        return [self._cases.get(one.pk, one) for one in written] + mine

    def number(self, series: str) -> tuple[str, int]:
        """Return the next number of a series, which nobody else can have until the end, and a case's key."""
        return self._numbers.next(series)

    def on_duty(self, duties: Sequence[str]) -> OnDuty:
        """Return who holds some duties now, and by duty and person how many cases they have and ever had."""
        wanted = tuple(duties)
        if wanted not in self._on_duty:
            asked = [*organization.asking_roster(wanted, at=self.now), statements.asking_loads(wanted)]
            *told, loads = run_together(asked)
            roster = organization.roster_told(told, at=self.now)
            has = {(duty, person_id): (now, ever) for duty, person_id, now, ever in loads}
            self._on_duty[wanted] = OnDuty(roster, has)
        return self._on_duty[wanted]

    def holders_of(self, duty: str) -> frozenset[int]:
        """Return who holds a duty now, on leave or not."""
        if duty not in self._holders:
            self._holders[duty] = frozenset(organization.people_with(duty, at=self.now))
        return self._holders[duty]

    def take(self, claimed: Claimed, case: Case, by: Person | None) -> None:
        """Have a case get the files an act claimed, and have them looked over."""
        self.files.take(claimed, case)
        self._looks += (Look(file["sha256"], field, file, case, by) for field, file in claimed.named)

    def _send(self) -> None:
        """Send the rows of the cases; what is locked by all in one order, and notices, wait for the end."""
        if ON_SQLITE:
            return
        work = self._rows_of_cases()
        if self.commits and not self._sent:
            # else each key is looked up when COMMIT comes, with nothing left to decide meanwhile
            work.insert(0, statements.checking_keys_at_once())
        send_together(work)
        self._sent = True
        for case in (*self._opened, *self._changed.values()):
            self._before[case.id] = statements.changeable(case)
        for held in (self._opened, self._changed, self.entries, self.parts, self.closed, self.promises):
            held.clear()
        self.promise_changes.clear()

    def _rows_of_cases(self) -> list[Statement]:
        """Return what writes the rows of the cases as they now are."""
        opened = [statements.case_row(case) for case in self._opened]
        changed = (((key,), case_changes(one, self._before[key])) for key, one in self._changed.items())
        work = statements.CASES.writing_all(opened)
        work += statements.CASES.changing_all((key, new) for key, new in changed if new)
        work += statements.ENTRIES.writing_all(self.entries)
        work += statements.PARTS.writing_all(list(self.parts.values()))
        if self.closed:
            work.append(statements.closing_parts(self.closed))
        work += statements.PROMISES.writing_all(self.promises)
        work += statements.PROMISES.changing_all(one for one in self.promise_changes.items() if one[1])
        return work

    def _write(self) -> None:
        if self._sent:
            # the cases must be there for what points to them
            self._send()
        # in one order, so that two books about the same files do not wait for each other
        for look in sorted(self._looks, key=itemgetter(0)):
            checking.look_into([(look.field, look.file)], by=look.by, now=self.now, case=look.case)
        work = self._rows_of_cases() + self.files.writing()
        work += statements.RESULTS.writing_all(self.results)
        work += noticing.writing(self.notices)
        work += self._numbers.writing()
        loads = sorted(self.given.keys() | self.taken.keys())
        work += statements.LOADS.writing_all(
            [(*of, self.given[of] - self.taken[of], self.given[of]) for of in loads]
        )
        work += statements.OUTCOMES.writing_all(outcomes.ended_rows(self.outcomes))
        work += statements.OWED.writing_all(outcomes.owed_rows(self.outcomes))
        if work:
            run_together(work, commits=self.commits)


class OnDuty:
    """Who is on duty, and by duty and person how many cases they have open and had ever."""

    def __init__(self, roster: organization.Roster, loads: dict[tuple[str, int], tuple[int, int]]) -> None:
        self.roster, self.loads = roster, loads
        self._everywhere: dict[str, list[organization.Candidate]] = {}

    def candidates(
        self, duty: str, facts: Mapping[str, Any], firm: Callable[[], Firm | None]
    ) -> list[organization.Candidate]:
        """Return whom a case with these facts can be assigned to; `firm` is asked for whose it is."""
        if duty in self._everywhere:
            return self._everywhere[duty]
        scopes = [post.scope for post in self.roster.holders(duty) if post.scope]
        # a scope can name firms: each key firm has officers of its own
        whose = firm() if any("firm" in scope for scope in scopes) else None
        facts = {**facts, "firm": whose.credit_code} if whose else facts
        found = organization.candidates_in(self.roster, duty, facts=facts)
        if not scopes:
            self._everywhere[duty] = found
        return found


class Look(NamedTuple):
    """A file an act named, to be looked over."""

    sha256: str
    field: CaseField
    file: dict[str, Any]
    case: Case
    by: Person | None


class Numbers:
    """Numbers of new cases, and keys: asked of the database once a series, then counted here.

    The first number locks the series; how far it went is written at the end, so that none is left out.
    """

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._keys: list[int] = []
        self._last_key = 0

    def next(self, series: str) -> tuple[str, int]:
        """Return the next number of a series as it is written, and the key of the case that gets it."""
        if series in self._last:
            self._last[series] += 1
        else:
            more = 0 if self._keys else self._expected
            last, keys = statements.next_in_series_with_keys(series, more, after=self._last_key)
            self._first[series] = self._last[series] = last
            self._keys += keys
        if not self._keys:
            self._keys = statements.case_keys(1, after=self._last_key)
        self._last_key = self._keys.pop(0)
        return f"{series}-{self._last[series]:06d}", self._last_key

    def writing(self) -> list[Statement]:
        """Return what writes the last number of every series of which more than one was given out."""
        return [
            statements.setting_series(series, last)
            for series, last in self._last.items()
            if last != self._first[series]
        ]
