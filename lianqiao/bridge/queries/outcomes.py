"""The zone's promises counted by clock, person and month, from the two tables that acts keep.

A million promises are summed up in as many rows as there are clocks, people and months. What is owed still
changes with every minute that passes: it is kept by when it falls due, and held against the moment asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case as When
from django.db.models import CharField, F, Q, QuerySet, Sum, Value
from django.db.models import When as If

from lianqiao.bridge.models import NEVER_DUE, OutcomeCount, OwedCount
from lianqiao.bridge.queries.overview import Tally, added
from lianqiao.organization.queries.prepared import Prepared, run_together

# months are compared as texts: these are before and after any other
FIRST_MONTH, LAST_MONTH = "0000-00", "9999-99"

_SELECT = """
SELECT mechanism, clock, COALESCE(owner_id, 0), {month},
    SUM(CASE WHEN result = 'kept' AND breaches = 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN result = 'broken' OR breaches > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN result = 'ended' AND breaches = 0 THEN 1 ELSE 0 END)
FROM bridge_promise WHERE result <> '' GROUP BY 1, 2, 3, 4
"""
# a month in Beijing, by functions of the databases themselves: SQLite would call Python for every row
_MONTH = {
    "sqlite": "substr(datetime({column}, '+8 hours'), 1, 7)",
    "postgresql": "to_char({column} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
}
# the same counted from the promises themselves, which takes time with their number
COUNTED = {
    vendor: _SELECT.format(month=month.format(column="started_at")) for vendor, month in _MONTH.items()
}
_OWED_SELECT = """
SELECT mechanism, clock, COALESCE(owner_id, 0), {month},
    CASE WHEN breaches > 0 THEN 'broken' WHEN state = 'paused' THEN 'paused'
        WHEN level <> '' THEN 'at-risk' ELSE 'running' END,
    CASE WHEN breaches = 0 AND state = 'running' AND due_at IS NOT NULL THEN due_at ELSE {never} END, COUNT(*)
FROM bridge_promise WHERE result = '' GROUP BY 1, 2, 3, 4, 5, 6
"""
_NEVER = {
    "sqlite": f"'{NEVER_DUE:%Y-%m-%d %H:%M:%S}'",
    "postgresql": f"'{NEVER_DUE:%Y-%m-%d %H:%M:%S}+00'::timestamptz",
}
# what is owed, likewise
OWED_COUNTED = {
    vendor: _OWED_SELECT.format(month=month.format(column="started_at"), never=_NEVER[vendor])
    for vendor, month in _MONTH.items()
}


class Group(NamedTuple):
    """What is counted together; `owner_id` is 0 where nobody answers for it."""

    mechanism: str
    clock: str
    owner_id: int
    month: str


def tallies(
    *, now: datetime, mechanisms: Iterable[str] | None = None, since: str = "", until: str = ""
) -> dict[Group, Tally]:
    """Return a tally for each clock, owner and month of start; two queries, and no promise is read.

    `since` and `until` are months, the first included and the last too; "" leaves that side open.
    """
    within: dict[str, Any] = {"since": since or FIRST_MONTH, "until": until or LAST_MONTH}
    if mechanisms is not None:
        within["mechanisms"] = sorted(mechanisms)
        if not within["mechanisms"]:
            return {}
    ended, owed = run_together([_ENDED.asking(**within), _OWED.asking(now=now, **within)])
    found: dict[Group, Tally] = {
        Group(*row[:4]): Tally(kept=row[4], broken=row[5], ended=row[6]) for row in ended
    }
    for mechanism, clock, owner_id, month, how, count in owed:
        group = Group(mechanism, clock, owner_id, month)
        found[group] = added(found.get(group, Tally()), how, count, owed=True)
    return found


def _ended(since: str, until: str, mechanisms: list[str] | None = None) -> QuerySet[OutcomeCount, Any]:
    rows = OutcomeCount.objects.order_by().filter(_within(since, until, mechanisms))
    return rows.values_list("mechanism", "clock", "owner_id", "month", "kept", "broken", "ended")


def _owed(now: datetime, since: str, until: str, mechanisms: list[str] | None = None) -> QuerySet[Any, Any]:
    rows = OwedCount.objects.filter(_within(since, until, mechanisms), count__gt=0).order_by()
    late = If(due_at__lt=now, then=Value("broken"))
    live = rows.annotate(how=When(late, default=F("standing"), output_field=CharField()))
    columns = ("mechanism", "clock", "owner_id", "month", "how")
    counted: QuerySet[Any, Any] = live.values_list(*columns).annotate(many=Sum("count"))
    return counted


def _within(since: str, until: str, mechanisms: list[str] | None) -> Q:
    months = Q(month__gte=since, month__lte=until)
    return months if mechanisms is None else months & Q(mechanism__in=mechanisms)


_ENDED, _OWED = Prepared(_ended), Prepared(_owed)


def outcomes_differ() -> list[Group]:
    """Return the groups whose counts are not what their promises add up to; reads every promise."""
    return sorted(_ended_differing() | _owed_differing())


def _owed_differing() -> set[Group]:
    columns = "mechanism, clock, owner_id, month, standing, due_at, count"
    with connection.cursor() as cursor:
        cursor.execute(OWED_COUNTED[connection.vendor])
        counted = set(cursor.fetchall())
        cursor.execute(f"SELECT {columns} FROM bridge_owedcount WHERE count <> 0")  # noqa: S608
        kept = set(cursor.fetchall())
    return {Group(*row[:4]) for row in counted ^ kept}


def _ended_differing() -> set[Group]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED[connection.vendor])
        counted = {Group(*row[:4]): tuple(map(int, row[4:])) for row in cursor.fetchall()}
    columns = ("mechanism", "clock", "owner_id", "month", "kept", "broken", "ended")
    kept = {Group(*row[:4]): row[4:] for row in OutcomeCount.objects.values_list(*columns)}
    nothing = (0, 0, 0)
    return {group for group in {*counted, *kept} if counted.get(group, nothing) != kept.get(group, nothing)}
