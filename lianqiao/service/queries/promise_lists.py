"""Promises as lists show them: those behind one number of the overview, each with its case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from lianqiao.bridge import packs, queries
from lianqiao.bridge.models import Promise
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.clock import ClockState
from lianqiao.engine.pack import Pack
from lianqiao.organization.queries.prepared import Prepared
from lianqiao.service.language import in_words
from lianqiao.service.time_left import NO_CLOCK, TimeLeft, left_of

# besides the bridge's standings: what is owed in time, and what is broken and owed still
STANDINGS = (*queries.STANDINGS, "open", "overdue")
OPEN = ("at-risk", "running", "paused")
SORTS = {
    "case": "case__number",
    "firm": "case__firm__name",
    "owner": "owner__name",
    "due": "due_at",
    "started": "started_at",
    "ended": "ended_at",
}

OVERDUE_SHOWN = 8
MAY_LACK = ("case__firm__name", "owner__name", "due_at", "ended_at")


@dataclass(frozen=True)
class PromiseRow:
    """One promise in a list; `clock` and `left` are words in the active language."""

    number: str
    title: str
    firm: str
    clock: str
    owner: str
    standing: str
    level: str
    left: TimeLeft
    started_at: datetime
    due_at: datetime | None
    law_due_at: datetime | None
    ended_at: datetime | None


def narrowed(
    promises: QuerySet[Promise],
    *,
    now: datetime,
    clock: str = "",
    standing: str = "",
    owner: str = "",
    month: str = "",
    unit: Q | None = None,
    text: str = "",
    sort: str = "",
) -> QuerySet[Promise]:
    """Return the promises behind one number of the overview, with case, firm and owner; `sort` is of SORTS.

    `unit` is the condition that a promise is one of a department's, as `overview.of_unit` gives it.
    """
    found = promises.select_related("case__firm", "owner")
    if clock:
        mechanism, _, name = clock.partition("/")
        found = found.filter(mechanism=mechanism, clock=name)
    if owner.isdigit():
        found = found.filter(owner_id=int(owner))
    if unit is not None:
        found = found.filter(unit)
    if begin := _month(month):
        found = found.filter(started_at__gte=begin, started_at__lt=_next_month(begin))
    for word in text.split():
        found = found.filter(
            Q(case__number__icontains=word)
            | Q(case__title__icontains=word)
            | Q(case__firm__name__icontains=word)
        )
    if standing:
        found = _standing(queries.standing(found, now=now), standing)
    column = SORTS.get(sort.removeprefix("-"), "due_at")
    # only where a value can lack: an index that says nothing of empty ones would not serve otherwise
    last, key = True if column in MAY_LACK else None, F(column)
    if sort.startswith("-"):
        return found.order_by(key.desc(nulls_last=last), "-pk")
    return found.order_by(key.asc(nulls_last=last), "pk")


def promise_rows(promises: Iterable[Promise], *, now: datetime) -> Iterator[PromiseRow]:
    """Yield a row for each promise, which carries case, firm and owner; no further query."""
    pack, calendar = packs.current(), packs.calendar(now)
    for promise in promises:
        case = promise.case
        left = NO_CLOCK
        if not promise.result:
            run = queries.state_of(case).clocks[promise.clock]
            left = left_of(ClockState.from_dict(run.promise), calendar=calendar, now=now)
        yield PromiseRow(
            number=case.number,
            title=case.title,
            firm=case.firm.name if case.firm else "",
            clock=clock_title(pack, f"{promise.mechanism}/{promise.clock}"),
            owner=promise.owner.name if promise.owner else "",
            standing=queries.standing_of(promise, now=now),
            level=promise.level,
            left=left,
            started_at=promise.started_at,
            due_at=promise.due_at,
            law_due_at=promise.law_due_at,
            ended_at=promise.ended_at,
        )


def first_overdue(mechanisms: Iterable[str], *, since: datetime | None, now: datetime) -> list[Promise]:
    """Return the promises broken longest and owed still, a few, with case, firm and owner; two queries.

    `since` leaves out what was started before.
    """
    begin = {"since": since} if since else {}
    keys = [key for (key,) in _OVERDUE(mechanisms=sorted(mechanisms), now=now, **begin)]
    # what a row shows is read for those shown alone
    rows = {row.pk: row for row in queries.promises_of(keys)}
    return [rows[key] for key in keys if key in rows]


def _overdue(mechanisms: list[str], now: datetime, since: datetime | None = None) -> QuerySet[Any, Any]:
    owed = queries.promises(since=since).filter(mechanism__in=mechanisms)
    return narrowed(owed, now=now, standing="overdue").values_list("pk")[:OVERDUE_SHOWN]


_OVERDUE = Prepared(_overdue)


def clock_title(pack: Pack, key: str) -> str:
    """Return what the clock `mechanism/clock` is called; its name where the pack has it no longer."""
    mechanism_id, _, name = key.partition("/")
    mechanism = pack.newest_versions.get(mechanism_id)
    clock = mechanism.clocks.get(name) if mechanism else None
    return in_words(clock.title) if clock else name


def _standing(promises: QuerySet[Promise], standing: str) -> QuerySet[Promise]:
    if standing == "open":
        return promises.filter(Q(standing__in=OPEN))
    if standing == "overdue":
        return promises.filter(Q(standing="broken"), result="")
    return promises.filter(Q(standing=standing))


def _month(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _next_month(begin: datetime) -> datetime:
    return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
