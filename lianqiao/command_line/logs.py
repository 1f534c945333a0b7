"""The event logs that verbs ask questions of: a file with its map, or the product's own database."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lianqiao.command_line import django_site
from lianqiao.command_line.progress import Progress

if TYPE_CHECKING:
    from lianqiao.bridge.queries.event_logs import Wanted
    from lianqiao.engine.mining import EventLog, LogMap, Reading

# what is taken for a file also where there is none, so that a slip in its name is told as such
FILES = frozenset({".csv", ".txt", ".xes", ".xml", ".gz"})


def map_named(chosen: str | None) -> LogMap | None:
    """Return the map of a file, or of a name among those of the district; None where none is named."""
    from lianqiao.command_line.promises import district_pack
    from lianqiao.service.log_import.maps import log_map_named

    return log_map_named(chosen, district_pack()) if chosen else None


def read_log(path: Path, chosen_map: str | None) -> Reading:
    """Return the log of a file, telling how far it has come."""
    from lianqiao.service.log_import.files import read_log_file

    with Progress(f"reading {path.name}") as told:
        return read_log_file(path, map_named(chosen_map), told=lambda rows: told(f"{rows} rows"))


def log_of_product(mechanism: str) -> EventLog:
    """Return the log of all cases of one promise in the product's own database."""
    django_site.start()
    from lianqiao.bridge.queries.event_logs import Wanted, event_log

    with Progress("reading the database") as told:
        return event_log(Wanted(mechanism), told=lambda entries: told(f"{entries} entries"))


def log_named(name: str, chosen_map: str | None) -> tuple[EventLog, LogMap, int]:
    """Return a log with its map and how many rows were left out: that of a file, or one imported before.

    Raises Refusal `historic-log-unknown` where there is neither, and as told by `read_log`.
    """
    from lianqiao.engine.mining import LogMap

    path = Path(name)
    if path.is_file() or path.suffix.lower() in FILES:
        reading = read_log(path, chosen_map)
        return reading.log, map_named(chosen_map) or LogMap(), reading.dirty
    django_site.start()
    from lianqiao.service.queries.historic_logs import historic_log, map_of, stored_log

    kept = historic_log(name)
    return stored_log(kept), map_named(chosen_map) or map_of(kept), kept.left_out


def wanted(mechanism: str, first: str | None, last: str | None) -> Wanted:
    """Return which cases are meant: of a promise, filed from one day to another, both included."""
    from lianqiao.bridge.queries.event_logs import Wanted
    from lianqiao.engine.beijing import BEIJING

    def midnight(day: str | None, *, later: int = 0) -> datetime | None:
        if not day:
            return None
        return datetime.fromisoformat(day).replace(tzinfo=BEIJING) + timedelta(days=later)

    return Wanted(mechanism, midnight(first), midnight(last, later=1))
