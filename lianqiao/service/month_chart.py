"""Bars of months as numbers a template draws: kept below, broken on it, what is still owed on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 140
STEP, BAR = 30, 18
MONTHS_SHOWN = 24


@dataclass(frozen=True)
class Segment:
    """One coloured piece of a bar, in the units of the picture."""

    tone: str
    y: int
    height: int


@dataclass(frozen=True)
class Bar:
    """One month: `label` stands below, `total` above."""

    month: str
    label: str
    x: int
    middle: int
    top: int
    total: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class MonthChart:
    """The whole picture; `width` grows with the months."""

    width: int
    height: int
    bars: tuple[Bar, ...]


def month_chart(months: Sequence[tuple[str, int, int, int]]) -> MonthChart:
    """Lay out (month, kept, broken, owed) as bars, the last two years where there are more."""
    shown = months[-MONTHS_SHOWN:]
    most = max((kept + broken + owed for _, kept, broken, owed in shown), default=0) or 1
    bars = [
        _bar(place, month, (kept, broken, owed), most)
        for place, (month, kept, broken, owed) in enumerate(shown)
    ]
    return MonthChart(width=max(1, len(bars)) * STEP, height=HEIGHT, bars=tuple(bars))


def _bar(place: int, month: str, counts: tuple[int, int, int], most: int) -> Bar:
    y, segments = HEIGHT, []
    for tone, count in zip(("kept", "broken", "owed"), counts, strict=True):
        # a single promise must stay visible among many
        height = max(2, round(count / most * HEIGHT)) if count else 0
        if height:
            y -= height
            segments.append(Segment(tone, y, height))
    x = place * STEP + (STEP - BAR) // 2
    year, _, number = month.partition("-")
    label = f"{year[2:]}/{int(number)}" if number == "01" or place == 0 else str(int(number))
    return Bar(month, label, x, x + BAR // 2, y, sum(counts), tuple(segments))
