"""An example of what a system before this one left: a year of permits, their deadlines reckoned naively."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.mining import LogBuilder, LogMap, Promised, Reading
from lianqiao.engine.mining.time_reading import as_second
from lianqiao.service.commands.historic_logs import import_log

NAME = "示例：旧系统经营许可 2025"
CASES = 240
FIRST = datetime(2025, 1, 2, 9, tzinfo=BEIJING)
ACCEPT, REVIEW, RETURN, CORRECT, DECIDE, PRINT, SERVE = (
    "受理", "审查", "补正通知", "补正", "决定", "制证", "送达",
)  # fmt: skip
PROMISE = Promised(budget="5wd", start=ACCEPT, end=(DECIDE,), pause=(RETURN,), resume=(CORRECT,))
OFFICERS = ("示例经办人01", "示例经办人02", "示例经办人03")


def enter_old_log(*, now: datetime) -> None:
    """Import the example's log, as an office would bring in its past."""
    random = Random(2025)  # noqa: S311 - a demonstration wants the same numbers again
    builder = LogBuilder()
    for number in range(CASES):
        name = f"XK-2025-{number + 1:04}"
        begun = _at_office(FIRST + timedelta(days=random.randrange(330), minutes=random.randrange(450)))
        for activity, at, officer in _course(begun, random):
            case = builder.add(name, activity, as_second(at), officer)
        builder.deadline[case] = as_second(_stated(begun))
    reading = Reading(builder.log(), len(builder.case))
    log_map = LogMap(promise=PROMISE)
    import_log(reading, name=NAME, log_map=log_map, file="示例.csv", sha256="", now=now, example=True)


def _course(begun: datetime, random: Random) -> Iterator[tuple[str, datetime, str]]:
    """Yield what happened in one case, when, and by whom."""
    at, officer = begun, random.choice(OFFICERS)
    yield ACCEPT, at, officer
    at = _later(at, random, 1, 30)
    yield REVIEW, at, officer
    for _ in range(random.choices((0, 1, 2), (70, 25, 5))[0]):
        at = _later(at, random, 1, 20)
        yield RETURN, at, officer
        at = _later(at, random, 24, 200)
        yield CORRECT, at, ""
        at = _later(at, random, 2, 30)
        yield REVIEW, at, officer
    at = _later(at, random, 20, 90)
    yield DECIDE, at, random.choice(OFFICERS)
    if random.random() < 0.1:
        return
    for activity in (PRINT, SERVE):
        at = _later(at, random, 2, 40)
        yield activity, at, officer


def _later(at: datetime, random: Random, least_h: int, most_h: int) -> datetime:
    return _at_office(at + timedelta(minutes=random.randrange(least_h * 60, most_h * 60)))


def _at_office(at: datetime) -> datetime:
    """Return the moment, or where it lies at night or on a weekend, the next morning of work."""
    at = at.replace(hour=9) if at.hour < 9 else at
    if at.hour >= 17:
        at = (at + timedelta(days=1)).replace(hour=9)
    while at.weekday() > 4:
        at += timedelta(days=1)
    return at


def _stated(begun: datetime) -> datetime:
    """Return the deadline as such systems reckon it: Monday to Friday, no holidays, no make-up days."""
    day, left = begun, 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day.replace(hour=17, minute=30)
