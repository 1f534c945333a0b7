"""What the public is told of kept promises: sums only, and none so small that somebody's case shows in it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache

from lianqiao.bridge import packs
from lianqiao.bridge.queries import Group, Tally, summed
from lianqiao.engine.beijing import beijing
from lianqiao.service.language import in_words
from lianqiao.service.queries.overview import FRESH_S, MONTHS_TOLD, months_until
from lianqiao.service.time_left import budget_words

# fewer than so many that came due are not told apart
SMALLEST = 10
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class PublicLine:
    """How a promise or a month was kept: `owed` came due, `percent` of them in time; None where withheld."""

    title: str
    budget: str
    owed: int | None
    percent: int | None


@dataclass(frozen=True)
class PublicFigures:
    """The last twelve months that are over.

    `every` is the sum of the promises told, so that nothing withheld can be worked out from it.
    """

    since: str
    until: str
    every: PublicLine
    clocks: list[PublicLine]
    months: list[PublicLine]


def public_figures(*, now: datetime) -> PublicFigures:
    """Return the figures, up to a minute old, in the active language."""
    months = _months(now)
    offered = {name: one for name, one in packs.current().newest_versions.items() if one.offered}

    def counted() -> Mapping[Group, Tally]:
        return months_until(months[-1], offered, now=now)

    found = cache.get_or_set(f"public-figures-{months[-1]}", counted, FRESH_S) or {}
    by_clock: dict[tuple[str, str], list[Tally]] = {
        (name, clock): []
        for name, one in offered.items()
        for clock, part in one.clocks.items()
        if part.measured
    }
    by_month: dict[str, list[Tally]] = {month: [] for month in months}
    for group, tally in found.items():
        if group[:2] in by_clock:
            by_clock[group[:2]].append(tally)
            by_month[group.month].append(tally)
    clocks = _told({key: summed(tallies) for key, tallies in by_clock.items()})
    told = summed(tally for key, line in clocks.items() if line[0] is not None for tally in by_clock[key])
    return PublicFigures(
        since=months[0],
        until=months[-1],
        every=PublicLine("", "", *_line(told)),
        clocks=[
            PublicLine(
                f"{in_words(offered[name].title)} · {in_words(offered[name].clocks[clock].title)}",
                budget_words(offered[name].clocks[clock].budget),
                *line,
            )
            for (name, clock), line in clocks.items()
        ],
        months=[
            PublicLine(month, "", *line)
            for month, line in _told({key: summed(tallies) for key, tallies in by_month.items()}).items()
        ],
    )


def withheld(counts: Mapping[Key, int]) -> set[Key]:
    """Return the keys whose counts must not be told beside the others, should their sum become known.

    Every count from 1 to `SMALLEST` - 1; and where these together are still so few, or stand alone, the
    smallest of the rest too, until what subtraction leaves is at least `SMALLEST` over two keys.
    """
    hidden = {key for key, count in counts.items() if 0 < count < SMALLEST}
    rest = sorted((key for key, count in counts.items() if count >= SMALLEST), key=lambda key: counts[key])
    while hidden and rest and (len(hidden) < 2 or sum(counts[key] for key in hidden) < SMALLEST):
        hidden.add(rest.pop(0))
    return hidden


def _told(tallies: Mapping[Key, Tally]) -> dict[Key, tuple[int | None, int | None]]:
    hidden = withheld({key: tally.kept + tally.broken for key, tally in tallies.items()})
    return {key: (None, None) if key in hidden else _line(tally) for key, tally in tallies.items()}


def _line(tally: Tally) -> tuple[int | None, int | None]:
    owed = tally.kept + tally.broken
    # rounded down: what was not always kept is never told as a hundred
    return (owed, tally.kept * 100 // owed) if owed else (0, None)


def _months(now: datetime) -> list[str]:
    """Return the last twelve months that are over, oldest first."""
    today = beijing(now)
    number = today.year * 12 + today.month - 1
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(number - MONTHS_TOLD, number)]
