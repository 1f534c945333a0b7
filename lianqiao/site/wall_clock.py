"""The one place where the server's clock is read; everything below is handed the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def read() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
