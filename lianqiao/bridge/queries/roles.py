"""Who may do and see what in a case: the applicant's firm, the holder of each role, holders of its duties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from lianqiao.bridge.models import Case
from lianqiao.engine.case_state import CaseState
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person


class Held(NamedTuple):
    """The roles someone holds in a case, and the mandate by which they act for its firm (0: by none)."""

    roles: frozenset[str]
    mandate_id: int = 0


class Rights:
    """What people may do at one moment; what the organization knows of each is asked once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._duties: dict[int, frozenset[str]] = {}
        self._acting: dict[tuple[int, int], list[Any]] = {}

    def ask(self, holding: Iterable[int], acting: Iterable[tuple[int, int]]) -> None:
        """Ask in one trip which duties people hold, and by what each (person, firm) acts for the firm."""
        held, acts = organization.duties_and_firms(set(holding), set(acting), at=self.at)
        self._duties |= held
        self._acting |= acts

    def duties_of(self, person: Person) -> frozenset[str]:
        """Return the duties an active person holds."""
        if person.id not in self._duties:
            self._duties[person.id] = organization.duties_of(person.id, at=self.at)
        return self._duties[person.id]

    def acting_for(
        self, person: Person, firm_id: int | None, mechanism_id: str
    ) -> organization.Acting | None:
        """Return by what the person acts for the firm in this promise; None where they do not."""
        if firm_id is None:
            return None
        pair = (person.id, firm_id)
        if pair not in self._acting:
            self.ask((), (pair,))
        return organization.acting_by(self._acting[pair], matter=mechanism_id)

    def held_for(self, step: str, case: Case, state: CaseState, mechanism: Mechanism, person: Person) -> Held:
        """Return the role that takes the step if the person holds it now, else all they hold, as `held_in`.

        What an act needs to know: an officer's step asks the database nothing, any other at most one
        question.
        """
        name = mechanism.steps[step].by if step in mechanism.steps else ""
        role = mechanism.roles.get(name)
        if role is None or not person.is_active:
            return Held(self.held_in(case, state, mechanism, person))
        if role.kind == "applicant":
            if is_persons_own(case, person):
                return Held(frozenset({name}))
            acting = self.acting_for(person, case.firm_id, mechanism.id)
            return (
                Held(frozenset({name}), acting.mandate_id)
                if acting
                else self._else(case, state, mechanism, person)
            )
        holds = state.holders.get(name) == str(person.id)
        if role.kind == "leader" and not holds:
            holds = role.duty in self.duties_of(person)
        return Held(frozenset({name})) if holds else self._else(case, state, mechanism, person)

    def _else(self, case: Case, state: CaseState, mechanism: Mechanism, person: Person) -> Held:
        return Held(self.held_in(case, state, mechanism, person))

    def held_in(self, case: Case, state: CaseState, mechanism: Mechanism, person: Person) -> frozenset[str]:
        """Return the roles the person holds in this case now.

        An officer's role is held by one person, the holder; a leader's by whoever has the duty.
        """
        if not person.is_active:
            return frozenset()
        held = {role for role, holder in state.holders.items() if holder == str(person.id)}
        held.discard("applicant")
        duties = self.duties_of(person)
        held |= {
            name for name, role in mechanism.roles.items() if role.kind == "leader" and role.duty in duties
        }
        if is_persons_own(case, person) or self.acting_for(person, case.firm_id, mechanism.id):
            held |= {name for name, role in mechanism.roles.items() if role.kind == "applicant"}
        return frozenset(held)

    def may_see(self, case: Case, mechanism: Mechanism, person: Person) -> bool:
        """True for whoever acts for the firm in it or whose own it is, and for holders of its duties."""
        if not person.is_active:
            return False
        duties = {*mechanism.taken_in_by, *(role.duty for role in mechanism.roles.values() if role.duty)}
        if duties & self.duties_of(person):
            return True
        if is_persons_own(case, person):
            return True
        return self.acting_for(person, case.firm_id, mechanism.id) is not None


def is_persons_own(case: Case, person: Person) -> bool:
    """True where the case is no firm's but this person's: what they were given, or appeal against."""
    return case.firm_id is None and case.applicant_id == person.id


def acting_for(
    person: Person, firm_id: int | None, mechanism_id: str, *, at: datetime
) -> organization.Acting | None:
    """Return by what the person acts for the firm in this promise at `at`; None where they do not."""
    if firm_id is None:
        return None
    return organization.acting_for(person.id, firm_id, matter=mechanism_id, at=at)


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
    return firm_id is not None and organization.acts_for(person.id, firm_id, at=at)


def held_in(
    case: Case, state: CaseState, mechanism: Mechanism, person: Person, *, at: datetime
) -> frozenset[str]:
    """Return the roles the person holds in this case at `at`, as `Rights.held_in`."""
    return Rights(at).held_in(case, state, mechanism, person)


def takes_in(mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True where the person holds a duty whose holders open such cases for firms."""
    wanted = set(mechanism.taken_in_by)
    return bool(wanted and person.is_active and wanted & organization.duties_of(person.id, at=at))


def may_see(case: Case, mechanism: Mechanism, person: Person, *, at: datetime) -> bool:
    """True for whoever acts for the firm in it, and for everyone holding one of the promise's duties."""
    return Rights(at).may_see(case, mechanism, person)
