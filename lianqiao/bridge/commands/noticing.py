"""Owe notices in the transaction that makes them true; sending them is a later job's affair."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from lianqiao.bridge.models import Case, Delivery, Notice
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Person


def owe_for_step(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> None:
    """Tell the roles the step names that it was taken, but not the person who took it."""
    step = mechanism.steps[body["step"]]
    people = people_told(mechanism, step.tell, state)
    if len(people) > 1 or step.by != "applicant":
        people.discard(body["by"])
    _owe(case, people, kind="step", facts={"step": body["step"]}, at=case.last_at)


def owe_for_rung(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> None:
    """Tell the roles the highest rung climbed names how the promise stands."""
    clock = mechanism.clocks[body["clock"]]
    roles = {role for index in body["rungs"] for role in clock.rungs[index].tell}
    facts = {"clock": body["clock"], "level": body["level"], "due": body["due"]}
    _owe(case, people_told(mechanism, roles, state), kind="rung", facts=facts, at=case.last_at)


def owe_for_holder(case: Case, person: str, *, reason: str) -> None:
    """Tell a person that a case is now theirs to do."""
    _owe(case, {person}, kind="hold", facts={"reason": reason}, at=case.last_at)


def owe_for_recompute(case: Case, mechanism: Mechanism, body: Body, state: CaseState) -> None:
    """Tell the owners of the clocks and the applicant that a new calendar moved a due time."""
    roles = {mechanism.clocks[name].owner for name in body["clocks"]} | {"applicant"}
    facts = {"calendar": body["calendar"], "reason": body["reason"]}
    _owe(case, people_told(mechanism, roles, state), kind="recompute", facts=facts, at=case.last_at)


def people_told(mechanism: Mechanism, roles: Iterable[str], state: CaseState) -> set[str]:
    """Return the ids of those who hold the roles now, and of the owners they stand in for."""
    told = set()
    for role in roles:
        told |= {state.holders.get(role, ""), state.owners.get(role, "")}
    return {person for person in told if person.isdigit()}


def _owe(case: Case, people: set[str], *, kind: str, facts: dict[str, str], at: datetime) -> None:
    if not people:
        return
    notices = Notice.objects.bulk_create(
        Notice(person_id=int(person), case=case, kind=kind, facts=facts, at=at) for person in sorted(people)
    )
    if not settings.MAIL_ON:
        # an office that turns mail on later must not flood its people with old news
        return
    addresses = dict(
        Person.objects.filter(pk__in=[n.person_id for n in notices], is_active=True)
        .exclude(email="")
        .values_list("pk", "email")
    )
    Delivery.objects.bulk_create(
        Delivery(notice=notice, address=addresses[notice.person_id], next_try_at=at)
        for notice in notices
        if notice.person_id in addresses
    )
