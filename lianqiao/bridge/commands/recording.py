"""Append one entry to a case's log and bring its rows in line with the fold; called inside a transaction."""

from __future__ import annotations

import json
from datetime import datetime

from django.db.models import F

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Entry, Load, Part, Promise
from lianqiao.bridge.queries.one_case import state_of
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case_state import Body, CaseState, apply
from lianqiao.engine.clock_run import next_moment
from lianqiao.engine.mechanism import Mechanism


def record(
    case: Case,
    mechanism: Mechanism,
    body: Body,
    *,
    calendar: Calendar,
    person_id: int | None = None,
    once: str | None = None,
) -> CaseState:
    """Write the entry and the rows it changes; returns the state after it. The case row must be locked."""
    before = state_of(case) if case.pk else None
    after = apply(before, body)
    text = chain.canonical(body)
    previous, case.head = case.head, chain.link(case.number, after.seq, text, case.head)
    _refold(case, mechanism, after, calendar)
    case.save(force_insert=case.pk is None, force_update=case.pk is not None)
    Entry.objects.create(
        case=case,
        seq=after.seq,
        at=case.last_at,
        name=body.get("step") or body["act"],
        person_id=person_id,
        body=text,
        previous=previous,
        hash=case.head,
        once=once or None,
    )
    _parts(case, mechanism, before, after)
    _promises(case, mechanism, body, after, calendar)
    return after


def _refold(case: Case, mechanism: Mechanism, state: CaseState, calendar: Calendar) -> None:
    case.state = json.dumps(state.to_dict(), ensure_ascii=False, separators=(",", ":"))
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
    case.opened_at = datetime.fromisoformat(state.opened_at)
    case.last_at = datetime.fromisoformat(state.last_at)
    case.closed_at = _time(state.closed_at)
    case.outcome = state.outcome
    running = [run for run in state.clocks.values() if not run.result and run.state == "running"]
    case.due_at = min((datetime.fromisoformat(run.promise["due"]) for run in running), default=None)
    moments = (next_moment(mechanism.clocks[n], run, calendar) for n, run in state.clocks.items())
    case.next_at = min((moment for moment in moments if moment), default=None)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _parts(case: Case, mechanism: Mechanism, before: CaseState | None, after: CaseState) -> None:
    owners_before = before.owners if before else {}
    holders_before = before.holders if before else {}
    for role, owner in after.owners.items():
        duty = mechanism.roles[role].duty
        if not duty or (owners_before.get(role) == owner and holders_before.get(role) == after.holders[role]):
            continue
        Part.objects.update_or_create(
            case=case,
            role=role,
            defaults={"duty": duty, "owner_id": int(owner), "holder_id": int(after.holders[role])},
        )
        if owners_before.get(role) != owner:
            _count(int(owner), duty, 1)
            if role in owners_before:
                _count(int(owners_before[role]), duty, -1)
    if not after.open and before is not None and before.open:
        Part.objects.filter(case=case).update(open=False)
        for role, owner in after.owners.items():
            if duty := mechanism.roles[role].duty:
                _count(int(owner), duty, -1)


def _count(person_id: int, duty: str, change: int) -> None:
    if not Load.objects.filter(person_id=person_id, duty=duty).update(open_cases=F("open_cases") + change):
        Load.objects.create(person_id=person_id, duty=duty, open_cases=change)


def _promises(case: Case, mechanism: Mechanism, body: Body, after: CaseState, calendar: Calendar) -> None:
    owners = set(body.get("owners", ())) if after.seq > 1 else set()
    for name in after.clocks:
        if name not in body.get("clocks", ()) and mechanism.clocks[name].owner not in owners:
            continue
        clock, run = mechanism.clocks[name], after.clocks[name]
        owner = after.owners.get(clock.owner, "")
        values = {
            "mechanism": mechanism.id,
            "owner_id": int(owner) if owner.isdigit() else None,
            "state": run.state,
            "started_at": _time(run.promise["started_at"]),
            "due_at": _time(run.promise["due"]),
            "law_due_at": _time(run.law.get("due", "")),
            "ended_at": case.last_at if run.result else None,
            "result": run.result,
            "breaches": run.breaches,
            "level": clock.rungs[max(run.fired)].level if run.fired else "",
            "provisional": run.promise["provisional"],
            "calendar": calendar.version,
        }
        if not Promise.objects.filter(case=case, clock=name).update(**values):
            Promise.objects.create(case=case, clock=name, **values)
