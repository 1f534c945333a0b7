"""The two zones of these tests: the Ganjiang pack with its filing, and one made up for what that has no example of."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

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
    return folder


@pytest.fixture
def town(testing_zone: Path, db: None) -> Town:
    """The made-up zone with the same people, on Wednesday 2026-02-11, 10:00."""
    return Town()


@pytest.fixture
def busy_town(testing_zone: Path, transactional_db: None) -> Town:
    """The made-up zone where other connections and processes see what is done."""
    return Town()
