"""A zone to test with."""

from __future__ import annotations

import pytest
from zone_made import Zone


@pytest.fixture
def zone(db: None) -> Zone:
    """An empty zone at 10:00 on a Wednesday."""
    return Zone()
