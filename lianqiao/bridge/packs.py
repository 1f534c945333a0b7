"""The district pack being served, and the calendar as it is known at a moment."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.conf import settings

from lianqiao.bridge.pack_files import load_pack
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar, Closure
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack


def current() -> Pack:
    """Return the pack of the district this server runs."""
    return load_pack(settings.ENVIRONMENT.district)


def mechanism(key: str) -> Mechanism:
    """Return the promise `id@version`; refuses `unknown-mechanism` where the pack has it no longer."""
    return current().mechanism(key)


def calendar(now: datetime) -> Calendar:
    """Return the calendar as published by `now`, with the zone's own closures."""
    return _calendar(now.astimezone(BEIJING).date(), current().closures)


@lru_cache(maxsize=512)
def _calendar(day: date, closures: tuple[Closure, ...]) -> Calendar:
    return Calendar.known_on(day, closures=closures)
