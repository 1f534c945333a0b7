"""Beijing time: every promise is kept in it, whatever zone an instant arrives in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from lianqiao.engine.errors import refuse

# China has kept one zone and no summer time since 1991, so a fixed offset is exact for every year served.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY_S = 24 * 60 * 60


def beijing(moment: datetime | date) -> datetime:
    """Return the instant in Beijing time, cut to the whole second.

    A naive datetime is taken as Beijing time; a date without a time as its midnight.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    placed = moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)
    return placed.replace(microsecond=0)


def parse_instant(text: str, *, place: str = "") -> datetime:
    """Return the instant an ISO 8601 text names, in Beijing time.

    `2026-02-11T10:00`, `2026-02-11 10:00:30`, `2026-02-11` (midnight) and `…+08:00` are understood, and 24:00
    is the midnight that ends a day. Errors: Refusal `time-malformed`.
    """
    cleaned = text.strip()
    ends_day = cleaned[10:] in {"T24:00", " 24:00", "T24:00:00", " 24:00:00"}
    try:
        moment = datetime.fromisoformat(cleaned[:10] if ends_day else cleaned)
        return beijing(moment + timedelta(days=1) if ends_day else moment)
    except (ValueError, OverflowError):
        raise refuse(
            "time-malformed",
            f"“{text}” is not a date and time",
            place=place,
            hint="write it as 2026-02-11T10:00; without an offset it is Beijing time",
            given=text,
        ) from None


def second_of_day(moment: datetime) -> int:
    """Return the seconds since midnight of an instant already in Beijing time."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def at_second(day: date, second: int) -> datetime:
    """Return the instant `second` seconds into the day, Beijing time; 86 400 is the midnight that ends it."""
    return datetime.combine(day, time(), BEIJING) + timedelta(seconds=second)
