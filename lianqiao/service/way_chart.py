"""The way a case went as a row of arrows a template draws, broken into lines where it is long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

LINE, STEP_HEIGHT, POINT = 40, 30, 10
WIDE, NARROW = 760, 300
WIDE_CHARACTER, CHARACTER, PADDING = 13, 7.4, 14
MOST_STEPS, MOST_CHARACTERS = 40, 36


@dataclass(frozen=True)
class WayStep:
    """One arrow: `points` of its outline and where its words stand, in the units of the picture."""

    label: str
    points: str
    x: int
    y: int
    tone: str


@dataclass(frozen=True)
class WayChart:
    """The whole way; `steps` in order."""

    width: int
    height: int
    steps: tuple[WayStep, ...]


def way_charts(activities: Sequence[str]) -> list[tuple[str, WayChart]]:
    """Return the way drawn twice, for wide pages and for narrow ones, each with its name."""
    labels = list(_labels(activities))
    return [(name, _chart(labels, width)) for name, width in (("wide", WIDE), ("narrow", NARROW))]


def _labels(activities: Sequence[str]) -> Iterable[str]:
    """Yield what each arrow says: repetitions are counted, a way too long to look at is cut."""
    shown = [(name, len(list(same))) for name, same in groupby(activities)]
    for name, times in shown[:MOST_STEPS]:
        short = name if len(name) <= MOST_CHARACTERS else f"{name[: MOST_CHARACTERS - 1]}…"
        yield f"{short} ×{times}" if times > 1 else short
    if len(shown) > MOST_STEPS:
        yield f"… +{len(shown) - MOST_STEPS}"


def _chart(labels: Sequence[str], most: int) -> WayChart:
    steps: list[WayStep] = []
    x = line = widest = 0
    for number, label in enumerate(labels):
        width = _width(label)
        if x and x + width > most:
            x, line = 0, line + 1
        y = line * LINE
        tone = "first" if number == 0 else "last" if number == len(labels) - 1 else "middle"
        steps.append(WayStep(label, _outline(x, y, width), x + width // 2 + POINT // 4, y + 20, tone))
        x += width + 3
        widest = max(widest, x + POINT)
    return WayChart(max(widest, 1), (line + 1) * LINE - LINE + STEP_HEIGHT + 2, tuple(steps))


def _outline(x: int, y: int, width: int) -> str:
    middle, bottom, right = y + STEP_HEIGHT // 2, y + STEP_HEIGHT, x + width
    notch = x + POINT
    corners = ((x, y), (right, y), (right + POINT, middle), (right, bottom), (x, bottom), (notch, middle))
    return " ".join(f"{across},{down}" for across, down in corners)


def _width(label: str) -> int:
    """Return how wide an arrow must be for its words; those of Chinese are wider."""
    letters = sum(
        WIDE_CHARACTER if unicodedata.east_asian_width(letter) in "WF" else CHARACTER for letter in label
    )
    return round(letters) + 2 * PADDING
