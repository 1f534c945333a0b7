"""Who may do and see what in a case: the applicant's firm, the holder of each role, holders of its duties."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from lianqiao.bridge.models import Case
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person


class Held(NamedTuple):
    """The roles someone holds in a case, and the mandate by which they act for its firm (0: by none)."""

    roles: frozenset[str]
    mandate_id: int = 0


def acting_for(
    person: Person, firm_id: int | None, mechanism_id: str, *, at: datetime
) -> organization.Acting | None:
    """Return by what the person acts for the firm in this promise at `at`; None where they do not."""
    if firm_id is None:
        return None
    return organization.acting_for(person.pk, firm_id, matter=mechanism_id, at=at)


def acts_for(person: Person, firm_id: int | None, mechanism_id: str, *, at: datetime) -> bool:
    """True where the person acts for the firm in this promise at `at`: its own, or within its mandate."""
    return acting_for(person, firm_id, mechanism_id, at=at) is not None


def firms_acted_for(person_id: int, mechanism_id: str, *, at: datetime) -> list[Firm]:
    """Return the firms a person acts for in this promise at `at`: their own, then those by mandate."""
    own = organization.firms_of(person_id, at=at)
    held = organization.firms_by_mandate(person_id, at=at, matter=mechanism_id)
    return own + [firm for firm in held if firm not in own]


def is_own(person: Person, firm_id: int | None, *, at: datetime) -> bool:
    """True where the person is one of the firm's own people at `at`."""
    return firm_id is not None and organization.acts_for(person.pk, firm_id, at=at)


def held_for(
    step: str, case: Case, state: CaseState, mechanism: Mechanism, person: Person, *, at: datetime
) -> Held:
    """Return the role that takes the step if the person holds it now, else all they hold, as `held_in`.

    What an act needs to know: an officer's step asks the database nothing, any other at most one question.
    """
    name = mechanism.steps[step].by if step in mechanism.steps else ""
    role = mechanism.roles.get(name)
    if role is None or not person.is_active:
        return Held(held_in(case, state, mechanism, person, at=at))
    acting = None
    if role.kind == "applicant":
        acting = acting_for(person, case.firm_id, mechanism.id, at=at)
        holds = acting is not None
    else:
        holds = state.holders.get(name) == str(person.pk)
    if role.kind == "leader" and not holds:
        holds = role.duty in organization.duties_of(person.pk, at=at)
    if not holds:
        return Held(held_in(case, state, mechanism, person, at=at))
    return Held(frozenset({name}), acting.mandate_id if acting else 0)


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
    if acts_for(person, case.firm_id, mechanism.id, at=at):
        held |= {name for name, role in mechanism.roles.items() if role.kind == "applicant"}
    return frozenset(held)


def takes_in(mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True where the person holds a duty whose holders open such cases for firms."""
    wanted = set(mechanism.taken_in_by)
    return bool(wanted and person.is_active and wanted & organization.duties_of(person.pk, at=at))


def may_see(case: Case, mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True for whoever acts for the firm in it, and for everyone holding one of the promise's duties."""
    if not person.is_active:
        return False
    duties = {*mechanism.taken_in_by, *(role.duty for role in mechanism.roles.values() if role.duty)}
    if duties & organization.duties_of(person.pk, at=at):
        return True
    return acts_for(person, case.firm_id, mechanism.id, at=at)
