"""How promises ended, counted in the transaction that ends them, so that nobody counts a million later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from lianqiao.bridge import packs
from lianqiao.bridge.queries.outcomes import COUNTED
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.case_state import Body, CaseState, ClockRun
from lianqiao.engine.mechanism import Mechanism

KINDS = ("kept", "broken", "ended")


class Ended(NamedTuple):
    """One promise that ended: where it is counted, and as what."""

    mechanism: str
    clock: str
    owner_id: int
    month: str
    kind: str


def moved(
    counts: Counter[Ended],
    mechanism: Mechanism,
    clock: str,
    before: tuple[CaseState | None, ClockRun | None],
    after: tuple[CaseState, ClockRun],
    *,
    body: Body,
) -> None:
    """Add what an entry changes in the counts: a promise ended, was begun again, or got another owner."""
    earlier = mechanism
    if before[0] and "mechanism" in body:
        # the roles of the version the case comes from; one the pack lost had the same
        earlier = packs.current().mechanisms.get(before[0].mechanism, mechanism)
    if was := _ended(earlier, clock, *before):
        counts[was] -= 1
    if now := _ended(mechanism, clock, *after):
        counts[now] += 1


def rows(counts: Counter[Ended]) -> list[tuple[str | int, ...]]:
    """Return what is to be added to the table, in the order in which rows are locked."""
    keys = sorted({one[:4] for one, count in counts.items() if count})
    return [(*key, *_of(counts, key)) for key in keys]


@transaction.atomic
def recount_outcomes() -> None:
    """Count every promise anew; for imports that write rows beside the log, such as the benchmarks'."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bridge_outcomecount")
        cursor.execute(
            "INSERT INTO bridge_outcomecount (mechanism, clock, owner_id, month, kept, broken, ended) "
            + COUNTED[connection.vendor]
        )


def _of(counts: Counter[Ended], key: tuple[str, str, int, str]) -> Iterator[int]:
    return (counts[Ended(*key, kind)] for kind in KINDS)


def _ended(mechanism: Mechanism, name: str, state: CaseState | None, run: ClockRun | None) -> Ended | None:
    clock = mechanism.clocks.get(name)
    if state is None or run is None or not run.result or clock is None:
        return None
    owner = state.owners.get(clock.owner, "")
    started = datetime.fromisoformat(run.promise["started_at"]).astimezone(BEIJING)
    kind = "broken" if run.breaches else run.result
    return Ended(mechanism.id, name, int(owner) if owner.isdigit() else 0, f"{started:%Y-%m}", kind)
