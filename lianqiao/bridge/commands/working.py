"""Long jobs: asked for, held on lease by one worker at a time, told how far they are, ended once.

A worker holds a job by its lease and must renew it; one that was killed lets it run out, and the next worker
takes the job up from its beginning. Whatever is written about a running job is written under its lease, so
that a worker that was given up for dead changes nothing when it comes back.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from lianqiao.bridge.models import Attachment, Case, Check, Job
from lianqiao.bridge.queries.job_rows import due_in_turn
from lianqiao.engine.errors import refuse
from lianqiao.organization.models import Person

LEASE_S = 60
STOPS_WITHIN_S = 10
# after the first failure, after the second; a third is the last
WAITS_S = (30, 300)
MOST_TRIES = len(WAITS_S) + 1
KEPT_DAYS = 30
CLEARED_AT_ONCE = 1000
# a job whose worker vanished every time
LOST = "job-lost"


def ask_job(
    kind: str,
    *,
    by: Person | None,
    given: dict[str, Any],
    now: datetime,
    about: str = "",
    case: Case | None = None,
) -> Job:
    """Ask for a job; `given` is what its kind works on, JSON. A worker begins within seconds."""
    return Job.objects.create(
        kind=kind, person=by, given=given, about=about[:200], case=case, asked_at=now, next_at=now
    )


def take_job(kinds: Collection[str], *, now: datetime) -> Job | None:
    """Take the job whose turn it is (`due_in_turn`), or whose worker was lost; None where none is to do.

    A lost job that had all its tries fails here.
    """
    for pk in due_in_turn(kinds, now=now):
        with transaction.atomic():
            skip = connection.features.has_select_for_update_skip_locked
            due = Job.objects.select_for_update(skip_locked=skip).filter(pk=pk, next_at__lte=now)
            job = due.select_related(None).first()
            if job is not None and _held(job, now):
                return job
    return None


def _held(job: Job, now: datetime) -> bool:
    """Give the locked job a lease; False where it ends instead."""
    if job.cancel_asked_at or job.attempts >= MOST_TRIES:
        job.state, job.error = ("cancelled", "") if job.cancel_asked_at else ("failed", LOST)
        job.ended_at, job.next_at, job.lease = now, None, ""
        job.save()
        return False
    job.state, job.lease, job.attempts = "running", uuid.uuid4().hex, job.attempts + 1
    job.started_at, job.next_at = now, now + timedelta(seconds=LEASE_S)
    job.done, job.total, job.stage = 0, 0, ""
    job.save()
    return True


def renew_job(job: Job, *, now: datetime) -> bool:
    """Hold the job for another minute; False where it is to be stopped: cancelled, or another's by now."""
    mine = _mine(job).filter(cancel_asked_at=None)
    return bool(mine.update(next_at=now + timedelta(seconds=LEASE_S)))


def note_progress(job: Job, *, done: int, total: int, stage: str, now: datetime) -> bool:
    """Write down how far the job is, and renew it; False as `renew_job`."""
    mine = _mine(job).filter(cancel_asked_at=None)
    until = now + timedelta(seconds=LEASE_S)
    return bool(mine.update(done=done, total=total, stage=stage[:100], next_at=until))


def finish_job(job: Job, result: Any, *, now: datetime) -> bool:
    """End the job with its result, JSON; False where it is no longer this worker's."""
    done = {"state": "done", "result": result, "done": F("total"), "stage": ""}
    return _end(job, now, **done)


def stop_job(job: Job, *, now: datetime) -> bool:
    """End a job as cancelled, once its worker has stopped."""
    return _end(job, now, state="cancelled", stage="")


def fail_job(job: Job, error: str, *, now: datetime, again: bool = True) -> bool:
    """End the job as failed for the reason with this code, or leave it for another try after a while.

    It is tried three times in all; `again=False` is for what will fail each time.
    """
    if not again or job.attempts >= MOST_TRIES:
        return _end(job, now, state="failed", error=error[:64], stage="")
    wait = timedelta(seconds=WAITS_S[job.attempts - 1])
    left = {"state": "waiting", "error": error[:64], "lease": "", "next_at": now + wait, "stage": ""}
    return bool(_mine(job).update(**left))


def give_back_job(job: Job, *, now: datetime) -> bool:
    """Let another worker begin the job anew, as if it had not been tried."""
    left = {"state": "waiting", "lease": "", "next_at": now, "stage": "", "attempts": job.attempts - 1}
    return bool(_mine(job).update(**left))


def cancel_job(job: Job, *, now: datetime) -> Job:
    """Ask for the job to be stopped: at once where nobody has begun it, else within seconds.

    Raises Refusal `job-ended` where there is nothing left to stop. Who may is for the caller to ask.
    """
    waiting = Job.objects.filter(pk=job.pk, state="waiting")
    if not waiting.update(state="cancelled", cancel_asked_at=now, ended_at=now, next_at=None, stage=""):
        running = Job.objects.filter(pk=job.pk, state="running")
        # a worker that lives stops within seconds; where it was lost, another ends the job soon after
        if not running.update(cancel_asked_at=now, next_at=now + timedelta(seconds=STOPS_WITHIN_S)):
            raise refuse("job-ended", f"job {job.pk} has ended", hint="there is nothing to stop")
    job.refresh_from_db()
    return job


def clear_jobs(*, now: datetime) -> int:
    """Remove jobs that ended a month ago or longer; returns how many."""
    old = Job.objects.filter(ended_at__lt=now - timedelta(days=KEPT_DAYS))
    ids = list(old.values_list("pk", flat=True)[:CLEARED_AT_ONCE])
    if ids:
        # what was found in a file goes with the file: by now one that nobody filed is gone
        kept = Attachment.objects.filter(sha256=OuterRef("sha256"))
        Check.objects.filter(~Exists(kept), job__in=ids).delete()
        Check.objects.filter(job__in=ids).update(job=None)
        Job.objects.filter(pk__in=ids).delete()
    return len(ids)


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, lease=job.lease, state="running")


def _end(job: Job, now: datetime, **changes: Any) -> bool:
    return bool(_mine(job).update(ended_at=now, next_at=None, lease="", **changes))
