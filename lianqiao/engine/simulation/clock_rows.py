"""Clocks of simulated cases, row by row: the twin of `engine.clock_state`, held to it by a property test."""

from __future__ import annotations

from lianqiao.engine.simulation.rows import (
    AMOUNTS,
    BROKEN,
    BY_OFFICE,
    CLOCK_DAY,
    CLOCK_DAY_S,
    CLOCK_DUE,
    CLOCK_FOLLOWING,
    CLOCK_THROUGH,
    CLOCK_WHEN,
    CLOCK_WORKED,
    CLOCKS,
    CLOSES_S,
    COUNTED,
    DAY_S,
    DAYS,
    ENDED,
    EXPIRED,
    EXPIRY,
    EXTEND,
    HALTED,
    KEPT,
    LONGER,
    NATURAL_DAYS,
    NEVER,
    PAUSE,
    PAUSED,
    RESUMED,
    RULE,
    RULES,
    RUN,
    RUNNING,
    RUNS,
    START,
    STARTED,
    STATE,
    STOP,
    STOPPED,
    TAKEN,
    TARGETS,
    UNIT,
    VARIANT,
    WORKING_DAYS,
    WORKING_HOURS,
    Numbers,
    note,
    plan,
)


def working_mark(tables: Numbers, t: int) -> int:
    """Return the working seconds before an instant, by the clocks' own hours."""
    day = t // DAY_S
    through = tables[tables[CLOCK_THROUGH] + day]
    if tables[tables[CLOCK_DAY] + through] != day:
        return through * tables[CLOCK_DAY_S]
    return (through - 1) * tables[CLOCK_DAY_S] + tables[tables[CLOCK_WORKED] + t - day * DAY_S]


def working_instant(tables: Numbers, mark: int) -> int:
    """Return the first instant by which so many working seconds have passed."""
    index = (mark - 1) // tables[CLOCK_DAY_S]
    day = tables[tables[CLOCK_DAY] + index + 1]
    return day * DAY_S + tables[tables[CLOCK_WHEN] + mark - index * tables[CLOCK_DAY_S]]


def mark_of(tables: Numbers, unit: int, t: int) -> int:
    """Return the mark an instant lies on."""
    if unit == WORKING_DAYS:
        return tables[tables[CLOCK_THROUGH] + t // DAY_S]
    if unit == NATURAL_DAYS:
        return t // DAY_S
    return working_mark(tables, t) if unit == WORKING_HOURS else t


def target_of(tables: Numbers, unit: int, variant: int, t: int) -> int:
    """Return the mark at which a budget begun then is used up."""
    if unit in (WORKING_DAYS, NATURAL_DAYS):
        return tables[tables[TARGETS] + variant * tables[DAYS] + t // DAY_S]
    return mark_of(tables, unit, t) + tables[tables[AMOUNTS] + variant]


def due_at(tables: Numbers, unit: int, mark: int, resumed: int) -> int:
    """Return the due instant read at the mark, never earlier than the last resumption (-1 for none)."""
    if unit == WORKING_DAYS:
        day = tables[tables[CLOCK_DAY] + mark]
        if resumed >= 0:
            late = (resumed + DAY_S - 1 - tables[CLOSES_S]) // DAY_S
            day = max(day, tables[tables[CLOCK_FOLLOWING] + late])
        return day * DAY_S + tables[CLOSES_S]
    if unit == NATURAL_DAYS:
        return (tables[tables[CLOCK_FOLLOWING] + max(mark, resumed // DAY_S)] + 1) * DAY_S
    return max(working_instant(tables, mark), resumed) if unit == WORKING_HOURS else mark


def opening_from(tables: Numbers, t: int) -> int:
    """Return the instant if the office is open then, its closing second included, else when it next opens."""
    mark = working_mark(tables, t)
    if mark > 0 and working_instant(tables, mark) == t:
        return t
    return working_instant(tables, mark + 1) - 1


def read_clock(tables: Numbers, world: Numbers, ahead: Numbers, q: int, t: int) -> None:
    """Let a clock run, its due time read anew from what was counted, extended and taken out."""
    row, rule = world[RUNS] + q * RUN, tables[RULES] + q % tables[CLOCKS] * RULE
    target = target_of(tables, tables[rule + UNIT], world[row + LONGER], world[row + COUNTED])
    due = due_at(tables, tables[rule + UNIT], target + world[row + TAKEN], world[row + RESUMED])
    world[row + CLOCK_DUE] = due
    world[row + STATE] = RUNNING
    if tables[rule + EXPIRY] >= 0:
        # an act at the very instant of expiry is still in time
        plan(ahead, max(due, t) + 1, EXPIRED, q)


def start_clock(tables: Numbers, world: Numbers, ahead: Numbers, q: int, t: int) -> None:
    """Start a clock, or start it anew, with its whole budget."""
    row, rule = world[RUNS] + q * RUN, tables[RULES] + q % tables[CLOCKS] * RULE
    world[row + STARTED] = t
    world[row + COUNTED] = opening_from(tables, t) if tables[rule + BY_OFFICE] else t
    world[row + TAKEN] = 0
    world[row + RESUMED] = -1
    world[row + LONGER] = tables[rule + VARIANT]
    read_clock(tables, world, ahead, q, t)


def stop_clock(world: Numbers, log: Numbers, q: int, t: int, fate: int) -> None:
    """End a run that is under way: `fate` within its time, else broken."""
    row = world[RUNS] + q * RUN
    state, due = world[row + STATE], world[row + CLOCK_DUE]
    if state in (RUNNING, PAUSED):
        broken = state == RUNNING and t > due
        note(log, ENDED, q, world[row + STARTED], due, t, BROKEN if broken else fate)
        world[row + STATE] = STOPPED


def resume_clock(tables: Numbers, world: Numbers, ahead: Numbers, q: int, t: int) -> None:
    """Let a paused clock run again with what it had left."""
    row = world[RUNS] + q * RUN
    halted = world[row + HALTED]
    if t > halted:
        unit = tables[tables[RULES] + q % tables[CLOCKS] * RULE + UNIT]
        world[row + TAKEN] += mark_of(tables, unit, t) - mark_of(tables, unit, halted)
        world[row + RESUMED] = t
    read_clock(tables, world, ahead, q, t)


def change_clock(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, what: int, q: int, variant: int, t: int
) -> None:
    """Do one clock act; what comes after expiry cures nothing."""
    row = world[RUNS] + q * RUN
    if what == START:
        stop_clock(world, log, q, t, KEPT)
        start_clock(tables, world, ahead, q, t)
    elif what == STOP:
        stop_clock(world, log, q, t, KEPT)
    elif what == PAUSE:
        if t <= world[row + CLOCK_DUE]:
            world[row + HALTED] = max(t, world[row + COUNTED])
            world[row + STATE] = PAUSED
    elif what == EXTEND:
        world[row + LONGER] = variant
        read_clock(tables, world, ahead, q, t)
    elif world[row + STATE] == PAUSED:
        resume_clock(tables, world, ahead, q, t)


def next_due(tables: Numbers, world: Numbers, case: int) -> int:
    """Return the earliest due time of the case's running clocks, NEVER where none runs."""
    due = NEVER
    for q in range(case * tables[CLOCKS], (case + 1) * tables[CLOCKS]):
        row = world[RUNS] + q * RUN
        if world[row + STATE] == RUNNING:
            due = min(due, world[row + CLOCK_DUE])
    return due
