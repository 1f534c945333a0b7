"""The one door: every act on a case, from a page, the API, a job or an import, comes through here."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from lianqiao.bridge import chain, packs, statements
from lianqiao.bridge.commands import attaching, issuing, noticing
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.choosing import Choosing
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.commands.referring import check_references
from lianqiao.bridge.commands.taking_in import filed_for, taken_in
from lianqiao.bridge.models import Case, Entry
from lianqiao.bridge.queries import roles
from lianqiao.bridge.queries.one_case import mechanism_of, state_of, unknown_case
from lianqiao.engine import case as engine
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.dated_rules import derive
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person

Typed = Mapping[str, Any]
# Without 0/O, 1/I/L and U: a code is read over the telephone.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10


def open_case(
    mechanism_id: str,
    *,
    by: Person,
    firm: Firm,
    data: Typed,
    now: datetime,
    once: str = "",
    via: str = "",
    channel: str = "",
) -> Case:
    """Open a case of the promise's newest version for `firm`; the form's token `once` makes it idempotent.

    `via` is kept in the log where it came by no page: `api` or `mcp`. With a `channel` an officer types what
    the firm brought by it; without one the person is the firm's own, or acts within its mandate. Raises
    Refusal: `unknown-mechanism`, what `taking_in` and all that `engine.case.decide` refuse.
    """
    try:
        with booked(now) as book:
            mechanism = packs.current().newest(mechanism_id)
            if not mechanism.offered:
                raise refuse("unknown-mechanism", f"“{mechanism_id}” is not asked for by itself")
            actor = engine.Actor(str(by.pk), frozenset({"applicant"}))
            asked = engine.Act(mechanism.opening_step, actor, data, via=via)
            if channel:
                asked = taken_in(asked, mechanism, by=by, firm=firm, channel=channel, at=now)
            else:
                asked = filed_for(asked, mechanism, by=by, firm=firm, at=now)
            return open_in(book, mechanism, asked, firm=firm, by=by, once=_kept(once))
    except (IntegrityError, Refusal):
        if again := _made_before(once, by):
            return again
        raise


def act(
    number: str,
    step: str,
    *,
    by: Person,
    data: Typed,
    now: datetime,
    seen: int | None = None,
    once: str = "",
    via: str = "",
) -> Case:
    """Take one step of a case. `seen` is how many steps the person's page had shown; `via` as in `open_case`.

    Raises Refusal: `unknown-case` (also for a case this person may not see), `case-moved` naming who got
    there first and when, and all that `engine.case.decide` refuses. Nothing is written then.
    """
    try:
        with booked(now) as book:
            return _act(book, number, step, by=by, data=data, seen=seen, once=_kept(once), via=via)
    except (IntegrityError, Refusal):
        # a token is looked up only now: the unique constraint or the moved case has stopped its second use
        if (again := _made_before(once, by)) and again.number == number:
            return again
        raise


def _act(
    book: Book, number: str, step: str, *, by: Person, data: Typed, seen: int | None, once: str, via: str
) -> Case:
    case = book.locked("number", number)
    if case is None:
        raise unknown_case(number)
    mechanism, state = mechanism_of(case), state_of(case)
    held = roles.held_for(step, case, state, mechanism, by, at=book.now)
    if not held.roles and not roles.may_see(case, mechanism, by, at=book.now):
        raise unknown_case(number)
    if seen is not None and seen != sum(state.counts.values()):
        raise _moved_on(case)
    asked = engine.Act(step, engine.Actor(str(by.pk), held.roles), data, via=via, mandate=_named(held))
    _take(book, case, mechanism, state, asked, by=by, once=once)
    return case


def _named(held: roles.Held) -> str:
    """Return the mandate as the log names it, "" where the person acts by their own right."""
    return str(held.mandate_id or "")


def take_by_itself(book: Book, case: Case, step: str, actor: str, *, sub_case: str = "") -> None:
    """Take a step no person takes: a clock's on expiry or a sub-case's end. The case must be locked."""
    asked = engine.Act(step, engine.Actor(actor, frozenset({actor})), {}, sub_case=sub_case)
    _take(book, case, mechanism_of(case), state_of(case), asked, by=None)


def _take(
    book: Book,
    case: Case,
    mechanism: Mechanism,
    state: CaseState,
    asked: engine.Act,
    *,
    by: Person | None,
    once: str = "",
) -> None:
    body = engine.decide(mechanism, state, asked, _surroundings(book, mechanism, lambda: case.firm))
    check_references(mechanism, body, own=case.number)
    after = record(book, case, mechanism, state, body, person_id=by.pk if by else None, once=once)
    _follow_up(book, case, mechanism, body, after, by=by)


def open_in(
    book: Book,
    mechanism: Mechanism,
    asked: engine.Act,
    *,
    firm: Firm | None,
    by: Person | None,
    once: str = "",
    parent: Case | None = None,
    parent_name: str = "",
) -> Case:
    """Open a case in the book of a transaction that does more: a part of another case, or what follows it."""
    body = engine.decide(mechanism, None, asked, _surroundings(book, mechanism, lambda: firm))
    check_references(mechanism, body)
    # whose case it is stands in the log too: a row bent to show it to another firm is found
    body["firm"] = str(firm.pk) if firm else ""
    if parent is not None:
        body["part_of"], body["part"] = parent.number, parent_name
    number, key = number_of(mechanism, book.now, at_once=parent is not None)
    case = Case(
        id=key,
        number=number,
        progress_code=progress_code(),
        firm=firm,
        applicant_id=int(asked.applicant) if asked.applicant else by.pk if by else None,
        channel=asked.channel,
        parent=parent,
        parent_name=parent_name,
        head=chain.FIRST,
        example=bool(firm and firm.example),
    )
    after = record(book, case, mechanism, None, body, person_id=by.pk if by else None, once=once)
    _follow_up(book, case, mechanism, body, after, by=by)
    return case


def _follow_up(
    book: Book, case: Case, mechanism: Mechanism, body: Body, after: CaseState, *, by: Person | None
) -> None:
    attaching.claim(case, mechanism, body, by, now=book.now)
    if mechanism.steps[body["step"]].issues:
        issuing.owe(case)
    book.notices += noticing.owed_for_step(case, mechanism, body, after)
    if mechanism.steps[body["step"]].opens:
        _open_sub_cases(book, case, mechanism, body, after, by=by)
    if not after.open and case.parent_id is not None:
        _move_parent(book, case, case.parent_id)
    if after.open and "open" in after.sub_cases.values():
        _follow_ended(book, case, mechanism, after)


def _open_sub_cases(
    book: Book, case: Case, mechanism: Mechanism, body: Body, after: CaseState, *, by: Person | None
) -> None:
    pack = packs.current()
    below = [(pack.newest(opens.mechanism), opens) for opens in mechanism.steps[body["step"]].opens]
    # in the order of their numbers' counters, which stay locked until the end
    for sub, opens in sorted(below, key=lambda pair: pair[0].number_prefix):
        data = {name: after.data[source] for name, source in opens.data.items() if source in after.data}
        applicant = by or case.applicant
        actor = engine.Actor(str(applicant.pk) if applicant else engine.SYSTEM, frozenset({"applicant"}))
        asked = engine.Act(sub.opening_step, actor, data)
        open_in(book, sub, asked, firm=case.firm, by=applicant, parent=case, parent_name=opens.name)


def _move_parent(book: Book, case: Case, parent_id: int) -> None:
    parent = book.locked("id", parent_id)
    assert parent is not None
    step = _step_after(case.parent_name, mechanism_of(parent), state_of(parent))
    if step:
        take_by_itself(book, parent, step, engine.SUB_CASE, sub_case=case.parent_name)


def _follow_ended(book: Book, case: Case, mechanism: Mechanism, state: CaseState) -> None:
    """Follow a sub-case that ended while the case was not where its step leaves from: now it may be."""
    open_names = [name for name, how in state.sub_cases.items() if how == "open"]
    parts = Case.objects.filter(parent=case, parent_name__in=open_names).order_by("pk")
    # of several opened under one name the newest is meant
    newest = {part.parent_name: part for part in parts}
    for name, part in newest.items():
        step = _step_after(name, mechanism, state) if part.closed_at else None
        if step:
            take_by_itself(book, case, step, engine.SUB_CASE, sub_case=name)
            return


def _step_after(sub_case: str, mechanism: Mechanism, state: CaseState) -> str | None:
    possible = engine.possible_steps(mechanism, state, frozenset({engine.SUB_CASE}))
    return next((name for name in possible if mechanism.steps[name].after == sub_case), None)


def _surroundings(book: Book, mechanism: Mechanism, firm: Callable[[], Firm | None]) -> engine.Surroundings:
    def derived(policy: str, data: Typed) -> str:
        return derive(packs.current().policies[policy], data, on=book.now.astimezone(BEIJING).date())

    choosing = Choosing(mechanism, at=book.now, book=book, firm=firm)
    return engine.Surroundings(
        at=book.now,
        calendar=book.calendar,
        choose=choosing.lightest,
        derive=derived,
        hours=packs.current().district.hours,
    )


def _made_before(once: str, by: Person) -> Case | None:
    if not once:
        return None
    entry = Entry.objects.filter(once=_kept(once), person=by).select_related("case").first()
    return entry.case if entry else None


def _kept(once: str) -> str:
    """Return a form's token as it is kept: a browser can send anything there, also what no column takes."""
    return hashlib.sha256(once.encode(errors="surrogatepass")).hexdigest() if once else ""


def _moved_on(case: Case) -> Refusal:
    # told apart by its text: the names of steps may be another version's by now
    entries = Entry.objects.filter(case=case).order_by("-seq")
    last = next(entry for entry in entries if "step" in json.loads(entry.body))
    who = organization.names([last.person_id]).get(last.person_id, "") if last.person_id else ""
    return refuse(
        "case-moved",
        f"{who or 'the system'} has already done “{last.name}” at {last.at.isoformat()}",
        hint="reload the case; what you typed was not saved to it",
        who=who,
        at=last.at.isoformat(),
        step=last.name,
    )


def number_of(mechanism: Mechanism, now: datetime, *, at_once: bool) -> tuple[str, int | None]:
    """Return the next number of a promise's cases in the year of `now`, and the new case's key.

    A case that is written `at_once` has its key from there: a part of another, for the case above looks among
    its parts in the transaction.
    """
    series = f"{mechanism.number_prefix}-{now.astimezone(BEIJING).year}"
    if at_once:
        return f"{series}-{statements.next_in_series(series):06d}", None
    last, key = statements.next_in_series_with_key(series)
    return f"{series}-{last:06d}", key


def progress_code() -> str:
    """Return a new code under which anyone can follow a case."""
    drawn, letters = secrets.randbelow(len(CODE_LETTERS) ** CODE_LENGTH), []
    for _ in range(CODE_LENGTH):
        drawn, at = divmod(drawn, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[at])
    return "".join(letters)
