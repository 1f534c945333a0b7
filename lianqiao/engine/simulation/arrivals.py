"""When cases come: so many a working day at random, around the clock, from a list, or as a log shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.errors import refuse
from lianqiao.engine.simulation.office_time import OfficeTime

Ints = npt.NDArray[np.int64]
MOST = 5_000_000
_FORM = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)\s*/\s*(wd|nd|d|h)")


@dataclass(frozen=True)
class Arrivals:
    """How cases come. `kind` is poisson (a `unit` of wd, nd or h), listed, or observed.

    Poisson by working day comes during office hours, by natural day or hour at any time. `listed_s` are
    seconds since 2015-01-01 Beijing time; `observed_s` holds for each observed day the seconds of that day at
    which cases came, to be drawn from day by day.
    """

    kind: str = "poisson"
    rate: float = 0.0
    unit: str = "wd"
    listed_s: tuple[int, ...] = ()
    observed_s: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def parse(cls, text: str, *, place: str = "") -> Arrivals:
        """Return what a text such as `80/wd`, `5/h` or `12/d` names. Errors: Refusal `arrivals-malformed`."""
        form = _FORM.fullmatch(text.strip())
        if form is None or float(form[1]) <= 0:
            raise refuse(
                "arrivals-malformed",
                f"“{text}” is not a number of cases a day",
                place=place,
                hint="write 80/wd for 80 a working day on average, 80/d for a natural day, 3/h for an hour",
                given=text,
            )
        return cls("poisson", float(form[1]), {"d": "nd"}.get(form[2], form[2]))

    @classmethod
    def listed(cls, seconds: npt.ArrayLike) -> Arrivals:
        """Return these very instants, seconds since 2015-01-01."""
        return cls("listed", listed_s=tuple(np.sort(np.asarray(seconds, dtype=np.int64)).tolist()))

    @classmethod
    def observed(cls, seconds: npt.ArrayLike, working_days: Ints) -> Arrivals:
        """Return arrivals like those observed: each simulated working day is one of these days drawn anew.

        `working_days` are the day offsets since 2015-01-01 on which the office was open while it was
        observed; what came on a day off counts with the working day before it.
        """
        came = np.sort(np.asarray(seconds, dtype=np.int64))
        day = working_days[np.maximum(np.searchsorted(working_days, came // DAY_S, side="right") - 1, 0)]
        within = np.where(came // DAY_S == day, came % DAY_S, DAY_S - 1)
        return cls("observed", observed_s=tuple(tuple(within[day == one].tolist()) for one in working_days))

    def draw(self, random: np.random.Generator, begin: int, end: int, office: OfficeTime) -> Ints:
        """Return the instants in [begin, end), ascending. Errors: Refusal `too-many-arrivals`."""
        if self.kind == "listed":
            listed = np.array(self.listed_s, dtype=np.int64)
            return listed[(listed >= begin) & (listed < end)]
        if self.kind == "observed":
            return self._days_again(random, begin, end, office)
        return self._poisson(random, begin, end, office)

    def _poisson(self, random: np.random.Generator, begin: int, end: int, office: OfficeTime) -> Ints:
        if self.unit == "wd" and office.table is not None:
            first, last = office.worked(begin), office.worked(end)
            expected = self.rate * (last - first) / office.table.day_s
        else:
            first, last = begin, end
            expected = self.rate * (last - first) / (3600 if self.unit == "h" else DAY_S)
        if expected > MOST:
            raise refuse(
                "too-many-arrivals",
                f"{expected:.0f} cases would come; {MOST} can be simulated",
                hint="simulate fewer days or fewer cases a day",
            )
        seconds = np.sort(random.integers(first, last, random.poisson(expected)))
        if self.unit == "wd" and office.table is not None:
            table = office.table
            # second w+1 of work ends one second after w began
            index, within = np.divmod(seconds, table.day_s)
            seconds = table.days[index + 1] * DAY_S + table.when[within + 1] - 1
        return np.asarray(seconds, dtype=np.int64)

    def _days_again(self, random: np.random.Generator, begin: int, end: int, office: OfficeTime) -> Ints:
        days = np.arange(begin // DAY_S, -(-end // DAY_S))
        if office.table is not None:
            days = days[office.table.days[office.table.through[days]] == days]
        drawn = random.integers(0, len(self.observed_s), len(days))
        parts = [
            np.array(self.observed_s[one], dtype=np.int64) + day * DAY_S
            for day, one in zip(days.tolist(), drawn.tolist(), strict=True)
        ]
        came = np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
        return came[(came >= begin) & (came < end)]

    def __str__(self) -> str:
        if self.kind == "listed":
            return f"listed ({len(self.listed_s)})"
        if self.kind == "observed":
            mean = sum(map(len, self.observed_s)) / max(1, len(self.observed_s))
            return f"observed ({mean:.3g}/wd over {len(self.observed_s)} days)"
        return f"{self.rate:g}/{self.unit}"
