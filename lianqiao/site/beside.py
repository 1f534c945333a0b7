"""Work done in a process of its own beside the worker: neither clocks nor pages wait for it.

What it takes of memory goes back with the process. The two hold on to each other by a pipe, so that what is
not to outlive its worker can tell.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connections

from lianqiao.site import schema

LOOK_EVERY_S = 2.0
# a process that cannot start must not be started over and over
AFTER_FAILURE_S = 30.0
ENDS_WITHIN_S = 10
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """A verb of the command line that does all there is of it and ends, and whether there is some."""

    verb: str
    waits: Callable[[], bool]

    @property
    def command(self) -> tuple[str, ...]:
        """The process that does it."""
        return (sys.executable, "-m", "lianqiao", self.verb)


def supervise(work: Work, stop: threading.Event) -> None:
    """Start a process whenever there is something to do, until `stop` is set; the rest is left to another."""
    try:
        while not stop.is_set():
            close_old_connections()
            well = not _waits(work) or _run_process(work, stop)
            stop.wait(LOOK_EVERY_S if well else AFTER_FAILURE_S)
    finally:
        connections.close_all()


def _waits(work: Work) -> bool:
    try:
        schema.require()
        return work.waits()
    except Exception:
        # the tick says what is wrong with the database; here it only means: not now
        return False


def _run_process(work: Work, stop: threading.Event) -> bool:
    """Run the process to its end, or until `stop` is set; returns whether it went well."""
    process = subprocess.Popen(work.command, stdin=subprocess.PIPE)  # noqa: S603 - this program itself
    while process.poll() is None:
        if stop.wait(0.2):
            process.terminate()
            break
    try:
        ended = process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        ended = process.wait()
    finally:
        if process.stdin:
            process.stdin.close()
    if ended and not stop.is_set():
        log.warning("the process for %s ended with %s", work.verb, ended)
        return False
    return True
