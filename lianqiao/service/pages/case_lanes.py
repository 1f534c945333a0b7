"""The clocks of a case side by side on one line of time, and which of them the case waits for longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lianqiao.bridge.queries import CaseSeen
from lianqiao.engine.case_state import ClockRun
from lianqiao.service.language import in_words
from lianqiao.service.pages.case_clocks import clock_standing

# the width of the drawing in its own units
WIDTH = 1000
NARROWEST = 6


@dataclass(frozen=True)
class Lane:
    """One clock: from where to where it has run, when it is due, and whether the case waits for it longest.

    `x`, `ran` and `due_x` are in thousandths of the drawing's width; `due_x` is -1 where nothing is due.
    """

    name: str
    title: str
    standing: str
    due: datetime | None
    x: int
    ran: int
    due_x: int
    critical: bool

    @property
    def promised(self) -> int:
        """How far the promise reaches from its start."""
        return max(0, self.due_x - self.x)


@dataclass(frozen=True)
class Lanes:
    """The lanes from `begin` to `end`, and where now is, in thousandths; -1 where the case is closed."""

    begin: datetime
    end: datetime
    now_x: int
    lanes: tuple[Lane, ...]


def lanes_of(seen: CaseSeen, *, now: datetime) -> Lanes | None:
    """Return the lanes of a case that opens branches; None where it has none or only one clock so far."""
    branching = any(len(step.to) > 1 for step in seen.mechanism.steps.values())
    runs = {name: run for name, run in seen.state.clocks.items() if name in seen.mechanism.clocks}
    if not branching or len(runs) < 2:
        return None
    begin = min(_moment(run.promise["started_at"]) for run in runs.values())
    ends = [_end(run, now) for run in runs.values()]
    ends += [due for run in runs.values() if (due := _due(run)) and not run.result]
    end = max(*ends, begin + timedelta(hours=1))
    critical = _critical(seen, runs)

    def at(moment: datetime) -> int:
        return round(WIDTH * (moment - begin) / (end - begin))

    lanes = []
    for name, clock in seen.mechanism.clocks.items():
        if run := runs.get(name):
            x, due = at(_moment(run.promise["started_at"])), _due(run)
            lanes.append(
                Lane(
                    name=name,
                    title=in_words(clock.title),
                    standing=clock_standing(run, now=now),
                    due=due,
                    x=x,
                    ran=max(NARROWEST, at(_end(run, now)) - x),
                    due_x=min(WIDTH, at(due)) if due else -1,
                    critical=name == critical,
                )
            )
    return Lanes(begin, end, at(min(now, end)) if seen.state.open else -1, tuple(lanes))


def _critical(seen: CaseSeen, runs: dict[str, ClockRun]) -> str:
    """Return the branch that decides when the case can go on: of those owed now the one due last."""
    waited_for = {seen.mechanism.states[state].waits_for for state in seen.state.marking}
    owed = {
        name: due
        for name, run in runs.items()
        if not run.result and (due := _due(run)) and seen.mechanism.clocks[name].owner in waited_for
    }
    return max(owed, key=lambda name: owed[name]) if len(seen.state.marking) > 1 and owed else ""


def _end(run: ClockRun, now: datetime) -> datetime:
    stopped = run.promise["stopped_at"]
    return _moment(stopped) if stopped else now


def _due(run: ClockRun) -> datetime | None:
    return _moment(run.promise["due"]) if run.promise["due"] else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
