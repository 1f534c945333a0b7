"""How long something takes: named distributions read from a short text, drawn from by the thousand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lianqiao.engine.errors import Refusal, refuse

Ints = npt.NDArray[np.int64]
Number = TypeVar("Number", int, float)
HOUR_S = 3600
# numbers are drawn by the block: one at a time would cost more than the rest of the simulation
BLOCK = 4096
LONGEST_HOURS = 10_000
_HINT = "write fixed:2, exponential:2 or lognormal:2,0.5 (mean hours, then standard deviation ÷ mean)"


@dataclass(frozen=True)
class Duration:
    """A distribution of durations. `kind` is fixed, exponential, lognormal or observed; hours.

    `spread` is the standard deviation divided by the mean (lognormal only). `observed_s` holds measured
    durations in seconds to draw from again. `str()` gives the text `Duration.parse` reads, but for observed.
    """

    kind: str
    mean_h: float = 0.0
    spread: float = 0.0
    observed_s: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str, *, place: str = "") -> Duration:
        """Return what a text names; a bare number is fixed hours. Errors: Refusal `duration-malformed`."""
        kind, colon, numbers = text.strip().partition(":")
        if not colon:
            kind, numbers = "fixed", kind
        kind = {"exp": "exponential"}.get(kind.strip().lower(), kind.strip().lower())
        try:
            given = [float(number) for number in numbers.split(",")]
        except ValueError:
            raise _malformed(text, place) from None
        if len(given) != {"fixed": 1, "exponential": 1, "lognormal": 2}.get(kind):
            raise _malformed(text, place)
        if not all(math.isfinite(n) and 0 <= n <= LONGEST_HOURS for n in given) or given[0] <= 0:
            raise _malformed(text, place)
        return cls(kind, given[0], given[1] if len(given) > 1 else 0.0)

    @classmethod
    def observed(cls, seconds: npt.ArrayLike) -> Duration:
        """Return the distribution of measured durations; refuses `duration-malformed` where there is none."""
        kept = np.maximum(np.asarray(seconds, dtype=np.int64), 0)
        if not kept.size:
            raise _malformed("observed", "")
        return cls("observed", float(kept.mean()) / HOUR_S, observed_s=tuple(kept.tolist()))

    def draw(self, random: np.random.Generator, count: int) -> Ints:
        """Return `count` durations in whole seconds, at least 1 each."""
        return np.maximum(np.rint(_DRAWS[self.kind](self, random, count)), 1).astype(np.int64)

    def __str__(self) -> str:
        if self.kind == "observed":
            return f"observed:{self.mean_h:.3g} ({len(self.observed_s)} measured)"
        spread = f",{self.spread:g}" if self.kind == "lognormal" else ""
        return f"{self.kind}:{self.mean_h:g}{spread}"


def endless(block: Callable[[], list[Number]]) -> Callable[[], Number]:
    """Return a function that hands out the numbers of one block after another."""

    def blocks() -> Iterator[list[Number]]:
        while True:
            yield block()

    return chain.from_iterable(blocks()).__next__


def drawn(duration: Duration, random: np.random.Generator) -> Callable[[], int]:
    """Return a function that draws one duration in whole seconds."""
    return endless(lambda: duration.draw(random, BLOCK).tolist())


def _fixed(duration: Duration, random: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    return np.full(count, duration.mean_h * HOUR_S)


def _exponential(duration: Duration, random: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    return random.exponential(duration.mean_h * HOUR_S, count)


def _lognormal(duration: Duration, random: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    variance = math.log1p(duration.spread**2)
    middle = math.log(duration.mean_h * HOUR_S) - variance / 2
    return random.lognormal(middle, math.sqrt(variance), count)


def _observed(duration: Duration, random: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    return random.choice(np.array(duration.observed_s, dtype=np.float64), count)


_DRAWS: dict[str, Callable[[Duration, np.random.Generator, int], npt.NDArray[np.float64]]] = {
    "fixed": _fixed,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "observed": _observed,
}


def _malformed(text: str, place: str) -> Refusal:
    return refuse(
        "duration-malformed", f"“{text}” is not a distribution of hours", place=place, hint=_HINT, given=text
    )
