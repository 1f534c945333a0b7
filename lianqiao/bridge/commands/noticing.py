"""What people are owed to hear, written in the transaction that makes it true; sending it comes later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from lianqiao.bridge import chain, statements
from lianqiao.bridge.commands import reaching
from lianqiao.bridge.models import Case, Delivery
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.queries.prepared import Statement, stored


class Owed(NamedTuple):
    """One notice, in the order of the columns it is written to; `facts` is JSON."""

    person_id: int
    case_id: int | None
    kind: str
    facts: str
    at: datetime


def owed_for_step(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> list[Owed]:
    """Tell the roles the step names that it was taken, but not the person who took it."""
    step = mechanism.steps[body["step"]]
    people = people_told(mechanism, step.tell, state)
    if len(people) > 1 or step.by != "applicant":
        people.discard(body["by"])
    return _owed(case, people, kind="step", facts={"step": body["step"]})


def owed_for_rung(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> list[Owed]:
    """Tell the roles the highest rung climbed names how the promise stands."""
    clock = mechanism.clocks[body["clock"]]
    roles = {role for index in body["rungs"] for role in clock.rungs[index].tell}
    facts = {"clock": body["clock"], "level": body["level"], "due": body["due"]}
    return _owed(case, people_told(mechanism, roles, state), kind="rung", facts=facts)


def owed_for_holder(case: Case, person: str, *, reason: str) -> list[Owed]:
    """Tell a person that a case is now theirs to do."""
    return _owed(case, {person}, kind="hold", facts={"reason": reason})


def owed_for_recompute(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> list[Owed]:
    """Tell the owners of the clocks and the applicant that a new calendar moved a due time."""
    roles = {mechanism.clocks[name].owner for name in body["clocks"]} | {"applicant"}
    facts = {"calendar": body["calendar"], "reason": body["reason"]}
    return _owed(case, people_told(mechanism, roles, state), kind="recompute", facts=facts)


def owed_for_note(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> list[Owed]:
    """Tell the other side of a message: the firm what an officer wrote, the officers what the firm wrote."""
    kinds = {name: role.kind for name, role in mechanism.roles.items()}
    from_firm = kinds.get(body["role"]) == "applicant"
    roles = {name for name, kind in kinds.items() if kind == ("officer" if from_firm else "applicant")}
    if from_firm and not roles & set(state.owners):
        roles = {name for name, kind in kinds.items() if kind == "leader"}
    return _owed(case, people_told(mechanism, roles, state) - {body["by"]}, kind="note", facts={})


def owed_for_document(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> list[Owed]:
    """Tell the firm that the document of a decision can be had."""
    applicants = {name for name, role in mechanism.roles.items() if role.kind == "applicant"}
    facts = {"step": body["decided"]}
    return _owed(case, people_told(mechanism, applicants, state), kind="document", facts=facts)


def people_told(mechanism: Mechanism, roles: Iterable[str], state: CaseState) -> set[str]:
    """Return the ids of those who hold the roles now, and of the owners they stand in for."""
    told = set()
    for role in roles:
        told |= {state.holders.get(role, ""), state.owners.get(role, "")}
    return {person for person in told if person.isdigit()}


def writing(owed: Sequence[Owed]) -> list[Statement]:
    """Return what writes the notices; where some are sent elsewhere they are written at once, with that."""
    if not owed:
        return []
    rows = [(*notice[:-1], stored(notice.at)) for notice in owed]
    ways = reaching.ways(owed)
    if not any(ways):
        # an office that turns mail on later must not flood its people with old news
        return [statements.NOTICES.writing(rows)]
    written = statements.NOTICES.write(rows, returning="id, person_id")
    made = []
    for (notice_id, person_id), notice, found in zip(written, owed, ways, strict=True):
        assert person_id == notice.person_id, "rows come back in the order they were written"
        made += reaching.deliveries(notice_id, found)
    Delivery.objects.bulk_create(made)
    return []


def _owed(case: Case, people: set[str], *, kind: str, facts: dict[str, str]) -> list[Owed]:
    text = chain.json_text(facts)
    return [Owed(int(person), case.id, kind, text, case.last_at) for person in sorted(people)]
