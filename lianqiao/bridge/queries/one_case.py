"""One case as one person may see it: its state, their roles in it, its log and its documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Attachment, Case, Entry
from lianqiao.bridge.queries.files import ContentSeen, Document, contents_of, contents_of_case
from lianqiao.bridge.queries.roles import held_in, is_persons_own, may_see
from lianqiao.bridge.storage import stored_at
from lianqiao.engine.case_state import Body, CaseState
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.masking import masked_name
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Person
from lianqiao.organization.queries.prepared import Prepared

_HASH = re.compile(r"[0-9a-f]{64}")

NUMBER = re.compile(r"[A-Z]{2,6}-[0-9]{4}-[0-9]{6,12}")


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

    @cached_property
    def contents(self) -> Mapping[str, ContentSeen]:
        """How each file of the case stands, asked of the database once."""
        return contents_of_case(self.case)

    @property
    def steps_taken(self) -> int:
        """How many steps the case has behind it: what `commands.act` compares with `seen`."""
        return sum(self.state.counts.values())


@dataclass(frozen=True)
class LogLine:
    """One entry of a case's log; `who` names the person who acted, "" where time or the system did."""

    seq: int
    at: datetime
    who: str
    body: Body
    hash: str

    @property
    def on_behalf(self) -> bool:
        """True where somebody who is not the firm's own acted for it."""
        return acted_on_behalf(self.body)


def acted_on_behalf(body: Body) -> bool:
    """True where an entry was made for the firm by its mandate, or by an officer who took it in."""
    return bool(body.get("mandate") or body.get("channel"))


def unknown_case(number: str) -> Refusal:
    """Return the refusal for a case that is not there or not this person's: the two read alike."""
    return refuse("unknown-case", f"there is no case {number} for you", hint="check the number")


def reads_as_number(text: str) -> bool:
    """True where a text may be a case's number; a zero byte or half a letter is an error to a database."""
    return bool(NUMBER.fullmatch(text))


def state_of(case: Case) -> CaseState:
    """Return the case's folded state from its row."""
    return CaseState.from_dict(orjson.loads(case.state))


def mechanism_of(case: Case) -> Mechanism:
    """Return the version of the promise the case stands under; refuses `unknown-mechanism`."""
    return packs.mechanism(f"{case.mechanism}@{case.version}")


def case_for(number: str, person: Person, *, at: datetime) -> CaseSeen:
    """Return the case as the person may see it, in at most four database queries.

    Raises Refusal `unknown-case` where there is none or it is not theirs to see.
    """
    case = next(iter(_CASE(number=number)), None) if reads_as_number(number) else None
    if case is None:
        raise unknown_case(number)
    mechanism, state = mechanism_of(case), state_of(case)
    roles = held_in(case, state, mechanism, person, at=at)
    private = bool(roles) or (person.is_active and _owns(person, state, mechanism))
    if not private and not may_see(case, mechanism, person, at=at):
        raise unknown_case(number)
    return CaseSeen(case, mechanism, state, roles, private)


def _case(number: str) -> QuerySet[Case, Case]:
    return Case.objects.filter(number=number).select_related("firm", "holder", "parent")


_CASE = Prepared(_case)


def log_of(case: Case) -> list[LogLine]:
    """Return the case's log, oldest first, in one database query."""
    return [
        LogLine(
            seq=entry.seq,
            at=entry.at,
            who=_who(case, entry),
            body=orjson.loads(entry.body),
            hash=entry.hash,
        )
        for entry in _LOG(case_id=case.pk)
    ]


def _who(case: Case, entry: Entry) -> str:
    """Return who wrote an entry; a person whose own case it is with their name's middle hidden."""
    if entry.person is None:
        return ""
    return masked_name(entry.person.name) if is_persons_own(case, entry.person) else entry.person.name


def _log(case_id: int) -> QuerySet[Entry, Entry]:
    rows = Entry.objects.filter(case_id=case_id).select_related("person").order_by("seq")
    return rows.only("seq", "at", "body", "hash", "person__name")


_LOG = Prepared(_log)


def part_cases(case: Case) -> list[Case]:
    """Return the cases opened as parts of this one, in one database query."""
    return list(case.sub_cases.order_by("pk"))


def document_of(case: Case, sha256: str, name: str) -> Document | None:
    """Return the file of the case with this hash and name; None where there is none.

    Bytes that are not to be opened, or are no longer kept, are said by its `state`; bytes that should be
    there
    and are not make it None too.
    """
    if not _HASH.fullmatch(sha256) or "\x00" in name:
        return None
    found = Attachment.objects.filter(case=case, sha256=sha256, name=name).first()
    if found is None:
        return None
    content = contents_of([sha256])[sha256]
    if not content.state and not stored_at(sha256).is_file():
        return None
    return Document(found.name, found.type, found.size, stored_at(sha256), sha256, content)


def received_files(
    keys: Iterable[tuple[str, str]], *, by: Person, case: Case | None = None
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a case keeps of files received before, by (sha256, name).

    Only files this person uploaded, or that the case already has, are found.
    """
    wanted = {(sha256, name) for sha256, name in keys if _HASH.fullmatch(sha256)}
    if not wanted:
        return {}
    theirs = Q(person=by) | Q(case=case) if case else Q(person=by)
    rows = Attachment.objects.filter(theirs, sha256__in={sha256 for sha256, _ in wanted}).order_by("pk")
    kept = {
        (row.sha256, row.name): {"sha256": row.sha256, "name": row.name, "size": row.size, "type": row.type}
        for row in rows
    }
    return {key: file for key, file in kept.items() if key in wanted}


def _owns(person: Person, state: CaseState, mechanism: Mechanism) -> bool:
    """True for the officer whose case it is while a deputy does the work."""
    return any(
        owner == str(person.pk) and mechanism.roles[role].kind != "applicant"
        for role, owner in state.owners.items()
        if role in mechanism.roles
    )
