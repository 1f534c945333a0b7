"""The clocks of simulated cases: `engine.clock_state` in whole seconds, a few table look-ups an act.

Each ruler is the scalar twin of one in `engine.rulers`; a property test holds the two to the same due times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappush

import numpy as np

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.calendar import FIRST_DAY
from lianqiao.engine.clock_bulk import DayTable
from lianqiao.engine.mechanism import Clock
from lianqiao.engine.spans import Budget

NONE, RUNNING, PAUSED, STOPPED = range(4)
NEVER = 2**62
OpeningFrom = Callable[[int], int]


class Ruler:
    """Working days; instants and marks are whole numbers. `resumed` is -1 before any pause."""

    def __init__(self, table: DayTable) -> None:
        self.through: list[int] = table.through.tolist()
        self.days: list[int] = table.days.tolist()
        self.following: list[int] = table.following.tolist()
        self.closes_s = table.closes_s

    def mark(self, t: int) -> int:
        """Return the mark an instant lies on."""
        return self.through[t // DAY_S]

    def target(self, begin: int, amount: int) -> int:
        """Return the mark at which a budget begun then is used up."""
        return self.mark(begin) + amount

    def due(self, mark: int, resumed: int) -> int:
        """Return the due instant read at the mark, never earlier than the last resumption."""
        day = self.days[mark]
        if resumed >= 0:
            day = max(day, self.following[(resumed + DAY_S - 1 - self.closes_s) // DAY_S])
        return day * DAY_S + self.closes_s


class _NaturalDays(Ruler):
    def mark(self, t: int) -> int:
        return t // DAY_S

    def due(self, mark: int, resumed: int) -> int:
        return (self.following[max(mark, resumed // DAY_S)] + 1) * DAY_S


class _NaturalMonths(_NaturalDays):
    def target(self, begin: int, amount: int) -> int:
        first = np.datetime64(FIRST_DAY, "D")
        day = first + np.timedelta64(begin // DAY_S, "D")
        landing = day.astype("M8[M]") + np.timedelta64(amount, "M")
        into = int((day - day.astype("M8[M]").astype("M8[D]")).astype(np.int64))
        length = int(((landing + 1).astype("M8[D]") - landing.astype("M8[D]")).astype(np.int64))
        return int((landing.astype("M8[D]") - first).astype(np.int64)) + min(into, length - 1)


class _NaturalHours(Ruler):
    def mark(self, t: int) -> int:
        return t

    def due(self, mark: int, resumed: int) -> int:
        return mark


class _WorkingHours(Ruler):
    def __init__(self, table: DayTable) -> None:
        super().__init__(table)
        self.day_s = table.day_s
        self.worked: list[int] = table.worked.tolist()
        self.when: list[int] = table.when.tolist()

    def mark(self, t: int) -> int:
        day, second = divmod(t, DAY_S)
        through = self.through[day]
        works = self.days[through] == day
        return through * self.day_s - (self.day_s - self.worked[second] if works else 0)

    def due(self, mark: int, resumed: int) -> int:
        index = -(-mark // self.day_s)
        at = self.days[index] * DAY_S + self.when[mark - (index - 1) * self.day_s]
        return max(at, resumed)


RULERS = {
    "wd": Ruler,
    "wh": _WorkingHours,
    "h": _NaturalHours,
    "nd": _NaturalDays,
    "nm": _NaturalMonths,
}


@dataclass(frozen=True)
class ClockRule:
    """One clock of the promise made ready: its ruler, its budget in whole marks, and how receipt counts.

    `due_on[day]` is when a run begun on that day since 2015 is due, for budgets counted in days or months.
    """

    ruler: Ruler
    amount: int
    office_hours: bool
    expires: bool
    due_on: dict[int, int]

    def due(self, counted: int) -> int:
        """Return when a run counted from the instant is due, before any pause."""
        if isinstance(self.ruler, _NaturalHours):
            return self.ruler.due(self.ruler.target(counted, self.amount), -1)
        day = counted // DAY_S
        due = self.due_on.get(day)
        if due is None:
            due = self.due_on[day] = self.ruler.due(self.ruler.target(counted, self.amount), -1)
        return due


def clock_rules(clocks: Sequence[Clock], table: DayTable) -> list[ClockRule]:
    """Return the rules of a promise's clocks, in order; clocks of one unit share a ruler."""
    rulers: dict[str, Ruler] = {}
    rules = []
    for clock in clocks:
        budget = Budget.parse(clock.budget)
        ruler = rulers.setdefault(budget.unit, RULERS[budget.unit](table))
        by_office = clock.receipt == "office-hours"
        rules.append(ClockRule(ruler, budget.whole, by_office, clock.on_expiry is not None, {}))
    return rules


class PromiseClocks:
    """Every clock of every case of one replication; `q` is case × number of clocks + clock.

    `due[q]` is NEVER unless the clock runs. `ended` lists what became of each run: q, started, due, stopped and
    whether it was broken (1), kept (0) or ended because the case left (-1). A clock that takes a step itself
    puts a moment of the kind `expired` into `moments`.
    """

    def __init__(
        self,
        rules: Sequence[ClockRule],
        cases: int,
        opening_from: OpeningFrom,
        *,
        moments: list[tuple[int, int, int, int]],
        expired: int,
    ) -> None:
        self.rules, self.count, self.opening_from = list(rules), len(rules), opening_from
        self.moments, self.expired = moments, expired
        size = cases * len(rules)
        self.state = [NONE] * size
        self.due = [NEVER] * size
        self.started = [0] * size
        # only for clocks that were paused, extended or begun later than started
        self.counted: dict[int, int] = {}
        self.paused: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.more: dict[int, int] = {}
        self.resumed: dict[int, int] = {}
        self.ended: list[int] = []

    def start(self, q: int, t: int, _: int = 0) -> None:
        """Start the clock, or start it anew, with its whole budget."""
        if self.state[q] == RUNNING or self.state[q] == PAUSED:
            self.stop(q, t)
        rule = self.rules[q % self.count]
        self.state[q] = RUNNING
        self.started[q] = t
        for marks in (self.taken, self.more, self.resumed) if q in self.taken or q in self.more else ():
            marks.pop(q, None)
        if rule.office_hours:
            t = self.counted[q] = self.opening_from(t)
        self.due[q] = rule.due(t)
        if rule.expires:
            self._expires(q, t)

    def pause(self, q: int, t: int, _: int = 0) -> None:
        """Let the clock stand still; what comes after expiry cures nothing."""
        if t <= self.due[q]:
            self.paused[q] = max(t, self.counted.get(q, t))
            self.due[q] = NEVER
            self.state[q] = PAUSED

    def resume(self, q: int, t: int, _: int = 0) -> None:
        """Let the clock run again with what it had left; one that never stood still runs on as it was."""
        if self.state[q] != PAUSED:
            return
        self.state[q] = RUNNING
        begun = self.paused.pop(q)
        if t > begun:
            ruler = self.rules[q % self.count].ruler
            self.taken[q] = self.taken.get(q, 0) + ruler.mark(t) - ruler.mark(begun)
            self.resumed[q] = t
        self._read(q, t)

    def extend(self, q: int, t: int, amount: int) -> None:
        """Add to the budget of a clock that runs and has not run out."""
        if self.can_extend(q, t):
            self.more[q] = amount
            self._read(q, t)

    def can_extend(self, q: int, t: int) -> bool:
        """True where the clock runs, has not run out and was not extended before."""
        return self.state[q] == RUNNING and t <= self.due[q] and q not in self.more

    def stop(self, q: int, t: int, met: int = 0) -> None:
        """End the run: kept (`met` 0) or left (-1) within its time, else broken."""
        state = self.state[q]
        if state == RUNNING:
            due = self.due[q]
            self.ended += (q, self.started[q], due, t, 1 if t > due else met)
        elif state == PAUSED:
            self.ended += (q, self.started[q], NEVER, t, met)
        else:
            return
        self.state[q] = STOPPED
        self.due[q] = NEVER

    def leave(self, case: int, t: int) -> None:
        """End every run of a case that closed."""
        for q in range(case * self.count, (case + 1) * self.count):
            if self.state[q] == RUNNING or self.state[q] == PAUSED:
                self.stop(q, t, -1)

    def next_due(self, case: int) -> int:
        """Return the earliest due time of the case's running clocks, `NEVER` where none runs."""
        first = case * self.count
        return min(self.due[first : first + self.count], default=NEVER)

    def _read(self, q: int, t: int) -> None:
        """Read the due time anew from what was counted, extended and taken out."""
        rule = self.rules[q % self.count]
        counted = self.counted.get(q, self.started[q])
        mark = rule.ruler.target(counted, rule.amount + self.more.get(q, 0)) + self.taken.get(q, 0)
        self.due[q] = rule.ruler.due(mark, self.resumed.get(q, -1))
        if rule.expires:
            self._expires(q, t)

    def _expires(self, q: int, t: int) -> None:
        # an act at the very instant of expiry is still in time
        heappush(self.moments, (max(self.due[q], t) + 1, self.expired, q, 0))
