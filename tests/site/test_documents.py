"""Documents are made in a process of their own beside the worker; killed, it leaves the rest to the next."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection

from lianqiao.bridge import jobs, queries
from lianqiao.bridge.models import Entry, Result
from lianqiao.site import beside, worker
from tests.site.beside import home as home  # noqa: PLC0414
from tests.site.beside import until
from tests.world import NOW, World, build_world

OWED = Result.objects.filter(sha256="")


@pytest.fixture
def decided(home: Path) -> World:
    """A zone in which three decisions owe a document each."""
    world = build_world()
    for _ in range(3):
        decide(world)
    assert OWED.count() == 3
    return world


def decide(world: World) -> None:
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="材料齐全，初审通过。")


def each_made_once() -> None:
    assert not queries.verify_log().problems
    assert Entry.objects.filter(name="issue").count() == Result.objects.exclude(sha256="").count() == 3


def test_made_beside_the_worker_and_looked_for_again(decided: World) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=beside.supervise, args=(worker.DOCUMENTS, stop))
    with mock.patch.object(beside, "LOOK_EVERY_S", 0.2):
        thread.start()
        until(lambda: not OWED.exists())
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    each_made_once()


def test_a_worker_sets_none_itself_and_has_all_set(decided: World, monkeypatch: pytest.MonkeyPatch) -> None:
    by_itself = mock.Mock(return_value=0)
    monkeypatch.setattr(jobs, "issue", by_itself)
    monkeypatch.setattr(beside, "LOOK_EVERY_S", 0.2)
    monkeypatch.setattr(worker, "EVERY_S", 0.2)
    stop, held = threading.Event(), []

    def work() -> None:
        worker.run_with_jobs(stop)
        held.append(connection.connection)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: not OWED.exists())
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert held == [None], "its connection is closed"
    by_itself.assert_not_called()
    each_made_once()


def test_who_decided_last_comes_first_and_what_another_made_is_left(decided: World) -> None:
    made: list[str] = []

    def link(code: str) -> str:
        made.append(code)
        if len(made) == 1:
            # meanwhile another worker makes the oldest, and a fourth is decided
            oldest = OWED.order_by("pk")[0]
            Result.objects.filter(pk=oldest.pk).update(sha256="0" * 64)
            decide(decided)
        return f"https://example.invalid/verify/{code}/"

    first, second, third = OWED.order_by("pk").values_list("code", flat=True)
    assert jobs.issue_all(clock=lambda: NOW, link=link) == 3
    newest = Result.objects.latest("pk").code
    assert made == [third, newest, second]
    assert first not in made


def test_killed_it_leaves_the_rest_to_the_next(decided: World) -> None:
    process = subprocess.Popen(worker.DOCUMENTS.command, stdin=subprocess.PIPE)
    until(lambda: OWED.count() < 3)
    process.kill()
    process.communicate()
    assert subprocess.run(worker.DOCUMENTS.command, stdin=subprocess.DEVNULL, check=False).returncode == 0
    each_made_once()


def test_without_a_font_it_says_so_and_is_not_started_over_and_over(
    decided: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LIANQIAO_PDF_FONT", "/nowhere/font.ttc")
    stop, waited = threading.Event(), []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        if seconds >= beside.LOOK_EVERY_S:
            stop.set()
        return stop.is_set()

    with mock.patch.object(stop, "wait", wait), mock.patch.object(beside.connections, "close_all"):
        beside.supervise(worker.DOCUMENTS, stop)
    assert waited[-1] == beside.AFTER_FAILURE_S
    assert "the process for documents ended with 2" in caplog.text
    assert OWED.count() == 3
