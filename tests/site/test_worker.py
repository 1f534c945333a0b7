"""The worker: what it leaves behind for others to see, and what it survives."""

from __future__ import annotations

import json
import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.db import OperationalError

from lianqiao.bridge.models import Case, Delivery
from lianqiao.site import pulse, worker
from tests.world import NOW, World, at


@pytest.fixture(autouse=True)
def connection_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker runs in the test's own thread here, whose connection holds the test's transaction."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def ticks(count: int) -> tuple[threading.Event, Any]:
    stop, left = threading.Event(), iter(range(count - 1))

    def wait(_: float) -> None:
        if next(left, None) is None:
            stop.set()

    return stop, mock.patch.object(stop, "wait", side_effect=wait)


@pytest.mark.django_db
def test_leaves_its_pulse_and_takes_it_away(tmp_path: Path) -> None:
    stop, seen = threading.Event(), []

    def wait(_: float) -> None:
        seen.append(json.loads(next((tmp_path / "workers").glob("*.json")).read_text()))
        stop.set()

    with at(NOW), mock.patch.object(stop, "wait", side_effect=wait):
        worker.run(stop)
    assert seen[0]["at"] == NOW.isoformat()
    assert seen[0]["failures"] == 0
    assert list((tmp_path / "workers").iterdir()) == []
    assert pulse.HERE.age_s(NOW) is None


@pytest.mark.django_db
def test_outlives_a_database_that_is_away() -> None:
    stop, waiting = ticks(3)
    tick = mock.Mock(side_effect=[OperationalError("gone"), OperationalError("gone"), None])
    failures = []
    with (
        waiting,
        mock.patch.object(worker, "tick_once", tick),
        mock.patch.object(pulse, "ended", side_effect=lambda now, *, took_s, done: failures.append(not done)),
    ):
        worker.run(stop)
    assert failures == [True, True, False]


@pytest.mark.django_db
def test_a_full_disk_does_not_stop_the_clocks() -> None:
    stop, waiting = ticks(2)
    with (
        waiting,
        mock.patch.object(pulse, "ended", side_effect=OSError(28, "full")),
        mock.patch.object(worker, "tick_once") as ticked,
    ):
        worker.run(stop)
    assert ticked.call_count == 2


@pytest.mark.django_db
def test_killed_workers_are_forgotten_after_a_day(tmp_path: Path) -> None:
    (tmp_path / "workers").mkdir()
    for name, age in (("lost-1", timedelta(days=2)), ("other-1", timedelta(hours=1))):
        facts = {"at": (NOW - age).isoformat(), "took_s": 1, "failures": 0}
        (tmp_path / "workers" / f"{name}.json").write_text(json.dumps(facts))
    pulse.forget_the_lost(NOW)
    assert [path.name for path in (tmp_path / "workers").iterdir()] == ["other-1.json"]


def test_mail_server_down_for_a_day(world: World, settings: Any, free_port: int) -> None:
    """Clocks run on meanwhile, and every notice arrives once the server is back."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port, 2
    for person in (world.agent, world.steward_a, world.steward_b):
        person.email = f"{person.username}@example.invalid"
        person.save()
    case = world.file()
    moment = NOW
    while moment < NOW + timedelta(hours=24):
        worker.tick_once(now=moment)
        moment += timedelta(minutes=20)
    waiting = Delivery.objects.filter(sent_at=None)
    assert waiting.exists()
    assert not waiting.filter(next_try_at=None).exists(), "nothing was given up within the day"
    assert not mail.outbox
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    worker.tick_once(now=moment + timedelta(hours=24))
    assert not Delivery.objects.filter(sent_at=None).exists()
    assert len(mail.outbox) == Delivery.objects.count()
    assert Case.objects.get(pk=case.pk).closed_at is None


@pytest.fixture
def free_port() -> int:
    """A port of this machine at which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
