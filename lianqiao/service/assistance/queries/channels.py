"""How many cases came by which channel, and which they are."""

from __future__ import annotations

from dataclasses import dataclass
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
