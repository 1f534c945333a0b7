"""People move work between them: hand-over of everything open, one case given to someone else, versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lianqiao.bridge import packs
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.commands.sweeping import hold_in
from lianqiao.bridge.commands.together import Answer
from lianqiao.bridge.models import Case, Part
from lianqiao.bridge.queries.one_case import unknown_case
from lianqiao.engine import case as engine
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import commands as organization_commands
from lianqiao.organization.models import Person


@transaction.atomic
def hand_over(
    from_person: Person, *, to_person: Person, duty: str, by: Person, reason: str, now: datetime
) -> int:
    """Hand a duty and every open case under it to another person in one act; returns how many cases moved.

    Raises Refusal as `organization.commands.hand_over` does; then nothing has moved.
    """
    organization_commands.hand_over(
        from_person.pk, code=duty, to_id=to_person.pk, reason=reason, actor=by, now=now
    )
    # sub-cases before the cases above them, as an act locks them, so that neither waits for the other
    open_parts = Part.objects.filter(open=True, owner=from_person, duty=duty).order_by("-case_id")
    moved = 0
    with Book(now) as book:
        for case_id, role in list(open_parts.values_list("case_id", "role")):
            moved += hold_in(book, case_id, role, to_person.pk, reason="hand-over", by=str(by.pk))
    return moved


def reassign(number: str, role: str, to_person: Person, *, by: Person, now: datetime) -> Case:
    """Give one case's role to another holder of its duty; a leader's act.

    Raises Refusal `unknown-case`, `wrong-role`, `step-not-possible` where the case is closed, `not-on-duty`,
    `unknown-role`.
    """
    with booked(now) as book:
        return _reassign(book, number, role, to_person, by=by)


def reassign_together(
    numbers: Sequence[str], role: str, to_person: Person, *, by: Person, now: datetime
) -> list[Answer]:
    """Give a role of several cases to another holder of its duty, in one transaction.

    Returns for each the case, or what `reassign` refuses.
    """
    answers: list[Answer] = []
    with booked(now) as book:
        book.lock_all("number", numbers)
        for number in book.in_turn(numbers):
            try:
                # refused before anything of it is in the book
                answers.append(_reassign(book, number, role, to_person, by=by))
            except Refusal as refusal:
                answers.append(refusal)
    return answers


def _reassign(book: Book, number: str, role: str, to_person: Person, *, by: Person) -> Case:
    case, mechanism, _ = _led(book, number, by)
    duty = mechanism.roles[role].duty if role in mechanism.roles else ""
    if not duty:
        raise refuse("unknown-role", f"nobody is assigned as “{role}”", hint="choose an officer's role")
    if to_person.pk not in book.holders_of(duty):
        raise refuse(
            "not-on-duty",
            f"{to_person.name} does not hold the duty “{duty}”",
            hint="choose someone who does",
        )
    hold_in(book, case.pk, role, to_person.pk, reason="reassign", by=str(by.pk))
    return case


def rebase(number: str, version: int, *, by: Person, reason: str, now: datetime) -> Case:
    """Move a running case to another version of its promise: a leader's recorded, reasoned act.

    Raises Refusal `unknown-case`, `wrong-role`, `step-not-possible` where the case is closed,
    `unknown-mechanism`, and what `engine.case.decide_rebase` refuses.
    """
    with booked(now) as book:
        case, _, state = _led(book, number, by)
        to = packs.mechanism(f"{case.mechanism}@{version}")
        body = engine.decide_rebase(state, to, book.calendar, by=str(by.pk), reason=reason, at=now)
        record(book, case, to, state, body, person_id=by.pk)
        return case


def _led(book: Book, number: str, by: Person) -> tuple[Case, Mechanism, CaseState]:
    """Return an open case, locked, that this person leads; to a stranger it reads as if it were not there."""
    case = book.locked("number", number)
    if case is None:
        raise unknown_case(number)
    mechanism, state = book.mechanism_of(case), book.state_of(case)
    held = book.rights.held_in(case, state, mechanism, by)
    if not held and not book.rights.may_see(case, mechanism, by):
        raise unknown_case(number)
    if not any(mechanism.roles[name].kind == "leader" for name in held):
        raise refuse("wrong-role", "only a leader of this promise does this", hint="ask the leader")
    if not state.open:
        raise refuse(
            "step-not-possible", "this cannot be done now: the case is closed", hint="leave it as it is"
        )
    return case, mechanism, state
