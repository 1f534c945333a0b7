"""`/health/live`, `/health/ready`: who is told what, and each thing whose lack is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from lianqiao.site import pulse
from tests.site.conftest import HERE, PASSED_ON, VISITOR
from tests.world import NOW, at


def ready(**who: str) -> tuple[int, dict[str, Any]]:
    response = Client().get("/health/ready", **who)
    return response.status_code, response.json()


def failed(answer: dict[str, Any]) -> list[str]:
    return [name for name, ok in answer["checks"].items() if not ok]


def test_live_asks_nothing_of_the_database() -> None:
    # without the mark django_db any query would fail this test
    response = Client().get("/health/live", **VISITOR)
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/health/live", "/health/ready", "/metrics"])
def test_only_read(address: str) -> None:
    assert Client().post(address, **HERE).status_code == 405


@pytest.mark.django_db
def test_ready() -> None:
    status, answer = ready(**HERE)
    assert status == 200
    assert answer == {
        "ready": True,
        "checks": {"database": True, "schema": True, "pack": True, "attachments": True},
        "reasons": {},
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", [VISITOR, PASSED_ON, {**HERE, "HTTP_VIA": "1.1 proxy"}, {**HERE, "REMOTE_ADDR": "10.1.1.1"}]
)
def test_a_visitor_is_told_no_reason(who: dict[str, str]) -> None:
    with mock.patch("lianqiao.site.health._pack", side_effect=OSError("the folder /srv/secret is gone")):
        status, answer = ready(**who)
    assert status == 503
    assert failed(answer) == ["pack"]
    assert "reasons" not in answer


@pytest.mark.django_db
def test_the_token_opens_the_reasons(settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, metrics_token="示例-token")
    assert "reasons" in ready(**VISITOR, HTTP_AUTHORIZATION="Bearer 示例-token")[1]
    assert "reasons" not in ready(**VISITOR, HTTP_AUTHORIZATION="Bearer other")[1]
    assert "reasons" not in ready(**VISITOR)[1]


@pytest.mark.django_db
def test_without_a_token_set_no_token_opens() -> None:
    assert "reasons" not in ready(**VISITOR, HTTP_AUTHORIZATION="Bearer ")[1]


@pytest.mark.django_db
def test_database_away() -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("connection refused")):
        status, answer = ready(**HERE)
    assert status == 503
    assert failed(answer) == ["database"]
    assert "connection refused" in answer["reasons"]["database"]
    assert "schema" not in answer["checks"]


@pytest.mark.django_db
def test_migration_of_a_newer_release() -> None:
    MigrationRecorder(connection).record_applied("bridge", "9999_of_tomorrow")
    status, answer = ready(**HERE)
    assert (status, failed(answer)) == (503, ["schema"])
    assert "bridge.9999_of_tomorrow" in answer["reasons"]["schema"]
    assert "newer release" in answer["reasons"]["schema"]


@pytest.mark.django_db
def test_migration_not_applied() -> None:
    MigrationRecorder(connection).record_unapplied("bridge", "0001_initial")
    status, answer = ready(**HERE)
    assert (status, failed(answer)) == (503, ["schema"])
    assert "bridge.0001_initial" in answer["reasons"]["schema"]


@pytest.mark.django_db
def test_an_app_taken_out_of_service_is_no_newer_release() -> None:
    MigrationRecorder(connection).record_applied("room_of_old", "0001_initial")
    assert ready(**HERE)[0] == 200


@pytest.mark.django_db
def test_broken_pack(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_text("broken [")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, district=tmp_path)
    status, answer = ready(**HERE)
    assert (status, failed(answer)) == (503, ["pack"])
    assert "district.toml" in answer["reasons"]["pack"]


@pytest.mark.django_db
def test_attachment_folder_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.MEDIA_ROOT = blocked / "attachments"
    status, answer = ready(**HERE)
    assert (status, failed(answer)) == (503, ["attachments"])
    assert answer["reasons"]["attachments"]


@pytest.mark.django_db
def test_worker_that_hangs() -> None:
    with at(NOW):
        pulse.began(NOW - timedelta(seconds=50))
        assert ready(**HERE)[1]["checks"]["worker"] is True
        pulse.began(NOW - timedelta(seconds=61))
        status, answer = ready(**HERE)
    assert (status, failed(answer)) == (503, ["worker"])
    assert "61 s" in answer["reasons"]["worker"]
