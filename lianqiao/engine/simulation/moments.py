"""Moment after moment to the end: what each brings about, as the tables of the promise allow."""

from __future__ import annotations

from lianqiao.engine.simulation.clock_rows import change_clock, next_due, stop_clock
from lianqiao.engine.simulation.desk_rows import drop, land, lightest, presence, put_down, take_up
from lianqiao.engine.simulation.rows import (
    ACTED,
    ACTS,
    AFTER,
    ASSIGNS,
    AT,
    BEFORE,
    BESIDE,
    BY_STEP,
    CAME,
    CASE,
    CASES,
    CERTAIN,
    CLOCK_DUE,
    CLOCKS,
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
    FIRST,
    IDLE,
    ITEM,
    ITEMS,
    KINDS,
    LEAVES,
    LEFT,
    LEFT_S,
    LINK,
    LINK_ROW,
    LINKS,
    LOAD,
    LONGER,
    NEXT_CASE,
    OPENED,
    OPENS,
    OPTIONS,
    OTHERS,
    OUTSIDE,
    OUTSIDE_BITS,
    OVER,
    OWNER,
    OWNERS,
    PEOPLE,
    PERSON,
    PLACE,
    PLACES,
    POOLED,
    PRESENCE,
    ROLES,
    ROOM,
    RULE,
    RULES,
    RUN,
    RUNNING,
    RUNS,
    SERVED,
    SHARES,
    SITUATION,
    SLOT,
    SLOTS,
    STATE,
    STATUS,
    STEP,
    STEPS,
    SUBJECT_BITS,
    TASK,
    TASK_OPTION,
    TASK_OTHERS,
    TASK_ROLE,
    TASK_TEAM,
    TASKS,
    TEAM_ROW,
    TEAMS,
    THRESHOLDS,
    TRACE,
    VARIANT,
    WAKES,
    WHERE,
    Numbers,
    duration,
    note,
    number,
    plan,
    soonest,
)


def task_at(tables: Numbers, world: Numbers, case: int, place: int) -> int:
    """Return where the tables say what can be done at a place of a case now."""
    situation = world[world[CASES] + case * CASE + SITUATION]
    return tables[TASKS] + (situation * tables[PLACES] + place) * TASK


def link_of(tables: Numbers, world: Numbers, case: int, step: int) -> int:
    """Return the link by which a step would be taken now, -1 where it cannot be."""
    situation = world[world[CASES] + case * CASE + SITUATION]
    return tables[tables[BY_STEP] + situation * tables[STEPS] + step]


def chosen(tables: Numbers, world: Numbers, case: int, place: int) -> int:
    """Return the link drawn among those possible at a place now, -1 where nothing is."""
    option = tables[task_at(tables, world, case, place) + TASK_OPTION]
    if option < 0:
        return -1
    threshold = tables[THRESHOLDS] + option
    if tables[threshold] < CERTAIN:
        drawn = number(world)
        while drawn >= tables[threshold]:
            threshold += 1
    return tables[tables[OPTIONS] + threshold - tables[THRESHOLDS]]


def begin(tables: Numbers, world: Numbers, ahead: Numbers, case: int, place: int, t: int) -> None:
    """Let whom a place waits for begin what can be done there; nothing, where nothing can."""
    link = chosen(tables, world, case, place)
    if link < 0:
        return
    task = task_at(tables, world, case, place)
    team, role = tables[task + TASK_TEAM], tables[task + TASK_ROLE]
    item = case * tables[SLOTS] + tables[tables[SLOT] + place]
    row = world[ITEMS] + item * ITEM
    spent = duration(world, tables[tables[LINKS] + link * LINK_ROW + STEP])
    world[row + LINK] = link
    world[row + WHERE] = place
    if team < 0:
        world[row + STATUS] = COMING
        world[row + AT] = t + spent
        plan(ahead, t + spent, CAME, item)
        return
    group = world[TEAMS] + team * TEAM_ROW
    pooled = world[group + POOLED]
    world[row + OWNER] = (
        world[group + FIRST] if pooled else world[world[OWNERS] + case * tables[ROLES] + role]
    )
    world[row + DUE] = next_due(tables, world, case) if tables[DUE_FIRST] else t
    world[row + LEFT_S] = spent
    land(tables, world, ahead, item, t)


def enter(tables: Numbers, world: Numbers, ahead: Numbers, case: int, place: int, t: int) -> None:
    """Bring a case into a place: what others may do beside is drawn, then the place's own work begins."""
    at = tables[task_at(tables, world, case, place) + TASK_OTHERS]
    while tables[tables[OTHERS] + at] >= 0:
        if number(world) < tables[tables[SHARES] + at]:
            step = tables[tables[OTHERS] + at]
            plan(ahead, t + duration(world, step), BESIDE, case * tables[STEPS] + step)
        at += 1
    begin(tables, world, ahead, case, place, t)


def holds(tables: Numbers, first: int, wanted: int) -> bool:
    """True where the list that begins there holds the number."""
    at, last = first + 1, first + tables[first]
    while at <= last and tables[at] != wanted:
        at += 1
    return at <= last


def follow(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, case: int, link: int, t: int
) -> None:
    """Do all that a step does: clocks, assignments, places left and entered, sub-cases, the end."""
    row = tables[LINKS] + link * LINK_ROW
    world[world[CASES] + case * CASE + SITUATION] = tables[row + AFTER]
    if tables[TRACE]:
        note(log, ACTED, t, case, tables[row + STEP], 0, 0)
    change_clocks(tables, world, ahead, log, case, tables[row + ACTS], t)
    assign(tables, world, case, tables[row + ASSIGNS])
    leave(tables, world, ahead, log, case, row, t)
    if tables[row + CLOSES]:
        close(tables, world, log, case, t)
        return
    entered = tables[row + ENTERS]
    for at in range(entered + 1, entered + 1 + tables[entered]):
        if tables[row + PLACE] >= 0 or not holds(tables, tables[row + LEAVES], tables[at]):
            enter(tables, world, ahead, case, tables[at], t)
    woken, outside = tables[row + WAKES], tables[row + OUTSIDE]
    for at in range(woken + 1, woken + 1 + tables[woken]):
        begin(tables, world, ahead, case, tables[at], t)
    for at in range(outside + 1, outside + 1 + tables[outside]):
        plan(ahead, t + duration(world, tables[at]), BESIDE, case * tables[STEPS] + tables[at])


def leave(tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, case: int, row: int, t: int) -> None:
    """Drop what was under way at the places a step leaves, but for the work that took it.

    Whoever acts from elsewhere does not disturb work at a place the case stays in.
    """
    place, left = tables[row + PLACE], tables[row + LEAVES]
    for at in range(left + 1, left + 1 + tables[left]):
        if tables[at] != place and (place >= 0 or not holds(tables, tables[row + ENTERS], tables[at])):
            drop(tables, world, ahead, log, case, tables[at], t)


def change_clocks(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, case: int, acts: int, t: int
) -> None:
    """Do a step's clock acts, in the order of the engine."""
    for at in range(acts + 1, acts + 1 + tables[acts], 3):
        q = case * tables[CLOCKS] + tables[at + 1]
        change_clock(tables, world, ahead, log, tables[at], q, tables[at + 2], t)


def assign(tables: Numbers, world: Numbers, case: int, roles: int) -> None:
    """Choose someone for each role the step assigns, unless somebody has it already or it is a pool's."""
    for at in range(roles + 1, roles + 1 + tables[roles], 2):
        owner = world[OWNERS] + case * tables[ROLES] + tables[at]
        team = tables[at + 1]
        if team >= 0 and world[owner] < 0 and not world[world[TEAMS] + team * TEAM_ROW + POOLED]:
            world[owner] = lightest(world, team)


def close(tables: Numbers, world: Numbers, log: Numbers, case: int, t: int) -> None:
    """End the clocks that still run and take the case off its owners' loads."""
    for q in range(case * tables[CLOCKS], (case + 1) * tables[CLOCKS]):
        stop_clock(world, log, q, t, LEFT)
    world[world[CASES] + case * CASE + CLOSED] = t
    for role in range(tables[ROLES]):
        owner = world[world[OWNERS] + case * tables[ROLES] + role]
        if owner >= 0:
            world[world[PEOPLE] + owner * PERSON + LOAD] -= 1


def go_on(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, case: int, link: int, t: int
) -> None:
    """Follow a link, then the steps of sub-cases that ended before their turn, as they become possible."""
    follow(tables, world, ahead, log, case, link, t)
    ended, step = world[CASES] + case * CASE + ENDED_OUTSIDE, 0
    while world[ended] and step < tables[STEPS]:
        bit = tables[tables[OUTSIDE_BITS] + step]
        then = link_of(tables, world, case, step)
        if world[ended] & bit and then >= 0:
            world[ended] -= bit
            follow(tables, world, ahead, log, case, then, t)
            step = -1
        step += 1


def act(tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, item: int, t: int) -> None:
    """Take the step that was worked on, or another that is possible now; none leaves the place waiting."""
    case, row = item // tables[SLOTS], world[ITEMS] + item * ITEM
    place, link = world[row + WHERE], world[row + LINK]
    world[row + STATUS] = IDLE
    at = tables[LINKS] + link * LINK_ROW
    if tables[at + BEFORE] != world[world[CASES] + case * CASE + SITUATION]:
        link = link_of(tables, world, case, tables[at + STEP])
        if link < 0 or tables[tables[LINKS] + link * LINK_ROW + PLACE] != place:
            link = chosen(tables, world, case, place)
    if link >= 0:
        go_on(tables, world, ahead, log, case, link, t)


def beside(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, case: int, step: int, t: int
) -> None:
    """Take a step of someone the case does not wait for, or of a sub-case that ended, if it can be now."""
    link = link_of(tables, world, case, step)
    if link >= 0:
        if can_extend(tables, world, case, tables[tables[LINKS] + link * LINK_ROW + ACTS], t):
            go_on(tables, world, ahead, log, case, link, t)
    elif world[world[CASES] + case * CASE + CLOSED] < 0:
        world[world[CASES] + case * CASE + ENDED_OUTSIDE] |= tables[tables[OUTSIDE_BITS] + step]


def can_extend(tables: Numbers, world: Numbers, case: int, acts: int, t: int) -> bool:
    """True unless the step extends a clock that does not run, has run out or was extended before."""
    for at in range(acts + 1, acts + 1 + tables[acts], 3):
        if tables[at] == EXTEND:
            row = world[RUNS] + (case * tables[CLOCKS] + tables[at + 1]) * RUN
            if world[row + STATE] != RUNNING or t > world[row + CLOCK_DUE]:
                return False
            if world[row + LONGER] != tables[tables[RULES] + tables[at + 1] * RULE + VARIANT]:
                return False
    return True


def expired(tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, q: int, t: int) -> None:
    """Let a clock that ran out take its own step."""
    row = world[RUNS] + q * RUN
    if world[row + STATE] != RUNNING or t <= world[row + CLOCK_DUE]:
        return
    case = q // tables[CLOCKS]
    link = link_of(tables, world, case, tables[tables[RULES] + q % tables[CLOCKS] * RULE + EXPIRY])
    if link >= 0:
        go_on(tables, world, ahead, log, case, link, t)


def done(tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, item: int, t: int) -> None:
    """Let finished work take effect and who did it take up more, unless it was taken away before."""
    row = world[ITEMS] + item * ITEM
    if world[row + STATUS] == SERVED and world[row + AT] == t:
        person = put_down(tables, world, log, item, t)
        act(tables, world, ahead, log, item, t)
        take_up(tables, world, ahead, person, t)


def happen(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, kind: int, subject: int, t: int
) -> None:
    """Let one moment's event happen, unless it was overtaken."""
    if kind == DONE:
        done(tables, world, ahead, log, subject, t)
    elif kind == CAME:
        row = world[ITEMS] + subject * ITEM
        if world[row + STATUS] == COMING and world[row + AT] == t:
            act(tables, world, ahead, log, subject, t)
    elif kind == OPENED:
        world[world[PEOPLE] + subject * PERSON + OPENS] = 0
        take_up(tables, world, ahead, subject, t)
    elif kind == BESIDE:
        beside(tables, world, ahead, log, subject // tables[STEPS], subject % tables[STEPS], t)
    elif kind == EXPIRED:
        expired(tables, world, ahead, log, subject, t)
    elif kind == PRESENCE:
        presence(tables, world, ahead, log, subject // 2, subject % 2, t)


def run(tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, arrivals: Numbers) -> bool:
    """Let a replication run; True at its end, False where `ahead` or `log` is about to be full: then go on.

    Cases that come at a moment come before anything else at it.
    """
    room = world[ROOM]
    while len(ahead) - ahead[0] > room and len(log) - log[0] > room:
        case, moment = world[NEXT_CASE], ahead[1] >> SUBJECT_BITS
        if case < len(arrivals) and arrivals[case] <= moment // KINDS:
            if arrivals[case] >= tables[END]:
                return True
            world[NEXT_CASE] = case + 1
            go_on(tables, world, ahead, log, case, 0, arrivals[case])
        elif moment % KINDS == OVER:
            return True
        else:
            subject = soonest(ahead) & ((1 << SUBJECT_BITS) - 1)
            happen(tables, world, ahead, log, moment % KINDS, subject, moment // KINDS)
    return False
