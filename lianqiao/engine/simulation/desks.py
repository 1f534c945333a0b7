"""People at their desks: whose work it is, who does it now, and in which order it is taken up."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from lianqiao.engine.simulation.office_time import OfficeTime

# what an event in the queue of moments is; at one moment they happen in this order
PRESENCE, DONE, CAME, BESIDE, EXPIRED, OPENED, OVER = range(7)
# when, what, and two numbers that say whose or which
Event = tuple[int, int, int, int]


class Work:
    """One item of work: at which place of which case, by which link of the tables it will lead on.

    `owner` is whose it is, `due` its place in the list, `since` when it came onto a list, `left_s` the office
    time it still takes. `dropped` marks work nobody needs any more.
    """

    __slots__ = ("due", "item", "left_s", "link", "owner", "since", "dropped")

    def __init__(self, item: int, link: int, owner: int, due: int, since: int, left_s: int) -> None:
        self.item, self.link, self.owner = item, link, owner
        self.due, self.since, self.left_s = due, since, left_s
        self.dropped = False


Waiting = list[tuple[int, int, Work]]


class Desks:
    """Everyone of every duty. People are numbered through, `first[team]` up to `last[team]`.

    `stints` lists what was done: item, since when it waited, when it was begun and ended, by whom.
    """

    def __init__(
        self, sizes: list[int], *, pooled: list[bool], office: OfficeTime, moments: list[Event]
    ) -> None:
        self.worked, self.instant, self.moments, self.pooled = office.worked, office.instant, moments, pooled
        self.first = [sum(sizes[:team]) for team in range(len(sizes))]
        self.last = [sum(sizes[: team + 1]) for team in range(len(sizes))]
        people = sum(sizes)
        self.team_of = [team for team, size in enumerate(sizes) for _ in range(size)]
        shared: list[Waiting] = [[] for _ in sizes]
        self.queues = [shared[team] if pooled[team] else [] for team in self.team_of]
        self.serving: list[Work | None] = [None] * people
        self.until = [0] * people
        self.begun = [0] * people
        self.opens = [False] * people
        self.away = [False] * people
        self.doer = list(range(people))
        self.loads = [[0] * size for size in sizes]
        self.anyone_away = False
        self.stints: list[int] = []

    def lightest(self, team: int) -> int:
        """Return who has the fewest open cases and count one more; of equals one present, then the first."""
        loads = self.loads[team]
        least = min(loads)
        person = loads.index(least)
        if self.anyone_away:
            first = self.first[team]
            present = (n for n, load in enumerate(loads) if load == least and not self.away[first + n])
            person = next(present, person)
        loads[person] += 1
        return self.first[team] + person

    def release(self, person: int) -> None:
        """Count a closed case off its owner's load."""
        team = self.team_of[person]
        self.loads[team][person - self.first[team]] -= 1

    def land(self, work: Work, t: int) -> None:
        """Put work on its owner's list, or on that of who stands in, and begin it if they are free."""
        person = self.doer[work.owner]
        if self.pooled[self.team_of[person]]:
            person = self._free(person)
        heappush(self.queues[person], (work.due, work.item, work))
        if self.serving[person] is None and not self.opens[person]:
            self.take_up(person, t)

    def _free(self, person: int) -> int:
        """Return someone of the same team who is free, else the person."""
        team = self.team_of[person]
        for one in range(self.first[team], self.last[team]):
            if self.serving[one] is None and not self.away[one] and not self.opens[one]:
                return one
        return person

    def take_up(self, person: int, t: int) -> None:
        """Let a free person begin what comes first on their list; while the office is shut, when it opens."""
        queue = self.queues[person]
        while queue and queue[0][2].dropped:
            heappop(queue)
        if not queue or self.away[person]:
            return
        work_s = self.worked(t)
        opening = self.instant(work_s + 1) - 1
        if opening > t:
            self.opens[person] = True
            heappush(self.moments, (opening, OPENED, person, 0))
            return
        self.serving[person] = work = heappop(queue)[2]
        self.begun[person] = t
        self.until[person] = done = self.instant(work_s + work.left_s)
        heappush(self.moments, (done, DONE, person, work.item))

    def opened(self, person: int, t: int) -> None:
        """Begin work as the office opens."""
        self.opens[person] = False
        if self.serving[person] is None:
            self.take_up(person, t)

    def done(self, person: int, item: int, t: int) -> Work | None:
        """Return the work finished, its person free for more; None where it had been taken away."""
        work = self.serving[person]
        if work is None or work.item != item or self.until[person] != t:
            return None
        self.stints += (item, work.since, self.begun[person], t, person)
        self.serving[person] = None
        return work

    def drop(self, work: Work, t: int) -> None:
        """Take work nobody needs any more off its list, or out of the hands of who does it."""
        work.dropped = True
        team = self.team_of[work.owner]
        for person in range(self.first[team], self.last[team]):
            if self.serving[person] is work:
                self.stints += (work.item, work.since, self.begun[person], t, person)
                self.serving[person] = None
                self.take_up(person, t)

    def presence(self, person: int, away: bool, t: int) -> None:
        """Let someone leave or come back: what waits on their list goes to who stands in, or comes back.

        Work in hand goes along when they leave; who took it up for them finishes it.
        """
        self.away[person] = away
        self.anyone_away = any(self.away)
        team = self.team_of[person]
        if away:
            self._lay_down(person, t)
        people = range(self.first[team], self.last[team])
        for one in people:
            self.doer[one] = self._stand_in(one)
        if not self.pooled[team]:
            self._share_out(people)
        for one in people:
            if self.serving[one] is None and not self.opens[one]:
                self.take_up(one, t)

    def _stand_in(self, person: int) -> int:
        """Return who does the person's work: themselves, else the next present going round; nobody: themselves."""
        team = self.team_of[person]
        first, size = self.first[team], self.last[team] - self.first[team]
        ring = (first + (person - first + step) % size for step in range(size))
        return next((one for one in ring if not self.away[one]), person)

    def _lay_down(self, person: int, t: int) -> None:
        work = self.serving[person]
        if work is None:
            return
        self.stints += (work.item, work.since, self.begun[person], t, person)
        work.left_s = max(1, work.left_s - (self.worked(t) - self.worked(self.begun[person])))
        work.since = t
        self.serving[person] = None
        heappush(self.queues[person], (work.due, work.item, work))

    def _share_out(self, people: range) -> None:
        waiting = [entry for one in people for entry in self.queues[one] if not entry[2].dropped]
        for one in people:
            self.queues[one].clear()
        for entry in waiting:
            self.queues[self.doer[entry[2].owner]].append(entry)
        for one in people:
            heapify(self.queues[one])
