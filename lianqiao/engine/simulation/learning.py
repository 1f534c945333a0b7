"""What a log teaches a scenario: when cases come, how long steps take, how firms react, what is chosen.

The log's activities are the promise's steps (a map renames them). How long work took is not written anywhere:
it is taken to have begun when the case came to wait for it or when the same person had finished what they did
before, whichever was later, and counted in office time. Without people in the log the wait counts as work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.clock_bulk import FIRST_UNIX_DAY, DayTable
from lianqiao.engine.errors import refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.mining.bottlenecks import office_seconds
from lianqiao.engine.mining.event_log import NOBODY, EventLog
from lianqiao.engine.simulation.arrivals import Arrivals
from lianqiao.engine.simulation.distributions import Duration
from lianqiao.engine.simulation.scenario import Scenario, works

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
# from fewer a distribution is not told
ENOUGH = 5
_ORIGIN = FIRST_UNIX_DAY * DAY_S


@dataclass(frozen=True)
class Learnt:
    """What the log taught. `ignored` are activities that are no steps of the promise."""

    arrivals: Arrivals
    handling: dict[str, Duration]
    reactions: dict[str, Duration]
    shares: dict[str, float]
    ignored: tuple[str, ...]

    def applied(self, scenario: Scenario) -> Scenario:
        """Return the scenario with what was learnt; what was typed in goes first."""
        return replace(
            scenario,
            arrivals=self.arrivals,
            handling={**self.handling, **scenario.handling},
            reactions={**self.reactions, **scenario.reactions},
            shares={**self.shares, **scenario.shares},
        )


def learnt(log: EventLog, mechanism: Mechanism, table: DayTable) -> Learnt:
    """Return what the log teaches about a promise; refuses `log-of-other-promise` where no case begins so."""
    came = log.at[log.activity == _number(log, mechanism.opening_step)].astype(np.int64) - _ORIGIN
    came = came[came >= 0]
    if not came.size:
        raise refuse(
            "log-of-other-promise",
            f"no case of the log begins with the step “{mechanism.opening_step}” of “{mechanism.key}”",
            place="map › activities",
            hint="name the log's activities after the steps: "
            + ", ".join(f'"…" = "{name}"' for name in list(mechanism.steps)[:3]),
        )
    worked, waited = _spans(log, table)
    counts = {name: int((log.activity == _number(log, name)).sum()) for name in mechanism.steps}
    return Learnt(
        arrivals=Arrivals.observed(came, _open_days(came, table)),
        handling=_durations(log, mechanism, worked, lambda name: works(mechanism, name)),
        reactions=_durations(log, mechanism, waited, lambda name: not works(mechanism, name)),
        shares=_shares(mechanism, counts),
        ignored=tuple(name for name in log.activities if name not in mechanism.steps),
    )


def _number(log: EventLog, name: str) -> int:
    return log.activities.index(name) if name in log.activities else -1


def _spans(log: EventLog, table: DayTable) -> tuple[Reals, Reals]:
    """Return by event the office seconds of work and the natural seconds since the case's event before."""
    at = log.at.astype(np.int64)
    before = np.concatenate([[0], at[:-1]]).astype(np.float64)
    opens = np.concatenate([[True], log.case[1:] != log.case[:-1]])
    waited = np.where(opens, np.nan, at - before)
    order = np.lexsort((at, log.person))
    same = (log.person[order][1:] == log.person[order][:-1]) & (log.person[order][1:] != NOBODY)
    free = np.full(len(log), -np.inf)
    free[order[1:][same]] = at[order[:-1][same]]
    begun = np.where(opens, at, np.maximum(before, free)).astype(np.int64)
    worked = np.where(opens, np.nan, office_seconds(table, at) - office_seconds(table, begun))
    return worked, waited


def _durations(
    log: EventLog, mechanism: Mechanism, spans: Reals, wanted: Callable[[str], bool]
) -> dict[str, Duration]:
    found = {}
    for name, step in mechanism.steps.items():
        if step.opening or not wanted(name):
            continue
        mine = spans[log.activity == _number(log, name)]
        mine = mine[~np.isnan(mine) & (mine > 0)]
        if mine.size >= ENOUGH:
            found[name] = Duration.observed(mine.astype(np.int64))
    return found


def _shares(mechanism: Mechanism, counts: dict[str, int]) -> dict[str, float]:
    """Return how often each step was chosen among those the same role could have taken from that state."""
    shares = {}
    for name, step in mechanism.steps.items():
        left = {*step.from_, *step.from_all}
        if step.opening or step.by in ("clock", "sub-case") or not left:
            continue
        if any(mechanism.states[state].waits_for == step.by for state in left):
            rivals = [
                other
                for other, part in mechanism.steps.items()
                if part.by == step.by and left & {*part.from_, *part.from_all}
            ]
            all_told = sum(counts[other] for other in rivals)
        else:
            rivals = [name]
            all_told = sum(counts[other] for other, part in mechanism.steps.items() if left & set(part.to))
        if all_told and (len(rivals) > 1 or rivals == [name]):
            shares[name] = min(1.0, counts[name] / all_told)
    return shares


def _open_days(came: Ints, table: DayTable) -> Ints:
    """Return the working days from the first arrival to the last."""
    first, last = int(came.min()) // DAY_S, int(came.max()) // DAY_S
    days = np.arange(first, last + 1)
    open_days: Ints = days[table.days[table.through[days]] == days]
    return open_days if open_days.size else days[:1]
