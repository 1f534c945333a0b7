"""The ways cases went: sequences of activities, and how many cases took each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from lianqiao.engine.mining.event_log import EventLog


@dataclass(frozen=True)
class Variant:
    """One way: its activities in order, how many cases went it, their share, and one of them to look at.

    `mean_days` is from a case's first event to its last, in natural days.
    """

    activities: tuple[str, ...]
    cases: int
    share: float
    example: str
    mean_days: float


def variants(log: EventLog, *, most: int = 0) -> list[Variant]:
    """Return the ways the cases went, the most frequent first; `most` 0 returns all."""
    counts: Counter[bytes] = Counter()
    example: dict[bytes, int] = {}
    seconds: Counter[bytes] = Counter()
    first, last = log.first, log.last
    spans = (log.at[last] - log.at[first]).astype(np.int64).tolist() if len(log.cases) else []
    way = log.activity.astype(np.int32)
    for case, (begin, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        key = way[begin : end + 1].tobytes()
        counts[key] += 1
        seconds[key] += spans[case]
        example.setdefault(key, case)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], example[pair[0]]))
    return [
        Variant(
            activities=tuple(
                log.activities[number] for number in np.frombuffer(key, dtype=np.int32).tolist()
            ),
            cases=count,
            share=count / len(log.cases),
            example=log.cases[example[key]],
            mean_days=seconds[key] / count / 86_400,
        )
        for key, count in ordered[: most or None]
    ]


def variant_count(log: EventLog) -> int:
    """Return how many different ways the cases went."""
    way = log.activity.astype(np.int32)
    bounds = zip(log.first.tolist(), log.last.tolist(), strict=True)
    return len({way[begin : end + 1].tobytes() for begin, end in bounds})
