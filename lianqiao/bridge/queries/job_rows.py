"""Long jobs as those who asked for them see them, and whether any waits for a worker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from lianqiao.bridge.models import Job
from lianqiao.bridge.queries.one_case import case_for
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import Person


def job_for(job_id: int, person: Person, *, at: datetime) -> Job:
    """Return a job the person asked for, or one about a case they may read; else refuses `unknown-job`."""
    job = Job.objects.select_related("case").filter(pk=job_id).first()
    if job is not None and (job.person_id == person.pk or _reads_its_case(job, person, at)):
        return job
    raise refuse("unknown-job", f"there is no job {job_id} for you", hint="look at your jobs")


def jobs_of(person_id: int) -> QuerySet[Job]:
    """Return what the person asked for, newest first."""
    return Job.objects.filter(person_id=person_id).order_by("-asked_at", "-pk")


def job_waiting(kinds: Collection[str], *, now: datetime) -> bool:
    """True where a job waits for a worker, or was lost by one."""
    return Job.objects.filter(next_at__lte=now, kind__in=kinds).exists()


def _reads_its_case(job: Job, person: Person, at: datetime) -> bool:
    if job.case is None:
        return False
    try:
        return case_for(job.case.number, person, at=at).private
    except Refusal:
        return False
