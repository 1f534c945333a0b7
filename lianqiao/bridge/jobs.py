"""What a worker does over and over; any number of workers may, each piece is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge.commands import delivering, sealing, sweeping


@dataclass(frozen=True)
class Swept:
    """What one tick moved."""

    cases: int
    stand_ins: int
    recomputed: int
    sealed: int
    delivered: int = 0


def tick(*, now: datetime) -> Swept:
    """Let time act: stand in for people away, fire clocks, apply new calendars, seal the log."""
    stand_ins = sweeping.sweep_stand_ins(now=now)
    cases = sweeping.sweep_clocks(now=now)
    recomputed = sweeping.sweep_calendar(now=now)
    return Swept(cases=cases, stand_ins=stand_ins, recomputed=recomputed, sealed=sealing.seal_log(now=now))


def deliver(*, now: datetime, link: Callable[[str], str]) -> int:
    """Send the notices owed by e-mail; returns how many went out."""
    return delivering.deliver_notices(now=now, link=link)
