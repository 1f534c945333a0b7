"""What a replication is made of: two long rows of whole numbers, the moments ahead, and the office's time.

The functions of this module, `clock_rows`, `desk_rows` and `moments` run as they stand, on lists, or compiled
by Numba, on arrays, with the same result (see `compiling`). That is why there are no objects: `tables` holds
the promise, its chances and the calendar and never changes, `world` is one replication and does. Both begin
with where each of their parts begins; in a part rows lie one after another and a column is an offset. `ahead`
are the moments to come, `log` is what happened; whoever runs them makes room in both. Instants are seconds
since 2015-01-01 Beijing time, chances whole numbers below `CERTAIN`.
"""

from __future__ import annotations

Numbers = list[int]
DAY_S = 86_400
NEVER = 2**60
CERTAIN = 2**53
# what happens at a moment; at one moment they come in this order
PRESENCE, DONE, CAME, BESIDE, EXPIRED, OPENED, OVER = range(7)
KINDS, SUBJECT_BITS = 8, 28
# clock acts, units of time, what became of a run
START, STOP, PAUSE, RESUME, EXTEND = range(5)
WORKING_DAYS, WORKING_HOURS, HOURS, NATURAL_DAYS = range(4)
NONE, RUNNING, PAUSED, STOPPED = range(4)
KEPT, BROKEN, LEFT, OVERDUE, OPEN = range(5)
# kinds of lines in the log of what happened, each followed by five numbers
STINT, ENDED, ACTED = range(3)
LINE = 6

# where the tables begin: sizes first, then the places of the parts
PLACES, ROLES, STEPS, CLOCKS, END, DUE_FIRST, TRACE, ALWAYS_OPEN = range(8)
OFFICE_DAY_S, CLOSES_S, CLOCK_DAY_S, DAYS, SLOTS = range(8, 13)
LINKS, LISTS, TASKS, OPTIONS, THRESHOLDS, OTHERS, SHARES, BY_STEP, RULES, TARGETS, AMOUNTS = range(13, 24)
SLOT, OUTSIDE_BITS, BASE, WORKS, WORKED, MIDNIGHT, WHEN = range(24, 31)
CLOCK_THROUGH, CLOCK_DAY, CLOCK_FOLLOWING, CLOCK_WORKED, CLOCK_WHEN, TABLES = range(31, 37)
# columns of links, tasks (what can be done at a place in a situation) and clock rules
BEFORE, PLACE, STEP, AFTER, CLOSES, ACTS, LEAVES, ENTERS, WAKES, ASSIGNS, OUTSIDE, LINK_ROW = range(12)
TASK_OPTION, TASK_TEAM, TASK_ROLE, TASK_OTHERS, TASK = range(5)
UNIT, BY_OFFICE, EXPIRY, VARIANT, RULE = range(5)

# where the world begins, and the columns of its parts
CASES, ITEMS, RUNS, OWNERS, PEOPLE, TEAMS, QUEUES, ASIDE, POOLS, NUMBERS, NUMBER_NEXT, NUMBERS_END = range(12)
NEXT_CASE, ROOM, WORLD = range(12, 15)
SITUATION, CLOSED, ENDED_OUTSIDE, CASE = range(4)
STATUS, WHERE, LINK, OWNER, DUE, SINCE, LEFT_S, AT, SERVER, LESS, MORE, ITEM = range(12)
IDLE, COMING, WAITING, SERVED = range(4)
STATE, CLOCK_DUE, STARTED, COUNTED, HALTED, TAKEN, LONGER, RESUMED, RUN = range(9)
SERVING, BEGUN, OPENS, AWAY, DOER, QUEUE, TEAM, LOAD, PERSON = range(9)
FIRST, LAST, POOLED, TEAM_ROW = range(4)
POOL_FIRST, POOL_END, POOL_NEXT, POOL = range(4)


def plan(ahead: Numbers, t: int, kind: int, subject: int) -> None:
    """Put a moment into the order of what is ahead: a binary heap from 1 on, its size at 0."""
    moment = ((t * KINDS + kind) << SUBJECT_BITS) | subject
    at = ahead[0] + 1
    ahead[0] = at
    while at > 1 and ahead[at >> 1] > moment:
        ahead[at] = ahead[at >> 1]
        at >>= 1
    ahead[at] = moment


def soonest(ahead: Numbers) -> int:
    """Take the first moment out of what is ahead."""
    first, size = ahead[1], ahead[0] - 1
    last = ahead[size + 1]
    ahead[0] = size
    at, below = 1, 2
    while below <= size:
        if below < size and ahead[below + 1] < ahead[below]:
            below += 1
        if last <= ahead[below]:
            break
        ahead[at] = ahead[below]
        at, below = below, below << 1
    ahead[at] = last
    return first


def note(log: Numbers, kind: int, one: int, two: int, three: int, four: int, five: int) -> None:
    """Add a line to the log of what happened; where the next one goes is told at 0."""
    at = log[0]
    log[at] = kind
    log[at + 1] = one
    log[at + 2] = two
    log[at + 3] = three
    log[at + 4] = four
    log[at + 5] = five
    log[0] = at + LINE


def number(world: Numbers) -> int:
    """Return the next random number below CERTAIN."""
    at = world[NUMBER_NEXT]
    world[NUMBER_NEXT] = at + 1 if at + 1 < world[NUMBERS_END] else world[NUMBERS]
    return world[at]


def duration(world: Numbers, step: int) -> int:
    """Return the next duration drawn for a step, in seconds."""
    row = world[POOLS] + step * POOL
    at = world[row + POOL_NEXT]
    world[row + POOL_NEXT] = at + 1 if at + 1 < world[row + POOL_END] else world[row + POOL_FIRST]
    return world[at]


def office_worked(tables: Numbers, t: int) -> int:
    """Return the seconds worked before an instant."""
    if tables[ALWAYS_OPEN]:
        return t
    day = t // DAY_S
    if tables[tables[WORKS] + day]:
        return tables[tables[BASE] + day] + tables[tables[WORKED] + t - day * DAY_S]
    return tables[tables[BASE] + day]


def office_instant(tables: Numbers, work_s: int) -> int:
    """Return the first instant by which so many seconds are worked."""
    if tables[ALWAYS_OPEN]:
        return work_s
    index = (work_s - 1) // tables[OFFICE_DAY_S]
    return tables[tables[MIDNIGHT] + index] + tables[tables[WHEN] + work_s - index * tables[OFFICE_DAY_S]]
