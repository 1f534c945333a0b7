"""What a replication is made of: rows of whole numbers, the moments ahead, the office's time.

The functions of this module, `clock_rows`, `desk_rows` and `moments` run as they stand, on lists, or compiled by Numba, on arrays, with the same result (see
`compiling`); that is why tables are flat, rows lie one after another, and a column is an offset. Instants are
seconds since 2015-01-01 Beijing time. `tables` never change, `world` is one replication.
"""

from __future__ import annotations

from heapq import heappush
from typing import NamedTuple

Numbers = list[int]
Reals = list[float]
DAY_S = 86_400
NEVER = 2**60
# what happens at a moment; at one moment they come in this order
PRESENCE, DONE, CAME, BESIDE, EXPIRED, OPENED, OVER = 0, 1, 2, 3, 4, 5, 6
KINDS, SUBJECT_BITS = 8, 28
# clock acts, units of time, and what became of a run
START, STOP, PAUSE, RESUME, EXTEND = 0, 1, 2, 3, 4
WORKING_DAYS, WORKING_HOURS, HOURS, NATURAL_DAYS = 0, 1, 2, 3
NONE, RUNNING, PAUSED, STOPPED = 0, 1, 2, 3
KEPT, BROKEN, LEFT, OVERDUE, OPEN = 0, 1, 2, 3, 4
# columns of each table, the last its width
SITUATION, CLOSED, ENDED_OUTSIDE, CASE = 0, 1, 2, 3
STATUS, LINK, OWNER, DUE, SINCE, LEFT_S, AT, SERVER, LESS, MORE, ITEM = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
IDLE, COMING, WAITING, SERVED = 0, 1, 2, 3
STATE, CLOCK_DUE, STARTED, COUNTED, HALTED, TAKEN, LONGER, RESUMED, CLOCK = 0, 1, 2, 3, 4, 5, 6, 7, 8
SERVING, BEGUN, OPENS, AWAY, DOER, QUEUE, TEAM, LOAD, PERSON = 0, 1, 2, 3, 4, 5, 6, 7, 8
FIRST, LAST, POOLED, TEAM_ROW = 0, 1, 2, 3
BEFORE, PLACE, STEP, AFTER, CLOSES, ACTS, LEAVES, ENTERS, WAKES, ASSIGNS, OUTSIDE, LINK_ROW = tuple(range(12))
OPTIONS, TASK_TEAM, TASK_ROLE, OTHERS, TASK = 0, 1, 2, 3, 4
UNIT, BY_OFFICE, EXPIRY, VARIANT, RULE = 0, 1, 2, 3, 4
POOL_FIRST, POOL_SIZE, POOL_NEXT, POOL = 0, 1, 2, 3
PLACES, ROLES, STEPS, CLOCKS, END, DUE_FIRST, TRACE, ALWAYS_OPEN, OFFICE_DAY_S, CLOSES_S, CLOCK_DAY_S, DAYS = tuple(range(12))


class Tables(NamedTuple):
    """The promise, its chances and the calendar. Lists of varying length lie in `lists`, each after its length."""

    sizes: Numbers
    links: Numbers
    lists: Numbers
    tasks: Numbers
    options: Numbers
    thresholds: Reals
    others: Numbers
    shares: Reals
    by_step: Numbers
    rules: Numbers
    targets: Numbers
    amounts: Numbers
    outside_bit: Numbers
    office_base: Numbers
    office_works: Numbers
    office_worked: Numbers
    office_midnight: Numbers
    office_when: Numbers
    through: Numbers
    days: Numbers
    following: Numbers
    worked: Numbers
    when: Numbers


class World(NamedTuple):
    """One replication as it goes. `heap` orders what is ahead; the last three list what happened."""

    cases: Numbers
    items: Numbers
    clocks: Numbers
    owners: Numbers
    people: Numbers
    teams: Numbers
    queues: Numbers
    pools: Numbers
    pool: Numbers
    numbers: Reals
    drawn: Numbers
    heap: Numbers
    stints: Numbers
    ended: Numbers
    acts: Numbers


def plan(world: World, t: int, kind: int, subject: int) -> None:
    """Put a moment into the order of what is ahead."""
    heappush(world.heap, ((t * KINDS + kind) << SUBJECT_BITS) | subject)


def number(world: World) -> float:
    """Return the next random number of [0, 1)."""
    at = world.drawn[0]
    world.drawn[0] = at + 1 if at + 1 < len(world.numbers) else 0
    return world.numbers[at]


def duration(world: World, step: int) -> int:
    """Return the next duration drawn for a step, in seconds."""
    row = step * POOL
    at = world.pool[row + POOL_NEXT]
    world.pool[row + POOL_NEXT] = at + 1 if at + 1 < world.pool[row + POOL_SIZE] else 0
    return world.pools[world.pool[row + POOL_FIRST] + at]


# ---- the office's time ----------------------------------------------------------------------------------


def office_worked(tables: Tables, t: int) -> int:
    """Return the seconds worked before an instant."""
    if tables.sizes[ALWAYS_OPEN]:
        return t
    day = t // DAY_S
    return tables.office_base[day] + tables.office_works[day] * tables.office_worked[t - day * DAY_S]


def office_instant(tables: Tables, work_s: int) -> int:
    """Return the first instant by which so many seconds are worked."""
    if tables.sizes[ALWAYS_OPEN]:
        return work_s
    index = (work_s - 1) // tables.sizes[OFFICE_DAY_S]
    return tables.office_midnight[index] + tables.office_when[work_s - index * tables.sizes[OFFICE_DAY_S]]


def note(rows: Numbers, one: int, two: int, three: int, four: int, five: int) -> None:
    """Add a row of five to what happened."""
    rows.append(one)
    rows.append(two)
    rows.append(three)
    rows.append(four)
    rows.append(five)
