"""How many cases came by which channel, and which they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from lianqiao.bridge.models import Case

# "" is the firm itself, online; `agent` somebody by the firm's mandate; the others an officer who took it in
CHANNELS = ("", "window", "agent", "hotline", "visit")


@dataclass(frozen=True)
class ChannelTally:
    """How many cases came by a channel, and of how many firms."""

    channel: str
    cases: int
    firms: int


def cases_by_channel(
    mechanisms: Iterable[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
) -> QuerySet[Case]:
    """Return the cases of these promises opened in a span, by one channel or all, no parts of others."""
    found = Case.objects.filter(mechanism__in=list(mechanisms), parent=None).select_related("firm", "holder")
    if since is not None:
        found = found.filter(opened_at__gte=since)
    if until is not None:
        found = found.filter(opened_at__lt=until)
    return found if channel is None else found.filter(channel=channel)


def channel_tallies(cases: QuerySet[Case]) -> tuple[list[ChannelTally], ChannelTally]:
    """Return the cases counted by channel, and all of them: a firm that came by two counts once there."""
    counts: dict[str, Any] = {"cases": Count("pk"), "firms": Count("firm_id", distinct=True)}
    plain = cases.select_related(None).order_by()
    found_rows: Any = plain.values("channel").annotate(**counts)
    rows = {row["channel"]: row for row in found_rows}
    known = [*CHANNELS, *sorted(name for name in rows if name not in CHANNELS)]
    every = plain.aggregate(**counts)
    found = [ChannelTally(name, rows[name]["cases"], rows[name]["firms"]) for name in known if name in rows]
    found += [ChannelTally(name, 0, 0) for name in CHANNELS if name not in rows]
    found.sort(key=lambda one: known.index(one.channel))
    return found, ChannelTally("*", every["cases"], every["firms"])
