"""Long jobs are taken in turns: nobody's one job waits behind the many of somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lianqiao.bridge import commands, queries
from lianqiao.bridge.commands import working
from lianqiao.bridge.models import Job
from lianqiao.organization.models import Person
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db
KINDS = ("count",)


def ask(by: Person | None, now: datetime, count: int = 1) -> list[Job]:
    return [commands.ask_job("count", by=by, given={}, now=now) for _one in range(count)]


def take(now: datetime) -> Job:
    job = working.take_job(KINDS, now=now)
    assert job is not None
    working.finish_job(job, {}, now=now)
    return job


def test_one_job_does_not_wait_behind_ninety(town: Town) -> None:
    many = ask(None, town.now, 90)
    take(town.now)
    town.later(seconds=5)
    (mine,) = ask(town.a, town.now)
    assert queries.ahead_of([mine], now=town.now) == {mine.pk: 0}
    assert queries.ahead_of(many[-1:], now=town.now) == {many[-1].pk: 89}
    assert take(town.now).pk == mine.pk


def test_people_take_turns_and_each_sees_their_place(town: Town) -> None:
    people: list[Person | None] = [None, town.a, town.b]
    jobs = [job for by, count in zip(people, (5, 3, 1), strict=True) for job in ask(by, town.now, count)]
    told = queries.ahead_of(Job.objects.all(), now=town.now)
    order = []
    for second in range(len(jobs)):
        order.append(take(town.now + timedelta(seconds=second)).pk)
    whose = [Job.objects.get(pk=pk).person_id for pk in order]
    assert set(whose[:3]) == {None, town.a.pk, town.b.pk}
    assert set(whose[3:5]) == {None, town.a.pk}
    assert whose[7:] == [None, None]
    # what each was told when nothing had been taken is what came true
    assert [told[pk] for pk in order] == list(range(len(jobs)))
    # one's own are taken in the order they were asked for
    assert [pk for pk in order if pk in {job.pk for job in jobs[:5]}] == [job.pk for job in jobs[:5]]


def test_what_waits_for_another_try_is_not_in_the_queue(town: Town) -> None:
    first, second = ask(town.a, town.now, 2)
    held = working.take_job(KINDS, now=town.now)
    assert held is not None
    working.fail_job(held, "job-failed", now=town.now)
    first.refresh_from_db()
    assert queries.ahead_of([first, second], now=town.now) == {second.pk: 0}
    assert take(town.now).pk == second.pk


def test_two_workers_share_the_jobs_of_one_person(town: Town) -> None:
    ask(town.a, town.now, 4)
    taken = [working.take_job(KINDS, now=town.now) for _worker in range(4)]
    assert len({job.pk for job in taken if job}) == 4
    assert working.take_job(KINDS, now=town.now) is None
