"""How each unit of time is measured out: one ruler per unit, each a running total with an inverse.

A ruler lays instants on a line of whole marks (working days, natural days or seconds). A budget is a distance
on that line, a pause takes a distance out, and the due instant is read back at the far end.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lianqiao.engine.beijing import BEIJING, DAY_S, at_second, second_of_day
from lianqiao.engine.calendar import LAST_DAY, Calendar, check_day
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.office_hours import OfficeHours, instant_when, worked_seconds
from lianqiao.engine.spans import Budget

_EPOCH = datetime(2015, 1, 1, tzinfo=BEIJING)


class Due(NamedTuple):
    """A due instant, with the day and clock time people read: "17:30", or "24:00" of the day that ends."""

    at: datetime
    day: date
    time: str


@dataclass
class Ruler:
    """Measures one unit on one calendar and one office's hours."""

    calendar: Calendar
    hours: OfficeHours
    unit = ""

    def mark(self, at: datetime) -> int:
        """Return the mark an instant lies on."""
        raise NotImplementedError

    def target(self, begin: datetime, amount: int) -> int:
        """Return the mark at which a budget that begins then is used up, without pauses."""
        return self.mark(begin) + amount

    def due(self, mark: int, resumed: datetime | None) -> Due:
        """Return the due instant read at the mark, never earlier than the last resumption."""
        raise NotImplementedError

    def budget(self, marks: int) -> Budget:
        """Return a distance as a budget; 0 where it is negative."""
        return Budget(max(0, marks), self.unit)


class WorkingDays(Ruler):
    """Working days: due at closing time of the last day, that day included."""

    unit = "wd"

    def mark(self, at: datetime) -> int:
        """Return the number of working days through the instant's day."""
        return self.calendar.working_index(at.date())

    def due(self, mark: int, resumed: datetime | None) -> Due:
        """Return closing time of that working day, or of the day of resumption if the day is past by then."""
        day = self.calendar.working_day(mark)
        if resumed is not None:
            late = second_of_day(resumed) > self.hours.closes_s
            day = max(day, self.calendar.working_day_from(resumed.date() + timedelta(days=late)))
        at = at_second(day, self.hours.closes_s)
        return Due(at, day, clock_time(at))


class NaturalDays(Ruler):
    """Natural days: due at 24:00 of the last day, rolled off rest days. Source: Civil Code art. 203."""

    unit = "nd"

    def mark(self, at: datetime) -> int:
        """Return the ordinal of the instant's day."""
        return at.toordinal()

    def due(self, mark: int, resumed: datetime | None) -> Due:
        """Return 24:00 of the first working day from that day and the day of resumption on."""
        last = max(mark, resumed.toordinal() if resumed else 0)
        day = self.calendar.working_day_from(_day(last))
        return Due(at_second(day, DAY_S), day, "24:00")


class NaturalMonths(NaturalDays):
    """Natural months: to the corresponding day or the month's end; what is left is told in natural days."""

    def target(self, begin: datetime, amount: int) -> int:
        """Return the ordinal of the corresponding day."""
        return add_months(begin.date(), amount).toordinal()


class NaturalHours(Ruler):
    """Natural hours: from the instant on, day and night."""

    unit = "h"

    def mark(self, at: datetime) -> int:
        """Return the seconds since 2015-01-01."""
        return int((at - _EPOCH).total_seconds())

    def due(self, mark: int, resumed: datetime | None) -> Due:
        """Return the instant itself: a pause in time has pushed it past the resumption."""
        day, second = divmod(mark, DAY_S)
        at = at_second(_day(_EPOCH.toordinal() + day), second)
        return Due(at, at.date(), clock_time(at))

    def budget(self, marks: int) -> Budget:
        """Return whole seconds as hours."""
        return Budget.of_seconds(max(0, marks), self.unit)


class WorkingHours(NaturalHours):
    """Working hours: only the office's open hours of working days run."""

    unit = "wh"

    def mark(self, at: datetime) -> int:
        """Return the working seconds since 2015-01-01."""
        return worked_seconds(self.calendar, self.hours, at)

    def due(self, mark: int, resumed: datetime | None) -> Due:
        """Return the first instant by which the hours are worked: a closing time, never the next opening."""
        at = instant_when(self.calendar, self.hours, mark)
        at = max(at, resumed) if resumed else at
        return Due(at, at.date(), clock_time(at))


RULERS: dict[str, type[Ruler]] = {
    "wd": WorkingDays,
    "wh": WorkingHours,
    "h": NaturalHours,
    "nd": NaturalDays,
    "nm": NaturalMonths,
}


def add_months(day: date, months: int) -> date:
    """Return the corresponding day some months on (or back), or that month's end where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > LAST_DAY.year:
        raise _too_far()
    shifted = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    check_day(shifted)
    return shifted


def clock_time(at: datetime) -> str:
    """Return HH:MM, with seconds only where there are any."""
    hours_minutes = f"{at.hour:02}:{at.minute:02}"
    return f"{hours_minutes}:{at.second:02}" if at.second else hours_minutes


def _day(ordinal: int) -> date:
    if ordinal > LAST_DAY.toordinal():
        raise _too_far()
    day = date.fromordinal(ordinal)
    check_day(day)
    return day


def _too_far() -> Refusal:
    return refuse(
        "day-outside-calendar",
        f"the deadline would lie after {LAST_DAY}, where the calendar ends",
        hint="give a shorter budget or an earlier start",
    )
