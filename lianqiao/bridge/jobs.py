"""What a worker does over and over; any number of workers may, each piece is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lianqiao.bridge.commands import (
    attaching,
    delivering,
    issuing,
    outcomes,
    picturing,
    publishing,
    retaining,
    scanning,
    sealing,
    sweeping,
    working,
)


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
    published: int = 0
    counts_cleared: int = 0


PARTS: dict[str, Callable[..., int]] = {
    "stand_ins": sweeping.sweep_stand_ins,
    "published": publishing.take_effect,
    "cases": sweeping.sweep_clocks,
    "recomputed": sweeping.sweep_calendar,
    "sealed": sealing.seal_log,
    "cleared": attaching.clear_leftovers,
    "jobs_cleared": working.clear_jobs,
    "counts_cleared": outcomes.sweep_owed,
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


def issue(*, now: datetime, link: issuing.Link) -> int:
    """Make out documents owed for decisions, a few at a time; returns how many."""
    return issuing.issue_documents(now=now, link=link)


def issue_all(*, clock: issuing.Clock, link: issuing.Link) -> int:
    """Make out every document owed, which can take minutes; returns how many."""
    return issuing.issue_all(clock=clock, link=link)


def look_after_files(*, now: datetime) -> int:
    """Scan files that wait for it and make pictures of them; returns how many were dealt with."""
    each = sweeping.Each()
    done = each.do(scanning.scan_files, now=now) + each.do(picturing.make_pictures, now=now)
    each.raise_what_went_wrong()
    return done


def sweep_files(*, now: datetime, named: retaining.Named = retaining.nothing_more) -> int:
    """Remove files the zone's rules no longer keep; `named` says which of some a draft still names."""
    return retaining.sweep_files(now=now, named=named)
