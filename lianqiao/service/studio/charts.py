"""What simulations found as numbers a template draws: shares with their intervals, people against shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, ROW = 320, 24
CHART_WIDTH, CHART_HEIGHT, LEFT, BOTTOM = 560, 220, 44, 28


@dataclass(frozen=True)
class Interval:
    """One share between 0 and 1 as a dot on a line, its interval as a bar; in the units of the picture."""

    x: int
    left: int
    width: int
    tone: str


@dataclass(frozen=True)
class Dot:
    """How often the promise was kept with so many people."""

    x: int
    y: int
    top: int
    height: int
    people: int
    words: str
    chosen: bool


@dataclass(frozen=True)
class StaffChart:
    """People across, share kept up; `goal` is the height of the target."""

    dots: tuple[Dot, ...]
    line: str
    goal: int
    levels: tuple[tuple[int, str], ...]


def interval(estimate: dict[str, float | None], *, goal: float = 0.99) -> Interval | None:
    """Return a share with its interval to draw, None where nothing was measured."""
    mean, low, high = (estimate[name] for name in ("mean", "low", "high"))
    if mean is None:
        return None
    low, high = max(0.0, mean if low is None else low), min(1.0, mean if high is None else high)
    left = round(low * WIDTH)
    tone = "kept" if low >= goal else "at-risk" if high >= goal or mean >= 0.9 else "broken"
    return Interval(round(mean * WIDTH), left, max(2, round(high * WIDTH) - left), tone)


def staff_chart(staffing: dict[str, Any]) -> StaffChart:
    """Return how often the promise was kept with each number of people tried."""
    tried = sorted((int(count), one) for count, one in staffing["tried"].items() if one["kept"] is not None)
    dots = tuple(
        _dot(place, count, one, len(tried), chosen=count == staffing["people"])
        for place, (count, one) in enumerate(tried)
    )
    line = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    levels = tuple((_height(share), f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1))
    return StaffChart(dots, line, _height(staffing["target"]), levels)


def _dot(place: int, people: int, one: dict[str, Any], count: int, *, chosen: bool) -> Dot:
    step = (CHART_WIDTH - LEFT - 24) / max(1, count - 1)
    low, high = (one["kept"] if one[end] is None else one[end] for end in ("low", "high"))
    top, foot = _height(min(1.0, high)), _height(max(0.0, low))
    x = LEFT + 12 + round(place * step)
    return Dot(x, _height(one["kept"]), top, foot - top, people, f"{one['kept']:.1%}", chosen)


def _height(share: float) -> int:
    return 10 + round((1 - share) * (CHART_HEIGHT - BOTTOM - 10))


def longest(values: Sequence[float | None]) -> float:
    """Return the largest of the values known, 1 where none is."""
    return max([value for value in values if value], default=1.0)
