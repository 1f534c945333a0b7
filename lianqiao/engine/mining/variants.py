"""The ways cases went: sequences of activities, and how many cases took each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from lianqiao.engine.mining.event_log import EventLog

DAY_S = 86_400


@dataclass(frozen=True)
class Variant:
    """One way: its activities in order, how many cases went it, their share, and one of them to look at.

    `key` is the same for the same activities in whatever log. Days are from a case's first event to its last,
    in natural days.
    """

    key: str
    activities: tuple[str, ...]
    cases: int
    share: float
    example: str
    mean_days: float
    median_days: float
    p90_days: float


def variants(log: EventLog, *, most: int = 0) -> list[Variant]:
    """Return the ways the cases went, the most frequent first; `most` 0 returns all."""
    first, last = log.first, log.last
    spans = (log.at[last] - log.at[first]).astype(np.int64) / DAY_S if len(log.cases) else np.zeros(0)
    taken: dict[bytes, list[int]] = {}
    for case, way in enumerate(_ways(log)):
        taken.setdefault(way, []).append(case)
    ordered = sorted(taken.items(), key=lambda pair: (-len(pair[1]), pair[1][0]))
    found = []
    for way, cases in ordered[: most or None]:
        activities, days = _activities(log, way), spans[cases]
        found.append(
            Variant(
                key=variant_key(activities),
                activities=activities,
                cases=len(cases),
                share=len(cases) / len(log.cases),
                example=log.cases[cases[0]],
                mean_days=float(days.mean()),
                median_days=float(np.median(days)),
                p90_days=float(np.percentile(days, 90)),
            )
        )
    return found


def variant_count(log: EventLog) -> int:
    """Return how many different ways the cases went."""
    return len(set(_ways(log)))


def variant_of_each(log: EventLog) -> list[str]:
    """Return the key of each case's way."""
    keys: dict[bytes, str] = {}
    found = []
    for way in _ways(log):
        if way not in keys:
            keys[way] = variant_key(_activities(log, way))
        found.append(keys[way])
    return found


def variant_key(activities: tuple[str, ...]) -> str:
    """Return twelve hexadecimal digits that stand for these activities in this order."""
    return blake2b("\n".join(activities).encode(), digest_size=6).hexdigest()


def _ways(log: EventLog) -> Iterator[bytes]:
    """Yield each case's activities as bytes that are equal where the activities are."""
    way = log.activity.astype(np.int32)
    for begin, end in zip(log.first.tolist(), log.last.tolist(), strict=True):
        yield way[begin : end + 1].tobytes()


def _activities(log: EventLog, way: bytes) -> tuple[str, ...]:
    return tuple(log.activities[number] for number in np.frombuffer(way, dtype=np.int32).tolist())
