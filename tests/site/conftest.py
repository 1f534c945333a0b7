"""What the tests of serving share: a zone, and addresses asked as if from this machine or through a proxy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lianqiao.site import pulse, zone_metrics
from tests.world import world as world  # noqa: PLC0414

HERE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}
VISITOR = {"HTTP_HOST": "testserver", "REMOTE_ADDR": "203.0.113.9"}
PASSED_ON = {"HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def nothing_kept(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin in an empty home, without a worker and without numbers read before."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=tmp_path)
    settings.MEDIA_ROOT = tmp_path / "attachments"
    monkeypatch.setattr(pulse, "HERE", pulse.Pulse())
    monkeypatch.setattr(zone_metrics, "ZONE", zone_metrics.Zone())
