"""What time itself does to cases: rungs climbed, expiries, stand-ins, new calendars. Any number of workers.

Each case is swept in a transaction of its own under its row lock, and decided from its log, so a worker
killed anywhere leaves a case either untouched or swept, and a rung fires once however many look.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F

from lianqiao.bridge import packs
from lianqiao.bridge.commands import noticing
from lianqiao.bridge.commands.acting import take_by_itself
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.models import Case, Load, Part, Promise
from lianqiao.bridge.queries.one_case import mechanism_of, state_of
from lianqiao.engine import case as engine
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.organization import queries as organization

BATCH = 200
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
        .values_list("pk", flat=True)[:BATCH]
    ):
        after = ids[-1]
        swept += sum(each.do(_sweep, pk, now) for pk in ids)
    each.raise_what_went_wrong()
    return swept


@transaction.atomic
def _sweep(pk: int, now: datetime) -> int:
    # another worker's case is that worker's: pass by instead of waiting
    case = _lock(pk)
    if case is None or case.next_at is None or case.next_at > now:
        return 0
    mechanism, state = mechanism_of(case), state_of(case)
    with Book(now) as book:
        book.know(case)
        for body in engine.decide_rungs(mechanism, state, at=now):
            state = record(book, case, mechanism, state, body)
            book.notices += noticing.owed_for_rung(case, mechanism, body, state)
        step = engine.expiry_step(mechanism, state, now)
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
        for case_id, role in parts.order_by("case_id").values_list("case_id", "role"):
            moved += each.do(hold, case_id, role, holder_id, reason=reason, by=engine.SYSTEM, now=now)
    each.raise_what_went_wrong()
    return moved


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
    state = state_of(case)
    permanent = reason in ("hand-over", "reassign")
    there = state.owners.get(role) if permanent else state.holders.get(role)
    if not state.open or there == str(holder_id):
        return 0
    body = engine.decide_holder(state, role=role, person=str(holder_id), by=by, reason=reason, at=book.now)
    person_id = int(by) if by.isdigit() else None
    record(book, case, mechanism_of(case), state, body, person_id=person_id)
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
        .distinct()[:BATCH]
    ):
        after = ids[-1]
        moved += sum(each.do(_recompute, case_id, now) for case_id in ids)
    each.raise_what_went_wrong()
    return moved


@transaction.atomic
def _recompute(case_id: int, now: datetime) -> int:
    case = _lock(case_id)
    if case is None:
        return 0
    mechanism, state = mechanism_of(case), state_of(case)
    with Book(now) as book:
        book.know(case)
        calendar = book.calendar
        reason = calendar.notices[-1].number if calendar.notices else calendar.version
        body = engine.decide_recompute(mechanism, state, calendar, reason=reason, at=now)
        if body:
            after = record(book, case, mechanism, state, body)
            book.notices += noticing.owed_for_recompute(case, mechanism, body, after)
    Promise.objects.filter(case=case, result="").update(calendar=calendar.version)
    return int(body is not None)


def _lock(pk: int) -> Case | None:
    skip = connection.features.has_select_for_update_skip_locked
    return Case.objects.select_for_update(skip_locked=skip).filter(pk=pk).first()
