"""The office's own time: seconds worked since 2015 in place of seconds passed, one at a time or in columns.

Instants are whole seconds since 2015-01-01 00:00 Beijing time. While an office is shut its time stands still,
so work that takes three hours is three hours further on, whatever night or holiday lies between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from lianqiao.engine.beijing import BEIJING, DAY_S
from lianqiao.engine.calendar import FIRST_DAY, Calendar
from lianqiao.engine.clock_bulk import DayTable, day_table
from lianqiao.engine.office_hours import OfficeHours

Ints = npt.NDArray[np.int64]
_EPOCH = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=BEIJING)


def as_second(moment: datetime) -> int:
    """Return an aware instant as seconds since 2015-01-01 Beijing time."""
    return int((moment - _EPOCH).total_seconds())


def as_moment(second: int) -> datetime:
    """Return the aware instant of a second since 2015-01-01 Beijing time."""
    return _EPOCH + timedelta(seconds=int(second))


@dataclass(frozen=True)
class OfficeTime:
    """Two functions between natural and worked seconds, and the day table they were made from.

    `worked(t)` is how many seconds were worked before t; `instant(w)` the first instant by which w seconds
    were worked, a closing time rather than the next opening. `table` is None for an office that never shuts.
    """

    worked: Callable[[int], int]
    instant: Callable[[int], int]
    table: DayTable | None

    def worked_column(self, seconds: Ints) -> Ints:
        """Return `worked` of a column of instants."""
        if self.table is None:
            return seconds
        day, second = np.divmod(seconds, DAY_S)
        through = self.table.through[day]
        works = self.table.days[through] == day
        return through * self.table.day_s - np.where(works, self.table.day_s - self.table.worked[second], 0)


def office_time(calendar: Calendar, hours: OfficeHours) -> OfficeTime:
    """Return the time of an office that keeps these hours on working days."""
    table = day_table(calendar, hours)
    day_s = table.day_s
    open_seconds = table.worked.tolist()
    shut_seconds = [0] * len(open_seconds)
    through = table.through.tolist()
    before = [0, *through[:-1]]
    # per day: seconds worked before it began, and which table its own seconds are looked up in
    base = [count * day_s for count in before]
    within = [open_seconds if now > then else shut_seconds for now, then in zip(through, before, strict=True)]
    days = table.days.tolist()
    midnight = [day * DAY_S for day in days[1:]]
    second_when = table.when.tolist()

    def worked(t: int) -> int:
        day = t // DAY_S
        return int(base[day] + within[day][t - day * DAY_S])

    def instant(w: int) -> int:
        index = (w - 1) // day_s
        return int(midnight[index] + second_when[w - index * day_s])

    return OfficeTime(worked, instant, table)


def round_the_clock() -> OfficeTime:
    """Return the time of an office that never shuts: natural seconds."""
    return OfficeTime(_same, _same, None)


def _same(second: int) -> int:
    return second
