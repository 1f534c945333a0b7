"""Long jobs: how far they are, and stopping them."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Job
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import Cut, Id, Moment, Page, Shown, offer
from lianqiao.service import job_words

router = Router(tags=["jobs"])
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class JobAsked(Cut):
    """Which jobs."""

    state: JobState | None = None


class LongJob(Shown):
    """Something that takes long: done by a worker, kept for a month after its end."""

    id: int
    kind: str
    title: str
    about: str
    case: str | None = Field(description=_("The number of the case it is about."))
    state: JobState
    done: int
    total: int = Field(description=_("0 while its size is not known."))
    ahead: int | None = Field(description=_("How many jobs are done before it; null where it does not wait."))
    stage: str = Field(description=_("What is being done just now."))
    stopping: bool = Field(description=_("Whether it was cancelled and still works for some seconds."))
    result: Any = Field(description=_("What its kind makes of it; null until it is done."))
    error: str = Field(description=_("A code; empty where nothing went wrong."))
    reason: str = Field(description=_("The same in words."))
    asked_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


@offer(
    router,
    "GET",
    "/jobs",
    name="listJobs",
    scope="read",
    says=_("The long jobs you asked for, newest first."),
    answer=Page[LongJob],
)
def list_jobs(request: HttpRequest, asked: Query[JobAsked]) -> Page[LongJob]:
    """Return a page of the caller's jobs."""
    found = queries.jobs_of(caller(request).person.pk).select_related("case")
    if asked.state:
        found = found.filter(state=asked.state)
    page, following = page_of(found, [Key("asked_at", descending=True)], asked)
    ahead = queries.ahead_of(page, now=moment(request))
    return Page[LongJob](items=[job_answer(one, ahead.get(one.pk)) for one in page], next=following)


@offer(
    router,
    "GET",
    "/jobs/{job}",
    name="showJob",
    scope="read",
    says=_("How far a long job is, and its result once it is done."),
    answer=LongJob,
    refuses=(404,),
)
def show_job(request: HttpRequest, job: Path[Id]) -> LongJob:
    """Return the job; refuses `unknown-job`."""
    found = queries.job_for(job, caller(request).person, at=moment(request))
    return job_answer(found, queries.ahead_of([found], now=moment(request)).get(found.pk))


@offer(
    router,
    "POST",
    "/jobs/{job}/cancellation",
    name="cancelJob",
    scope="file act",
    says=_("Stop a long job: at once if it waits, within seconds if it is being done."),
    answer=LongJob,
    refuses=(404, 409),
)
def cancel_job(request: HttpRequest, job: Path[Id]) -> LongJob:
    """Stop the job; refuses `unknown-job` and `job-ended`."""
    now = moment(request)
    return job_answer(commands.cancel_job(queries.job_for(job, caller(request).person, at=now), now=now))


def job_answer(job: Job, ahead: int | None = None) -> LongJob:
    """Return a job as the API tells of it; `ahead` is how many are done before it."""
    shown = job_words.job_shown(job)
    return LongJob(
        id=job.pk,
        kind=job.kind,
        title=shown.title,
        about=job.about,
        case=job.case.number if job.case else None,
        state=job.state,
        done=job.done,
        total=job.total,
        ahead=ahead,
        stage=shown.stage,
        stopping=shown.stopping,
        result=job.result,
        error=job.error if shown.reason else "",
        reason=shown.reason,
        asked_at=job.asked_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )
