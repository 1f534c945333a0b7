"""The one door: every act on a case, from a page, the API, a job or an import, comes through here."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from lianqiao.bridge import chain, statements
from lianqiao.bridge.commands import issuing, noticing
from lianqiao.bridge.commands.book import Book, booked
from lianqiao.bridge.commands.choosing import Choosing
from lianqiao.bridge.commands.claiming import claim
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.commands.referring import check_references
from lianqiao.bridge.commands.taking_in import filed_for, taken_in
from lianqiao.bridge.models import Case, Entry
from lianqiao.bridge.queries.one_case import unknown_case
from lianqiao.bridge.queries.roles import Held
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


@dataclass(frozen=True)
class StepAsked:
    """A step somebody asks for. `seen` is how many steps the person's page had shown; `via` as below."""

    number: str
    step: str
    by: Person
    data: Typed
    seen: int | None = None
    once: str = ""
    via: str = ""


@dataclass(frozen=True)
class OpeningAsked:
    """A case somebody wants opened for a firm; the form's token `once` makes it idempotent.

    `via` is kept in the log where it came by no page: `api` or `mcp`. With a `channel` an officer types what
    the firm brought by it.
    """

    mechanism: str
    by: Person
    firm: Firm
    data: Typed
    once: str = ""
    via: str = ""
    channel: str = ""


@dataclass(frozen=True)
class OpeningUnasked:
    """A case nobody asks for, from what the zone's own rules found about a firm."""

    mechanism: str
    firm: Firm
    data: Typed


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
    """Open a case of the promise's newest version for `firm`; what is asked is told by `OpeningAsked`.

    With a `channel` an officer types what the firm brought by it; without one the person is the firm's own,
    or acts within its mandate. Raises Refusal: `unknown-mechanism`, what `taking_in` and all that
    `engine.case.decide` refuse.
    """
    asked = OpeningAsked(mechanism_id, by, firm, data, once, via, channel)
    try:
        with booked(now) as book:
            return open_asked(book, asked)
    except (IntegrityError, Refusal):
        if again := made_before(asked):
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
    """Take one step of a case; what is asked is told by `StepAsked`.

    Raises Refusal: `unknown-case` (also for a case this person may not see), `case-moved` naming who got
    there first and when, and all that `engine.case.decide` refuses. Nothing is written then.
    """
    asked = StepAsked(number, step, by, data, seen, once, via)
    try:
        with booked(now) as book:
            return take_asked(book, asked)
    except (IntegrityError, Refusal):
        if again := made_before(asked):
            return again
        raise


def open_asked(book: Book, asked: OpeningAsked) -> Case:
    """Open a case in a book of this moment; refuses as `open_case`, with nothing of it in the book."""
    mechanism = book.pack.newest(asked.mechanism)
    if not mechanism.offered:
        raise refuse("unknown-mechanism", f"“{asked.mechanism}” is not asked for by itself")
    by, firm = asked.by, asked.firm
    opening = engine.Act(
        mechanism.opening_step,
        engine.Actor(str(by.id), frozenset({"applicant"})),
        asked.data,
        via=asked.via,
    )
    if asked.channel:
        opening = taken_in(opening, mechanism, by=by, firm=firm, channel=asked.channel, at=book.now)
    else:
        opening = filed_for(opening, mechanism, by=by, firm=firm, rights=book.rights)
    return open_in(book, mechanism, opening, firm=firm, by=by, once=_kept(asked.once))


def open_unasked(book: Book, found: OpeningUnasked) -> Case:
    """Open a case nobody asked for in a book of this moment.

    The system opens it; whoever follows what is done for the firm is its applicant, so that they are told.
    Raises Refusal with nothing of it in the book: `unknown-mechanism`, all that `engine.case.decide` refuses.
    """
    mechanism = book.pack.newest(found.mechanism)
    contact = organization.contact_of(found.firm.id, at=book.now)
    actor = engine.Actor(engine.SYSTEM, frozenset({"applicant"}))
    opening = engine.Act(
        mechanism.opening_step, actor, found.data, applicant=str(contact) if contact is not None else ""
    )
    return open_in(book, mechanism, opening, firm=found.firm, by=None)


def take_asked(book: Book, asked: StepAsked) -> Case:
    """Take a step in a book of this moment; refuses as `act`, mostly with nothing of it in the book.

    Only a step that opens or ends parts of a case can be refused when some of it is in the book.
    """
    case, by = book.locked("number", asked.number), asked.by
    if case is None:
        raise unknown_case(asked.number)
    mechanism, state = book.mechanism_of(case), book.state_of(case)
    held = book.rights.held_for(asked.step, case, state, mechanism, by)
    if not held.roles and not book.rights.may_see(case, mechanism, by):
        raise unknown_case(asked.number)
    if asked.seen is not None and asked.seen != sum(state.counts.values()):
        raise _moved_on(case)
    actor = engine.Actor(str(by.id), held.roles)
    wanted = engine.Act(asked.step, actor, asked.data, via=asked.via, mandate=_named(held))
    _take(book, case, mechanism, state, wanted, by=by, once=_kept(asked.once))
    return case


def made_before(asked: StepAsked | OpeningAsked) -> Case | None:
    """Return the case that was acted on by the form with this token before; None where that was another.

    A token is looked up only where its second use was stopped: by the unique constraint or the moved case.
    """
    if not asked.once:
        return None
    found = Entry.objects.filter(once=_kept(asked.once), person=asked.by).select_related("case").first()
    if found is None or (isinstance(asked, StepAsked) and found.case.number != asked.number):
        return None
    return found.case


def _named(held: Held) -> str:
    """Return the mandate as the log names it, "" where the person acts by their own right."""
    return str(held.mandate_id or "")


def take_by_itself(book: Book, case: Case, step: str, actor: str, *, sub_case: str = "") -> None:
    """Take a step no person takes: a clock's on expiry or a sub-case's end. The case must be locked."""
    asked = engine.Act(step, engine.Actor(actor, frozenset({actor})), {}, sub_case=sub_case)
    _take(book, case, book.mechanism_of(case), book.state_of(case), asked, by=None)


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
    claimed = claim(book.files, mechanism, body, by, case=case, above=case.parent_id)
    after = record(book, case, mechanism, state, body, person_id=by.id if by else None, once=once)
    book.take(claimed, case, by)
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
    body["firm"] = str(firm.id) if firm else ""
    if parent is not None:
        body["part_of"], body["part"] = parent.number, parent_name
    claimed = claim(book.files, mechanism, body, by, case=None, above=parent.id if parent else None)
    number, key = book.number(series_of(mechanism, book.now))
    case = statements.new_case(
        key,
        number=number,
        progress_code=progress_code(),
        applicant_id=int(asked.applicant) if asked.applicant else by.id if by else None,
        channel=asked.channel,
        parent_name=parent_name,
        head=chain.FIRST,
        example=bool(firm.example if firm else by and by.example),
    )
    case.firm, case.parent = firm, parent
    after = record(book, case, mechanism, None, body, person_id=by.id if by else None, once=once)
    book.take(claimed, case, by)
    _follow_up(book, case, mechanism, body, after, by=by)
    return case


def _follow_up(
    book: Book, case: Case, mechanism: Mechanism, body: Body, after: CaseState, *, by: Person | None
) -> None:
    if mechanism.steps[body["step"]].issues:
        issuing.owe(book, case)
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
    below = [(book.pack.newest(opens.mechanism), opens) for opens in mechanism.steps[body["step"]].opens]
    # in the order of their numbers' counters, which stay locked until the end
    for sub, opens in sorted(below, key=lambda pair: pair[0].number_prefix):
        data = {name: after.data[source] for name, source in opens.data.items() if source in after.data}
        applicant = by or case.applicant
        actor = engine.Actor(str(applicant.id) if applicant else engine.SYSTEM, frozenset({"applicant"}))
        asked = engine.Act(sub.opening_step, actor, data)
        open_in(book, sub, asked, firm=case.firm, by=applicant, parent=case, parent_name=opens.name)


def _move_parent(book: Book, case: Case, parent_id: int) -> None:
    parent = book.locked("id", parent_id)
    assert parent is not None
    step = _step_after(case.parent_name, book.mechanism_of(parent), book.state_of(parent))
    if step:
        take_by_itself(book, parent, step, engine.SUB_CASE, sub_case=case.parent_name)


def _follow_ended(book: Book, case: Case, mechanism: Mechanism, state: CaseState) -> None:
    """Follow a sub-case that ended while the case was not where its step leaves from: now it may be."""
    open_names = [name for name, how in state.sub_cases.items() if how == "open"]
    # of several opened under one name the newest is meant
    newest = {part.parent_name: part for part in book.parts_of(case, open_names)}
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
        return derive(book.pack.policies[policy], data, on=book.now.astimezone(BEIJING).date())

    choosing = Choosing(mechanism, book=book, firm=firm)
    return engine.Surroundings(
        at=book.now,
        calendar=book.calendar,
        choose=choosing.lightest,
        derive=derived,
        hours=book.pack.district.hours,
    )


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


def series_of(mechanism: Mechanism, now: datetime) -> str:
    """Return the series a promise's cases of the year of `now` are numbered in, such as `WDJ-2026`."""
    return f"{mechanism.number_prefix}-{now.astimezone(BEIJING).year}"


def progress_code() -> str:
    """Return a new code under which anyone can follow a case."""
    drawn, letters = secrets.randbelow(len(CODE_LETTERS) ** CODE_LENGTH), []
    for _ in range(CODE_LENGTH):
        drawn, at = divmod(drawn, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[at])
    return "".join(letters)
