"""The hours an office is open on a working day, and working time as a running total."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

from lianqiao.engine.beijing import at_second, second_of_day
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import refuse

_PERIOD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class OfficeHours:
    """The periods of a working day in which an office is open, in order and apart; Beijing time.

    `str()` gives "09:00-12:00 13:30-17:30" and `OfficeHours.parse` takes it back.
    Errors: Refusal `hours-malformed`.
    """

    periods: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))

    def __post_init__(self) -> None:
        marks = [mark for period in self.periods for mark in period]
        if not marks or any(later <= earlier for earlier, later in pairwise(marks)):
            raise refuse(
                "hours-malformed",
                f"the office hours “{self}” are empty or not in order",
                place=str(self),
                hint="write opening and closing times in order, as in 09:00-12:00 13:30-17:30",
            )

    @staticmethod
    def parse(text: str, *, place: str = "") -> OfficeHours:
        """Return the office hours a text names. Errors: Refusal `hours-malformed`."""
        return _parse(text, place)

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        return " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in self.periods)

    @cached_property
    def spans_s(self) -> tuple[tuple[int, int], ...]:
        """Opening and closing of each period, seconds since midnight."""
        return tuple((_seconds(opens), _seconds(closes)) for opens, closes in self.periods)

    @cached_property
    def day_s(self) -> int:
        """Working seconds in one working day."""
        return sum(closes - opens for opens, closes in self.spans_s)

    @cached_property
    def closes_s(self) -> int:
        """The end of the office day, seconds since midnight."""
        return self.spans_s[-1][1]

    def worked_by(self, second: int) -> int:
        """Return the working seconds of a working day that lie before that second of the day."""
        return sum(max(0, min(second, closes) - opens) for opens, closes in self.spans_s)

    def second_when(self, worked_s: int) -> int:
        """Return the first second of the day by which that many seconds (1 … day_s) are worked.

        At the end of a period it is the closing time, not the next opening.
        """
        for opens, closes in self.spans_s:
            if worked_s <= closes - opens:
                return opens + worked_s
            worked_s -= closes - opens
        raise ValueError("more seconds than a working day holds")

    def open_from(self, second: int) -> int | None:
        """Return that second if the office is open then, else that day's next opening, None after closing."""
        return next((max(second, opens) for opens, closes in self.spans_s if second <= closes), None)


DEFAULT_HOURS = OfficeHours()


def worked_seconds(calendar: Calendar, hours: OfficeHours, at: datetime) -> int:
    """Return the working seconds from 2015-01-01 to the instant (Beijing time)."""
    day = at.date()
    through = calendar.working_index(day)
    if not calendar.is_working_day(day):
        return through * hours.day_s
    return (through - 1) * hours.day_s + hours.worked_by(second_of_day(at))


def instant_when(calendar: Calendar, hours: OfficeHours, worked_s: int) -> datetime:
    """Return the first instant by which that many working seconds (from 1 on) have passed since 2015."""
    index = -(-worked_s // hours.day_s)
    return at_second(calendar.working_day(index), hours.second_when(worked_s - (index - 1) * hours.day_s))


def opening_from(calendar: Calendar, hours: OfficeHours, at: datetime) -> datetime:
    """Return the instant if the office is open then, else the next moment it opens."""
    day = at.date()
    if calendar.is_working_day(day):
        second = hours.open_from(second_of_day(at))
        if second is not None:
            return at_second(day, second)
    return at_second(calendar.working_day_from(day + timedelta(days=1)), hours.spans_s[0][0])


@lru_cache(maxsize=64)
def _parse(text: str, place: str) -> OfficeHours:
    matches = [_PERIOD.fullmatch(part) for part in text.split()]
    if not matches or None in matches:
        raise refuse(
            "hours-malformed",
            f"“{text}” are not office hours",
            place=place,
            hint="write opening and closing times in order, as in 09:00-12:00 13:30-17:30",
            given=text,
        )
    numbers = [[int(part) for part in match.groups()] for match in matches if match]
    return OfficeHours(tuple((time(a, b), time(c, d)) for a, b, c, d in numbers))


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60
