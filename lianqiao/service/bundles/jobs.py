"""What a worker does for bundles over and over; any number of workers may."""

from __future__ import annotations

from datetime import datetime

from lianqiao.service.bundles.commands import runs


def advance_runs(*, now: datetime) -> int:
    """Open what has its turn in every bundle under way; returns how many cases were opened."""
    return runs.advance_runs(now=now)
