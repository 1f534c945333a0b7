"""The zone the talent tests may ask for."""

from __future__ import annotations

from tests.world import world

__all__ = ["world"]
