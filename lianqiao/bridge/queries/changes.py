"""The log as a feed: every entry once, in one order, none skipped by an act that ended out of turn."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case, Entry
from lianqiao.bridge.queries.lists import has_own_cases, own
from lianqiao.engine.case_state import Body
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Mandate

# acts end within milliseconds; one that takes longer is waited for by the next reading
PATIENCE_S = 1.0
LOOK_AGAIN_AFTER_S = 0.005
_HANDED_OUT = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM bridge_entry_id_seq"
# whoever takes a number from the sequence holds this lock from before until its transaction ends
_WRITING = """
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = 'bridge_entry'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True)
class Change:
    """One entry of the log with its place in the feed; `who` is the person's name, "" where none acted."""

    position: int
    at: datetime
    seq: int
    who: str
    body: Body
    case: Case

    @property
    def step(self) -> str:
        """The step taken, "" for what is no step: a rung, a stand-in, a new calendar."""
        return str(self.body.get("step", ""))


def settled_position() -> int | None:
    """Return a position up to which no entry can appear any more; None where writers kept us waiting.

    Numbers are handed out before their transactions end, and may end in another order. On PostgreSQL those
    still under way are waited for: whoever wrote an entry holds a lock on the table until then. SQLite has
    one writer, so there numbers appear in their order.
    """
    if connection.vendor != "postgresql":
        return int(Entry.objects.aggregate(last=Max("pk"))["last"] or 0)
    ((handed_out,),) = _ask(_HANDED_OUT)
    waited_for, deadline = {row[0] for row in _ask(_WRITING)}, time.monotonic() + PATIENCE_S
    while waited_for:
        if time.monotonic() > deadline:
            return None
        time.sleep(LOOK_AGAIN_AFTER_S)
        waited_for &= {row[0] for row in _ask(_WRITING)}
    return int(handed_out)


def changes(
    *, person_id: int, at: datetime, after: int, until: int, limit: int, firms: Sequence[Firm] | None = None
) -> list[Change]:
    """Return the entries in (after, until] of cases this person may see at `at`, in the feed's order.

    At most `limit`; `firms` narrows them to cases of these firms. What the entries hold is for the log's
    readers only: whoever shows them leaves out what this person may not read.
    """
    seen = visible(person_id, at=at, path="case__")
    if firms is not None:
        seen &= Q(case__firm__in=firms)
    found = Entry.objects.filter(seen, pk__gt=after, pk__lte=until).select_related("case__firm", "person")
    return [
        Change(
            position=entry.pk,
            at=entry.at,
            seq=entry.seq,
            who=entry.person.name if entry.person else "",
            body=json.loads(entry.body),
            case=entry.case,
        )
        for entry in found.order_by("pk")[:limit]
    ]


def visible(person_id: int, *, at: datetime, path: str = "") -> Q:
    """Return the condition that a person may see a case at `at`: the set form of `roles.may_see`.

    `path` reaches the case from another table: `visible(…, path="case__")`.
    """
    duties = organization.duties_of(person_id, at=at)
    condition = Q(**{f"{path}firm__in": organization.firms_of(person_id, at=at)})
    if has_own_cases(person_id):
        condition |= own(person_id, path=path)
    for held in organization.in_force_mandates(at).filter(person_id=person_id):
        condition |= in_mandate(held, path=path)
    versions: dict[str, list[int]] = {}
    for one in packs.current().mechanisms.values():
        if duties & {*one.taken_in_by, *(role.duty for role in one.roles.values() if role.duty)}:
            versions.setdefault(one.id, []).append(one.version)
    for mechanism, numbers in versions.items():
        condition |= Q(**{f"{path}mechanism": mechanism, f"{path}version__in": numbers})
    return condition


def in_mandate(held: Mandate, *, path: str = "") -> Q:
    """Return the condition that a case lies within a mandate's firm and promises."""
    within: dict[str, Any] = {f"{path}firm_id": held.firm_id}
    if held.matters:
        within[f"{path}mechanism__in"] = held.matters.split()
    return Q(**within)


def visible_cases(person_id: int, *, at: datetime) -> QuerySet[Case]:
    """Return every case a person may see at `at`, with firm and holder, in no order."""
    return Case.objects.filter(visible(person_id, at=at)).select_related("firm", "holder")


def _ask(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
