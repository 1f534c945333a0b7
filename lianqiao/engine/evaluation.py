"""What a person's work counts for: a dated standard of weighted indicators, and scores that explain it.

All arithmetic is in whole hundredths of a point, so that the same record gives the same score everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from lianqiao.engine.parts import Identifier, Part, Text

FULL = 10_000  # a hundred points, in hundredths


class Dimension(Part):
    """One side a person is looked at from."""

    title: Text
    weight: int = Field(ge=1, le=100)
    """Its share of the whole, in percent; those of all dimensions make 100."""
    full: int = Field(ge=1, le=10_000)
    """The points that fill it; more count for no more."""


class Choice(Part):
    """One of several answers, such as a degree."""

    title: Text
    points: int = Field(ge=0, le=10_000)


class Indicator(Part):
    """Something that counts: an amount with `points` for every `per`, or one of several `choices`."""

    title: Text
    dimension: Identifier
    unit: Text | None = None
    unit_one: Text | None = None
    """The unit of exactly one, where a language tells it from many: “patent” beside “patents”."""
    points: int = Field(default=0, ge=0, le=10_000)
    per: int = Field(default=1, ge=1, le=1_000_000_000)
    at_most: int = Field(default=10_000, ge=1, le=10_000)
    """The points it can bring at most."""
    largest: int = Field(default=1_000_000, ge=1, le=1_000_000_000)
    """The largest amount that is believed of one entry."""
    choices: Mapping[Identifier, Choice] = {}

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.choices) == bool(self.points):
            raise ValueError("give either points for an amount or choices with points of their own")
        if self.points and self.unit is None:
            raise ValueError("an amount needs a unit")
        return self


class Standard(Part):
    """`talent/evaluation.toml`: by what people are evaluated from a day on, and who says so."""

    format: Literal[1] = 1
    version: int = Field(ge=1)
    valid_from: date
    source: str = Field(min_length=1)
    example: bool = False
    """True while the weights are this pack's own choice for a demonstration."""
    dimensions: Mapping[Identifier, Dimension]
    indicators: Mapping[Identifier, Indicator]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(one.weight for one in self.dimensions.values())
        if total != 100:
            raise ValueError(f"the weights of the dimensions make {total}, not 100")
        for name, one in self.indicators.items():
            if one.dimension not in self.dimensions:
                known = ", ".join(self.dimensions)
                raise ValueError(f"indicator “{name}” is of “{one.dimension}”; known dimensions: {known}")
        idle = set(self.dimensions) - {one.dimension for one in self.indicators.values()}
        if idle:
            raise ValueError(f"no indicator is of {', '.join(sorted(idle))}")
        return self


@dataclass(frozen=True)
class Achieved:
    """An entry of a record: an amount of an indicator, or the choice made; `counts` once it was confirmed."""

    indicator: str
    amount: int = 0
    choice: str = ""
    counts: bool = True


@dataclass(frozen=True)
class Line:
    """What one indicator brings: the amount or choice that counts, its points and those beyond its limit."""

    indicator: str
    amount: int
    choice: str
    hundredths: int
    beyond: int


@dataclass(frozen=True)
class Scored:
    """One dimension: the points its lines bring, and how far they fill it, of `FULL`."""

    dimension: str
    hundredths: int
    filled: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Evaluation:
    """A score in hundredths of a point, of `FULL`, with everything it is made of.

    `total_if_confirmed` is what it would be if the entries that do not count yet did.
    """

    version: int
    total: int
    total_if_confirmed: int
    dimensions: tuple[Scored, ...]


def evaluate(standard: Standard, record: Iterable[Achieved]) -> Evaluation:
    """Return what a record scores; entries of indicators the standard does not know count for nothing."""
    entries = [one for one in record if one.indicator in standard.indicators]
    counted = _dimensions(standard, [one for one in entries if one.counts])
    hoped = counted if all(one.counts for one in entries) else _dimensions(standard, entries)
    return Evaluation(
        version=standard.version,
        total=_total(standard, counted),
        total_if_confirmed=_total(standard, hoped),
        dimensions=counted,
    )


def _dimensions(standard: Standard, entries: list[Achieved]) -> tuple[Scored, ...]:
    by_indicator: defaultdict[str, list[Achieved]] = defaultdict(list)
    for one in entries:
        by_indicator[one.indicator].append(one)
    found = []
    for name, dimension in standard.dimensions.items():
        lines = tuple(
            _line(key, indicator, by_indicator[key])
            for key, indicator in standard.indicators.items()
            if indicator.dimension == name and by_indicator[key]
        )
        points = sum(line.hundredths for line in lines)
        found.append(Scored(name, points, min(FULL, points * 100 // dimension.full), lines))
    return tuple(found)


def _line(name: str, indicator: Indicator, entries: list[Achieved]) -> Line:
    if indicator.choices:
        # of several the best counts: a doctor was a bachelor once
        known = [one.choice for one in entries if one.choice in indicator.choices]
        best = max(known, key=lambda choice: indicator.choices[choice].points, default="")
        amount, points = 0, indicator.choices[best].points * 100 if best else 0
    else:
        best, amount = "", sum(one.amount for one in entries)
        points = amount * indicator.points * 100 // indicator.per
    limit = indicator.at_most * 100
    return Line(name, amount, best, min(points, limit), max(0, points - limit))


def _total(standard: Standard, scored: tuple[Scored, ...]) -> int:
    return sum(standard.dimensions[one.dimension].weight * one.filled for one in scored) // 100
