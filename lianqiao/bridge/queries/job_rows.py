"""Long jobs as those who asked for them see them, and whether any waits for a worker."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from lianqiao.bridge.models import Job
from lianqiao.bridge.queries.one_case import case_for
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import Person

NEVER = datetime.min.replace(tzinfo=UTC)


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
    return _due(kinds, now).exists()


def due_in_turn(kinds: Collection[str], *, now: datetime, most: int = 20) -> list[int]:
    """Return the ids of the jobs to be taken next, first first, at most `most`.

    People take turns: whoever was served longest ago comes first, with what they asked for first. So one job
    never waits behind the ninety of somebody else.
    """
    order = [F("next_at").asc(), F("pk").asc()]
    ranked = _due(kinds, now).annotate(turn=Window(RowNumber(), partition_by=F("person_id"), order_by=order))
    # beyond a person's first few, another worker has them by the time it is their turn
    rows = list(ranked.filter(turn__lte=most).values_list("turn", "person_id", "next_at", "pk"))
    served = _last_served({person_id for _turn, person_id, _at, _pk in rows})
    rows.sort(key=lambda row: (row[0], served.get(row[1], NEVER), row[2], row[3]))
    return [pk for _turn, _person, _at, pk in rows[:most]]


def ahead_of(jobs: Iterable[Job], *, now: datetime) -> dict[int, int]:
    """Return of each job that waits how many are taken before it, by id, in a few database queries.

    What is being done already is not counted; nor is a job in it that waits for another try.
    """
    asked = [job for job in jobs if job.state == "waiting" and job.next_at and job.next_at <= now]
    if not asked:
        return {}
    due = Job.objects.filter(next_at__lte=now, state="waiting")
    rows = due.order_by().values_list("person_id").annotate(Count("pk"), Min("next_at"), Min("pk"))
    waiting = {person_id: count for person_id, count, _first, _pk in rows}
    heads = {person_id: (first, pk) for person_id, _count, first, pk in rows}
    served = _last_served(set(waiting))
    turns = sorted(waiting, key=lambda one: (served.get(one, NEVER), heads[one]))
    own: dict[int, int] = {}
    for person_id in {job.person_id for job in asked}:
        mine = due.filter(person_id=person_id) if person_id else due.filter(person=None)
        own |= {
            pk: place for place, pk in enumerate(mine.order_by("next_at", "pk").values_list("pk", flat=True))
        }
    found = {}
    for job in asked:
        if job.pk in own and job.person_id in waiting:
            place, turn = own[job.pk], turns.index(job.person_id)
            others = [(waiting[one], index < turn) for index, one in enumerate(turns) if one != job.person_id]
            found[job.pk] = place + sum(min(count, place + before) for count, before in others)
    return found


def _due(kinds: Collection[str], now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(next_at__lte=now, kind__in=kinds)


def _last_served(person_ids: set[int | None]) -> dict[int | None, datetime]:
    """Return when a worker last began something for each of these people; None is the zone itself."""
    whose = Q(person_id__in=[one for one in person_ids if one is not None])
    if None in person_ids:
        whose |= Q(person_id=None)
    began = Job.objects.filter(whose, started_at__isnull=False).order_by()
    return {person_id: last for person_id, last in began.values_list("person_id").annotate(Max("started_at"))}


def _reads_its_case(job: Job, person: Person, at: datetime) -> bool:
    if job.case is None:
        return False
    try:
        return case_for(job.case.number, person, at=at).private
    except Refusal:
        return False
