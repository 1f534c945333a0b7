"""The zone every test of licences may ask for."""

from __future__ import annotations

from tests.world import world

__all__ = ["world"]
