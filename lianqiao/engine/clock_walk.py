"""A deadline's own explanation: each day from receipt to due, whether it counted, and by which notice not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianqiao.engine.beijing import DAY_S, at_second
from lianqiao.engine.reckoning import Settlement
from lianqiao.engine.spans import Budget


@dataclass(frozen=True)
class WalkDay:
    """One day of a deadline.

    `kind` is a DayKind; `counted` the number of the day within the budget, None where it did not count or
    where hours are counted; `spent` the hours it used up, "" for budgets in days. `note` is one of:
    `received` (before the office opened for it), `start` (the first day, never counted), `counted`, `rest`,
    `paused`, `rolled` (the last day was no working day), `resumption` (due because the clock resumed on or
    just before it), `idle`.
    """

    day: date
    kind: str
    counted: int | None
    note: str
    notice: str
    name: str
    spent: str = ""


def walk_days(start: datetime, settlement: Settlement) -> tuple[WalkDay, ...]:
    """Return each day from receipt through the due day, or through the day of a pause that still lasts."""
    steps = _walk_hours(settlement) if settlement.ruler.unit in {"h", "wh"} else _walk_counts(settlement)
    begin, calendar = start.date(), settlement.ruler.calendar
    first = settlement.counted_from.date()
    waited = [(begin + timedelta(days=n), None, "received", "") for n in range((first - begin).days)]
    walk = []
    for day, counted, note, spent in [*waited, *steps]:
        fact = calendar.explain(day)
        walk.append(WalkDay(day, str(fact.kind), counted, note, fact.notice, fact.name, spent))
    return tuple(walk)


_Step = tuple[date, int | None, str, str]


def _last_day(settlement: Settlement) -> date:
    if settlement.due is not None:
        return settlement.due.day
    return (settlement.suspended_at or settlement.counted_from).date()


def _walk_counts(settlement: Settlement) -> Iterator[_Step]:
    first, last = settlement.counted_from.date(), _last_day(settlement)
    budget = settlement.target - settlement.ruler.mark(settlement.counted_from)
    working_only = settlement.ruler.unit == "wd"
    counted = 0
    yield first, None, "start", ""
    for offset in range(1, (last - first).days + 1):
        day = first + timedelta(days=offset)
        note = _stands_still(settlement, day, working_only=working_only)
        if not note and counted < budget:
            counted += 1
            yield day, counted, "counted", ""
        elif day == last and settlement.due is not None and (note == "paused" or working_only):
            yield day, None, "resumption", ""
        else:
            yield day, None, note or ("resumption" if working_only else "rolled"), ""


def _stands_still(settlement: Settlement, day: date, *, working_only: bool) -> str:
    if working_only and not settlement.ruler.calendar.is_working_day(day):
        return "rest"
    for pause in settlement.pauses:
        if pause.begin.date() < day and (pause.end is None or day <= pause.end.date()):
            return "paused"
    return ""


def _walk_hours(settlement: Settlement) -> Iterator[_Step]:
    first, last = settlement.counted_from, _last_day(settlement)
    stop = settlement.due.at if settlement.due else (settlement.suspended_at or first)
    for offset in range((last - first.date()).days + 1):
        day = first.date() + timedelta(days=offset)
        spent = _spent_on(settlement, max(first, at_second(day, 0)), min(stop, at_second(day, DAY_S)))
        if spent > 0:
            note = "counted"
        elif _touches_pause(settlement, day):
            note = "paused"
        elif not settlement.ruler.calendar.is_working_day(day) and settlement.ruler.unit == "wh":
            note = "rest"
        else:
            note = "idle" if offset else "start"
        yield day, None, note, str(Budget.of_seconds(spent, settlement.ruler.unit))


def _spent_on(settlement: Settlement, begin: datetime, end: datetime) -> int:
    mark = settlement.ruler.mark
    spent = mark(end) - mark(begin) if end > begin else 0
    for pause in settlement.pauses:
        off, on = max(begin, pause.begin), end if pause.end is None else min(end, pause.end)
        if on > off:
            spent -= mark(on) - mark(off)
    return spent


def _touches_pause(settlement: Settlement, day: date) -> bool:
    return any(
        pause.begin.date() <= day and (pause.end is None or day <= pause.end.date())
        for pause in settlement.pauses
    )
