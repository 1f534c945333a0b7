"""Append one entry to a case's log and bring its rows in line with the fold; called inside a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lianqiao.bridge import chain
from lianqiao.bridge.commands import outcomes
from lianqiao.bridge.commands.book import Book
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries.one_case import state_of
from lianqiao.engine.case_state import Body, CaseState, ClockRun, apply
from lianqiao.engine.clock_run import next_moment
from lianqiao.engine.mechanism import Clock, Mechanism
from lianqiao.organization.queries.prepared import stored

__all__ = ["record", "state_of"]


def record(
    book: Book,
    case: Case,
    mechanism: Mechanism,
    before: CaseState | None,
    body: Body,
    *,
    person_id: int | None = None,
    once: str = "",
) -> CaseState:
    """Put the entry and the rows it changes into the book; returns the state after it.

    The case row must be locked, and `before` be its state. The row itself is brought up to date at once.
    """
    after = apply(before, body)
    text = chain.canonical(body)
    previous, case.head = case.head, chain.link(case.number, after.seq, text, case.head)
    refold(case, mechanism, after)
    book.keep(case)
    book.states[case.id] = after
    name = body.get("step") or body["act"]
    entry = (
        case.id,
        after.seq,
        stored(case.last_at),
        name,
        person_id,
        text,
        previous,
        case.head,
        once or None,
    )
    book.entries.append(entry)
    _parts(book, case, mechanism, before, after)
    _promises(book, case, mechanism, body, before=before, after=after)
    return after


def refold(case: Case, mechanism: Mechanism, state: CaseState) -> None:
    """Bring the columns of a case in line with its state."""
    case.state = chain.json_text(state.to_dict())
    case.seq = state.seq
    case.mechanism, case.version = mechanism.id, mechanism.version
    case.title = str(state.data.get(mechanism.subject, ""))[:200]
    case.marking = ",".join(state.marking)
    waits = [role for s in state.marking if (role := mechanism.states[s].waits_for)]
    # an officer's step comes first: what the zone owes decides whose list the case is on
    officers = [role for role in waits if mechanism.roles[role].kind != "applicant"]
    case.waits_for = (officers or waits or [""])[0] if state.open else ""
    holder = state.holders.get(case.waits_for, "") if officers and state.open else ""
    case.holder_id = int(holder) if holder.isdigit() else None
    if case._state.adding:
        case.opened_at = datetime.fromisoformat(state.opened_at)
    case.last_at = datetime.fromisoformat(state.last_at)
    case.closed_at = _time(state.closed_at)
    case.outcome = state.outcome
    running = [
        run.promise["due"] for run in state.clocks.values() if not run.result and run.state == "running"
    ]
    case.due_at = min(map(datetime.fromisoformat, running), default=None)
    moments = (next_moment(mechanism.clocks.get(name), run) for name, run in state.clocks.items())
    case.next_at = min((moment for moment in moments if moment), default=None)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _parts(book: Book, case: Case, mechanism: Mechanism, before: CaseState | None, after: CaseState) -> None:
    owners, holders = (before.owners, before.holders) if before else ({}, {})
    were, also = owing_beside(mechanism, before), owing_beside(mechanism, after)
    if after.owners == owners and after.holders == holders and after.open and were == also:
        return
    for role, owner in after.owners.items():
        duty, holder, former = mechanism.roles[role].duty, after.holders[role], owners.get(role)
        if not duty or (former == owner and holders.get(role) == holder and (role in were) == (role in also)):
            continue
        book.parts[case.id, role] = (case.id, role, duty, int(owner), int(holder), True, role in also)
        if former != owner:
            book.given[duty, int(owner)] += 1
            if former is not None:
                book.taken[duty, int(former)] += 1
    if not after.open and before is not None and before.open:
        _released(book, case, mechanism, after)


def owing_beside(mechanism: Mechanism, state: CaseState | None) -> frozenset[str]:
    """Return the roles that owe a step of a branch, but for the one whose step comes first."""
    if state is None or len(state.marking) < 2:
        return frozenset()
    # the file of a version a case was moved from may lack what it stood in
    waits = [role for s in state.marking if s in mechanism.states and (role := mechanism.states[s].waits_for)]
    officers = [role for role in waits if mechanism.roles[role].kind != "applicant"]
    return frozenset(officers[1:]) - set(officers[:1])


def _released(book: Book, case: Case, mechanism: Mechanism, after: CaseState) -> None:
    book.closed.append(case.id)
    for role, owner in after.owners.items():
        if duty := mechanism.roles[role].duty:
            book.taken[duty, int(owner)] += 1


def _promises(
    book: Book, case: Case, mechanism: Mechanism, body: Body, *, before: CaseState | None, after: CaseState
) -> None:
    handed = body.get("owners", ()) if before else ()
    for name, run in after.clocks.items():
        clock = mechanism.clocks.get(name)
        if (
            clock is None
            or not clock.measured
            or (name not in body.get("clocks", ()) and clock.owner not in handed)
        ):
            continue
        row = promise_columns(clock, run, after) | {"calendar": book.calendar.version}
        earlier = before.clocks.get(name) if before else None
        outcomes.moved(book.outcomes, mechanism, name, (before, earlier), (after, run), body=body)
        if before is None or earlier is None:
            book.promises.append((case.id, name, mechanism.id, *row.values()))
            continue
        there = promise_columns(clock, earlier, before) | {"calendar": earlier.promise["calendar"]}
        # another version of the promise may call the same rungs otherwise
        changes = row if "mechanism" in body else {key: row[key] for key in row if row[key] != there[key]}
        book.promise_changes[case.id, name] |= changes


def promise_columns(clock: Clock, run: ClockRun, state: CaseState) -> dict[str, Any]:
    """Return the columns of a promise but its keys and its calendar, in the order of the table."""
    owner = state.owners.get(clock.owner, "")
    return {
        "owner_id": int(owner) if owner.isdigit() else None,
        "state": run.state,
        "started_at": stored(run.promise["started_at"]),
        "due_at": stored(run.promise["due"]),
        "law_due_at": stored(run.law.get("due", "")),
        "ended_at": stored(run.promise["stopped_at"]),
        "result": run.result,
        "breaches": run.breaches,
        "level": outcomes.level_of(clock, run),
        "provisional": run.promise["provisional"],
    }
