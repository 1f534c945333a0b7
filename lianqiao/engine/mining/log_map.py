"""Which column of a file means what, and which promise its cases were owed: the map beside a log."""

from __future__ import annotations

from datetime import timezone, tzinfo
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Names, Part
from lianqiao.engine.spans import Budget

Column = Annotated[str, Field(min_length=1)]


class Promised(Part):
    """What each case was owed, so that its due time can be reckoned anew on the State Council's calendar.

    The clock starts with the first `start`, and is met by the first of `end` after it. It stands still from
    any of `pause` until any of `resume`; without `resume`, until the case's next event.
    """

    budget: str
    """`3wd` working days, `21wh` working hours, `24h` hours, `30nd` natural days, `1nm` months."""
    start: Column
    """The activity that starts the clock."""
    end: Names
    """The activities that meet the promise."""
    pause: Names = ()
    """The activities after which it waits for the firm."""
    resume: Names = ()
    """The activities that end the wait."""
    restart: Names = ()
    """The activities that start the clock anew with its whole budget, as after supplementing."""

    @field_validator("budget")
    @classmethod
    def _readable(cls, text: str) -> str:
        try:
            return str(Budget.parse(text))
        except Refusal as refusal:
            raise ValueError(f"{refusal.problems[0].reason}; {refusal.problems[0].hint}") from None


class LogMap(Part):
    """A log's map. For XES the names are attributes', and only what differs from the standard is named."""

    format: Literal[1] = 1
    case: Column = "concept:name"
    """The column of the case's number; in XES the trace's attribute."""
    activity: Column = "concept:name"
    """The column of what was done."""
    time: Column = "time:timestamp"
    """The column of when it was done."""
    person: str = "org:resource"
    """The column of who did it; left out where it is not in the file."""
    deadline: str = ""
    """The column of the case's deadline as the file states it."""
    end: str = ""
    """The column of when the case was closed."""
    lifecycle: str = ""
    """The column that tells beginnings from ends of work."""
    only: Names = ()
    """Only rows with one of these in the column `lifecycle` are read."""
    time_format: str = ""
    """How times are written, such as `%d.%m.%Y %H:%M`; ISO 8601 without it."""
    zone: str = "Asia/Shanghai"
    """The zone of times written without an offset."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    activities: dict[str, str] = Field(default_factory=dict)
    """Other names for activities: the file's = the one to use, such as the step of a promise."""
    promise: Promised | None = None

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        zone_of(zone)
        return zone


@lru_cache(maxsize=32)
def zone_of(name: str) -> tzinfo:
    """Return a zone by its name in the IANA database; raises ValueError for one that is not in it."""
    if name in ("Asia/Shanghai", "Asia/Chongqing", "PRC"):
        return BEIJING
    if name == "UTC":
        return timezone.utc  # noqa: UP017 — the alias has no name of its own on older releases
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{name}” is no time zone; write Asia/Shanghai, UTC or another IANA name") from None
