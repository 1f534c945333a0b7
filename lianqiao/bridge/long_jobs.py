"""Doing long jobs: what each kind is handed while it works, and the one way it ends.

A kind is a function of `Work`. It calls `work.go_on` every second or so, which keeps its hold on the job,
says how far it is, and stops it where it was cancelled; what it returns, JSON, is the job's result. It must
be safe to begin again from nothing, since a worker may be killed at any moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lianqiao.bridge.commands import working
from lianqiao.bridge.models import Job
from lianqiao.engine.errors import Refusal

# how often progress is written down, in seconds
WRITTEN_EVERY_S = 1.0
log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class JobStopped(Exception):
    """The job was cancelled, or another worker has it by now: leave everything and return."""


@dataclass
class Work:
    """A job in hand. `clock` reads the time, which a long job cannot be given once."""

    job: Job
    clock: Clock
    said: tuple[int, int, str] = (0, 0, "")
    written_s: float = field(default_factory=time.monotonic)

    def go_on(self, *, done: int = 0, total: int = 0, stage: str = "") -> None:
        """Say how far it is; `stage` is a message id. Raises JobStopped where it is to be left."""
        self.said = (done, total, stage)
        now_s = time.monotonic()
        if now_s - self.written_s < WRITTEN_EVERY_S:
            return
        self.written_s = now_s
        if not working.note_progress(self.job, done=done, total=total, stage=stage, now=self.clock()):
            raise JobStopped


@dataclass(frozen=True)
class Kind:
    """A kind of long job: what does it, and how long it may take, in seconds."""

    run: Callable[[Work], Any]
    most_s: float = 3600


def do_next(
    kinds: Mapping[str, Kind], *, clock: Clock, begun: Callable[[Job], None] = lambda job: None
) -> Job | None:
    """Take one job and do it to its end; returns it, None where none waits.

    A Refusal fails the job for good with its code; anything else that goes wrong is tried again later.
    """
    job = working.take_job(kinds, now=clock())
    if job is None:
        return None
    begun(job)
    try:
        result = kinds[job.kind].run(Work(job, clock))
    except JobStopped:
        working.stop_job(job, now=clock())
    except (KeyboardInterrupt, SystemExit):
        # a worker that is stopped in good order hands its job on at once
        working.give_back_job(job, now=clock())
        raise
    except Refusal as refusal:
        working.fail_job(job, refusal.code, now=clock(), again=False)
    except Exception:
        log.exception("job %s (%s) went wrong", job.pk, job.kind)
        working.fail_job(job, "job-failed", now=clock())
    else:
        working.finish_job(job, result, now=clock())
    job.refresh_from_db()
    return job


def do_all(kinds: Mapping[str, Kind], *, clock: Clock) -> int:
    """Do every job that waits, one after another, in this process; returns how many."""
    count = 0
    while do_next(kinds, clock=clock):
        count += 1
    return count
