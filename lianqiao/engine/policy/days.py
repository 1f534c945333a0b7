"""Days relative to the day of a decision: three years before, ten working days after."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from lianqiao.engine.calendar import Calendar

_FORM = re.compile(r"([+-])(\d{1,4})(nd|wd|nm|y)")
MONTHS_A_YEAR = 12


def relative_day(text: str, today: date, calendar: Calendar | None = None) -> date:
    """Return the day that `-3y`, `+18nm`, `-90nd`, `+10wd` or `today` means, seen from a day.

    A month ends on the day of the same number, or on its last (Civil Code, art. 202). Working days are those
    of the State Council's calendar, the day itself not counted.
    Raises Refusal outside the calendar's years for working days, ValueError where the text is no
    such day, or the day lies outside the years 1 to 9999.
    """
    if text == "today":
        return today
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no day: write -3y, +18nm, -90nd, +10wd or today")
    count = int(found[2]) * (-1 if found[1] == "-" else 1)
    match found[3]:
        case "nd":
            return _within(today, count)
        case "wd":
            return (calendar or Calendar.latest()).nth_working_day_after(today, count)
        case "nm":
            return _months(today, count)
    return _months(today, count * MONTHS_A_YEAR)


def parted(text: str) -> tuple[int, int, str] | None:
    """Return the sign (−1 or +1), the number and the unit of `-3y` or `+90nd`; None of other texts."""
    found = _FORM.fullmatch(text)
    return (-1 if found[1] == "-" else 1, int(found[2]), found[3]) if found else None


def _within(today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError as error:
        raise ValueError("that day lies outside the calendar") from error


def _months(today: date, count: int) -> date:
    months = today.year * MONTHS_A_YEAR + today.month - 1 + count
    year, month = divmod(months, MONTHS_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("that day lies outside the calendar")
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
