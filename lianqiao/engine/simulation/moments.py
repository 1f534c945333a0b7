"""Moment after moment to the end: what each brings about, as the tables of the promise allow."""

from __future__ import annotations

from heapq import heappop

import numpy as np
import numpy.typing as npt

from lianqiao.engine.simulation.clock_rows import change_clock, next_due, stop_clock
from lianqiao.engine.simulation.desk_rows import drop, land, lightest, presence, put_down, take_up
from lianqiao.engine.simulation.rows import (
    ACTS,
    AFTER,
    ASSIGNS,
    AT,
    BESIDE,
    CAME,
    CASE,
    CLOCK,
    CLOCKS,
    CLOCK_DUE,
    CLOSED,
    CLOSES,
    COMING,
    DONE,
    DUE,
    DUE_FIRST,
    END,
    ENDED_OUTSIDE,
    ENTERS,
    EXPIRED,
    EXPIRY,
    EXTEND,
    ITEM,
    LEAVES,
    LEFT,
    LEFT_S,
    LINK,
    LINK_ROW,
    LOAD,
    LONGER,
    Numbers,
    OPENED,
    OPENS,
    OPTIONS,
    OTHERS,
    OUTSIDE,
    OVER,
    OWNER,
    PERSON,
    PLACE,
    POOLED,
    ROLES,
    RULE,
    RUNNING,
    Reals,
    SERVED,
    STEP,
    STEPS,
    SUBJECT_BITS,
    TASK,
    TASK_ROLE,
    TASK_TEAM,
    TEAM_ROW,
    TRACE,
    Tables,
    VARIANT,
    WAKES,
    World,
    duration,
    note,
    number,
    plan,
)

Rows = npt.NDArray[np.int64]


def chosen(tables: Tables, world: World, case: int, place: int) -> int:
    """Return the link drawn among those possible at a place now, -1 where nothing is."""
    task = (world.cases[case * CASE + SITUATION] * tables.sizes[PLACES] + place) * TASK
    option = tables.tasks[task + OPTIONS]
    if option < 0:
        return -1
    if tables.thresholds[option] < 1:
        drawn = number(world)
        while drawn >= tables.thresholds[option]:
            option += 1
    return tables.options[option]


def begin(tables: Tables, world: World, case: int, place: int, t: int) -> None:
    """Let whom a place waits for begin what can be done there; nothing, where nothing can."""
    link = chosen(tables, world, case, place)
    if link < 0:
        return
    task = (world.cases[case * CASE + SITUATION] * tables.sizes[PLACES] + place) * TASK
    team, role = tables.tasks[task + TASK_TEAM], tables.tasks[task + TASK_ROLE]
    item = case * tables.sizes[PLACES] + place
    row, items = item * ITEM, world.items
    spent = duration(world, tables.links[link * LINK_ROW + STEP])
    items[row + LINK] = link
    if team < 0:
        items[row + STATUS] = COMING
        items[row + AT] = t + spent
        plan(world, t + spent, CAME, item)
        return
    pooled = world.teams[team * TEAM_ROW + POOLED]
    first = world.teams[team * TEAM_ROW + FIRST]
    items[row + OWNER] = first if pooled else world.owners[case * tables.sizes[ROLES] + role]
    items[row + DUE] = next_due(tables, world, case) if tables.sizes[DUE_FIRST] else t
    items[row + LEFT_S] = spent
    land(tables, world, item, t)


def enter(tables: Tables, world: World, case: int, place: int, t: int) -> None:
    """Bring a case into a place: what others may do beside is drawn, then the place's own work begins."""
    at = tables.tasks[(world.cases[case * CASE + SITUATION] * tables.sizes[PLACES] + place) * TASK + OTHERS]
    while tables.others[at] >= 0:
        if number(world) < tables.shares[at]:
            step = tables.others[at]
            plan(world, t + duration(world, step), BESIDE, case * tables.sizes[STEPS] + step)
        at += 1
    begin(tables, world, case, place, t)


def follow(tables: Tables, world: World, case: int, link: int, t: int) -> None:
    """Do all that a step does: clocks, assignments, places left and entered, sub-cases, the end."""
    row, lists = link * LINK_ROW, tables.lists
    place = tables.links[row + PLACE]
    world.cases[case * CASE + SITUATION] = tables.links[row + AFTER]
    if tables.sizes[TRACE]:
        note(world.acts, t, case, tables.links[row + STEP], 0, 0)
    change_clocks(tables, world, case, tables.links[row + ACTS], t)
    assign(tables, world, case, tables.links[row + ASSIGNS])
    entered, left = tables.links[row + ENTERS], tables.links[row + LEAVES]
    for at in range(left + 1, left + 1 + lists[left]):
        # whoever acts from elsewhere does not disturb work at a place the case stays in
        if lists[at] != place and (place >= 0 or not holds(lists, entered, lists[at])):
            drop(tables, world, case * tables.sizes[PLACES] + lists[at], t)
    if tables.links[row + CLOSES]:
        close(tables, world, case, t)
        return
    for at in range(entered + 1, entered + 1 + lists[entered]):
        if place >= 0 or not holds(lists, left, lists[at]):
            enter(tables, world, case, lists[at], t)
    woken, outside = tables.links[row + WAKES], tables.links[row + OUTSIDE]
    for at in range(woken + 1, woken + 1 + lists[woken]):
        begin(tables, world, case, lists[at], t)
    for at in range(outside + 1, outside + 1 + lists[outside]):
        plan(world, t + duration(world, lists[at]), BESIDE, case * tables.sizes[STEPS] + lists[at])


def holds(lists: Numbers, first: int, wanted: int) -> bool:
    """True where the list that begins there holds the number."""
    for at in range(first + 1, first + 1 + lists[first]):
        if lists[at] == wanted:
            return True
    return False


def change_clocks(tables: Tables, world: World, case: int, acts: int, t: int) -> None:
    """Do a step's clock acts, in the order of the engine."""
    for at in range(acts + 1, acts + 1 + tables.lists[acts], 3):
        q = case * tables.sizes[CLOCKS] + tables.lists[at + 1]
        change_clock(tables, world, tables.lists[at], q, tables.lists[at + 2], t)


def assign(tables: Tables, world: World, case: int, roles: int) -> None:
    """Choose someone for each role the step assigns, unless somebody has it already or it is a pool's."""
    for at in range(roles + 1, roles + 1 + tables.lists[roles], 2):
        owner = case * tables.sizes[ROLES] + tables.lists[at]
        team = tables.lists[at + 1]
        if team >= 0 and world.owners[owner] < 0 and not world.teams[team * TEAM_ROW + POOLED]:
            world.owners[owner] = lightest(world, team)


def close(tables: Tables, world: World, case: int, t: int) -> None:
    """End the clocks that still run and take the case off its owners' loads."""
    for q in range(case * tables.sizes[CLOCKS], (case + 1) * tables.sizes[CLOCKS]):
        stop_clock(world, q, t, LEFT)
    world.cases[case * CASE + CLOSED] = t
    for owner in range(case * tables.sizes[ROLES], (case + 1) * tables.sizes[ROLES]):
        if world.owners[owner] >= 0:
            world.people[world.owners[owner] * PERSON + LOAD] -= 1


def go_on(tables: Tables, world: World, case: int, link: int, t: int) -> None:
    """Follow a link, then take the steps of sub-cases that ended before their turn, as they become possible."""
    follow(tables, world, case, link, t)
    row, steps, step = case * CASE, tables.sizes[STEPS], 0
    while world.cases[row + ENDED_OUTSIDE] and step < steps:
        bit = tables.outside_bit[step]
        then = tables.by_step[world.cases[row + SITUATION] * steps + step]
        if world.cases[row + ENDED_OUTSIDE] & bit and then >= 0:
            world.cases[row + ENDED_OUTSIDE] -= bit
            follow(tables, world, case, then, t)
            step = -1
        step += 1


def act(tables: Tables, world: World, item: int, t: int) -> None:
    """Take the step that was worked on, or another that is possible now; none leaves the place waiting."""
    case = item // tables.sizes[PLACES]
    place = item - case * tables.sizes[PLACES]
    situation, link = world.cases[case * CASE + SITUATION], world.items[item * ITEM + LINK]
    world.items[item * ITEM + STATUS] = IDLE
    if tables.links[link * LINK_ROW + BEFORE] != situation:
        link = tables.by_step[situation * tables.sizes[STEPS] + tables.links[link * LINK_ROW + STEP]]
        if link < 0 or tables.links[link * LINK_ROW + PLACE] != place:
            link = chosen(tables, world, case, place)
    if link >= 0:
        go_on(tables, world, case, link, t)


def beside(tables: Tables, world: World, case: int, step: int, t: int) -> None:
    """Take a step of someone the case does not wait for, or of a sub-case that ended, if it can be now."""
    link = tables.by_step[world.cases[case * CASE + SITUATION] * tables.sizes[STEPS] + step]
    if link < 0:
        if tables.outside_bit[step] and world.cases[case * CASE + CLOSED] < 0:
            world.cases[case * CASE + ENDED_OUTSIDE] |= tables.outside_bit[step]
    elif can_extend(tables, world, case, tables.links[link * LINK_ROW + ACTS], t):
        go_on(tables, world, case, link, t)


def can_extend(tables: Tables, world: World, case: int, acts: int, t: int) -> bool:
    """True unless the step extends a clock that does not run, has run out or was extended before."""
    for at in range(acts + 1, acts + 1 + tables.lists[acts], 3):
        if tables.lists[at] == EXTEND:
            clock = tables.lists[at + 1]
            row = (case * tables.sizes[CLOCKS] + clock) * CLOCK
            runs = world.clocks[row + STATE] == RUNNING and t <= world.clocks[row + CLOCK_DUE]
            if not runs or world.clocks[row + LONGER] != tables.rules[clock * RULE + VARIANT]:
                return False
    return True


def expired(tables: Tables, world: World, q: int, t: int) -> None:
    """Let a clock that ran out take its own step."""
    case = q // tables.sizes[CLOCKS]
    row = q * CLOCK
    if world.clocks[row + STATE] != RUNNING or t <= world.clocks[row + CLOCK_DUE]:
        return
    step = tables.rules[(q - case * tables.sizes[CLOCKS]) * RULE + EXPIRY]
    link = tables.by_step[world.cases[case * CASE + SITUATION] * tables.sizes[STEPS] + step]
    if link >= 0:
        go_on(tables, world, case, link, t)


def happen(tables: Tables, world: World, kind: int, subject: int, t: int) -> None:
    """Let one moment's event happen, unless it was overtaken."""
    if kind in (DONE, CAME):
        row = subject * ITEM
        if world.items[row + AT] != t or world.items[row + STATUS] != (SERVED if kind == DONE else COMING):
            return
        person = put_down(world, subject, t) if kind == DONE else -1
        act(tables, world, subject, t)
        if person >= 0:
            take_up(tables, world, person, t)
    elif kind == OPENED:
        world.people[subject * PERSON + OPENS] = 0
        take_up(tables, world, subject, t)
    elif kind == BESIDE:
        beside(tables, world, subject // tables.sizes[STEPS], subject % tables.sizes[STEPS], t)
    elif kind == EXPIRED:
        expired(tables, world, subject, t)
    elif kind == PRESENCE:
        presence(tables, world, subject // 2, subject % 2, t)


def run(tables: Tables, given: tuple[Numbers, ...], numbers: Reals, arrivals: Numbers, absences: Numbers) -> tuple[Rows, Rows, Rows]:
    """Let a replication run; returns what happened: stints, ended clock runs, acts, five numbers a row.

    `given` are the tables of the world, changed in place; `absences` the moments somebody leaves or comes back,
    three numbers each. Cases that come at a moment come before anything else at it.
    """
    cases, items, clocks, owners, people, teams, queues, pools, pool, drawn = given
    world = World(
        cases, items, clocks, owners, people, teams, queues, pools, pool, numbers, drawn, [0], [0], [0], [0]
    )
    world.heap.pop()
    plan(world, tables.sizes[END], OVER, 0)
    for at in range(0, len(absences), 3):
        plan(world, absences[at], PRESENCE, absences[at + 1] * 2 + absences[at + 2])
    case = 0
    while True:
        ahead = world.heap[0] >> SUBJECT_BITS
        if case < len(arrivals) and arrivals[case] <= ahead // KINDS:
            if arrivals[case] >= tables.sizes[END]:
                break
            go_on(tables, world, case, 0, arrivals[case])
            case += 1
            continue
        if ahead % KINDS == OVER:
            break
        subject = heappop(world.heap) & ((1 << SUBJECT_BITS) - 1)
        happen(tables, world, ahead % KINDS, subject, ahead // KINDS)
    return np.array(world.stints[1:]), np.array(world.ended[1:]), np.array(world.acts[1:])
