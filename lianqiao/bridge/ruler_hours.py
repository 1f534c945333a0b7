"""The hours strip of a promise ruler: the counted hours of a clock, and where it stood still between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from lianqiao.bridge.ruler_cells import Hour
from lianqiao.engine.beijing import at_second
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import Pause, Reckoning
from lianqiao.engine.office_hours import OfficeHours

# More hours than this are read better as days.
LONGEST_STRIP_S = 30 * 3600
_HOUR_S = 3600

_Span = tuple[datetime, datetime]


def fits(promise: Reckoning) -> bool:
    """Return whether a clock is short enough to be shown hour by hour."""
    longest = promise.budget.seconds if promise.budget.in_hours else LONGEST_STRIP_S + 1
    more = promise.extension.seconds if promise.extension else 0
    return promise.budget.in_hours and longest + more <= LONGEST_STRIP_S


def hours(promise: Reckoning, *, calendar: Calendar, end: datetime, office: OfficeHours) -> tuple[Hour, ...]:
    """Return the stretches of a clock of hours from when it began to count, through due, or `end` if later.

    `end` is now, or when the clock was stopped.
    """
    stop = promise.due or max(end, promise.counted_from)
    open_spans = _open(promise, stop, calendar, office)
    stretches = list(_cut(_unpaused(open_spans, promise.pauses), stop))
    if promise.due is not None and stretches:
        stretches[-1] = replace(stretches[-1], marks=("due",))
    whole = list(_with_standstills(stretches, promise, stop))
    if promise.due is not None and end > promise.due:
        whole.append(Hour(promise.due, end, "late"))
    return tuple(_placed(stretch, end) for stretch in whole)


def _open(promise: Reckoning, stop: datetime, calendar: Calendar, office: OfficeHours) -> list[_Span]:
    """Return the spans in which the clock may run: all of them, or the office's."""
    start = promise.counted_from
    if promise.budget.unit == "h":
        return [(start, stop)]
    spans = []
    for offset in range((stop.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=offset)
        if calendar.is_working_day(day):
            spans += [(at_second(day, opens), at_second(day, closes)) for opens, closes in office.spans_s]
    clipped = [(max(begin, start), min(end, stop)) for begin, end in spans]
    return [(begin, end) for begin, end in clipped if begin < end]


def _unpaused(spans: Sequence[_Span], pauses: Sequence[Pause]) -> list[_Span]:
    left = list(spans)
    for pause in pauses:
        kept = []
        for begin, end in left:
            off = max(begin, pause.begin)
            on = end if pause.end is None else min(end, pause.end)
            kept += [(begin, end)] if off >= on else [(begin, off), (on, end)]
        left = [(begin, end) for begin, end in kept if begin < end]
    return left


def _cut(spans: Sequence[_Span], stop: datetime) -> Iterator[Hour]:
    """Yield the counted spans cut where an hour of the budget is complete, numbered there."""
    spent_s = 0
    for begin, end in spans:
        at = begin
        while at < end:
            to_full_s = _HOUR_S - spent_s % _HOUR_S
            until = min(end, at + timedelta(seconds=to_full_s))
            spent_s += int((until - at).total_seconds())
            complete = spent_s % _HOUR_S == 0 or until == stop
            yield Hour(at, until, "counted", -(-spent_s // _HOUR_S) if complete else None)
            at = until


def _with_standstills(stretches: Sequence[Hour], promise: Reckoning, stop: datetime) -> Iterator[Hour]:
    """Yield the stretches with what lies between them: pauses, and hours in which the office was shut."""
    edge = Hour(promise.counted_from, promise.counted_from, "")
    for before, after in pairwise([edge, *stretches]):
        if before.end < after.begin:
            yield Hour(before.end, after.begin, _why(before.end, after.begin, promise.pauses))
        yield after
    last = stretches[-1].end if stretches else promise.counted_from
    if last < stop:
        yield Hour(last, stop, _why(last, stop, promise.pauses))


def _why(begin: datetime, end: datetime, pauses: Sequence[Pause]) -> str:
    overlaps = any(pause.begin < end and (pause.end is None or pause.end > begin) for pause in pauses)
    return "paused" if overlaps else "closed"


def _placed(stretch: Hour, end: datetime) -> Hour:
    """Return the stretch with its place in time: past, or how far along the present is."""
    if not stretch.begin <= end < stretch.end:
        return replace(stretch, past=stretch.end <= end)
    percent = int((end - stretch.begin) * 100 / (stretch.end - stretch.begin))
    return replace(stretch, marks=(*stretch.marks, "today"), now_percent=percent)
