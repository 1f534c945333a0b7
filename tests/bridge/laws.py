"""What must hold for every case at every moment, asked of the tables as they are."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

from lianqiao.bridge import chain, packs
from lianqiao.bridge.models import Case, Entry, Load, Part, Promise
from lianqiao.bridge.queries import outcomes_differ
from lianqiao.engine.case_state import Body, CaseState, fold
from lianqiao.organization.models import Leave, Person

LATER = ("remind", "urge", "leader", "public")


def bodies(case: Case) -> list[Body]:
    """Return the bodies of a case's log, oldest first."""
    return [
        json.loads(text)
        for text in Entry.objects.filter(case=case).order_by("seq").values_list("body", flat=True)
    ]


def assert_lawful() -> None:
    """Every row equals the fold of its log, the loads add up, and no open case is without its holder."""
    loads: Counter[tuple[int, str]] = Counter()
    for case in Case.objects.order_by("pk"):
        state = _folded(case)
        _row_is_the_fold(case, state)
        _promises_are_the_fold(case, state)
        _parts_are_the_fold(case, state, loads)
        _somebody_has_it(case, state)
    kept = {(load.person_id, load.duty): load.open_cases for load in Load.objects.all() if load.open_cases}
    assert kept == dict(loads)
    assert outcomes_differ() == [], "what is counted is what the promises add up to"


def _folded(case: Case) -> CaseState:
    log = bodies(case)
    state = fold(log)
    assert state is not None
    for cut in range(len(log)):
        assert fold(log[cut:], fold(log[:cut])) == state
    previous = chain.FIRST
    for seq, entry in enumerate(Entry.objects.filter(case=case).order_by("seq"), start=1):
        assert (entry.seq, entry.previous) == (seq, previous)
        assert entry.hash == chain.link(case.number, seq, entry.body, previous)
        previous = entry.hash
    assert case.head == previous
    return state


def _row_is_the_fold(case: Case, state: CaseState) -> None:
    mechanism = packs.mechanism(f"{case.mechanism}@{case.version}")
    running = [run for run in state.clocks.values() if not run.result and run.state == "running"]
    assert CaseState.from_dict(json.loads(case.state)) == state
    assert (case.seq, case.marking, case.outcome) == (state.seq, ",".join(state.marking), state.outcome)
    assert f"{case.mechanism}@{case.version}" == state.mechanism == mechanism.key
    assert (case.opened_at, case.last_at) == (_moment(state.opened_at), _moment(state.last_at))
    assert case.closed_at == _moment(state.closed_at)
    assert case.due_at == min((_moment(run.promise["due"]) for run in running), default=None)
    assert case.title == state.data[mechanism.subject]
    if not state.open:
        assert case.next_at is None
        assert all(run.result for run in state.clocks.values())


def _promises_are_the_fold(case: Case, state: CaseState) -> None:
    mechanism = packs.mechanism(state.mechanism)
    rows = {row.clock: row for row in Promise.objects.filter(case=case)}
    assert set(rows) == set(state.clocks)
    for name, run in state.clocks.items():
        row, clock = rows[name], mechanism.clocks[name]
        assert (row.mechanism, row.state, row.result) == (mechanism.id, run.state, run.result)
        assert (row.due_at, row.law_due_at) == (_moment(run.promise["due"]), _moment(run.law.get("due", "")))
        assert (row.breaches, row.provisional) == (run.breaches, run.promise["provisional"])
        assert row.started_at == _moment(run.promise["started_at"])
        assert str(row.owner_id) == state.owners[clock.owner]
        assert row.level == (clock.rungs[max(run.fired)].level if run.fired else "")
        assert (row.ended_at is None) == (run.result == "")


def _parts_are_the_fold(case: Case, state: CaseState, loads: Counter[tuple[int, str]]) -> None:
    mechanism = packs.mechanism(state.mechanism)
    rows = {part.role: part for part in Part.objects.filter(case=case)}
    duties = {role: mechanism.roles[role].duty for role in state.owners if mechanism.roles[role].duty}
    assert set(rows) == set(duties)
    for role, duty in duties.items():
        part = rows[role]
        assert (str(part.owner_id), str(part.holder_id)) == (state.owners[role], state.holders[role])
        assert (part.duty, part.open) == (duty, state.open)
        if part.open:
            loads[part.owner_id, duty] += 1


def _somebody_has_it(case: Case, state: CaseState) -> None:
    """While an officer owes the step somebody who works here has it."""
    mechanism = packs.mechanism(state.mechanism)
    waits = [role for place in state.marking if (role := mechanism.states[place].waits_for)]
    officers = [role for role in waits if mechanism.roles[role].kind != "applicant"]
    assert case.waits_for == ((officers or waits or [""])[0] if state.open else "")
    if not state.open or not officers:
        assert case.holder_id is None
        return
    for role in officers:
        assert Person.objects.filter(pk=int(state.holders[role])).exists()
    assert str(case.holder_id) == state.holders[officers[0]]


def assert_nobody_waits_for_the_absent(now: datetime) -> None:
    """After a tick no open case is with someone who is away or gone while anyone else is there."""
    away = set(
        Leave.objects.filter(begin__lte=now, end__gt=now, cancelled_at=None).values_list(
            "person_id", flat=True
        )
    )
    gone = set(Person.objects.filter(is_active=False).values_list("pk", flat=True))
    officers = set(
        Person.objects.filter(duties__since__lte=now, duties__until=None, is_active=True).values_list(
            "pk", flat=True
        )
    )
    if officers - away:
        assert not set(Part.objects.filter(open=True).values_list("holder_id", flat=True)) & (away | gone)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
