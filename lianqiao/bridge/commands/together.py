"""Many acts through the one door in one transaction, each with its own answer.

What single acts ask and write a hundred times is asked and written once: cases are locked in one trip, who is
on duty is read once, and all rows go out together. Each act is decided by the same functions as a single one,
sees what those before it gave out, and is refused by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import DataError, IntegrityError

from lianqiao.bridge import packs
from lianqiao.bridge.commands.acting import (
    OpeningAsked,
    OpeningUnasked,
    StepAsked,
    act,
    made_before,
    open_asked,
    open_case,
    open_unasked,
    series_of,
    take_asked,
)
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.claiming import hashes_in
from lianqiao.bridge.models import Case
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Step

Answer = Case | Refusal
Asked = TypeVar("Asked")
Opening = TypeVar("Opening", OpeningAsked, OpeningUnasked)
# in one transaction: others wait for these cases until it ends, some hundredths of a second
AT_ONCE = 100


class HalfDone(Exception):
    """An act was refused when some of it was in the book already: the book must not be written."""


def act_together(asked: Sequence[StepAsked], *, now: datetime) -> list[Answer]:
    """Take one step of each of several cases; returns for each the case or the refusal, as `act` would.

    At most 100 are one transaction: a process killed in the middle has done some of these whole and nothing
    of the others. A step that can move other cases is taken by itself, after those around it; where the
    database refuses what was to be written, each is taken by itself.
    """
    return list(_answers(asked, now, _taken, _act))


def open_together(asked: Sequence[OpeningAsked], *, now: datetime) -> list[Answer]:
    """Open several cases as `act_together` takes steps; each is answered as `open_case` would."""
    return list(_answers(asked, now, _opened, _open))


def open_unasked_together(found: Sequence[OpeningUnasked], *, now: datetime) -> list[Answer]:
    """Open several cases nobody asked for as `open_together` opens others."""
    return list(_answers(found, now, _opened_unasked, _open_unasked))


def _answered(book: Book, do: Callable[[Book, Asked], Case], asked: Asked) -> Answer:
    filled = book.filled
    try:
        return do(book, asked)
    except Refusal as refusal:
        if book.filled != filled:
            raise HalfDone from refusal
        return refusal


def reaches_further(case: Case, state: CaseState, step: Step | None) -> bool:
    """Return whether a step can move other cases: the one above its own, its parts, or those it opens.

    Such a step locks as it goes, and can be refused when some of it is done.
    """
    return case.parent_id is not None or "open" in state.sub_cases.values() or bool(step and step.opens)


def _answers(
    asked: Sequence[Asked],
    now: datetime,
    together: Callable[[Sequence[Asked], datetime], Mapping[int, Answer]],
    alone: Callable[[Asked, datetime], Case],
) -> Iterator[Answer]:
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        try:
            done = together(some, now)
        except (HalfDone, IntegrityError, DataError):
            done = {}
        for at, one in enumerate(some):
            try:
                yield done[at] if at in done else alone(one, now)
            except Refusal as refusal:
                yield refusal


def _taken(some: Sequence[StepAsked], now: datetime) -> Mapping[int, Answer]:
    """Take steps in one transaction; returns the answers by place, without those to be taken alone."""
    answers: dict[int, Answer] = {}
    aside: set[str] = set()
    with booked(now) as book:
        book.lock_all("number", [one.number for one in some])
        _ask_for_steps(book, some)
        for at, one in enumerate(book.in_turn(some)):
            # what follows on a case that is left for later is left for later too
            if one.number in aside or _reaches_further(book, one):
                aside.add(one.number)
                continue
            answers[at] = _or_made_before(_answered(book, take_asked, one), one)
    return answers


def _opened(some: Sequence[OpeningAsked], now: datetime) -> Mapping[int, Answer]:
    """Open cases in one transaction; returns the answers by place, without those to be opened alone."""
    answers: dict[int, Answer] = {}
    newest, here = packs.current().newest_versions, _opening_none(some, now)
    with booked(now, opens=len(here)) as book:
        book.rights.ask((), {(one.by.pk, one.firm.pk) for _, one in here if not one.channel})
        book.files.ask(
            (sha256, one.by.pk)
            for _, one in here
            if one.mechanism in newest
            for sha256 in hashes_in(newest[one.mechanism], one.data)
        )
        for at, one in book.in_turn(here):
            answers[at] = _or_made_before(_answered(book, open_asked, one), one)
    return answers


def _opened_unasked(some: Sequence[OpeningUnasked], now: datetime) -> Mapping[int, Answer]:
    """Open cases nobody asked for in one transaction; returns the answers as `_opened` does."""
    here = _opening_none(some, now)
    with booked(now, opens=len(here)) as book:
        return {at: _answered(book, open_unasked, one) for at, one in book.in_turn(here)}


def _opening_none(some: Sequence[Opening], now: datetime) -> list[tuple[int, Opening]]:
    """Return those whose first step opens no parts, with their places.

    They are in the order of their numbers' counters, which stay locked until the end.
    """
    here, newest = [], packs.current().newest_versions
    for at, one in enumerate(some):
        mechanism = newest.get(one.mechanism)
        if mechanism is None or not mechanism.steps[mechanism.opening_step].opens:
            here.append((series_of(mechanism, now) if mechanism else "", at, one))
    return [(at, one) for _, at, one in sorted(here, key=lambda row: row[:2])]


def _ask_for_steps(book: Book, some: Sequence[StepAsked]) -> None:
    """Ask at once what the acts will want to know: rights and files."""
    holding, acting, files = set(), set(), set()
    for one in some:
        case = book.locked("number", one.number)
        mechanism = book.pack.mechanisms.get(f"{case.mechanism}@{case.version}") if case else None
        if case is None or mechanism is None or one.step not in mechanism.steps:
            continue
        role = mechanism.roles.get(mechanism.steps[one.step].by)
        if role and role.kind == "applicant" and case.firm_id:
            acting.add((one.by.pk, case.firm_id))
        elif role and role.kind == "leader":
            holding.add(one.by.pk)
        files |= {(sha256, one.by.pk) for sha256 in hashes_in(mechanism, one.data)}
    book.rights.ask(holding, acting)
    book.files.ask(files)


def _reaches_further(book: Book, asked: StepAsked) -> bool:
    case = book.locked("number", asked.number)
    if case is None:
        return False
    mechanism = book.pack.mechanisms.get(f"{case.mechanism}@{case.version}")
    step = mechanism.steps.get(asked.step) if mechanism else None
    return reaches_further(case, book.state_of(case), step)


def _or_made_before(answer: Answer, asked: StepAsked | OpeningAsked) -> Answer:
    return (made_before(asked) or answer) if isinstance(answer, Refusal) else answer


def _act(asked: StepAsked, now: datetime) -> Case:
    return act(
        asked.number, asked.step, by=asked.by, data=asked.data, now=now,
        seen=asked.seen, once=asked.once, via=asked.via,
    )  # fmt: skip


def _open(asked: OpeningAsked, now: datetime) -> Case:
    return open_case(
        asked.mechanism, by=asked.by, firm=asked.firm, data=asked.data, now=now,
        once=asked.once, via=asked.via, channel=asked.channel,
    )  # fmt: skip


def _open_unasked(found: OpeningUnasked, now: datetime) -> Case:
    with booked(now) as book:
        return open_unasked(book, found)
