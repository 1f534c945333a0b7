"""The zone the talent tests may ask for."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.world import world

__all__ = ["world"]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget the figures another test's front page counted."""
    cache.clear()
