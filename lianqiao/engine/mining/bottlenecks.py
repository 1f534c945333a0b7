"""Where time goes: how long cases lie between one activity and the next, by the clock and by office hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.calendar import FIRST_DAY, LAST_DAY
from lianqiao.engine.clock_bulk import FIRST_UNIX_DAY, DayTable
from lianqiao.engine.mining.event_log import EventLog

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
_ORIGIN = FIRST_UNIX_DAY * DAY_S
_DAYS = (LAST_DAY - FIRST_DAY).days + 1


@dataclass(frozen=True)
class Passage:
    """From one activity to the next: how often, and how long it took; `share` of all the time cases took.

    Office hours are None where any of the events lie outside the calendar, which begins in 2015.
    """

    before: str
    after: str
    times: int
    mean_h: float
    median_h: float
    p90_h: float
    p95_h: float
    mean_office_h: float | None
    median_office_h: float | None
    p90_office_h: float | None
    p95_office_h: float | None
    share: float


def passages(log: EventLog, table: DayTable) -> list[Passage]:
    """Return every passage, the one that took most time in all first."""
    if len(log) < 2:
        return []
    same = log.case[1:] == log.case[:-1]
    at = log.at.astype(np.int64)
    begin, end = at[:-1][same], at[1:][same]
    kind = (log.activity[:-1] * len(log.activities) + log.activity[1:])[same]
    natural_h = (end - begin) / 3600
    office_h = (office_seconds(table, end) - office_seconds(table, begin)) / 3600
    whole = float(natural_h.sum())
    order = np.argsort(kind, kind="stable")
    kinds, starts = np.unique(kind[order], return_index=True)
    found = []
    for number, rows in zip(kinds.tolist(), np.split(order, starts[1:]), strict=True):
        found.append(_passage(log, int(number), natural_h[rows], office_h[rows], whole))
    return sorted(found, key=lambda passage: -passage.share)


def office_seconds(table: DayTable, seconds: Ints) -> Reals:
    """Return the office seconds before instants (seconds since 1970, Beijing); NaN outside the calendar."""
    day, second = np.divmod(seconds - _ORIGIN, DAY_S)
    within = (day >= 0) & (day < _DAYS)
    day = np.where(within, day, 0)
    through = table.through[day]
    works = table.days[through] == day
    worked = through * table.day_s - np.where(works, table.day_s - table.worked[second], 0)
    return np.where(within, worked, np.nan)


def _passage(log: EventLog, number: int, natural_h: Reals, office_h: Reals, whole: float) -> Passage:
    before, after = divmod(number, len(log.activities))
    known = office_h if not np.isnan(office_h).any() else office_h[:0]
    return Passage(
        before=log.activities[before],
        after=log.activities[after],
        times=len(natural_h),
        mean_h=float(natural_h.mean()),
        median_h=float(np.median(natural_h)),
        p90_h=float(np.percentile(natural_h, 90)),
        p95_h=float(np.percentile(natural_h, 95)),
        mean_office_h=float(known.mean()) if known.size else None,
        median_office_h=float(np.median(known)) if known.size else None,
        p90_office_h=float(np.percentile(known, 90)) if known.size else None,
        p95_office_h=float(np.percentile(known, 95)) if known.size else None,
        share=float(natural_h.sum()) / whole if whole else 0.0,
    )
