"""Two releases on one database: neither works on what is not its own, and only one process migrates."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.recorder import MigrationRecorder

from lianqiao.bridge.models import Case
from lianqiao.command_line.main import main
from lianqiao.engine.errors import Refusal
from lianqiao.site import pulse, schema, worker
from tests.world import World


@pytest.fixture
def newer(db: None) -> None:
    MigrationRecorder(connection).record_applied("bridge", "9999_of_tomorrow")


@pytest.mark.django_db
def test_of_this_release() -> None:
    assert schema.look() == schema.Schema()
    schema.require()


@pytest.mark.usefixtures("newer")
def test_newer_release_is_not_migrated_over() -> None:
    with pytest.raises(Refusal) as refused, mock.patch("lianqiao.site.schema.call_command") as migrate:
        schema.bring_up_to_date()
    assert refused.value.code == "schema-newer"
    assert "bridge.9999_of_tomorrow" in str(refused.value)
    assert not migrate.called


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("arguments", [["serve", "--port", "1"], ["tick"], ["tick", "--worker"], ["load"]])
def test_commands_refuse_to_start(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with mock.patch("waitress.serve") as served, mock.patch("lianqiao.site.worker.tick_once") as ticked:
        assert main(arguments) == 2
    assert not served.called
    assert not ticked.called
    assert "newer release" in capsys.readouterr().err


@pytest.mark.django_db
def test_tick_refuses_a_database_that_is_behind(capsys: pytest.CaptureFixture[str]) -> None:
    MigrationRecorder(connection).record_unapplied("bridge", "0001_initial")
    assert main(["tick"]) == 2
    assert "lianqiao load" in capsys.readouterr().err


def test_a_worker_of_the_old_release_waits_while_the_new_one_migrates(world: World, caplog: Any) -> None:
    world.file()
    MigrationRecorder(connection).record_applied("bridge", "9999_of_tomorrow")
    with caplog.at_level(logging.ERROR), mock.patch.object(worker, "tick_once") as ticked:
        done, _ = worker._tick()
        assert not done
        assert not ticked.called
        MigrationRecorder(connection).record_unapplied("bridge", "9999_of_tomorrow")
        assert worker._tick()[0]
    assert ticked.called
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_a_squashed_migration_stands_for_those_it_replaces() -> None:
    squashed = Migration("0001_squashed", "bridge")
    squashed.replaces = [("bridge", "0001_initial")]
    on_disk = {**dict(schema._known()), ("bridge", "0001_squashed"): tuple(squashed.replaces)}
    del on_disk["bridge", "0001_initial"]
    with mock.patch("lianqiao.site.schema._known", return_value=on_disk):
        assert schema.look() == schema.Schema()


@pytest.mark.django_db(transaction=True)
def test_one_process_migrates_at_a_time() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer by nature")
    inside, together = [], []

    def migrate(*_: Any, **__: Any) -> None:
        inside.append(1)
        together.append(len(inside))
        threading.Event().wait(0.05)
        inside.pop()

    def start() -> None:
        try:
            schema.bring_up_to_date()
        finally:
            connection.close()

    with mock.patch("lianqiao.site.schema.call_command", migrate):
        threads = [threading.Thread(target=start) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert together == [1, 1, 1, 1]


def test_pulse_of_other_processes(tmp_path: Any) -> None:
    assert pulse.newest() is None
    (tmp_path / "workers").mkdir()
    for name, hour, took_s in (("a-1", 2, 1), ("b-1", 3, 2)):
        facts = {"at": f"2026-02-11T0{hour}:00:00+00:00", "took_s": took_s, "failures": took_s - 1}
        (tmp_path / "workers" / f"{name}.json").write_text(json.dumps(facts))
    (tmp_path / "workers" / "c-1.json").write_text('{"at": "2026-02')
    newest = pulse.newest()
    assert newest is not None
    assert (newest.took_s, newest.failures) == (2.0, 1)
    found = pulse.newest(host="a")
    assert found is not None
    assert found.took_s == 1.0
