"""What replications show: how often promises are kept, where work waits, how busy people are, how surely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.simulation import rows
from lianqiao.engine.simulation.distributions import HOUR_S
from lianqiao.engine.simulation.running import History, Setting

Ints = npt.NDArray[np.int64]
# Student's t for 95 %, by degrees of freedom from 1; beyond them the approximation is good to 0.001
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160)


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its 95 % confidence interval; from one replication there is none.

    `mean` is None where no replication had anything to measure.
    """

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PromiseKept:
    """How one clock fared: the share kept of all that came due, counts over all replications.

    `late_wd` is by how many working days a broken promise was late when it was at last fulfilled.
    """

    kept: Estimate
    late_wd: Estimate
    kept_count: int
    broken_count: int
    open_count: int
    left_count: int


@dataclass(frozen=True)
class Desk:
    """How busy the people of a duty were: the share of the office time they were present that they worked."""

    people: int
    utilisation: Estimate
    busiest: Estimate


@dataclass(frozen=True)
class Queue:
    """How work waits at one state: office hours until somebody begins it, and how much of it lies there."""

    wait_h: Estimate
    wait_p95_h: Estimate
    length: Estimate
    works_a_day: Estimate


@dataclass(frozen=True)
class Findings:
    """The answer to a scenario. Keys are those of the promise's file: clocks, duties, states."""

    replications: int
    cases: Estimate
    case_days: Estimate
    case_p95_days: Estimate
    promises: dict[str, PromiseKept]
    desks: dict[str, Desk]
    queues: dict[str, Queue]

    @property
    def worst(self) -> Estimate:
        """The promise kept least often, by the lower end of its interval."""
        kept = [promise.kept for promise in self.promises.values() if promise.kept.mean is not None]
        sure = [(one.low if one.low is not None else one.mean or 0.0, n) for n, one in enumerate(kept)]
        return kept[min(sure)[1]] if sure else Estimate(None, None, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as JSON-ready values."""
        return asdict(self)


Measured = dict[str, float]


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of the values that are numbers, with its 95 % confidence interval."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Estimate(None, None, None)
    mean = math.fsum(known) / len(known)
    if len(known) == 1:
        return Estimate(mean, None, None)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in known) / (len(known) - 1))
    half = _t95(len(known) - 1) * spread / math.sqrt(len(known))
    return Estimate(mean, mean - half, mean + half)


def measured(setting: Setting, history: History, absences: Sequence[tuple[int, int, int]]) -> Measured:
    """Return the measures of one replication by name; NaN where there was nothing to measure."""
    found: Measured = {}
    _cases(setting, history, found)
    for clock in range(len(setting.net.clocks)):
        _promise(setting, history, clock, found)
    _desks(setting, history, absences, found)
    _queues(setting, history, found)
    return found


def gathered(setting: Setting, duties: Sequence[str], measures: Sequence[Measured]) -> Findings:
    """Return what the replications show together."""

    def over(name: str) -> Estimate:
        return estimate([measure[name] for measure in measures])

    def share(name: str) -> Estimate:
        told = over(name)
        ends = [None if end is None else min(1.0, max(0.0, end)) for end in (told.low, told.high)]
        return Estimate(told.mean, *ends)

    def total(name: str) -> int:
        return int(sum(measure[name] for measure in measures))

    places = [place for place in setting.net.places if f"wait/{place}" in measures[0]]
    return Findings(
        replications=len(measures),
        cases=over("cases"),
        case_days=over("case_days"),
        case_p95_days=over("case_p95_days"),
        promises={
            clock: PromiseKept(
                share(f"kept/{clock}"),
                over(f"late/{clock}"),
                *(
                    total(f"{fate}/{clock}")
                    for fate in ("kept_count", "broken_count", "open_count", "left_count")
                ),
            )
            for clock in setting.net.clocks
        },
        desks={
            duty: Desk(setting.sizes[team], share(f"utilisation/{team}"), share(f"busiest/{team}"))
            for team, duty in enumerate(duties)
        },
        queues={
            place: Queue(*(over(f"{what}/{place}") for what in ("wait", "wait_p95", "length", "works")))
            for place in places
        },
    )


def _cases(setting: Setting, history: History, found: Measured) -> None:
    counted = history.arrivals >= setting.measured_from
    closed = history.closed[: len(history.arrivals)]
    done = counted & (closed >= 0)
    days = (closed[done] - history.arrivals[done]) / DAY_S
    found["cases"] = float(counted.sum())
    found["case_days"], found["case_p95_days"] = _mean(days), _percentile(days)


def _promise(setting: Setting, history: History, clock: int, found: Measured) -> None:
    """Count each case's promise once, as the overview does: broken if any run of its clock was."""
    name = setting.net.clocks[clock]
    runs = history.runs[history.runs[:, 0] % len(setting.net.clocks) == clock]
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    case, first = np.unique(runs[:, 0], return_index=True)
    last = np.append(first[1:], len(runs)) - 1
    counted = runs[first, 1] >= setting.measured_from if len(case) else np.zeros(0, dtype=bool)
    late = np.isin(runs[:, 4], (rows.BROKEN, rows.OVERDUE))
    broken = np.maximum.reduceat(late, first) if len(case) else np.zeros(0, dtype=bool)
    fate = runs[last, 4] if len(case) else np.zeros(0, dtype=np.int64)
    counts = {
        "broken_count": int((counted & broken).sum()),
        "kept_count": int((counted & ~broken & (fate == rows.KEPT)).sum()),
        "open_count": int((counted & ~broken & (fate == rows.OPEN)).sum()),
        "left_count": int((counted & ~broken & (fate == rows.LEFT)).sum()),
    }
    owed = counts["kept_count"] + counts["broken_count"]
    found[f"kept/{name}"] = counts["kept_count"] / owed if owed else math.nan
    found |= {f"{count}/{name}": float(number) for count, number in counts.items()}
    ended = runs[(runs[:, 4] == rows.BROKEN) & (runs[:, 1] >= setting.measured_from)]
    through = setting.clock_table.through
    found[f"late/{name}"] = _mean(through[ended[:, 3] // DAY_S] - through[ended[:, 2] // DAY_S])


def _desks(
    setting: Setting, history: History, absences: Sequence[tuple[int, int, int]], found: Measured
) -> None:
    worked = setting.office.worked_column
    done = history.stints[history.stints[:, 2] >= 0]
    people = sum(setting.sizes)
    busy = np.bincount(done[:, 4], _overlap(setting, done[:, 2], done[:, 3]), people)
    bounds = worked(np.array([setting.measured_from, setting.end]))
    present = np.full(people, float(bounds[1] - bounds[0]))
    for person, since, until in absences:
        present[person] -= _overlap(setting, np.array([since]), np.array([until]))[0]
    first = 0
    for team, size in enumerate(setting.sizes):
        mine = slice(first, first + size)
        first += size
        shares = busy[mine] / np.maximum(present[mine], 1)
        found[f"utilisation/{team}"] = float(busy[mine].sum() / max(1.0, present[mine].sum()))
        found[f"busiest/{team}"] = float(shares.max())


def _queues(setting: Setting, history: History, found: Measured) -> None:
    worked = setting.office.worked_column
    stints = history.stints
    window_s = float(np.diff(worked(np.array([setting.measured_from, setting.end])))[0])
    places = len(setting.net.places)
    until = np.where(stints[:, 2] >= 0, stints[:, 2], setting.end)
    waiting = _overlap(setting, stints[:, 1], until)
    day_s = float(setting.office.table.day_s) if setting.office.table else float(DAY_S)
    for place in _worked_at(setting):
        name = setting.net.places[place]
        here = stints[:, 0] % places == place
        begun = here & (stints[:, 2] >= 0) & (stints[:, 1] >= setting.measured_from)
        waits_h = (worked(stints[begun, 2]) - worked(stints[begun, 1])) / HOUR_S
        found[f"wait/{name}"], found[f"wait_p95/{name}"] = _mean(waits_h), _percentile(waits_h)
        found[f"length/{name}"] = float(waiting[here].sum()) / window_s
        found[f"works/{name}"] = float(begun.sum()) * day_s / window_s


def _worked_at(setting: Setting) -> list[int]:
    """Return the places where work waits for people."""
    tasks = setting.tables[setting.tables[rows.TASKS] : setting.tables[rows.OPTIONS]].reshape(-1, rows.TASK)
    staffed = (tasks[:, rows.TASK_OPTION] >= 0) & (tasks[:, rows.TASK_TEAM] >= 0)
    return sorted({int(place) for place in np.flatnonzero(staffed) % len(setting.net.places)})


def _overlap(setting: Setting, begin: Ints, end: Ints) -> npt.NDArray[np.float64]:
    """Return the office seconds of each span that lie in the time measured."""
    worked = setting.office.worked_column
    inside = [np.clip(side, setting.measured_from, setting.end) for side in (begin, end)]
    return (worked(inside[1]) - worked(inside[0])).astype(np.float64)


def _mean(values: npt.NDArray[Any]) -> float:
    return float(values.mean()) if values.size else math.nan


def _percentile(values: npt.NDArray[Any]) -> float:
    return float(np.percentile(values, 95)) if values.size else math.nan


def _t95(freedom: int) -> float:
    return _T95[freedom - 1] if freedom <= len(_T95) else 1.960 + 2.372 / freedom + 2.82 / freedom**2
