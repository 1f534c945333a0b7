"""Deadlines by the million: the clock of `clock.reckon` over NumPy columns, the same answer row by row.

Instants are `datetime64[s]` in Beijing time without an offset; NaT stands for "none". Extensions and receipt
by office hours are not told in columns: give the instants the clocks count from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.calendar import FIRST_DAY, LAST_DAY, Calendar
from lianqiao.engine.errors import refuse
from lianqiao.engine.office_hours import DEFAULT_HOURS, OfficeHours

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]
_ORIGIN = np.datetime64(FIRST_DAY, "s")
FIRST_UNIX_DAY = int(np.datetime64(FIRST_DAY, "D").astype(np.int64))
_NAT = np.iinfo(np.int64).min  # what NaT looks like as an integer
_NEVER = np.int64(2**62)
_BLOCK = 65_536
_FIRST_ORDINAL = FIRST_DAY.toordinal()
_LENGTH = LAST_DAY.toordinal() - _FIRST_ORDINAL + 1


@dataclass(frozen=True, eq=False)
class DayTable:
    """A calendar and an office's hours as lookup arrays; days are offsets from 2015-01-01.

    `through[d]` counts the working days through day d; `days[n]` is the day of the n-th, `following[d]` the
    first working day from d on. `worked[s]` is the working seconds before second s of a working day, `when`
    its inverse.
    """

    version: str
    through: Ints
    days: Ints
    following: Ints
    worked: Ints
    when: Ints
    closes_s: int
    day_s: int


@lru_cache(maxsize=16)
def day_table(calendar: Calendar, hours: OfficeHours = DEFAULT_HOURS) -> DayTable:
    """Return the lookup arrays of a calendar, built once."""
    working = np.array(calendar.working_ordinals(), dtype=np.int64) - _FIRST_ORDINAL
    through = np.zeros(_LENGTH, dtype=np.int64)
    through[working] = 1
    through = np.cumsum(through)
    # One past the end for "a day after the last": reading it gives a day outside, which is refused.
    days = np.concatenate([[-1], working, [_LENGTH]])
    following = days[np.searchsorted(working, np.arange(_LENGTH + 1)) + 1]
    worked = np.zeros(DAY_S + 1, dtype=np.int64)
    for opens, closes in hours.spans_s:
        worked += np.clip(np.arange(DAY_S + 1), opens, closes) - opens
    when = np.array([0, *(hours.second_when(n) for n in range(1, hours.day_s + 1))], dtype=np.int64)
    return DayTable(calendar.version, through, days, following, worked, when, hours.closes_s, hours.day_s)


def due_days(
    starts: Times, budget_days: npt.ArrayLike, table: DayTable, *, pauses: tuple[Times, Times] | None = None
) -> Times:
    """Return the due days of budgets of working days; NaT where a pause still lasts.

    `starts`: datetime64, shape (n,). `budget_days`: a whole number or shape (n,). `pauses`: their beginnings
    and ends, datetime64 of shape (n,) or (n, k); a beginning NaT is no pause, an end NaT one that still
    lasts. Returns datetime64[D], shape (n,). Errors: Refusal `day-outside-calendar`,
    `pause-ends-before-it-begins`.
    """
    if pauses is None and np.ndim(budget_days) == 0:
        # One gather: the answer for every possible start is a table of a few thousand days.
        index = np.minimum(table.through + int(np.asarray(budget_days)), len(table.days) - 1)
        offsets = starts.astype("datetime64[D]").view(np.int64) - FIRST_UNIX_DAY
        return _as_days(_checked(table.days[index][_checked(offsets)]))
    return due_instants(starts, budget_days, table, unit="wd", pauses=pauses).astype("datetime64[D]")


def due_instants(
    starts: Times,
    budgets: npt.ArrayLike,
    table: DayTable,
    *,
    unit: str,
    pauses: tuple[Times, Times] | None = None,
) -> Times:
    """Return the due instants of budgets in any unit; NaT where a pause still lasts.

    `budgets` counts days or months, and seconds for `h` and `wh`; 24:00 of a day is the midnight after it.
    Shapes and errors as for `due_days`; returns datetime64[s]. Errors: also Refusal `budget-unit-unknown`.
    """
    if unit not in _RULERS:
        raise refuse(
            "budget-unit-unknown",
            f"“{unit}” is not a unit of time",
            place=unit,
            hint=f"use one of {', '.join(_RULERS)}",
        )
    ruler = _RULERS[unit](table)
    begin = _in_range(_seconds(starts))
    amounts = np.broadcast_to(np.asarray(budgets, dtype=np.int64), begin.shape)
    if pauses is None:
        return _as_instants(ruler.due(ruler.target(begin, amounts), None))
    begins, ends = _pause_columns(pauses)
    due = np.empty_like(begin)
    # In blocks that stay in the processor's cache: half as fast again as whole columns.
    for row in range(0, len(begin), _BLOCK):
        rows = slice(row, row + _BLOCK)
        due[rows] = _settle(ruler, begin[rows], amounts[rows], (begins[rows], ends[rows]))
    return _as_instants(due)


class _Ruler:
    """The vector twin of `rulers.Ruler`: seconds from 2015-01-01 in, marks out, and back."""

    def __init__(self, table: DayTable) -> None:
        self.table = table

    def mark(self, at: Ints) -> Ints:
        raise NotImplementedError

    def target(self, begin: Ints, amount: Ints) -> Ints:
        return self.mark(begin) + amount

    def due(self, mark: Ints, resumed: Ints | None) -> Ints:
        raise NotImplementedError

    def day_of(self, index: Ints) -> Ints:
        """Return the n-th working day, the day after the calendar where there is none."""
        return self.table.days[np.minimum(index, len(self.table.days) - 1)]

    def following(self, day: Ints) -> Ints:
        return self.table.following[np.minimum(day, _LENGTH)]


class _WorkingDays(_Ruler):
    def mark(self, at: Ints) -> Ints:
        return self.table.through[at // DAY_S]

    def due(self, mark: Ints, resumed: Ints | None) -> Ints:
        day = self.day_of(mark)
        if resumed is not None:
            # Past closing time counts as the next day: that is what pushing the clock on by the evening does.
            day = np.maximum(day, self.following((resumed + (DAY_S - 1 - self.table.closes_s)) // DAY_S))
        return day * DAY_S + self.table.closes_s


class _NaturalDays(_Ruler):
    def mark(self, at: Ints) -> Ints:
        return at // DAY_S

    def due(self, mark: Ints, resumed: Ints | None) -> Ints:
        last = mark if resumed is None else np.maximum(mark, resumed // DAY_S)
        return (self.following(last) + 1) * DAY_S


class _NaturalMonths(_NaturalDays):
    def target(self, begin: Ints, amount: Ints) -> Ints:
        day = _ORIGIN.astype("M8[D]") + begin // DAY_S
        month = day.astype("M8[M]")
        into = (day - month.astype("M8[D]")).astype(np.int64)
        landing = month + amount
        length = ((landing + 1).astype("M8[D]") - landing.astype("M8[D]")).astype(np.int64)
        first = (landing.astype("M8[D]") - _ORIGIN.astype("M8[D]")).astype(np.int64)
        return np.asarray(first + np.minimum(into, length - 1), dtype=np.int64)


class _NaturalHours(_Ruler):
    def mark(self, at: Ints) -> Ints:
        return at

    def due(self, mark: Ints, resumed: Ints | None) -> Ints:
        return mark


class _WorkingHours(_Ruler):
    def mark(self, at: Ints) -> Ints:
        day, second = np.divmod(at, DAY_S)
        through = self.table.through[day]
        works = self.table.days[through] == day
        return through * self.table.day_s - np.where(works, self.table.day_s - self.table.worked[second], 0)

    def due(self, mark: Ints, resumed: Ints | None) -> Ints:
        index = -(-mark // self.table.day_s)
        second = self.table.when[mark - (index - 1) * self.table.day_s]
        at: Ints = self.day_of(index) * DAY_S + second
        return at if resumed is None else np.maximum(at, resumed)


_RULERS: dict[str, Callable[[DayTable], _Ruler]] = {
    "wd": _WorkingDays,
    "wh": _WorkingHours,
    "h": _NaturalHours,
    "nd": _NaturalDays,
    "nm": _NaturalMonths,
}


def _settle(ruler: _Ruler, start: Ints, amounts: Ints, pauses: tuple[Ints, Ints]) -> Ints:
    """Take the k-th pause of every row together, each against the deadline its row has by then."""
    target = ruler.target(start, amounts)
    due = ruler.due(target, None)
    taken = np.zeros_like(start)
    covered = np.full_like(start, -_NEVER)  # the end of what the merged pauses reach so far
    resumed = start  # before any pause: too early to move anything
    counts = np.zeros(start.shape, dtype=bool)  # whether the pause that reaches `covered` came in time
    suspended = np.zeros(start.shape, dtype=bool)
    for began, end in zip(pauses[0].T, pauses[1].T, strict=True):
        real = (began < _NEVER) & ((end > start) | (began >= start))
        begin = np.maximum(began, start)
        joined = begin <= covered
        counts = np.where(real, np.where(joined, counts, begin <= due), counts)
        suspended |= real & counts & (end == _NEVER)
        moves = real & counts & ~suspended
        off = np.where(moves, np.where(joined, covered, begin), start)
        on = np.where(moves, np.maximum(off, end), start)
        taken += ruler.mark(on) - ruler.mark(off)
        covered = np.where(real, np.maximum(covered, end), covered)
        resumed = np.maximum(resumed, on)
        due = ruler.due(target + taken, resumed)
    return np.where(suspended, _NAT, due)


def _pause_columns(pauses: tuple[Times, Times]) -> tuple[Ints, Ints]:
    """Return beginnings and ends, shape (n, k), each row in order; what is not there lies at `_NEVER`."""
    begins, ends = (_seconds(column).reshape(len(column), -1 if column.size else 1) for column in pauses)
    begins = np.where(begins == _NAT, _NEVER, begins)
    begins = np.where(begins == ends, _NEVER, begins)  # it lasted no time
    ends = np.where((ends == _NAT) | (begins == _NEVER), _NEVER, ends)
    wrong = np.flatnonzero((ends < begins).any(axis=1))
    if wrong.size:
        raise refuse(
            "pause-ends-before-it-begins",
            f"the pause of row {wrong[0]} ends before it begins",
            place=f"row {wrong[0]}",
            hint="give its beginning first, then its end",
        )
    for column in (begins, ends):
        _in_range(np.where(column == _NEVER, 0, column))
    if begins.shape[1] > 1:
        order = np.argsort(begins, axis=1, kind="stable")
        begins, ends = (np.take_along_axis(column, order, axis=1) for column in (begins, ends))
    return begins, ends


def _seconds(moments: Times) -> Ints:
    whole = np.asarray(moments).astype("datetime64[s]")
    seconds = whole.view(np.int64)
    shifted: Ints = np.where(np.isnat(whole), _NAT, seconds - int(_ORIGIN.view(np.int64)))
    return shifted


def _as_instants(due: Ints) -> Times:
    _in_range(np.where(due == _NAT, 0, due - 1))  # the midnight that ends the last day is still in it
    seconds = np.where(due == _NAT, _NAT, due + int(_ORIGIN.view(np.int64)))
    moments: Times = seconds.view("datetime64[s]")
    return moments


def _in_range(seconds: Ints) -> Ints:
    """Return the seconds after refusing any outside the calendar."""
    _checked(seconds // DAY_S)
    return seconds


def _as_days(offsets: Ints) -> Times:
    days: Times = _ORIGIN.astype("M8[D]") + offsets.astype("timedelta64[D]")
    return days


def _checked(offsets: Any) -> Ints:
    """Return the day offsets after refusing any outside the calendar."""
    days: Ints = np.asarray(offsets, dtype=np.int64)
    if days.size and (days.min() < 0 or days.max() >= _LENGTH):
        row = int(np.flatnonzero(((days < 0) | (days >= _LENGTH)).reshape(len(days), -1).any(axis=1))[0])
        raise refuse(
            "day-outside-calendar",
            f"row {row} leads outside the calendar, which runs from {FIRST_DAY} to {LAST_DAY}",
            place=f"row {row}",
            hint="check the dates and the budget of that row",
        )
    return days
