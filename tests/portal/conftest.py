"""The zone the page tests may ask for."""

from __future__ import annotations

from tests.world import world

__all__ = ["world"]
