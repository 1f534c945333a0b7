"""Times as logs write them, read to seconds by Beijing's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.mining.log_map import LogMap, zone_of

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — Beijing's clock without an offset, as columns hold it
# no log of an office is older, and 0001-01-01 is how some systems write "never"
OLDEST_YEAR, LATEST_YEAR = 1970, 2199
SECOND = timedelta(seconds=1)


def reader_of(log_map: LogMap) -> Callable[[str], int]:
    """Return a function from a text to seconds since 1970 by Beijing's clock; it raises ValueError."""
    zone, form = zone_of(log_map.zone), log_map.time_format
    parse = (lambda text: datetime.strptime(text, form)) if form else datetime.fromisoformat  # noqa: DTZ007
    return lambda text: as_second(parse(text), zone)


def as_second(moment: datetime, zone: tzinfo = BEIJING) -> int:
    """Return an instant as seconds since 1970 by Beijing's clock; without an offset it is of the zone."""
    if moment.tzinfo is None and zone is BEIJING:
        placed = moment
    else:
        known = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        placed = known.astimezone(BEIJING).replace(tzinfo=None)
    if not OLDEST_YEAR <= placed.year <= LATEST_YEAR:
        raise ValueError(f"{placed.year} is no year of a log")
    return (placed.replace(microsecond=0) - EPOCH) // SECOND


def as_moment(second: int) -> datetime:
    """Return seconds since 1970 by Beijing's clock as an aware instant."""
    return (EPOCH + timedelta(seconds=int(second))).replace(tzinfo=BEIJING)
