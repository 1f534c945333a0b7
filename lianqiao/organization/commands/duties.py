"""Duties are given and end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import (
    locked_people,
    require_active,
    require_leader,
    require_office,
    require_other_office,
)
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.commands.units import locked_unit
from lianqiao.organization.models import Duty, DutyTitle, Person
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.organization.queries.in_force import in_force

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@transaction.atomic
def give_duty(
    person_id: int,
    *,
    code: str,
    actor: Person | None,
    now: datetime,
    unit_id: int | None = None,
    scope: Mapping[str, Sequence[Any]] | None = None,
    deputy_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Duty:
    """Give a person a duty from `since` (default `now`), with a deputy and a scope; none covers everything.

    Raises Refusal: `office-only`, `person-unknown`, `person-inactive`, `unit-unknown`, `duty-code`,
    `duty-scope`, `duty-span`, `deputy-self`, `duty-held`.
    """
    require_office(actor, now=now)
    since = since or now
    people = locked_people({person_id} if deputy_id is None else {person_id, deputy_id})
    for person in people.values():
        require_active(person)
    if unit_id is not None:
        locked_unit(unit_id)
    kept = {name: list(values) for name, values in (scope or {}).items() if not isinstance(values, str)}
    problems = _duty_problems(code, since=since, until=until, same=deputy_id == person_id)
    if len(kept) != len(scope or {}):
        problems.append(_scope_problem())
    if problems:
        raise Refusal(*problems)
    _refuse_second(people[person_id], code, unit_id=unit_id, scope=kept, since=since)
    duty = Duty.objects.create(
        person_id=person_id,
        code=code,
        unit_id=unit_id,
        scope=kept,
        deputy_id=deputy_id,
        since=since,
        until=until,
    )
    trace("give-duty", duty, actor=actor, now=now, code=code, person_id=person_id, scope=kept, since=since)
    return duty


@transaction.atomic
def end_duty(duty_id: int, *, reason: str, actor: Person | None, now: datetime) -> Duty:
    """End a duty now; its open work goes to colleagues, for handing it to one person there is `hand_over`.

    Ending an ended duty changes nothing. Raises Refusal: `office-only`, `duty-unknown`, `last-office`.
    """
    require_office(actor, now=now)
    if (office := Duty.objects.filter(id=duty_id, code=OFFICE).first()) is not None:
        # before the duty itself, so that two who end the last two duties wait for each other in one order
        require_other_office(office.person_id, now=now)
    duty = locked_duty(duty_id)
    if duty.until is not None and duty.until <= now:
        return duty
    # a duty that has not begun yet ends as it begins, so that it was never held
    duty.until = max(now, duty.since)
    duty.save(update_fields=["until"])
    trace("end-duty", duty, actor=actor, now=now, code=duty.code, person_id=duty.person_id, reason=reason)
    return duty


@transaction.atomic
def title_duties(titles: Mapping[str, tuple[str, str]], *, actor: Person | None, now: datetime) -> int:
    """Take over what duties are called, `{code: (Chinese, English)}`; return how many were new or changed.

    A title not named here stays. Raises Refusal: `office-only`, `duty-code`.
    """
    require_office(actor, now=now)
    problems = [_code_problem(code) for code in titles if not _CODE.fullmatch(code)]
    if problems:
        raise Refusal(*problems)
    known = {title.code: (title.name, title.name_en) for title in DutyTitle.objects.all()}
    changed = {code: words for code, words in titles.items() if known.get(code) != words}
    for code, (name, name_en) in changed.items():
        title, _ = DutyTitle.objects.update_or_create(code=code, defaults={"name": name, "name_en": name_en})
        trace("title-duty", title, actor=actor, now=now, name=name, name_en=name_en)
    return len(changed)


@transaction.atomic
def name_deputy(duty_id: int, *, deputy_id: int | None, actor: Person | None, now: datetime) -> Duty:
    """Name the deputy of a duty, or None to leave it without one.

    Raises Refusal: `leader-only`, `duty-unknown`, `deputy-self`, `person-unknown`, `person-inactive`.
    """
    require_leader(actor, now=now)
    if deputy_id is not None:
        require_active(locked_people([deputy_id])[deputy_id])
    duty = locked_duty(duty_id)
    if deputy_id == duty.person_id:
        raise refuse("deputy-self", "nobody is their own deputy", place="deputy", hint="choose a colleague")
    before = duty.deputy_id
    duty.deputy_id = deputy_id
    duty.save(update_fields=["deputy"])
    trace("name-deputy", duty, actor=actor, now=now, deputy_id=deputy_id, before=before)
    return duty


def locked_duty(duty_id: int) -> Duty:
    """Return a duty held still until the transaction ends; raises Refusal `duty-unknown`."""
    duty = Duty.objects.select_for_update().filter(id=duty_id).first()
    if duty is None:
        raise refuse(
            "duty-unknown", f"there is no duty {duty_id}", hint="choose one from the list", duty=str(duty_id)
        )
    return duty


def _duty_problems(code: str, *, since: datetime, until: datetime | None, same: bool) -> list[Problem]:
    problems = []
    if not _CODE.fullmatch(code) or len(code) > 40:
        problems.append(_code_problem(code))
    if until is not None and until <= since:
        problems.append(
            Problem(
                "duty-span", "the duty would end before it begins", place="until", hint="put the end later"
            )
        )
    if same:
        problems.append(
            Problem("deputy-self", "nobody is their own deputy", place="deputy", hint="choose a colleague")
        )
    return problems


def _code_problem(code: str) -> Problem:
    return Problem(
        "duty-code",
        f"“{code}” is not the code of a duty",
        place="code",
        hint="small letters, digits and hyphens, such as drama-steward",
        facts={"code": code},
    )


def _scope_problem() -> Problem:
    return Problem(
        "duty-scope",
        "a scope names a field and the list of its values",
        place="scope",
        hint='such as {"tier": ["key", "ordinary"]}',
    )


def _refuse_second(
    person: Person, code: str, *, unit_id: int | None, scope: dict[str, list[Any]], since: datetime
) -> None:
    rows = Duty.objects.filter(in_force(since), person=person, code=code)
    if any((duty.unit_id, duty.scope) == (unit_id, scope) for duty in rows):
        raise refuse(
            "duty-held",
            f"{person.name} holds the duty “{code}” already",
            hint="end the one there is, or give it another scope",
            name=person.name,
            duty=code,
        )
