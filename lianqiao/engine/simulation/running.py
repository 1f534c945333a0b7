"""One replication: cases come, people work, firms react, clocks run out, moment after moment to the end.

Everything a case does is looked up in the tables of its promise (`net`), so a simulated history is one that
`engine.case.decide` would have allowed; `acts` holds it for whoever wants to see.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt

from lianqiao.engine.clock_bulk import DayTable
from lianqiao.engine.simulation.desks import (
    BESIDE,
    CAME,
    DONE,
    EXPIRED,
    OPENED,
    OVER,
    PRESENCE,
    Desks,
    Event,
    Work,
)
from lianqiao.engine.simulation.distributions import BLOCK, Duration, drawn, endless
from lianqiao.engine.simulation.linking import ELSEWHERE, FIRM, Link, Links, Task
from lianqiao.engine.simulation.net import EXTEND, Net
from lianqiao.engine.simulation.office_time import OfficeTime
from lianqiao.engine.simulation.promise_clocks import NEVER, PAUSED, RUNNING, ClockRule, PromiseClocks

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """All that replications share: tables, chances, durations, people. Team -1 is the firm."""

    net: Net
    links: Links
    durations: tuple[Duration, ...]
    team_of_role: tuple[int, ...]
    sizes: tuple[int, ...]
    pooled: tuple[bool, ...]
    rules: tuple[ClockRule, ...]
    office: OfficeTime
    clock_table: DayTable
    opening_from: Callable[[int], int]
    due_first: bool
    begin: int
    measured_from: int
    end: int


@dataclass(frozen=True)
class History:
    """What happened in one replication, in whole seconds since 2015.

    `arrivals`, `closed` (-1 while open) by case; `runs` rows of (case × clocks + clock, started, due, stopped,
    what became of it) with open ones last, their `stopped` the end of time and their fate 1 overdue, 2 open;
    `stints` rows of (case × places + place, waited since, begun, ended, person), unfinished ones included, not
    begun ones with begun = ended = -1; `acts` of (t, case, step), empty unless asked for.
    """

    arrivals: Ints
    closed: Ints
    runs: Ints
    stints: Ints
    acts: tuple[tuple[int, int, int], ...]




def replicate(
    setting: Setting,
    arrivals: Ints,
    absences: list[tuple[int, int, int]],
    random: np.random.Generator,
    *,
    trace: bool = False,
) -> History:
    """Return one history. `absences` are (person, from, until); the same generator gives the same history."""
    return _Replication(setting, arrivals, absences, random, trace=trace).history()


class _Replication:
    def __init__(
        self,
        setting: Setting,
        arrivals: Ints,
        absences: list[tuple[int, int, int]],
        random: np.random.Generator,
        *,
        trace: bool,
    ) -> None:
        net = setting.net
        self.setting, self.net, self.arrivals = setting, net, arrivals
        self.links, self.tasks = setting.links.links, setting.links.tasks
        self.places, self.roles = len(net.places), len(net.roles)
        cases = len(arrivals)
        streams = random.spawn(len(setting.durations) + 1)
        self.number = endless(lambda: streams[0].random(BLOCK).tolist())
        self.durations = [drawn(duration, stream) for duration, stream in zip(setting.durations, streams[1:], strict=True)]
        self.moments: list[Event] = [(setting.end, OVER, 0, 0)]
        for person, since, until in absences:
            self.moments += [(since, PRESENCE, person, 1), (until, PRESENCE, person, 0)]
        heapify(self.moments)
        self.desks = Desks(list(setting.sizes), pooled=list(setting.pooled), office=setting.office, moments=self.moments)
        self.clocks = PromiseClocks(
            setting.rules, cases, setting.opening_from, moments=self.moments, expired=EXPIRED
        )
        self.doing = (self.clocks.start, self.clocks.stop, self.clocks.pause, self.clocks.resume, self.clocks.extend)
        self.situation = [-1] * cases
        self.closed = [-1] * cases
        self.owner = [-1] * (cases * self.roles)
        # what is under way, by case × places + place: when the firm's act comes, or the work on a list
        self.coming: dict[int, int] = {}
        self.at_work: dict[int, Work] = {}
        self.ended_outside: dict[int, list[int]] = {}
        self.acts: list[tuple[int, int, int]] | None = [] if trace else None

    def history(self) -> History:
        self._run()
        return History(
            self.arrivals, np.array(self.closed, dtype=np.int64), self._runs(), self._stints(), tuple(self.acts or ())
        )

    def _run(self) -> None:
        """Let moment follow moment; cases that come at a moment come before anything else at it."""
        moments, done, take_up, act, coming = self.moments, self.desks.done, self.desks.take_up, self._act, self.coming
        ahead = iter([*self.arrivals.tolist(), NEVER])
        case, next_case, opening = 0, next(ahead), self.links[0]
        while True:
            if next_case <= moments[0][0]:
                if next_case >= self.setting.end:
                    return
                self._follow(case, opening, next_case)
                case, next_case = case + 1, next(ahead)
                continue
            t, kind, one, other = heappop(moments)
            if kind == DONE:
                work = done(one, other, t)
                if work is not None:
                    del self.at_work[other]
                    act(other, work.link, t)
                    take_up(one, t)
            elif kind == CAME:
                if coming.get(one) == t:
                    del coming[one]
                    act(one, other, t)
            elif kind == OVER:
                return
            else:
                self._seldom(t, kind, one, other)

    def _seldom(self, t: int, kind: int, one: int, other: int) -> None:
        if kind == OPENED:
            self.desks.opened(one, t)
        elif kind == PRESENCE:
            self.desks.presence(one, other == 1, t)
        elif kind == BESIDE:
            self._beside(one, other, t)
        elif kind == EXPIRED:
            self._expired(one, t)

    def _act(self, item: int, number: int, t: int) -> None:
        """Take the step that was worked on, or another that is possible now; none leaves the place waiting."""
        case = item // self.places
        link = self.links[number]
        if link.before != self.situation[case]:
            place = item - case * self.places
            task = self.tasks[self.situation[case]][place]
            if task is None:
                return
            number = self.setting.links.by_step[self.situation[case]].get(link.step, -1)
            if all(number != option for option, _ in task.options):
                number = task.options[bisect_right(task.thresholds, self.number())][0]
            link = self.links[number]
        if link.task is None:
            self._follow(case, link, t)
            return
        self.situation[case] = link.after
        if self.acts is not None:
            self.acts.append((t, case, link.step))
        for what, clock, amount in link.acts:
            self.doing[what](case * self.clocks.count + clock, t, amount)
        self._start(case, link.onto, link.task, t)

    def _start(self, case: int, place: int, task: Task, t: int) -> None:
        """Let whom the place waits for begin what can be done there."""
        number, step = task.options[bisect_right(task.thresholds, self.number()) if task.thresholds else 0]
        item = case * self.places + place
        team = task.team
        if team == FIRM:
            self.coming[item] = comes_at = t + self.durations[step]()
            heappush(self.moments, (comes_at, CAME, item, number))
            return
        owner = self.desks.first[team] if self.setting.pooled[team] else self.owner[case * self.roles + task.role]
        due = self.clocks.next_due(case) if self.setting.due_first else t
        self.at_work[item] = work = Work(item, number, owner, due, t, self.durations[step]())
        self.desks.land(work, t)

    def _follow(self, case: int, link: Link, t: int) -> None:
        """Do all that a step does: clocks, assignments, branches left and entered, sub-cases, the end."""
        follow, place = link.follow, link.place
        self.situation[case] = link.after
        if self.acts is not None:
            self.acts.append((t, case, link.step))
        for what, clock, amount in follow.acts:
            self.doing[what](case * self.clocks.count + clock, t, amount)
        for role in follow.assigned:
            self._assign(case, role)
        for left in follow.left:
            # whoever acts from elsewhere does not disturb work at a place the case stays in
            if left != place and (place != ELSEWHERE or left not in follow.entered):
                self._cancel(case * self.places + left, t)
        if follow.closes:
            self._close(case, t)
            return
        for entered in follow.entered:
            if place != ELSEWHERE or entered not in follow.left:
                self._enter(case, entered, t)
        for woken in follow.woken:
            self._wake(case, woken, t)
        for outside in follow.outside:
            heappush(self.moments, (t + self.durations[outside](), BESIDE, case, outside))
        if case in self.ended_outside:
            for step in self.ended_outside.pop(case):
                self._beside(case, step, t)

    def _enter(self, case: int, place: int, t: int) -> None:
        for share, step in self.setting.links.besides[self.situation[case]].get(place, ()):
            if self.number() < share:
                heappush(self.moments, (t + self.durations[step](), BESIDE, case, step))
        self._wake(case, place, t)

    def _wake(self, case: int, place: int, t: int) -> None:
        task = self.tasks[self.situation[case]][place]
        if task is not None:
            self._start(case, place, task, t)

    def _assign(self, case: int, role: int) -> None:
        team = self.setting.team_of_role[role]
        if team != FIRM and not self.setting.pooled[team] and self.owner[case * self.roles + role] < 0:
            self.owner[case * self.roles + role] = self.desks.lightest(team)

    def _cancel(self, item: int, t: int) -> None:
        self.coming.pop(item, None)
        work = self.at_work.pop(item, None)
        if work is not None:
            self.desks.drop(work, t)

    def _close(self, case: int, t: int) -> None:
        self.clocks.leave(case, t)
        self.closed[case] = t
        for owner in self.owner[case * self.roles : (case + 1) * self.roles]:
            if owner >= 0:
                self.desks.release(owner)
        self.ended_outside.pop(case, None)

    def _beside(self, case: int, step: int, t: int) -> None:
        """Take a step of someone the case does not wait for, or of a sub-case that ended, if it can be now."""
        number = self.setting.links.by_step[self.situation[case]].get(step)
        if number is None:
            if self.net.mechanism.steps[self.net.steps[step]].by == "sub-case" and self.closed[case] < 0:
                self.ended_outside.setdefault(case, []).append(step)
            return
        link = self.links[number]
        first = case * self.clocks.count
        extended = [first + clock for what, clock, _ in link.acts if what == EXTEND]
        if all(self.clocks.can_extend(q, t) for q in extended):
            self._follow(case, link, t)

    def _expired(self, q: int, t: int) -> None:
        case, clock = divmod(q, self.clocks.count)
        if t <= self.clocks.due[q]:
            return
        number = self.setting.links.by_step[self.situation[case]].get(self.net.expiry[clock])
        if number is not None:
            self._follow(case, self.links[number], t)

    def _runs(self) -> Ints:
        clocks, end = self.clocks, self.setting.end
        rows = np.array(clocks.ended, dtype=np.int64).reshape(-1, 5)
        state = np.array(clocks.state, dtype=np.int64)
        still = np.flatnonzero((state == RUNNING) | (state == PAUSED))
        due = np.array([clocks.due[q] for q in still.tolist()], dtype=np.int64)
        started = np.array([clocks.started[q] for q in still.tolist()], dtype=np.int64)
        fate = np.where(due < end, 1, 2)
        return np.concatenate([rows, np.stack([still, started, due, np.full_like(still, end), fate], axis=1)])

    def _stints(self) -> Ints:
        desks, end = self.desks, self.setting.end
        rows = list(desks.stints)
        in_hand = set()
        for person, work in enumerate(desks.serving):
            if work is not None:
                rows += (work.item, work.since, desks.begun[person], end, person)
                in_hand.add(work.item)
        for item, work in self.at_work.items():
            if item not in in_hand:
                rows += (item, work.since, -1, -1, -1)
        return np.array(rows, dtype=np.int64).reshape(-1, 5)
