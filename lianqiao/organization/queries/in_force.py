"""The one condition for "holds at this moment"."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q


def in_force(at: datetime, *, path: str = "") -> Q:
    """Return the condition that a row with `since` (inclusive) and `until` (exclusive) holds at `at`.

    `path` reaches the row from another table: `in_force(at, path="duties__")`.
    """
    open_ended = Q(**{f"{path}until__isnull": True}) | Q(**{f"{path}until__gt": at})
    return Q(**{f"{path}since__lte": at}) & open_ended


def away(at: datetime, *, path: str = "") -> Q:
    """Return the condition that a leave reached by `path` is running at `at`."""
    not_cancelled = Q(**{f"{path}cancelled_at__isnull": True}) | Q(**{f"{path}cancelled_at__gt": at})
    return Q(**{f"{path}begin__lte": at, f"{path}end__gt": at}) & not_cancelled
