"""What time itself does to cases: rungs climbed, expiries, stand-ins, new calendars. Any number of workers.

Cases are swept a hundred to a transaction, each under its row lock and decided from its log, so a worker
killed anywhere leaves a case either untouched or swept, and a rung fires once however many look. Where
something goes wrong with one of them, each of the hundred is swept by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.db.models import F

from lianqiao.bridge import packs
from lianqiao.bridge.commands import noticing
from lianqiao.bridge.commands.acting import take_by_itself
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.commands.together import AT_ONCE, HalfDone, reaches_further
from lianqiao.bridge.models import Case, Load, Part, Promise
from lianqiao.engine import case as engine
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.organization import queries as organization

Together = Callable[[Sequence[Any], datetime], tuple[int, Sequence[Any]]]
log = logging.getLogger(__name__)


class Each:
    """Does one thing after another, each in its own transaction, and keeps what went wrong for the end."""

    def __init__(self) -> None:
        self.refused: list[Problem] = []
        self.failed: Exception | None = None

    def do(self, one: Callable[..., int], *given: Any, **more: Any) -> int:
        """Return what it returns, 0 where it went wrong; an unreachable database is not lived through."""
        try:
            return one(*given, **more)
        except Refusal as refusal:
            # acted on since this sweep began, at a later time than it has: the next sweep comes later still
            if refusal.code != "clock-set-back":
                self.refused += refusal.problems
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("%s%s went wrong; the others go on", one.__name__, given)
            self.failed = error
        return 0

    def do_all(
        self, together: Together, alone: Callable[..., int], keys: Sequence[Any], now: datetime
    ) -> int:
        """Do something with all keys in one transaction, with those it leaves one by one; returns the sum.

        `together` returns its part of the sum and the keys it leaves. Where it goes wrong nothing of it is
        done, and each key is tried alone: there it is told what went wrong.
        """
        try:
            done, left = together(keys, now)
        except DatabaseError:
            raise
        except Exception as error:
            log.info("%s is done one by one: %s", together.__name__, error)
            done, left = 0, keys
        return done + sum(self.do(alone, key, now) for key in left)

    def raise_what_went_wrong(self) -> None:
        if self.failed:
            raise self.failed
        if self.refused:
            raise Refusal(*self.refused)


def sweep_clocks(*, now: datetime) -> int:
    """Let every clock due by `now` do its own act; returns how many cases were swept.

    A case that cannot be swept (its promise's file is gone) does not hold up the others: what went wrong is
    raised after all others were swept. So it is in the other sweeps.
    """
    swept, after, each = 0, 0, Each()
    while ids := list(
        Case.objects.filter(next_at__lte=now, pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    ):
        after = ids[-1]
        swept += each.do_all(_sweep_all, _sweep, ids, now)
    each.raise_what_went_wrong()
    return swept


def _sweep(pk: int, now: datetime) -> int:
    with booked(now) as book:
        return sum(_swept(book, case) for case in book.lock_all("id", [pk], waits=False))


def _sweep_all(pks: Sequence[int], now: datetime) -> tuple[int, Sequence[int]]:
    swept, left = 0, []
    with booked(now) as book:
        # another worker's case is that worker's: pass by instead of waiting
        for case in book.in_turn(book.lock_all("id", pks, waits=False)):
            filled = book.filled
            try:
                swept += _swept(book, case, together=True)
            except Refusal as refusal:
                if book.filled != filled:
                    raise HalfDone from refusal
                left.append(case.pk)
            except _Further:
                left.append(case.pk)
    return swept, left


class _Further(Exception):
    """What a clock does would move other cases too."""


def _swept(book: Book, case: Case, *, together: bool = False) -> int:
    """Let the clocks of a locked case do what they owe by now; returns 1, or 0 where they owe nothing."""
    if case.next_at is None or case.next_at > book.now:
        return 0
    mechanism, state = book.mechanism_of(case), book.state_of(case)
    step = engine.expiry_step(mechanism, state, book.now)
    if step and together and reaches_further(case, state, mechanism.steps[step]):
        raise _Further
    for body in engine.decide_rungs(mechanism, state, at=book.now):
        state = record(book, case, mechanism, state, body)
        book.notices += noticing.owed_for_rung(case, mechanism, body, state)
    if step:
        take_by_itself(book, case, step, engine.CLOCK)
    return 1


def sweep_stand_ins(*, now: datetime) -> int:
    """Put the deputy on the cases of whoever is away, and give them back on return; returns how many moved.

    Absence never stops a clock: only the holder changes, and the log says why.
    """
    # everyone with open cases is asked after: besides leaves, people go for good and duties end
    pairs = Load.objects.filter(open_cases__gt=0).values_list("person_id", "duty")
    holders = organization.holders_at(pairs, at=now)
    open_parts = Part.objects.filter(open=True)
    lent = set(open_parts.exclude(holder_id=F("owner_id")).values_list("owner_id", "duty").distinct())
    moved, each = 0, Each()
    for (owner_id, duty), holder_id in sorted(holders.items()):
        if holder_id == owner_id and (owner_id, duty) not in lent:
            continue
        reason = "return" if holder_id == owner_id else "stand-in"
        parts = open_parts.filter(owner_id=owner_id, duty=duty).exclude(holder_id=holder_id)
        found = list(parts.order_by("-case_id").values_list("case_id", "role"))
        moves = [Move(case_id, role, holder_id, reason) for case_id, role in found]
        for first in range(0, len(moves), AT_ONCE):
            moved += each.do_all(_move_all, _move, moves[first : first + AT_ONCE], now)
    each.raise_what_went_wrong()
    return moved


class Move(NamedTuple):
    """A role's work in one case goes to another person; `reason` as `hold` knows them."""

    case_id: int
    role: str
    holder_id: int
    reason: str


def _move(move: Move, now: datetime) -> int:
    return hold(*move[:3], reason=move.reason, by=engine.SYSTEM, now=now)


def _move_all(moves: Sequence[Move], now: datetime) -> tuple[int, Sequence[Move]]:
    moved, left = 0, []
    with booked(now) as book:
        book.lock_all("id", [move.case_id for move in moves])
        for move in book.in_turn(moves):
            try:
                # refused before anything of it is in the book
                moved += hold_in(book, *move[:3], reason=move.reason, by=engine.SYSTEM)
            except Refusal:
                left.append(move)
    return moved, left


def hold(case_id: int, role: str, holder_id: int, *, reason: str, by: str, now: datetime) -> int:
    """Hand a role's work in one case to a person, if they do not have it; returns 1 where it moved.

    `reason` is `stand-in`, `return`, `hand-over` or `reassign`; the last two change the owner too.
    """
    with booked(now) as book:
        return hold_in(book, case_id, role, holder_id, reason=reason, by=by)


def hold_in(book: Book, case_id: int, role: str, holder_id: int, *, reason: str, by: str) -> int:
    """Do what `hold` does, in the book of a transaction that moves more than one case."""
    case = book.locked("id", case_id)
    assert case is not None
    state = book.state_of(case)
    permanent = reason in ("hand-over", "reassign")
    there = state.owners.get(role) if permanent else state.holders.get(role)
    if not state.open or there == str(holder_id):
        return 0
    body = engine.decide_holder(state, role=role, person=str(holder_id), by=by, reason=reason, at=book.now)
    person_id = int(by) if by.isdigit() else None
    record(book, case, book.mechanism_of(case), state, body, person_id=person_id)
    book.notices += noticing.owed_for_holder(case, str(holder_id), reason=reason)
    return 1


def sweep_calendar(*, now: datetime) -> int:
    """Reckon open clocks anew where a calendar notice came since; returns how many due times moved."""
    calendar = packs.calendar(now)
    moved, after, each = 0, 0, Each()
    stale = Promise.objects.filter(result="").exclude(calendar=calendar.version)
    while ids := list(
        stale.filter(case_id__gt=after)
        .order_by("case_id")
        .values_list("case_id", flat=True)
        .distinct()[:AT_ONCE]
    ):
        after = ids[-1]
        moved += each.do_all(_recompute_all, _recompute, ids, now)
    each.raise_what_went_wrong()
    return moved


def _recompute(pk: int, now: datetime) -> int:
    with booked(now) as book:
        return sum(_recomputed(book, book.lock_all("id", [pk], waits=False)))


def _recompute_all(pks: Sequence[int], now: datetime) -> tuple[int, Sequence[int]]:
    with booked(now) as book:
        return sum(_recomputed(book, book.lock_all("id", pks, waits=False))), ()


def _recomputed(book: Book, cases: Sequence[Case]) -> Iterator[bool]:
    """Yield of each locked case whether a due time moved."""
    calendar = book.calendar
    reason = calendar.notices[-1].number if calendar.notices else calendar.version
    Promise.objects.filter(case__in=cases, result="").update(calendar=calendar.version)
    for case in book.in_turn(cases):
        mechanism, state = book.mechanism_of(case), book.state_of(case)
        body = engine.decide_recompute(mechanism, state, calendar, reason=reason, at=book.now)
        if body:
            after = record(book, case, mechanism, state, body)
            book.notices += noticing.owed_for_recompute(case, mechanism, body, after)
        yield body is not None
