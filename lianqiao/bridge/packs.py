"""The district pack being served, and the calendar as it is known at a moment."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.conf import settings

from lianqiao.bridge.pack_files import load_pack
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack


def current() -> Pack:
    """Return the pack of the district this server runs."""
    return load_pack(settings.ENVIRONMENT.district)


def mechanism(key: str) -> Mechanism:
    """Return the promise `id@version`; refuses `unknown-mechanism` where the pack has it no longer."""
    pack = current()
    if key not in pack.mechanisms:
        raise refuse(
            "unknown-mechanism",
            f"the district pack has no promise “{key}”",
            hint="put its file back: running cases keep the version they were opened under",
        )
    return pack.mechanisms[key]


def calendar(now: datetime) -> Calendar:
    """Return the calendar as published by `now`, with the zone's own closures."""
    return _calendar(now.astimezone(BEIJING).date(), current())


@lru_cache(maxsize=512)
def _calendar(day: date, pack: Pack) -> Calendar:
    return Calendar.known_on(day, closures=pack.closures)
