"""Who may do and see what in a case: the applicant's firm, the holder of each role, holders of its duties."""

from __future__ import annotations

from datetime import datetime

from lianqiao.bridge.models import Case
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person


def acts_for(person: Person, firm_id: int | None, *, at: datetime) -> bool:
    """True where the person acts for the firm at `at`."""
    return firm_id is not None and organization.acts_for(person.pk, firm_id, at=at)


def held_for(
    step: str, case: Case, state: CaseState, mechanism: Mechanism, person: Person, *, at: datetime
) -> frozenset[str]:
    """Return the role that takes the step if the person holds it now, else all they hold, as `held_in`.

    What an act needs to know: an officer's step asks the database nothing, any other at most one question.
    """
    name = mechanism.steps[step].by if step in mechanism.steps else ""
    role = mechanism.roles.get(name)
    if role is None or not person.is_active:
        return held_in(case, state, mechanism, person, at=at)
    if role.kind == "applicant":
        holds = acts_for(person, case.firm_id, at=at)
    else:
        holds = state.holders.get(name) == str(person.pk)
    if role.kind == "leader" and not holds:
        holds = role.duty in organization.duties_of(person.pk, at=at)
    return frozenset({name}) if holds else held_in(case, state, mechanism, person, at=at)


def held_in(
    case: Case, state: CaseState, mechanism: Mechanism, person: Person, *, at: datetime
) -> frozenset[str]:
    """Return the roles the person holds in this case now.

    An officer's role is held by one person, the holder; a leader's by whoever has the duty.
    """
    if not person.is_active:
        return frozenset()
    held = {role for role, holder in state.holders.items() if holder == str(person.pk)}
    held.discard("applicant")
    duties = organization.duties_of(person.pk, at=at)
    held |= {name for name, role in mechanism.roles.items() if role.kind == "leader" and role.duty in duties}
    if acts_for(person, case.firm_id, at=at):
        held |= {name for name, role in mechanism.roles.items() if role.kind == "applicant"}
    return frozenset(held)


def takes_in(mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True where the person holds a duty whose holders open such cases for firms."""
    wanted = set(mechanism.taken_in_by)
    return bool(wanted and person.is_active and wanted & organization.duties_of(person.pk, at=at))


def may_see(case: Case, mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True for the firm's own people and for everyone holding one of the promise's duties."""
    if not person.is_active:
        return False
    duties = {*mechanism.taken_in_by, *(role.duty for role in mechanism.roles.values() if role.duty)}
    return bool(duties & organization.duties_of(person.pk, at=at)) or acts_for(person, case.firm_id, at=at)
