"""The one door: every act on a case, from a page, the API, a job or an import, comes through here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from lianqiao.bridge import chain, packs
from lianqiao.bridge.commands import attaching, noticing
from lianqiao.bridge.commands.recording import record
from lianqiao.bridge.models import Case, Counter, Entry, Load
from lianqiao.bridge.queries import roles
from lianqiao.bridge.queries.one_case import state_of, unknown_case
from lianqiao.engine import case as engine
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.dated_rules import derive
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person

Typed = Mapping[str, Any]
# Without 0/O, 1/I/L and U: a code is read over the telephone.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@transaction.atomic
def open_case(
    mechanism_id: str, *, by: Person, firm: Firm, data: Typed, now: datetime, once: str = ""
) -> Case:
    """Open a case of the promise's newest version for `firm`; the form's token `once` makes it idempotent.

    Raises Refusal: `unknown-mechanism`, `wrong-role` where the person does not act for the firm, and all
    that `engine.case.decide` refuses.
    """
    if again := _made_before(once):
        return again
    mechanism = packs.current().newest(mechanism_id)
    if not roles.acts_for(by, firm.pk, at=now):
        raise refuse("wrong-role", f"you do not act for {firm.name}", hint="choose a firm you act for")
    act = engine.Act(mechanism.opening_step, engine.Actor(str(by.pk), frozenset({"applicant"})), data)
    return _open(mechanism, act, firm=firm, by=by, now=now, once=once)


@transaction.atomic
def act(
    number: str,
    step: str,
    *,
    by: Person,
    data: Typed,
    now: datetime,
    seen: int | None = None,
    once: str = "",
) -> Case:
    """Take one step of a case. `seen` is how many steps the person's page had shown.

    Raises Refusal: `unknown-case` (also for a case this person may not see), `case-moved` naming who got
    there first and when, and all that `engine.case.decide` refuses. Nothing is written then.
    """
    case = _locked(number)
    if once and Entry.objects.filter(once=once, case=case).exists():
        return case
    mechanism = packs.mechanism(f"{case.mechanism}@{case.version}")
    state = state_of(case)
    held = roles.held_in(case, state, mechanism, by, at=now)
    if not held and not roles.may_see(case, mechanism, by, at=now):
        raise unknown_case(number)
    if seen is not None and seen != sum(state.counts.values()):
        raise _moved_on(case)
    asked = engine.Act(step, engine.Actor(str(by.pk), held), data)
    _take(case, mechanism, state, asked, by=by, now=now, once=once)
    return case


def take_by_itself(case: Case, step: str, actor: str, *, now: datetime, sub_case: str = "") -> None:
    """Take a step no person takes: a clock's on expiry or a sub-case's end. The case must be locked."""
    mechanism = packs.mechanism(f"{case.mechanism}@{case.version}")
    asked = engine.Act(step, engine.Actor(actor, frozenset({actor})), {}, sub_case=sub_case)
    _take(case, mechanism, state_of(case), asked, by=None, now=now)


def _take(
    case: Case,
    mechanism: Mechanism,
    state: CaseState,
    asked: engine.Act,
    *,
    by: Person | None,
    now: datetime,
    once: str = "",
) -> None:
    around = _surroundings(now)
    body = engine.decide(mechanism, state, asked, around)
    attaching.claim(case, mechanism, body, by)
    after = record(
        case, mechanism, body, calendar=around.calendar, person_id=by.pk if by else None, once=once
    )
    noticing.owe_for_step(case, mechanism, body, after)
    _sub_cases(case, mechanism, body, after, by=by, now=now)


def _open(
    mechanism: Mechanism,
    asked: engine.Act,
    *,
    firm: Firm | None,
    by: Person | None,
    now: datetime,
    once: str = "",
    parent: Case | None = None,
    parent_name: str = "",
) -> Case:
    around = _surroundings(now)
    body = engine.decide(mechanism, None, asked, around)
    case = Case(
        number=_number(mechanism, now),
        progress_code="".join(secrets.choice(CODE_LETTERS) for _ in range(10)),
        firm=firm,
        applicant=by,
        parent=parent,
        parent_name=parent_name,
        head=chain.FIRST,
        example=bool(firm and firm.example),
    )
    after = record(
        case, mechanism, body, calendar=around.calendar, person_id=by.pk if by else None, once=once
    )
    attaching.claim(case, mechanism, body, by)
    noticing.owe_for_step(case, mechanism, body, after)
    _sub_cases(case, mechanism, body, after, by=by, now=now)
    return case


def _sub_cases(
    case: Case,
    mechanism: Mechanism,
    body: Body,
    after: CaseState,
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Open the sub-cases the step opens; where the case itself was one and has ended, move its parent."""
    for opens in mechanism.steps[body["step"]].opens:
        below = packs.current().newest(opens.mechanism)
        data = {name: after.data[source] for name, source in opens.data.items() if source in after.data}
        applicant = by or case.applicant
        actor = engine.Actor(str(applicant.pk) if applicant else engine.SYSTEM, frozenset({"applicant"}))
        asked = engine.Act(below.opening_step, actor, data)
        _open(below, asked, firm=case.firm, by=applicant, now=now, parent=case, parent_name=opens.name)
    if after.open or case.parent_id is None:
        return
    parent = Case.objects.select_for_update().get(pk=case.parent_id)
    above = packs.mechanism(f"{parent.mechanism}@{parent.version}")
    for name in engine.possible_steps(above, state_of(parent), frozenset({engine.SUB_CASE})):
        if above.steps[name].after == case.parent_name:
            take_by_itself(parent, name, engine.SUB_CASE, now=now, sub_case=case.parent_name)
            return


def _surroundings(now: datetime) -> engine.Surroundings:
    def choose(role_duty: str, facts: Typed) -> engine.Chosen:
        return lightest(role_duty, facts, now=now)

    def derived(policy: str, data: Typed) -> str:
        return derive(packs.current().policies[policy], data, on=now.astimezone(BEIJING).date())

    return engine.Surroundings(at=now, calendar=packs.calendar(now), choose=choose, derive=derived)


def lightest(duty: str, facts: Typed, *, now: datetime) -> engine.Chosen:
    """Return whose case it becomes: of those whose duty covers it the one with the fewest open cases.

    Refuses `nobody-on-duty` where nobody holds the duty at all.
    """
    candidates = organization.candidates(duty, facts=facts, at=now)
    if not candidates:
        raise refuse(
            "nobody-on-duty",
            f"nobody holds the duty “{duty}” for this case",
            hint="the digital office must give someone this duty; nothing was filed",
            duty=duty,
        )
    ids = [c.person_id for c in candidates]
    loads = dict(Load.objects.filter(duty=duty, person_id__in=ids).values_list("person_id", "open_cases"))
    best = min(candidates, key=lambda c: (loads.get(c.person_id, 0), not c.present, c.person_id))
    return engine.Chosen(str(best.person_id), str(best.holder_id))


def _locked(number: str) -> Case:
    try:
        return Case.objects.select_for_update().get(number=number)
    except Case.DoesNotExist:
        raise unknown_case(number) from None


def _made_before(once: str) -> Case | None:
    if not once:
        return None
    entry = Entry.objects.filter(once=once).select_related("case").first()
    return entry.case if entry else None


def _moved_on(case: Case) -> Exception:
    last = Entry.objects.filter(case=case, name__in=_step_names(case)).order_by("-seq").first()
    assert last is not None
    who = organization.names([last.person_id]).get(last.person_id, "") if last.person_id else ""
    return refuse(
        "case-moved",
        f"{who or 'the system'} has already done “{last.name}” at {last.at.isoformat()}",
        hint="reload the case; what you typed was not saved to it",
        who=who,
        at=last.at.isoformat(),
        step=last.name,
    )


def _step_names(case: Case) -> list[str]:
    return list(packs.mechanism(f"{case.mechanism}@{case.version}").steps)


def _number(mechanism: Mechanism, now: datetime) -> str:
    series = f"{mechanism.number_prefix}-{now.astimezone(BEIJING).year}"
    if not Counter.objects.filter(series=series).update(last=F("last") + 1):
        Counter.objects.get_or_create(series=series)
        Counter.objects.filter(series=series).update(last=F("last") + 1)
    return f"{series}-{Counter.objects.get(series=series).last:06d}"
