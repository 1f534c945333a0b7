"""Long jobs in a process of their own: begun by the worker, stopped by a person, taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianqiao.bridge import commands, packs, queries
from lianqiao.bridge.commands import working
from lianqiao.bridge.models import Check, Job
from lianqiao.site import beside, job_runner, wall_clock
from tests import media
from tests.site.beside import home as home  # noqa: PLC0414
from tests.site.beside import until
from tests.world import FILING, person


@pytest.fixture
def worker(home: Path) -> Iterator[threading.Thread]:
    """A worker that looks for jobs twice a second."""
    stop = threading.Event()
    thread = threading.Thread(target=beside.supervise, args=(job_runner.LONG_JOBS, stop))
    with mock.patch.object(beside, "LOOK_EVERY_S", 0.5):
        thread.start()
        yield thread
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of an hour: what reads it is busy for seconds, however quick the machine."""
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    return media.film(path, [("still", 3600, 0)], size=(32, 32), sound=False)


def send_film(path: Path) -> Job:
    """Receive a film, as a form would; returns the job that looks it over."""
    now = wall_clock.read()
    agent = person("firm-a", "示例企业甲 经办人", now)
    field = packs.current().newest(FILING).fields["film"]
    upload = SimpleUploadedFile("示例成片.mp4", path.read_bytes())
    commands.receive(upload, field=field, by=agent, now=now)
    return Job.objects.get()


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_done_in_a_process_of_its_own(home: Path, worker: threading.Thread) -> None:
    job = send_film(media.film(home / "short.mp4", [("moving", 1, 0.1)]))
    until(lambda: state(job) == "done")
    check = Check.objects.get()
    assert check.report is not None
    assert check.report["video"]["codec"] == "h264"
    assert job.result == {"sha256": check.sha256, "readable": True}


def test_cancelled_within_seconds_while_it_works(
    home: Path, worker: threading.Thread, long_film: Path
) -> None:
    job = send_film(long_film)
    until(lambda: state(job) == "running")
    commands.cancel_job(job, now=wall_clock.read())
    took_s = until(lambda: state(job) != "running")
    assert (job.state, Check.objects.get().report) == ("cancelled", None)
    assert took_s < 8


def test_a_killed_process_leaves_its_job_to_the_next(home: Path, long_film: Path) -> None:
    job = send_film(long_film)
    process = subprocess.Popen(job_runner.LONG_JOBS.command, stdin=subprocess.PIPE, cwd=home)
    until(lambda: state(job) == "running")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    now = wall_clock.read()
    assert not queries.job_waiting(job_runner.KINDS, now=now), "its lease still runs"
    later = now + timedelta(seconds=working.LEASE_S)
    again = working.take_job(job_runner.KINDS, now=later)
    assert again is not None
    assert (again.pk, again.attempts) == (job.pk, 2)


def test_a_worker_that_goes_takes_its_process_along(home: Path, long_film: Path) -> None:
    job = send_film(long_film)
    process = subprocess.Popen(job_runner.LONG_JOBS.command, stdin=subprocess.PIPE, cwd=home)
    until(lambda: state(job) == "running")
    process.terminate()
    process.communicate(timeout=20)
    assert state(job) == "waiting", "handed on at once"
    assert job.attempts == 0


@pytest.mark.django_db
def test_what_does_not_listen_is_ended_with_its_process() -> None:
    job = commands.ask_job("file-check", by=None, given={}, now=wall_clock.read())
    taken = working.take_job({"file-check"}, now=wall_clock.read())
    assert taken
    left: list[int] = []
    watch = job_runner.Watch(leave=left.append)
    watch.begin(taken)
    watch.look()
    assert not left
    commands.cancel_job(job, now=wall_clock.read())
    watch.look()
    assert not left, "it is given a moment"
    watch.told_s -= job_runner.NOTICES_WITHIN_S + 1
    watch.look()
    assert left == [0]
    assert state(job) == "cancelled"
    slow = commands.ask_job("file-check", by=None, given={}, now=wall_clock.read())
    taken = working.take_job({"file-check"}, now=wall_clock.read())
    assert taken
    watch.begin(taken)
    watch.began_s -= job_runner.KINDS["file-check"].most_s + 1
    watch.look()
    assert (state(slow), slow.error, left) == ("failed", "job-too-long", [0, 0])
