"""One case as one person may see it: its state, their roles in it, its log and its documents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q

from lianqiao.bridge import packs
from lianqiao.bridge.models import Attachment, Case, Entry
from lianqiao.bridge.queries.roles import held_in, may_see
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Person


@dataclass(frozen=True)
class CaseSeen:
    """A case with what the reader is in it.

    `roles` are those they hold now. `private` is true where they may read what the firm filed and what was
    written about it: its own people, and whoever holds or owns a role in the case. Colleagues with the same
    duty see how the case stands.
    """

    case: Case
    mechanism: Mechanism
    state: CaseState
    roles: frozenset[str]
    private: bool

    @property
    def steps_taken(self) -> int:
        """How many steps the case has behind it: what `commands.act` compares with `seen`."""
        return sum(self.state.counts.values())


@dataclass(frozen=True)
class LogLine:
    """One entry of a case's log; `who` is the name of the person who acted, "" where time or the system did."""

    seq: int
    at: datetime
    who: str
    body: Body
    hash: str


@dataclass(frozen=True)
class Document:
    """A file of a case: its name, media type, size in bytes and where its bytes lie."""

    name: str
    type: str
    size: int
    path: Path


def unknown_case(number: str) -> Refusal:
    """Return the refusal for a case that is not there or not this person's: the two read alike."""
    return refuse("unknown-case", f"there is no case {number} for you", hint="check the number")


def state_of(case: Case) -> CaseState:
    """Return the case's folded state from its row."""
    return CaseState.from_dict(json.loads(case.state))


def mechanism_of(case: Case) -> Mechanism:
    """Return the version of the promise the case stands under; refuses `unknown-mechanism`."""
    return packs.mechanism(f"{case.mechanism}@{case.version}")


def case_for(number: str, person: Person, *, at: datetime) -> CaseSeen:
    """Return the case as the person may see it, in at most four database queries.

    Raises Refusal `unknown-case` where there is none or it is not theirs to see.
    """
    case = Case.objects.select_related("firm", "holder", "parent").filter(number=number).first()
    if case is None:
        raise unknown_case(number)
    mechanism, state = mechanism_of(case), state_of(case)
    roles = held_in(case, state, mechanism, person, at=at)
    owned = person.is_active and str(person.pk) in state.owners.values()
    if not roles and not owned and not may_see(case, mechanism, person, at=at):
        raise unknown_case(number)
    theirs = {role for role in roles if mechanism.roles[role].kind != "applicant"}
    firms_own = len(roles) > len(theirs)
    # the person who once applied and no longer acts for the firm is not an owner in this sense
    officers_own = {role for role, owner in state.owners.items() if owner == str(person.pk)} - _applicants(
        mechanism
    )
    if not roles and not officers_own and not may_see(case, mechanism, person, at=at):
        raise unknown_case(number)
    return CaseSeen(case, mechanism, state, roles, private=bool(theirs or firms_own or officers_own))


def _applicants(mechanism: Mechanism) -> set[str]:
    return {name for name, role in mechanism.roles.items() if role.kind == "applicant"}
