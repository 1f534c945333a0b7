"""Hold the rows kept beside the log against it; written a second time, so that no slip hides itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lianqiao.bridge import chain, packs
from lianqiao.bridge.models import Case, Entry, Part, Promise
from lianqiao.engine.case_state import CaseState, ClockRun
from lianqiao.engine.clock_run import next_moment
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Mechanism


@dataclass
class Rows:
    """Everything kept of one case."""

    case: Case
    entries: list[Entry] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


def read_rows(cases: Iterable[Case]) -> list[Rows]:
    """Return what is kept of the cases, in their order, in three database queries."""
    rows = {case.pk: Rows(case) for case in cases}
    for entry in Entry.objects.filter(case_id__in=rows).order_by("case_id", "seq"):
        rows[entry.case_id].entries.append(entry)
    for part in Part.objects.filter(case_id__in=rows):
        rows[part.case_id].parts.append(part)
    for promise in Promise.objects.filter(case_id__in=rows):
        rows[promise.case_id].promises.append(promise)
    return list(rows.values())


def differing(rows: Rows, state: CaseState, opening: dict[str, Any]) -> list[str]:
    """Return the columns that are not what the log adds up to, named `due_at`, `promise first_review result`.

    What only the promise's file can tell (titles, whose turn it is) is passed over where the pack lacks it.
    """
    case, mechanism = rows.case, _mechanism(state.mechanism)
    expected = {**_columns(state), **_founding(case, opening)}
    if mechanism:
        expected |= _columns_by_file(state, mechanism)
    found = [name for name, value in expected.items() if getattr(case, name) != value]
    if (case.parent.number if case.parent else None) != opening.get("part_of"):
        found.append("parent")
    if _loaded(case.state) != json.loads(chain.canonical(state.to_dict())):
        found.append("state")
    if mechanism:
        found += _parts(rows, state, mechanism)
        found += _promises(rows, state, mechanism)
    return found


def _columns(state: CaseState) -> dict[str, Any]:
    mechanism_id, _, version = state.mechanism.partition("@")
    return {
        "mechanism": mechanism_id,
        "version": int(version),
        "seq": state.seq,
        "marking": ",".join(state.marking),
        "opened_at": _moment(state.opened_at),
        "last_at": _moment(state.last_at),
        "closed_at": _moment(state.closed_at),
        "outcome": state.outcome,
        "due_at": min((_due(run) for run in _running(state)), default=None),
    }


def _founding(case: Case, opening: dict[str, Any]) -> dict[str, Any]:
    """Return who the case belongs to, as its first entry says."""
    applicant = opening["owners"]["applicant"]
    return {
        "applicant_id": int(applicant) if applicant.isdigit() else None,
        "firm_id": int(opening["firm"]) if opening.get("firm") else None,
        "parent_name": opening.get("part", ""),
        "channel": opening.get("channel", ""),
    }


def _columns_by_file(state: CaseState, mechanism: Mechanism) -> dict[str, Any]:
    waits = [role for place in state.marking if (role := mechanism.states[place].waits_for)]
    officers = [role for role in waits if mechanism.roles[role].kind != "applicant"]
    moments = (next_moment(mechanism.clocks.get(name), run) for name, run in state.clocks.items())
    return {
        "title": str(state.data.get(mechanism.subject, ""))[:200],
        "waits_for": (officers or waits or [""])[0] if state.open else "",
        "holder_id": int(state.holders[officers[0]]) if officers and state.open else None,
        "next_at": min((moment for moment in moments if moment), default=None),
    }


def _parts(rows: Rows, state: CaseState, mechanism: Mechanism) -> Iterator[str]:
    there = {part.role: part for part in rows.parts}
    duties = {role: duty for role in state.owners if (duty := mechanism.roles[role].duty)}
    for role in sorted({*there, *duties}):
        part = there.get(role)
        if part is None or role not in duties:
            yield f"part {role}"
            continue
        expected = (duties[role], state.owners[role], state.holders[role], state.open)
        beside = role in _owing_beside(state, mechanism) if state.open else part.also
        there_is = (part.duty, str(part.owner_id), str(part.holder_id), part.open)
        if (*there_is, part.also) != (*expected, beside):
            yield f"part {role}"


def _owing_beside(state: CaseState, mechanism: Mechanism) -> set[str]:
    waits = [mechanism.states[place].waits_for for place in state.marking]
    officers = [role for role in waits if role and mechanism.roles[role].kind != "applicant"]
    return {role for role in officers if role != officers[0]}


def _promises(rows: Rows, state: CaseState, mechanism: Mechanism) -> Iterator[str]:
    there = {promise.clock: promise for promise in rows.promises}
    rebased = any(entry.name == "rebase" for entry in rows.entries)
    unmeasured = {name for name, clock in mechanism.clocks.items() if not clock.measured}
    for name in sorted({*there, *(set(state.clocks) - unmeasured)}):
        promise = there.get(name)
        if promise is None or name not in state.clocks:
            yield f"promise {name}"
            continue
        run = state.clocks[name]
        expected = _promise(run) | {"mechanism": mechanism.id}
        if clock := mechanism.clocks.get(name):
            owner = state.owners.get(clock.owner, "")
            expected["owner_id"] = int(owner) if owner.isdigit() else None
            if not rebased:
                # another version may call the same rungs otherwise
                expected["level"] = clock.rungs[max(run.fired)].level if run.fired else ""
        yield from (
            f"promise {name} {key}" for key, value in expected.items() if getattr(promise, key) != value
        )


def _promise(run: ClockRun) -> dict[str, Any]:
    return {
        "state": run.state,
        "started_at": _moment(run.promise["started_at"]),
        "due_at": _moment(run.promise["due"]),
        "law_due_at": _moment(run.law.get("due", "")),
        "ended_at": _moment(run.promise["stopped_at"]),
        "result": run.result,
        "breaches": run.breaches,
        "provisional": run.promise["provisional"],
    }


def _running(state: CaseState) -> list[ClockRun]:
    return [run for run in state.clocks.values() if not run.result and run.state == "running"]


def _due(run: ClockRun) -> datetime:
    return datetime.fromisoformat(run.promise["due"])


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _mechanism(key: str) -> Mechanism | None:
    try:
        return packs.mechanism(key)
    except Refusal:
        return None
