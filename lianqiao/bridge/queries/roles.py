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
    return firm_id is not None and any(firm.pk == firm_id for firm in organization.firms_of(person.pk, at=at))


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


def may_see(case: Case, mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True for the firm's own people and for everyone holding one of the promise's duties."""
    if not person.is_active:
        return False
    duties = {role.duty for role in mechanism.roles.values() if role.duty}
    return bool(duties & organization.duties_of(person.pk, at=at)) or acts_for(person, case.firm_id, at=at)
