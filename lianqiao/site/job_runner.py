"""Long jobs run in a process of their own beside the worker: clocks never wait for them.

The worker looks for jobs every two seconds and starts `lianqiao jobs`, which does all there are and ends.
Where the worker is killed its process stops too, and the job it had is taken up again by another when its
lease has run out.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, close_old_connections

from lianqiao.bridge import long_jobs, queries
from lianqiao.bridge.commands import working
from lianqiao.bridge.models import Job
from lianqiao.site import beside, wall_clock
from lianqiao.site.job_kinds import KINDS

RENEW_EVERY_S = 3.0
# how long a kind may take to notice that it was cancelled before its process is ended
NOTICES_WITHIN_S = 5.0
log = logging.getLogger(__name__)


def _waiting() -> bool:
    return queries.job_waiting(KINDS, now=wall_clock.read())


LONG_JOBS = beside.Work("jobs", _waiting)


def run_jobs() -> int:
    """Do every job that waits, in this process, watched over; returns how many were done."""
    watch = Watch()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=watch.keep, name="watch", daemon=True).start()
    count = 0
    while long_jobs.do_next(KINDS, clock=wall_clock.read, begun=watch.begin):
        watch.let_go()
        count += 1
    return count


@dataclass
class Watch:
    """Keeps hold of the job being done, and ends this process where the job would not stop by itself.

    A kind that is deep in someone else's library cannot be asked to stop; a process can be ended.
    """

    leave: Callable[[int], None] = os._exit
    job: Job | None = None
    began_s: float = 0.0
    told_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, job: Job) -> None:
        """Watch over a job from now on."""
        with self.lock:
            self.job, self.began_s, self.told_s = job, time.monotonic(), 0.0

    def let_go(self) -> None:
        """The job has ended."""
        with self.lock:
            self.job = None

    def keep(self) -> None:
        """Look every few seconds, until the process ends."""
        while True:
            gone = _worker_gone()
            try:
                with self.lock:
                    if gone:
                        self.hand_on()
                    else:
                        self.look()
            except (InterfaceError, OperationalError) as error:
                # the job itself finds out too; its lease runs out and another worker takes it up
                log.warning("a long job could not be held: %s", " ".join(str(error).split()))
                if gone:
                    self.leave(1)
            finally:
                # this thread's connection is not left open while nothing happens
                close_old_connections()

    def hand_on(self) -> None:
        """Leave the job to another worker, and end the process."""
        if self.job is not None:
            working.give_back_job(self.job, now=wall_clock.read())
        self.leave(0)

    def look(self) -> None:
        """Renew the lease; end the process where the job was cancelled or took too long and goes on."""
        job = self.job
        if job is None:
            return
        now_s = time.monotonic()
        if now_s - self.began_s > KINDS[job.kind].most_s:
            working.fail_job(job, "job-too-long", now=wall_clock.read(), again=False)
            self.leave(0)
        elif working.renew_job(job, now=wall_clock.read()):
            self.told_s = 0.0
        elif not self.told_s:
            self.told_s = now_s
        elif now_s - self.told_s > NOTICES_WITHIN_S:
            working.stop_job(job, now=wall_clock.read())
            self.leave(0)


def _worker_gone() -> bool:
    """Wait a while for the pipe to the worker to close; a terminal is not one."""
    if sys.stdin is None or sys.stdin.isatty():
        time.sleep(RENEW_EVERY_S)
        return False
    readable, _, _ = select.select([sys.stdin], [], [], RENEW_EVERY_S)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)
