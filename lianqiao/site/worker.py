"""The worker: ticks and delivers, in a thread of `serve` or as a process of its own."""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections
from django.urls import reverse

from lianqiao.bridge import jobs
from lianqiao.site import wall_clock

EVERY_S = 15
log = logging.getLogger(__name__)


def tick_once(*, now: datetime) -> jobs.Swept:
    """Let time act once and send what is owed; returns what moved."""
    swept = jobs.tick(now=now)
    return replace(swept, delivered=jobs.deliver(now=now, link=case_address))


def case_address(number: str) -> str:
    """Return the full address of a case's page, for use outside a request."""
    return settings.SITE_ADDRESS + reverse("case", args=[number])


def run(stop: threading.Event) -> None:
    """Tick every 15 seconds until `stop` is set; a failed tick is logged and the next one tries again."""
    while not stop.is_set():
        close_old_connections()
        try:
            tick_once(now=wall_clock.read())
        except Exception:
            # the worker outlives a database that is away for a while: what was due is still due
            log.exception("a tick failed; it is tried again in %s seconds", EVERY_S)
        stop.wait(EVERY_S)


def run_until_stopped() -> None:
    """Run in this process until SIGTERM or SIGINT; the tick under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)
