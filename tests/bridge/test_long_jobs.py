"""Long jobs: held by one worker at a time, taken up again, tried a few times, cancelled, forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from lianqiao.bridge import commands, jobs, queries
from lianqiao.bridge.commands import working
from lianqiao.bridge.long_jobs import JobStopped, Kind, Work, do_all, do_next
from lianqiao.bridge.models import Job
from lianqiao.engine.errors import Refusal, refuse
from tests.world import NOW, World
from tests.world import world as world  # noqa: PLC0414

A_MINUTE = timedelta(seconds=working.LEASE_S)


def ask(world: World, kind: str = "count", **given: Any) -> Job:
    return commands.ask_job(kind, by=world.agent, given=given, now=NOW)


def kind_of(run: Any) -> dict[str, Kind]:
    return {"count": Kind(run)}


def clock() -> datetime:
    return NOW


def test_done_once_with_its_result(world: World) -> None:
    first, second = ask(world, upto=3), ask(world, upto=4)
    done: list[int] = []

    def count(work: Work) -> Any:
        done.append(work.job.pk)
        work.written_s -= 10
        work.go_on(done=1, total=work.job.given["upto"], stage="Counting")
        kept = Job.objects.get(pk=work.job.pk)
        assert (kept.state, kept.done, kept.percent) == ("running", 1, 100 // kept.total)
        return {"counted": work.job.given["upto"]}

    assert do_all(kind_of(count), clock=clock) == 2
    assert done == [first.pk, second.pk]
    first.refresh_from_db()
    assert (first.state, first.result, first.percent, first.ended_at) == ("done", {"counted": 3}, 100, NOW)
    assert not queries.job_waiting({"count"}, now=NOW + timedelta(days=1))
    # kinds this worker does not know are left to one that does
    ask(world, "other")
    assert not do_next(kind_of(count), clock=clock)


def test_a_lost_job_is_taken_up_again_three_times_at_most(world: World) -> None:
    job, now = ask(world), NOW
    for attempt in (1, 2, 3):
        taken = working.take_job({"count"}, now=now)
        assert taken
        assert (taken.pk, taken.attempts) == (job.pk, attempt)
        assert working.take_job({"count"}, now=now + A_MINUTE / 2) is None
        assert working.renew_job(taken, now=now + A_MINUTE / 2)
        assert working.take_job({"count"}, now=now + A_MINUTE) is None, "its lease was renewed"
        now += A_MINUTE * 2
    lost = working.take_job({"count"}, now=now)
    assert lost is None
    job.refresh_from_db()
    assert (job.state, job.error, job.ended_at) == ("failed", "job-lost", now)
    # a worker given up for dead that comes back changes nothing
    assert not working.finish_job(taken, {"late": True}, now=now)
    assert not working.renew_job(taken, now=now)
    job.refresh_from_db()
    assert job.result is None


def test_failures_wait_and_then_are_given_up(world: World) -> None:
    job, moment = ask(world), [NOW]

    def breaks(work: Work) -> None:
        raise ValueError("broken")

    for wait_s in working.WAITS_S:
        assert do_next(kind_of(breaks), clock=lambda: moment[0])
        job.refresh_from_db()
        assert (job.state, job.error) == ("waiting", "job-failed")
        moment[0] += timedelta(seconds=wait_s - 1)
        assert not do_next(kind_of(breaks), clock=lambda: moment[0])
        moment[0] += timedelta(seconds=1)
    do_next(kind_of(breaks), clock=lambda: moment[0])
    job.refresh_from_db()
    assert (job.state, job.attempts, job.next_at) == ("failed", 3, None)

    def refuses(work: Work) -> None:
        raise refuse("no-firm", "no")

    again = ask(world)
    do_next(kind_of(refuses), clock=clock)
    again.refresh_from_db()
    assert (again.state, again.error, again.attempts) == ("failed", "no-firm", 1), "refused once is enough"


def test_cancelled_at_once_or_where_it_is(world: World) -> None:
    waiting, running = ask(world), ask(world)
    assert commands.cancel_job(waiting, now=NOW).state == "cancelled"

    def works(work: Work) -> None:
        commands.cancel_job(running, now=NOW)
        work.written_s -= 10
        with pytest.raises(JobStopped):
            work.go_on(done=1, total=2)
        raise JobStopped

    assert do_next(kind_of(works), clock=clock)
    running.refresh_from_db()
    assert (running.state, running.ended_at) == ("cancelled", NOW)
    with pytest.raises(Refusal) as refused:
        commands.cancel_job(running, now=NOW)
    assert refused.value.code == "job-ended"
    # its worker was killed before it could stop: the next one ends it
    orphan = ask(world)
    assert working.take_job({"count"}, now=NOW)
    commands.cancel_job(orphan, now=NOW)
    assert working.take_job({"count"}, now=NOW + timedelta(seconds=working.STOPS_WITHIN_S)) is None
    orphan.refresh_from_db()
    assert orphan.state == "cancelled"


def test_a_worker_stopped_in_good_order_hands_its_job_on(world: World) -> None:
    job = ask(world)

    def stopped(work: Work) -> None:
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        do_next(kind_of(stopped), clock=clock)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.next_at) == ("waiting", 0, NOW)


def test_seen_by_whoever_asked_and_whoever_reads_its_case(world: World) -> None:
    case = world.file()
    job = commands.ask_job("count", by=world.agent, given={}, case=case, now=NOW)
    for reader in (world.agent, world.steward_of(case)):
        assert queries.job_for(job.pk, reader, at=NOW) == job
    for other in (world.stranger, world.other_steward(case)):
        with pytest.raises(Refusal) as refused:
            queries.job_for(job.pk, other, at=NOW)
        assert refused.value.code == "unknown-job"


def test_ended_jobs_are_forgotten_after_a_month(world: World) -> None:
    old, running = ask(world), ask(world)
    commands.cancel_job(old, now=NOW)
    assert working.take_job({"count"}, now=NOW) == running
    assert jobs.tick(now=NOW + timedelta(days=29)).jobs_cleared == 0
    assert jobs.tick(now=NOW + timedelta(days=31)).jobs_cleared == 1
    assert list(Job.objects.all()) == [running]


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_out_many_jobs() -> None:
    from concurrent.futures import ThreadPoolExecutor

    for number in range(24):
        commands.ask_job("count", by=None, given={"n": number}, now=NOW)

    def work(_: int) -> list[int]:
        did = []
        try:
            while job := do_next(kind_of(lambda work: work.job.given["n"]), clock=clock):
                did.append(job.pk)
        finally:
            connections.close_all()
        return did

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, range(4)))
    done = [pk for share in shares for pk in share]
    assert len(done) == len(set(done)) == 24
    assert Job.objects.filter(state="done").count() == 24
