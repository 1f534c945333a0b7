"""What tests of processes beside the worker share: a home and a database they all see, and patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.test_kills import address_of_the_database

SOON_S = 40


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Path:
    """A home the processes share with this test, and the database of this test."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "lianqiao.site.settings")
    monkeypatch.setenv("DATABASE_URL", address_of_the_database())
    monkeypatch.setenv("LIANQIAO_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return tmp_path


def until(true: Callable[[], Any]) -> float:
    """Wait for it; returns how long that took, in seconds."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < SOON_S, "it never came"
        time.sleep(0.1)
    return time.monotonic() - began
