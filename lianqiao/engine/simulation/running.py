"""One replication from beginning to end: durations drawn, the world laid out, the moments run, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lianqiao.engine.clock_bulk import DayTable
from lianqiao.engine.errors import refuse
from lianqiao.engine.simulation import moments, rows
from lianqiao.engine.simulation.compiling import compiled_run
from lianqiao.engine.simulation.distributions import Duration
from lianqiao.engine.simulation.net import Net
from lianqiao.engine.simulation.office_time import OfficeTime

Ints = npt.NDArray[np.int64]
Form = Literal["plain", "compiled"]
# numbers drawn beforehand; a pool that runs dry begins again
SPARE = 1_000
CHOICES_A_CASE = 8


@dataclass(frozen=True, eq=False)
class Setting:
    """All that replications share. `drawn` are the steps whose durations can be asked for."""

    net: Net
    tables: rows.Tables
    durations: tuple[Duration, ...]
    drawn: tuple[bool, ...]
    sizes: tuple[int, ...]
    pooled: tuple[bool, ...]
    office: OfficeTime
    clock_table: DayTable
    begin: int
    measured_from: int
    end: int

    @property
    def arrays(self) -> rows.Tables:
        """The tables as arrays, for the compiled form."""
        return rows.Tables(*(np.array(column) for column in self.tables))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class History:
    """What happened in one replication, in whole seconds since 2015.

    `arrivals` and `closed` (-1 while open) are by case. `runs` are rows of (case × clocks + clock, started, due,
    stopped, fate), those under way at the end among them with the fate OVERDUE or OPEN. `stints` are rows of
    (case × places + place, waited since, begun, ended, person), with begun = ended = person = -1 where work
    still waits at the end. `acts` are rows of (when, case, step), empty unless traced.
    """

    arrivals: Ints
    closed: Ints
    runs: Ints
    stints: Ints
    acts: Ints


def replicate(
    setting: Setting,
    arrivals: Ints,
    absences: list[tuple[int, int, int]],
    random: np.random.Generator,
    *,
    form: Form = "plain",
) -> History:
    """Return one history; the same generator gives the same history in either form.

    `absences` are (person, from, until). Errors: Refusal `too-many-arrivals`.
    """
    cases, net = len(arrivals), setting.net
    if cases * max(len(net.places), len(net.steps), len(net.clocks)) >= 1 << rows.SUBJECT_BITS:
        raise refuse("too-many-arrivals", f"{cases} cases are too many to simulate at once", hint="fewer days")
    away = [(since, person, 1) for person, since, _ in absences]
    away += [(until, person, 0) for person, _, until in absences]
    pools, pool = _pools(setting, cases, random)
    numbers = random.random(CHOICES_A_CASE * cases + SPARE)
    world = [
        _repeated([-1, -1, 0], cases),
        _repeated([rows.IDLE, *[-1] * (rows.ITEM - 1)], cases * len(net.places)),
        _repeated([rows.NONE, *[0] * (rows.CLOCK - 2), -1], max(1, cases * len(net.clocks))),
        np.full(max(1, cases * len(net.roles)), -1),
        *_people(setting),
        pools,
        pool,
        np.zeros(1, dtype=np.int64),
    ]
    moves = np.array(sorted(away), dtype=np.int64).reshape(-1)
    if form == "compiled":
        stints, ended, acts = compiled_run()(setting.arrays, tuple(world), numbers, arrivals, moves)
    else:
        # lists are read and written several times as fast as arrays, one number at a time
        given: Any = tuple(column.tolist() for column in world)
        stints, ended, acts = moments.run(
            setting.tables, given, numbers.tolist(), arrivals.tolist(), moves.tolist()
        )
        world = [np.array(column) for column in given]
    return History(
        arrivals,
        world[0].reshape(-1, rows.CASE)[:, rows.CLOSED].copy(),
        _runs(setting, world[2], ended.reshape(-1, 5)),
        _stints(world, stints.reshape(-1, 5), setting.end),
        acts.reshape(-1, 5)[:, :3],
    )


def _repeated(row: list[int], count: int) -> Ints:
    return np.tile(np.array(row, dtype=np.int64), count)


def _pools(setting: Setting, cases: int, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw every step's durations; each step has a stream of its own, so one does not disturb another."""
    drawn, pool, first = [], [], 0
    streams = random.spawn(len(setting.durations))
    for duration, asked, stream in zip(setting.durations, setting.drawn, streams, strict=True):
        numbers = duration.draw(stream, cases + cases // 4 + SPARE if asked else 1)
        drawn.append(numbers)
        pool += [first, len(numbers), 0]
        first += len(numbers)
    return np.concatenate(drawn), np.array(pool, dtype=np.int64)


def _people(setting: Setting) -> list[Ints]:
    """Lay out people, teams and lists: a list each, or one for all in a pool."""
    people: list[int] = []
    teams: list[int] = []
    for team, (size, pooled) in enumerate(zip(setting.sizes, setting.pooled, strict=True)):
        first = len(people) // rows.PERSON
        teams += [first, first + size, int(pooled)]
        for person in range(first, first + size):
            people += [-1, 0, 0, 0, person, first if pooled else person, team, 0]
    lists = np.full(max(1, sum(setting.sizes)), -1)
    return [np.array(people or [0]), np.array(teams or [0]), lists]


def _runs(setting: Setting, clocks: Ints, ended: Ints) -> Ints:
    if not setting.net.clocks:
        return ended
    table = clocks.reshape(-1, rows.CLOCK)
    still = np.flatnonzero((table[:, rows.STATE] == rows.RUNNING) | (table[:, rows.STATE] == rows.PAUSED))
    now = table[still]
    late = (now[:, rows.STATE] == rows.RUNNING) & (now[:, rows.CLOCK_DUE] < setting.end)
    fate = np.where(late, rows.OVERDUE, rows.OPEN)
    under_way = [still, now[:, rows.STARTED], now[:, rows.CLOCK_DUE], np.full_like(still, setting.end), fate]
    return np.concatenate([ended, np.stack(under_way, axis=1)])


def _stints(world: list[Ints], done: Ints, end: int) -> Ints:
    """Return the stints with those under way, cut off at the end, and the work that nobody has begun."""
    items = world[1].reshape(-1, rows.ITEM)
    people = world[4].reshape(-1, rows.PERSON) if world[4].size >= rows.PERSON else np.zeros((0, rows.PERSON), int)
    serving = np.flatnonzero(people[:, rows.SERVING] >= 0)
    in_hand = people[serving, rows.SERVING]
    begun = people[serving, rows.BEGUN]
    under_way = [in_hand, items[in_hand, rows.SINCE], begun, np.full_like(serving, end), serving]
    waiting = np.flatnonzero(items[:, rows.STATUS] == rows.WAITING)
    nobody = np.full_like(waiting, -1)
    not_begun = [waiting, items[waiting, rows.SINCE], nobody, nobody, nobody]
    return np.concatenate([done, np.stack(under_way, axis=1), np.stack(not_begun, axis=1)])
