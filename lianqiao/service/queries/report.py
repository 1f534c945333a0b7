"""The report of one month: its promises counted, the year that led to it, and those that were broken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge import queries
from lianqiao.engine.beijing import beijing
from lianqiao.service.queries import overview, promise_lists
from lianqiao.service.queries.overview import Figures, MonthTally
from lianqiao.service.queries.promise_lists import PromiseRow

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
# a report is read, not searched: the rest of the broken are in the workbook
BROKEN_TOLD = 60


@dataclass(frozen=True)
class Report:
    """One month ("2026-02") as it stood `at` a moment; `months` is the year that led to it, oldest first."""

    month: str
    at: datetime
    figures: Figures
    months: list[MonthTally]
    broken: list[PromiseRow]
    mechanisms: tuple[str, ...]


def report(month: str, mechanisms: Iterable[str], *, now: datetime) -> Report:
    """Return the report; in the same few queries however many promises there are."""
    known = tuple(mechanisms)
    year = overview.months_until(month, known, now=now)
    here = {group: tally for group, tally in year.items() if group.month == month}
    found = promise_lists.narrowed(
        overview.owed(known, span="all", now=now), now=now, standing="broken", month=month, sort="due"
    )
    return Report(
        month=month,
        at=now,
        figures=overview.figures(here, known),
        months=overview.by_month(year),
        broken=list(promise_lists.promise_rows(found[:BROKEN_TOLD], now=now)),
        mechanisms=known,
    )


def month_of(text: str, *, now: datetime) -> str:
    """Return the month a text names, the last one over where it names none that has begun."""
    today = beijing(now)
    if MONTH.fullmatch(text) and text <= f"{today:%Y-%m}":
        return text
    return f"{today.year - (today.month == 1):04}-{(today.month - 2) % 12 + 1:02}"


def months_to_choose(mechanisms: Iterable[str], *, now: datetime) -> list[str]:
    """Return every month from the first promise to now, the newest first."""
    today = beijing(now)
    first = min(
        (one.month for one in queries.tallies(now=now, mechanisms=mechanisms)), default=f"{today:%Y-%m}"
    )
    count = (today.year - int(first[:4])) * 12 + today.month - int(first[5:])
    return [
        f"{today.year - (back + 12 - today.month) // 12:04}-{(today.month - 1 - back) % 12 + 1:02}"
        for back in range(max(0, count) + 1)
    ]
