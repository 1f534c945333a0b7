"""The district pack being served, and the calendar as it is known at a moment."""

from __future__ import annotations

import logging
import time
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from lianqiao.bridge import publications
from lianqiao.bridge.pack_files import Published, load_pack
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar, Closure
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.pack import Pack

log = logging.getLogger(__name__)


class _Looked(NamedTuple):
    folder: Path
    published: Published
    until_s: float
    pack: Pack


_last: list[_Looked] = []


def current() -> Pack:
    """Return the pack of the district this server runs.

    A changed file is taken up without a restart: the folder is looked at again `PACK_LOOK_EVERY_S` seconds
    after the last look (0: each time). So is a version published beside the files, in every process. Where a
    change broke the pack, the last good one is served on and the log says why; a server that starts on a
    broken pack raises the Refusal.
    """
    folder, now_s = settings.ENVIRONMENT.district, time.monotonic()
    published = publications.in_force(now_s)
    last = _last[0] if _last else None
    if last and last.folder is folder and last.published is published and now_s < last.until_s:
        return last.pack
    try:
        pack = load_pack(folder, published)
    except Refusal as refusal:
        if last is None or last.folder != folder:
            raise
        log.error("the pack in %s is broken, the last good one is served on: %s", folder, refusal)
        pack = last.pack
    _last[:] = [_Looked(folder, published, now_s + settings.PACK_LOOK_EVERY_S, pack)]
    return pack


def mechanism(key: str) -> Mechanism:
    """Return the promise `id@version`; refuses `unknown-mechanism` where the pack has it no longer."""
    pack = current()
    if key not in pack.mechanisms:
        # another process may have opened a case under a version published within this second
        publications.look_again()
        pack = current()
    return pack.mechanism(key)


def calendar(now: datetime) -> Calendar:
    """Return the calendar as published by `now`, with the zone's own closures."""
    return _calendar(now.astimezone(BEIJING).date(), current().closures)


@lru_cache(maxsize=512)
def _calendar(day: date, closures: tuple[Closure, ...]) -> Calendar:
    return Calendar.known_on(day, closures=closures)
