"""The two zones of these tests: the Ganjiang pack, and one made up for what that has no example of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.bridge.mail_sink import Sink, free_port, speaks_smtp_to
from tests.bridge.town import Town

ZONE = Path(__file__).parent / "zone"


@pytest.fixture
def ganjiang(db: None) -> Town:
    """The Ganjiang zone on Wednesday 2026-02-11, 10:00."""
    return Town()


@pytest.fixture
def testing_zone(settings: Any, tmp_path: Path) -> Path:
    """Serve a copy of the pack made up for tests; returns its folder, so that a test may change it."""
    folder = tmp_path / "zone"
    shutil.copytree(ZONE, folder)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, district=folder)
    settings.PACK_LOOK_EVERY_S = 0
    return folder


@pytest.fixture
def town(testing_zone: Path, db: None) -> Town:
    """The made-up zone with the same people, on Wednesday 2026-02-11, 10:00."""
    return Town()


@pytest.fixture
def busy_town(testing_zone: Path, transactional_db: None) -> Town:
    """The made-up zone where other connections and processes see what is done."""
    return Town()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    kept = Sink()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    speaks_smtp_to(settings, server.port)
    yield kept
    server.stop()
