"""A rota (排班) worked out: repeating shifts, with exceptions, on the zone's working days. Pure.

A pattern that covers Monday to Friday and stands on working days only also stands on make-up days: a Saturday
that is worked is worked by whoever has the working week.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar

WORKING_WEEK = frozenset({1, 2, 3, 4, 5})
# how far ahead the next shift is looked for where nobody stands now
LOOKED_AHEAD_DAYS = 14


@dataclass(frozen=True)
class Pattern:
    """A person's shift that comes back: on `weekdays` (1 is Monday) of every so many weeks from `first`.

    `last` is the last day, None for until further notice. A shift whose end is not after its beginning ends
    the next day.
    """

    id: int
    person_id: int
    duty: str
    place: str
    first: date
    last: date | None
    weekdays: frozenset[int]
    begins: time
    ends: time
    every_weeks: int = 1
    working_days: bool = True

    def stands_on(self, day: date, calendar: Calendar) -> bool:
        """Return whether the pattern has a shift on a day, exceptions apart."""
        if day < self.first or (self.last is not None and day > self.last):
            return False
        monday = self.first - timedelta(days=self.first.weekday())
        if (day - monday).days // 7 % self.every_weeks:
            return False
        if not self.working_days:
            return day.isoweekday() in self.weekdays
        if not calendar.is_working_day(day):
            return False
        return day.isoweekday() in self.weekdays or (day.isoweekday() > 5 and self.weekdays >= WORKING_WEEK)


@dataclass(frozen=True)
class Exchange:
    """What is otherwise on one day of a pattern: somebody else stands, or nobody does (`person_id` None)."""

    pattern_id: int
    day: date
    person_id: int | None


@dataclass(frozen=True)
class Shift:
    """One shift of one day: who stands where, from when till when; `changed` by an exception."""

    day: date
    begins: datetime
    ends: datetime
    duty: str
    place: str
    person_id: int
    pattern_id: int
    changed: bool = False


def shifts(
    patterns: Iterable[Pattern],
    exchanges: Iterable[Exchange],
    *,
    first: date,
    last: date,
    calendar: Calendar,
) -> list[Shift]:
    """Return every shift from `first` to `last`, both included, by time and place.

    Of several exceptions for one day the last given holds.
    """
    otherwise = {(one.pattern_id, one.day): one.person_id for one in exchanges}
    found = [
        shift
        for pattern in patterns
        for shift in _of(pattern, otherwise, first=first, last=last, calendar=calendar)
    ]
    return sorted(found, key=lambda one: (one.begins, one.place, one.duty, one.person_id, one.pattern_id))


def standing(found: Iterable[Shift], *, at: datetime) -> frozenset[int]:
    """Return who stands at a moment, of the shifts given; where nobody does, whoever stands next.

    Empty where no shift is going on or to come.
    """
    every = list(found)
    now = frozenset(one.person_id for one in every if one.begins <= at < one.ends)
    coming = [one for one in every if one.begins > at]
    if now or not coming:
        return now
    begins = min(one.begins for one in coming)
    return frozenset(one.person_id for one in coming if one.begins == begins)


def _of(
    pattern: Pattern,
    otherwise: dict[tuple[int, date], int | None],
    *,
    first: date,
    last: date,
    calendar: Calendar,
) -> Iterator[Shift]:
    begin = max(first, pattern.first)
    end = last if pattern.last is None else min(last, pattern.last)
    for offset in range(max(0, (end - begin).days + 1)):
        day = begin + timedelta(days=offset)
        if not pattern.stands_on(day, calendar):
            continue
        changed = (pattern.id, day) in otherwise
        person_id = otherwise[pattern.id, day] if changed else pattern.person_id
        if person_id is None:
            continue
        over = day + timedelta(days=pattern.ends <= pattern.begins)
        yield Shift(
            day=day,
            begins=datetime.combine(day, pattern.begins, BEIJING),
            ends=datetime.combine(over, pattern.ends, BEIJING),
            duty=pattern.duty,
            place=pattern.place,
            person_id=person_id,
            pattern_id=pattern.id,
            changed=changed,
        )
