"""One replication from beginning to end: durations drawn, a world laid out, its moments run, what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
LINES_A_CASE = 6


@dataclass(frozen=True, eq=False)
class Setting:
    """All that replications share. `drawn` are the steps whose durations can be asked for."""

    net: Net
    tables: Ints
    durations: tuple[Duration, ...]
    drawn: tuple[bool, ...]
    sizes: tuple[int, ...]
    pooled: tuple[bool, ...]
    office: OfficeTime
    clock_table: DayTable
    begin: int
    measured_from: int
    end: int


@dataclass(frozen=True, eq=False)
class History:
    """What happened in one replication, in whole seconds since 2015.

    `arrivals` and `closed` (-1 while open) are by case. `runs` are rows of (case × clocks + clock, started,
    due, stopped, fate), those under way at the end among them with the fate OVERDUE or OPEN. `stints` are
    rows of (case × places + place, waited since, begun, ended, person), the last three -1 where work still
    waits at the end. `acts` are rows of (when, case, step), empty unless traced.
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
        raise refuse(
            "too-many-arrivals", f"{cases} cases are too many to simulate at once", hint="fewer days"
        )
    away = [(since, person, 1) for person, since, _ in absences]
    away += [(until, person, 0) for person, _, until in absences]
    world = _world(setting, cases, random)
    ahead, log = _room(setting, cases, away)
    world, log = _run(setting, world, ahead, log, arrivals, form=form)
    lines = log[1 : log[0]].reshape(-1, rows.LINE)
    return History(
        arrivals,
        _part(world, rows.CASES, rows.CASE)[:, rows.CLOSED].copy(),
        _runs(setting, world, lines[lines[:, 0] == rows.ENDED, 1:]),
        _stints(setting, world, lines[lines[:, 0] == rows.STINT, 1:]),
        lines[lines[:, 0] == rows.ACTED, 1:4],
    )


def _run(
    setting: Setting, world: Ints, ahead: Ints, log: Ints, arrivals: Ints, *, form: Form
) -> tuple[Ints, Ints]:
    """Let the moments run to the end, making room as it is needed; returns the world and the log."""
    if form == "compiled":
        run = compiled_run()
        while not run(setting.tables, world, ahead, log, arrivals):
            ahead, log = (np.concatenate([row, np.zeros_like(row)]) for row in (ahead, log))
        return world, log
    # lists are read and written several times as fast as arrays, one number at a time
    tables, numbers, came = setting.tables.tolist(), world.tolist(), arrivals.tolist()
    moments_ahead, lines = ahead.tolist(), log.tolist()
    while not moments.run(tables, numbers, moments_ahead, lines, came):
        moments_ahead += [0] * len(moments_ahead)
        lines += [0] * len(lines)
    return np.array(numbers), np.array(lines)


def _room(setting: Setting, cases: int, away: list[tuple[int, int, int]]) -> tuple[Ints, Ints]:
    """Return what is ahead, the end and everyone's leave, and an empty log, about as long as they get."""
    planned = [((setting.end * rows.KINDS + rows.OVER) << rows.SUBJECT_BITS)]
    for when, person, gone in away:
        planned.append(((when * rows.KINDS + rows.PRESENCE) << rows.SUBJECT_BITS) | (person * 2 + gone))
    spare = 2 * _most_at_once(setting)
    ahead = np.zeros(1 + len(planned) + cases + spare, dtype=np.int64)
    ahead[0] = len(planned)
    ahead[1 : len(planned) + 1] = sorted(planned)
    log = np.zeros(1 + LINES_A_CASE * rows.LINE * cases + spare, dtype=np.int64)
    log[0] = 1
    return ahead, log


def _most_at_once(setting: Setting) -> int:
    """Return a bound on the moments and the numbers in the log that one moment brings about."""
    net = setting.net
    return rows.LINE * (
        2 * len(net.steps) * (len(net.places) + len(net.clocks) + 2) + 2 * sum(setting.sizes) + 2
    )


def _world(setting: Setting, cases: int, random: np.random.Generator) -> Ints:
    """Lay out a world in which nothing has happened yet: cases, people, numbers and durations drawn."""
    net = setting.net
    people, teams = _people(setting)
    pool, durations = _pools(setting, cases, random)
    numbers = random.integers(0, rows.CERTAIN, CHOICES_A_CASE * cases + SPARE)
    parts = {
        rows.CASES: _repeated([-1, -1, 0], cases),
        rows.ITEMS: _repeated([rows.IDLE, *[-1] * (rows.ITEM - 1)], cases * (max(net.slots) + 1)),
        rows.RUNS: _repeated([rows.NONE, *[0] * (rows.RUN - 2), -1], cases * len(net.clocks)),
        rows.OWNERS: np.full(cases * len(net.roles), -1),
        rows.PEOPLE: people,
        rows.TEAMS: teams,
        rows.QUEUES: np.full(sum(setting.sizes), -1),
        rows.ASIDE: np.full(1, -1),
        rows.POOLS: pool,
        rows.NUMBERS: numbers,
    }
    begin, head = rows.WORLD, np.zeros(rows.WORLD, dtype=np.int64)
    for part, column in parts.items():
        head[part] = begin
        begin += len(column)
    # durations lie behind all else, and their rows say where
    pool.reshape(-1, rows.POOL)[:] += begin
    head[rows.ROOM] = _most_at_once(setting)
    head[rows.NUMBER_NEXT] = head[rows.NUMBERS]
    head[rows.NUMBERS_END] = head[rows.NUMBERS] + len(numbers)
    return np.concatenate([head, *parts.values(), durations])


def _part(world: Ints, part: int, width: int) -> Ints:
    """Return one part of the world as rows."""
    following = world[part + 1] if part + 1 <= rows.NUMBERS else world[rows.NUMBERS_END]
    return world[world[part] : following].reshape(-1, width)


def _repeated(row: list[int], count: int) -> Ints:
    return np.tile(np.array(row, dtype=np.int64), count)


def _pools(setting: Setting, cases: int, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw every step's durations; each step has a stream of its own, so one does not disturb another."""
    drawn, pool, first = [], [], 0
    streams = random.spawn(len(setting.durations))
    for duration, asked, stream in zip(setting.durations, setting.drawn, streams, strict=True):
        numbers = duration.draw(stream, cases + cases // 4 + SPARE if asked else 1)
        drawn.append(numbers)
        pool += [first, first + len(numbers), first]
        first += len(numbers)
    return np.array(pool, dtype=np.int64), np.concatenate(drawn)


def _people(setting: Setting) -> tuple[Ints, Ints]:
    """Lay out people and teams: a list each, or one for all in a pool."""
    people: list[int] = []
    teams: list[int] = []
    for team, (size, pooled) in enumerate(zip(setting.sizes, setting.pooled, strict=True)):
        first = len(people) // rows.PERSON
        teams += [first, first + size, int(pooled)]
        for person in range(first, first + size):
            people += [-1, 0, 0, 0, person, first if pooled else person, team, 0]
    return np.array(people, dtype=np.int64), np.array(teams, dtype=np.int64)


def _runs(setting: Setting, world: Ints, ended: Ints) -> Ints:
    """Return the runs that ended and those still under way."""
    table = _part(world, rows.RUNS, rows.RUN)
    still = np.flatnonzero((table[:, rows.STATE] == rows.RUNNING) | (table[:, rows.STATE] == rows.PAUSED))
    now = table[still]
    late = (now[:, rows.STATE] == rows.RUNNING) & (now[:, rows.CLOCK_DUE] < setting.end)
    fate = np.where(late, rows.OVERDUE, rows.OPEN)
    under_way = [still, now[:, rows.STARTED], now[:, rows.CLOCK_DUE], np.full_like(still, setting.end), fate]
    return np.concatenate([ended, np.stack(under_way, axis=1)])


def _stints(setting: Setting, world: Ints, done: Ints) -> Ints:
    """Return the stints done, those under way, cut off at the end, and the work that nobody has begun."""
    items, people = _part(world, rows.ITEMS, rows.ITEM), _part(world, rows.PEOPLE, rows.PERSON)
    serving = np.flatnonzero(people[:, rows.SERVING] >= 0)
    in_hand = people[serving, rows.SERVING]
    begun = people[serving, rows.BEGUN]
    end = np.full_like(serving, setting.end)
    slots, places = max(setting.net.slots) + 1, len(setting.net.places)
    place = np.arange(len(items)) // slots * places + items[:, rows.WHERE]
    under_way = [place[in_hand], items[in_hand, rows.SINCE], begun, end, serving]
    waiting = np.flatnonzero(items[:, rows.STATUS] == rows.WAITING)
    nobody = np.full_like(waiting, -1)
    not_begun = [place[waiting], items[waiting, rows.SINCE], nobody, nobody, nobody]
    return np.concatenate([done, np.stack(under_way, axis=1), np.stack(not_begun, axis=1)])
