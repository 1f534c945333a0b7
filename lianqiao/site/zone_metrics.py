"""The zone in numbers, for Prometheus: read from the database when asked, so every process tells the same.

Sum over processes what a process counts itself (requests, refusals); of these take the greatest.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lianqiao import __version__
from lianqiao.bridge import refusals
from lianqiao.bridge.queries import measures as bridge
from lianqiao.site import pulse

KEPT_S = 15.0
# asking may take a twentieth of the time, no more, however large the zone has grown
SHARE = 20
# an entry's key is given before it is committed: what is younger may still lack a neighbour
SETTLED_S = 60.0
# a float holds 53 bits exactly: 12 of the 64 hexadecimal digits
HEAD_DIGITS = 12


class ActsCounted:
    """Acts since this process was first asked, each counted once it has been in the log for a minute."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._after: int | None = None
        self._looked: deque[tuple[float, int]] = deque()

    def advance(self, at_s: float) -> None:
        """Count what has settled by `at_s`, in seconds of any steady clock."""
        last = bridge.last_entry()
        if self._after is None:
            self._after = last
        self._looked.append((at_s, last))
        settled = self._after
        while self._looked and at_s - self._looked[0][0] >= SETTLED_S:
            settled = self._looked.popleft()[1]
        if settled > self._after:
            self.counts.update(bridge.acts_between(self._after, settled))
            self._after = settled


class Zone:
    """The newest numbers and until when they are good; one thread asks, the others wait for its answer."""

    def __init__(self) -> None:
        self.acts = ActsCounted()
        self._lock = threading.Lock()
        self._good_until = 0.0
        self._measures: bridge.Measures | None = None

    def measures(self, *, now: datetime) -> bridge.Measures | None:
        """Return the numbers, at most 15 seconds or twenty askings old; None while the database is away."""
        with self._lock:
            began = time.monotonic()
            if began >= self._good_until:
                try:
                    self._measures = bridge.measures(now=now)
                    self.acts.advance(began)
                except DatabaseError:
                    return None
                self._good_until = began + max(KEPT_S, SHARE * (time.monotonic() - began))
            return self._measures


ZONE = Zone()


class _Collector(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        measures = ZONE.measures(now=self._now) if _database_answers() else None
        yield _one("lianqiao_database_up", "1 while the database answers", 1 if measures else 0)
        yield from _process(self._now)
        if measures is not None:
            yield from _zone(measures)


def registry(*, now: datetime) -> CollectorRegistry:
    """Return the zone's numbers as a registry to be written out once."""
    made = CollectorRegistry()
    made.register(_Collector(now))
    return made


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _process(now: datetime) -> Iterator[Metric]:
    info = GaugeMetricFamily("lianqiao_info", "The release that answers", labels=["version"])
    info.add_metric([__version__], 1)
    yield info
    refused = CounterMetricFamily(
        "lianqiao_refusals", "Refusals this process said to people, by code", labels=["code"]
    )
    for code, count in refusals.said().items():
        refused.add_metric([code], count)
    yield refused
    seen = pulse.newest()
    if seen:
        age = (now - seen.at).total_seconds()
        yield _one("lianqiao_worker_last_tick_age_seconds", "Since any worker's newest tick ended", age)
        yield _one("lianqiao_worker_last_tick_duration_seconds", "How long that tick took", seen.took_s)
        yield _one("lianqiao_worker_failures", "How many ticks on end that worker saw fail", seen.failures)
    try:
        free = shutil.disk_usage(settings.MEDIA_ROOT).free
    except OSError:
        return
    yield _one("lianqiao_attachments_free_bytes", "Space left where attachments lie", free)


def _zone(measures: bridge.Measures) -> Iterator[Metric]:
    yield _by("lianqiao_cases", "Cases ever opened", measures.cases)
    yield _by("lianqiao_cases_open", "Cases under way", measures.open_cases)
    standings = GaugeMetricFamily(
        "lianqiao_promises", "Promises by how they stand", labels=["mechanism", "standing"]
    )
    for mechanism, tally in measures.promises.items():
        for standing in ("kept", "broken", "at_risk", "running", "paused", "ended"):
            standings.add_metric([mechanism, standing.replace("_", "-")], getattr(tally, standing))
    yield standings
    acts = CounterMetricFamily(
        "lianqiao_acts",
        "Acts since this process was first asked, a minute late",
        labels=["mechanism", "step"],
    )
    for (mechanism, name), count in ZONE.acts.counts.items():
        acts.add_metric([mechanism, name], count)
    yield acts
    yield _one("lianqiao_clocks_due", "Cases with a clock the next tick has to move", measures.clocks_due)
    yield _one("lianqiao_notices_unread", "Notices nobody has opened yet", measures.notices_unread)
    deliveries = GaugeMetricFamily("lianqiao_deliveries", "Notices still to be sent", labels=["state"])
    deliveries.add_metric(["waiting"], measures.deliveries_waiting)
    deliveries.add_metric(["failed"], measures.deliveries_failed)
    yield deliveries
    yield _one("lianqiao_log_entries", "Entries in the log", measures.entries)
    if measures.sealed_at:
        sealed = measures.sealed_at.timestamp()
        yield _one("lianqiao_log_sealed_timestamp_seconds", "When the newest seal was made", sealed)
        head = int(measures.seal[:HEAD_DIGITS], 16)
        yield _one("lianqiao_log_head", "The first 12 hexadecimal digits of the newest seal", head)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by(name: str, words: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["mechanism"])
    for mechanism, value in values.items():
        family.add_metric([mechanism], value)
    return family
