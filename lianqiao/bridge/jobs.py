"""What a worker does over and over; any number of workers may, each piece is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge.commands import attaching, delivering, issuing, sealing, sweeping, working


@dataclass(frozen=True)
class Swept:
    """What one tick moved."""

    cases: int
    stand_ins: int
    recomputed: int
    sealed: int
    delivered: int = 0
    cleared: int = 0
    documents: int = 0
    jobs_cleared: int = 0


PARTS: dict[str, Callable[..., int]] = {
    "stand_ins": sweeping.sweep_stand_ins,
    "cases": sweeping.sweep_clocks,
    "recomputed": sweeping.sweep_calendar,
    "sealed": sealing.seal_log,
    "cleared": attaching.clear_leftovers,
    "jobs_cleared": working.clear_jobs,
}


def tick(*, now: datetime) -> Swept:
    """Let time act: stand in for people away, fire clocks, apply new calendars, seal the log, clear up.

    What goes wrong in one part holds up no other: a log left unsealed because a file is missing would be
    worse than the missing file. It is raised at the end.
    """
    each = sweeping.Each()
    done = {name: each.do(part, now=now) for name, part in PARTS.items()}
    each.raise_what_went_wrong()
    return Swept(**done)


def deliver(*, now: datetime, link: Callable[[str], str]) -> int:
    """Send the notices owed by e-mail; returns how many went out."""
    return delivering.deliver_notices(now=now, link=link)


def issue(*, now: datetime, link: Callable[[str], str]) -> int:
    """Make out documents owed for decisions, a few at a time; returns how many."""
    return issuing.issue_documents(now=now, link=link)
