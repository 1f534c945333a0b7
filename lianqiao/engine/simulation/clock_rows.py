"""The clocks of simulated cases, row by row: the twin of `engine.clock_state`, held to it by a property test."""

from __future__ import annotations

from lianqiao.engine.simulation.rows import (
    BROKEN,
    BY_OFFICE,
    CLOCK,
    CLOCKS,
    CLOCK_DAY_S,
    CLOCK_DUE,
    CLOSES_S,
    COUNTED,
    DAYS,
    DAY_S,
    EXPIRED,
    EXPIRY,
    HALTED,
    LONGER,
    NATURAL_DAYS,
    PAUSE,
    PAUSED,
    RESUME,
    RESUMED,
    RULE,
    RUNNING,
    STARTED,
    STOP,
    STOPPED,
    TAKEN,
    Tables,
    VARIANT,
    WORKING_HOURS,
    World,
    note,
    plan,
)

def working_mark(tables: Tables, t: int) -> int:
    """Return the working seconds before an instant, by the clocks' own hours."""
    day = t // DAY_S
    through = tables.through[day]
    day_s = tables.sizes[CLOCK_DAY_S]
    if tables.days[through] != day:
        return through * day_s
    return (through - 1) * day_s + tables.worked[t - day * DAY_S]


def working_instant(tables: Tables, mark: int) -> int:
    """Return the first instant by which so many working seconds have passed."""
    day_s = tables.sizes[CLOCK_DAY_S]
    index = (mark - 1) // day_s + 1
    return tables.days[index] * DAY_S + tables.when[mark - (index - 1) * day_s]


def mark_of(tables: Tables, unit: int, t: int) -> int:
    """Return the mark an instant lies on."""
    if unit == WORKING_DAYS:
        return tables.through[t // DAY_S]
    if unit == NATURAL_DAYS:
        return t // DAY_S
    return working_mark(tables, t) if unit == WORKING_HOURS else t


def target_of(tables: Tables, unit: int, variant: int, t: int) -> int:
    """Return the mark at which a budget begun then is used up."""
    if unit in (WORKING_DAYS, NATURAL_DAYS):
        return tables.targets[variant * tables.sizes[DAYS] + t // DAY_S]
    return mark_of(tables, unit, t) + tables.amounts[variant]


def due_at(tables: Tables, unit: int, mark: int, resumed: int) -> int:
    """Return the due instant read at the mark, never earlier than the last resumption (-1 for none)."""
    if unit == WORKING_DAYS:
        day, closes_s = tables.days[mark], tables.sizes[CLOSES_S]
        if resumed >= 0:
            day = max(day, tables.following[(resumed + DAY_S - 1 - closes_s) // DAY_S])
        return day * DAY_S + closes_s
    if unit == NATURAL_DAYS:
        return (tables.following[max(mark, resumed // DAY_S)] + 1) * DAY_S
    return max(working_instant(tables, mark), resumed) if unit == WORKING_HOURS else mark


def opening_from(tables: Tables, t: int) -> int:
    """Return the instant if the office is open then, its closing second included, else when it next opens."""
    mark = working_mark(tables, t)
    if mark > 0 and working_instant(tables, mark) == t:
        return t
    return working_instant(tables, mark + 1) - 1


def read_clock(tables: Tables, world: World, q: int, t: int) -> None:
    """Read a clock's due time anew from what was counted, extended and taken out."""
    row, rule = q * CLOCK, q % tables.sizes[CLOCKS] * RULE
    unit, clocks = tables.rules[rule + UNIT], world.clocks
    target = target_of(tables, unit, clocks[row + LONGER], clocks[row + COUNTED])
    due = due_at(tables, unit, target + clocks[row + TAKEN], clocks[row + RESUMED])
    clocks[row + CLOCK_DUE] = due
    clocks[row + STATE] = RUNNING
    if tables.rules[rule + EXPIRY] >= 0:
        # an act at the very instant of expiry is still in time
        plan(world, max(due, t) + 1, EXPIRED, q)


def start_clock(tables: Tables, world: World, q: int, t: int) -> None:
    """Start a clock, or start it anew, with its whole budget."""
    row, rule, clocks = q * CLOCK, q % tables.sizes[CLOCKS] * RULE, world.clocks
    stop_clock(world, q, t, KEPT)
    clocks[row + STARTED] = t
    clocks[row + COUNTED] = opening_from(tables, t) if tables.rules[rule + BY_OFFICE] else t
    clocks[row + TAKEN] = 0
    clocks[row + RESUMED] = -1
    clocks[row + LONGER] = tables.rules[rule + VARIANT]
    read_clock(tables, world, q, t)


def stop_clock(world: World, q: int, t: int, fate: int) -> None:
    """End a run that is under way: `fate` within its time, else broken."""
    row = q * CLOCK
    state, due = world.clocks[row + STATE], world.clocks[row + CLOCK_DUE]
    if state not in (RUNNING, PAUSED):
        return
    broken = state == RUNNING and t > due
    note(world.ended, q, world.clocks[row + STARTED], due, t, BROKEN if broken else fate)
    world.clocks[row + STATE] = STOPPED


def change_clock(tables: Tables, world: World, what: int, q: int, variant: int, t: int) -> None:
    """Do one clock act; what comes after expiry cures nothing."""
    row, clocks = q * CLOCK, world.clocks
    if what == START:
        start_clock(tables, world, q, t)
    elif what == STOP:
        stop_clock(world, q, t, KEPT)
    elif what == PAUSE:
        if t <= clocks[row + CLOCK_DUE]:
            clocks[row + HALTED] = max(t, clocks[row + COUNTED])
            clocks[row + STATE] = PAUSED
    elif what == RESUME:
        if clocks[row + STATE] == PAUSED:
            resume_clock(tables, world, q, t)
    else:
        clocks[row + LONGER] = variant
        read_clock(tables, world, q, t)


def resume_clock(tables: Tables, world: World, q: int, t: int) -> None:
    """Let a paused clock run again with what it had left."""
    row, clocks = q * CLOCK, world.clocks
    halted = clocks[row + HALTED]
    if t > halted:
        unit = tables.rules[q % tables.sizes[CLOCKS] * RULE + UNIT]
        clocks[row + TAKEN] += mark_of(tables, unit, t) - mark_of(tables, unit, halted)
        clocks[row + RESUMED] = t
    read_clock(tables, world, q, t)


def next_due(tables: Tables, world: World, case: int) -> int:
    """Return the earliest due time of the case's running clocks, NEVER where none runs."""
    due = NEVER
    for q in range(case * tables.sizes[CLOCKS], (case + 1) * tables.sizes[CLOCKS]):
        if world.clocks[q * CLOCK + STATE] == RUNNING:
            due = min(due, world.clocks[q * CLOCK + CLOCK_DUE])
    return due


