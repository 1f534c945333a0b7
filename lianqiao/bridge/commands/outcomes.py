"""How promises stand, counted in the transaction that moves them, so that nobody counts a million later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction

from lianqiao.bridge import packs
from lianqiao.bridge.models import NEVER_DUE, OwedCount
from lianqiao.bridge.queries.outcomes import COUNTED, OWED_COUNTED
from lianqiao.engine.case_state import Body, CaseState, ClockRun
from lianqiao.engine.mechanism import Clock, Mechanism
from lianqiao.organization.queries.prepared import stored

KINDS = ("kept", "broken", "ended")
# rows of nothing removed by one tick
MOST_SWEPT = 2000


class Ended(NamedTuple):
    """One promise that ended: where it is counted, and as what."""

    mechanism: str
    clock: str
    owner_id: int
    month: str
    kind: str


class Owed(NamedTuple):
    """One promise owed still: where it is counted, how it stands, and until when (as `stored`)."""

    mechanism: str
    clock: str
    owner_id: int
    month: str
    standing: str
    due: str


@dataclass
class Counts:
    """What is to be added to both tables."""

    ended: Counter[Ended] = field(default_factory=Counter)
    owed: Counter[Owed] = field(default_factory=Counter)

    def add(self, one: Ended | Owed | None, count: int) -> None:
        """Count a promise in, or with -1 out again; None is none."""
        if isinstance(one, Ended):
            self.ended[one] += count
        elif one is not None:
            self.owed[one] += count


def moved(
    counts: Counts,
    mechanism: Mechanism,
    clock: str,
    before: tuple[CaseState | None, ClockRun | None],
    after: tuple[CaseState, ClockRun],
    *,
    body: Body,
) -> None:
    """Add what an entry changes in the counts: a promise began, moved, ended, or got another owner."""
    earlier = mechanism
    if before[0] and "mechanism" in body:
        # the roles of the version the case comes from; one the pack lost had the same
        earlier = packs.current().mechanisms.get(before[0].mechanism, mechanism)
    counts.add(_counted(earlier, clock, *before), -1)
    counts.add(_counted(mechanism, clock, *after), 1)


def ended_rows(counts: Counts) -> list[tuple[str | int, ...]]:
    """Return what is to be added to what ended, in the order in which rows are locked."""
    keys = sorted({one[:4] for one, count in counts.ended.items() if count})
    return [(*key, *_of(counts.ended, key)) for key in keys]


def owed_rows(counts: Counts) -> list[tuple[str | int, ...]]:
    """Return what is to be added to what is owed, in the order in which rows are locked."""
    return [(*one, counts.owed[one]) for one in sorted(counts.owed) if counts.owed[one]]


def level_of(clock: Clock, run: ClockRun) -> str:
    """Return the level of the highest rung climbed, "" for none.

    An earlier run under another version may have climbed rungs this one lacks.
    """
    top = max(run.fired, default=-1)
    return clock.rungs[top].level if top in range(len(clock.rungs)) else ""


@transaction.atomic
def sweep_owed(*, now: datetime) -> int:
    """Remove rows that count nothing any more; returns how many. Rows an act holds wait for the next tick."""
    nothing = OwedCount.objects.filter(count=0).select_for_update(skip_locked=True)
    keys = list(nothing.order_by("pk").values_list("pk", flat=True)[:MOST_SWEPT])
    return OwedCount.objects.filter(pk__in=keys, count=0).delete()[0] if keys else 0


@transaction.atomic
def recount_outcomes() -> None:
    """Count every promise anew; for imports that write rows beside the log, such as the benchmarks'."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bridge_outcomecount")
        cursor.execute(
            "INSERT INTO bridge_outcomecount (mechanism, clock, owner_id, month, kept, broken, ended) "
            + COUNTED[connection.vendor]
        )
        cursor.execute("DELETE FROM bridge_owedcount")
        cursor.execute(
            "INSERT INTO bridge_owedcount (mechanism, clock, owner_id, month, standing, due_at, count) "
            + OWED_COUNTED[connection.vendor]
        )


def _of(counts: Counter[Ended], key: tuple[str, str, int, str]) -> Iterator[int]:
    return (counts[Ended(*key, kind)] for kind in KINDS)


def _counted(
    mechanism: Mechanism, name: str, state: CaseState | None, run: ClockRun | None
) -> Ended | Owed | None:
    clock = mechanism.clocks.get(name)
    if state is None or run is None or clock is None:
        return None
    owner = state.owners.get(clock.owner, "")
    # the texts of a clock are in Beijing time: the month is how they begin
    where = (mechanism.id, name, int(owner) if owner.isdigit() else 0, run.promise["started_at"][:7])
    if run.result:
        return Ended(*where, "broken" if run.breaches else run.result)
    return Owed(*where, *_standing(clock, run))


def _standing(clock: Clock, run: ClockRun) -> tuple[str, str]:
    """Return how a promise owed stands, and until when: `queries.outcomes.OWED_COUNTED` in Python."""
    due = NEVER_DUE
    if not run.breaches and run.state == "running" and run.promise["due"]:
        due = datetime.fromisoformat(run.promise["due"])
    # in UTC, so that one moment has one text
    until = stored(due.astimezone(UTC)) or ""
    if run.breaches:
        return "broken", until
    if run.state == "paused":
        return "paused", until
    return "at-risk" if level_of(clock, run) else "running", until
