"""What process mining shows of our own promises: ways cases went and where time goes, on the newest cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

from lianqiao.bridge import packs
from lianqiao.bridge.queries.event_logs import Wanted, case_counts, event_log
from lianqiao.engine.clock_bulk import day_table
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.mining import report_of
from lianqiao.service.language import in_words

# what a page reckons within a second; the command line takes all
NEWEST = 5000
FRESH_S = 300
MOST_FOUND = 200


@dataclass(frozen=True)
class MinedPromise:
    """One of our own promises: how many cases it has, and when the last was filed."""

    id: str
    title: str
    cases: int


def mined_promises() -> list[MinedPromise]:
    """Return every promise offered with its number of cases, those with most first."""
    counts = case_counts()
    found = [
        MinedPromise(name, in_words(mechanism.title), counts.get(name, 0))
        for name, mechanism in packs.current().newest_versions.items()
    ]
    return sorted(found, key=lambda one: (-one.cases, one.title))


def promise_findings(mechanism: Mechanism, *, now: datetime) -> dict[str, Any]:
    """Return what the newest cases that have ended show, as `report_of` does; empty where there is none.

    Only steps count as activities; reckoned anew every few minutes at most. A case under way has no way yet.
    """
    key = f"mining/{mechanism.key}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        try:
            log = event_log(Wanted(mechanism.id, newest=NEWEST, ended=True), only=tuple(mechanism.steps))
        except Refusal:
            return {}
        found = report_of(log, day_table(packs.calendar(now)), top=MOST_FOUND)
        cache.set(key, found, FRESH_S)
    return found
