"""People at their desks, row by row: whose work it is, who does it now, in which order it is taken up."""

from __future__ import annotations

from lianqiao.engine.simulation.rows import (
    ASIDE,
    AT,
    AWAY,
    BEGUN,
    DOER,
    DONE,
    DUE,
    FIRST,
    IDLE,
    ITEM,
    ITEMS,
    LAST,
    LEFT_S,
    LESS,
    LOAD,
    MORE,
    NEVER,
    OPENED,
    OPENS,
    OWNER,
    PEOPLE,
    PERSON,
    PLACES,
    POOLED,
    QUEUE,
    QUEUES,
    SERVED,
    SERVER,
    SERVING,
    SINCE,
    SLOT,
    SLOTS,
    STATUS,
    STINT,
    TEAM,
    TEAM_ROW,
    TEAMS,
    WAITING,
    WHERE,
    Numbers,
    note,
    office_instant,
    office_worked,
    plan,
)


def comes_before(world: Numbers, one: int, other: int) -> bool:
    """True where one item comes before another on a list: by due time, then by number."""
    first, second = world[world[ITEMS] + one * ITEM + DUE], world[world[ITEMS] + other * ITEM + DUE]
    return first < second or (first == second and one < other)


def merged(world: Numbers, one: int, other: int) -> int:
    """Return the root of two lists laid together (a skew heap: sides change places on the way down)."""
    root = above = -1
    while one >= 0 and other >= 0:
        if comes_before(world, other, one):
            one, other = other, one
        if above < 0:
            root = one
        else:
            world[above + LESS] = one
        above = world[ITEMS] + one * ITEM
        one = world[above + MORE]
        world[above + MORE] = world[above + LESS]
    rest = one if one >= 0 else other
    if above < 0:
        return rest
    world[above + LESS] = rest
    return root


def put(world: Numbers, queue: int, item: int) -> None:
    """Put an item on a list."""
    row = world[ITEMS] + item * ITEM
    world[row + LESS] = world[row + MORE] = -1
    world[world[QUEUES] + queue] = merged(world, world[world[QUEUES] + queue], item)


def take(world: Numbers, queue: int) -> int:
    """Take the first item off a list that is not empty."""
    item = world[world[QUEUES] + queue]
    row = world[ITEMS] + item * ITEM
    world[world[QUEUES] + queue] = merged(world, world[row + LESS], world[row + MORE])
    return item


def strike(world: Numbers, queue: int, item: int) -> None:
    """Take one item out of the middle of a list."""
    aside = world[ASIDE] - world[QUEUES]
    while world[world[QUEUES] + queue] >= 0:
        other = take(world, queue)
        if other != item:
            put(world, aside, other)
    world[world[QUEUES] + queue] = world[world[ASIDE]]
    world[world[ASIDE]] = -1


def lightest(world: Numbers, team: int) -> int:
    """Return who has the fewest open cases and count one more; of equals one present, then the first."""
    best, least, away = -1, NEVER, 1
    row = world[TEAMS] + team * TEAM_ROW
    for person in range(world[row + FIRST], world[row + LAST]):
        load = world[world[PEOPLE] + person * PERSON + LOAD]
        if load < least or (load == least and world[world[PEOPLE] + person * PERSON + AWAY] < away):
            best, least, away = person, load, world[world[PEOPLE] + person * PERSON + AWAY]
    world[world[PEOPLE] + best * PERSON + LOAD] += 1
    return best


def free_in(world: Numbers, team: int, person: int) -> int:
    """Return someone of the team who is free, else the person."""
    row = world[TEAMS] + team * TEAM_ROW
    for one in range(world[row + FIRST], world[row + LAST]):
        at = world[PEOPLE] + one * PERSON
        if world[at + SERVING] < 0 and not world[at + AWAY] and not world[at + OPENS]:
            return one
    return person


def land(tables: Numbers, world: Numbers, ahead: Numbers, item: int, t: int) -> None:
    """Put work on its owner's list, or on that of who stands in, and let them begin it if they are free."""
    row = world[ITEMS] + item * ITEM
    person = world[world[PEOPLE] + world[row + OWNER] * PERSON + DOER]
    team = world[world[PEOPLE] + person * PERSON + TEAM]
    if world[world[TEAMS] + team * TEAM_ROW + POOLED]:
        person = free_in(world, team, person)
    world[row + STATUS] = WAITING
    world[row + SINCE] = t
    put(world, world[world[PEOPLE] + person * PERSON + QUEUE], item)
    take_up(tables, world, ahead, person, t)


def take_up(tables: Numbers, world: Numbers, ahead: Numbers, person: int, t: int) -> None:
    """Let a free person begin what comes first on their list; while the office is shut, when it opens."""
    who = world[PEOPLE] + person * PERSON
    if world[who + SERVING] >= 0 or world[who + OPENS] or world[who + AWAY]:
        return
    if world[world[QUEUES] + world[who + QUEUE]] < 0:
        return
    work_s = office_worked(tables, t)
    opening = office_instant(tables, work_s + 1) - 1
    if opening > t:
        world[who + OPENS] = 1
        plan(ahead, opening, OPENED, person)
        return
    item = take(world, world[who + QUEUE])
    row = world[ITEMS] + item * ITEM
    done = office_instant(tables, work_s + world[row + LEFT_S])
    world[who + SERVING] = item
    world[who + BEGUN] = t
    world[row + STATUS] = SERVED
    world[row + SERVER] = person
    world[row + AT] = done
    plan(ahead, done, DONE, item)


def put_down(tables: Numbers, world: Numbers, log: Numbers, item: int, t: int) -> int:
    """Note the work somebody had in hand and free them; returns who it was."""
    row = world[ITEMS] + item * ITEM
    person = world[row + SERVER]
    who = world[PEOPLE] + person * PERSON
    place = item // tables[SLOTS] * tables[PLACES] + world[row + WHERE]
    note(log, STINT, place, world[row + SINCE], world[who + BEGUN], t, person)
    world[who + SERVING] = -1
    world[row + STATUS] = IDLE
    return person


def drop(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, case: int, place: int, t: int
) -> None:
    """Take away what nobody needs any more: an act to come, work on a list or in somebody's hands."""
    item = case * tables[SLOTS] + tables[tables[SLOT] + place]
    row = world[ITEMS] + item * ITEM
    if world[row + WHERE] != place:
        return
    status = world[row + STATUS]
    world[row + STATUS] = IDLE
    if status == SERVED:
        take_up(tables, world, ahead, put_down(tables, world, log, item, t), t)
    elif status == WAITING:
        doer = world[world[PEOPLE] + world[row + OWNER] * PERSON + DOER]
        strike(world, world[world[PEOPLE] + doer * PERSON + QUEUE], item)


def presence(
    tables: Numbers, world: Numbers, ahead: Numbers, log: Numbers, person: int, away: int, t: int
) -> None:
    """Let someone leave or come back: what waits on their list goes to who stands in, or comes back.

    Work in hand goes along when they leave; who took it up for them finishes it.
    """
    who = world[PEOPLE] + person * PERSON
    world[who + AWAY] = away
    if away and world[who + SERVING] >= 0:
        lay_aside(tables, world, log, person, t)
    row = world[TEAMS] + world[who + TEAM] * TEAM_ROW
    first, last = world[row + FIRST], world[row + LAST]
    for one in range(first, last):
        world[world[PEOPLE] + one * PERSON + DOER] = stand_in(world, one, first, last)
    if not world[row + POOLED]:
        share_out(world, first, last)
    for one in range(first, last):
        take_up(tables, world, ahead, one, t)


def lay_aside(tables: Numbers, world: Numbers, log: Numbers, person: int, t: int) -> None:
    """Put the work someone has in hand back on their list, with what is left of it to do."""
    who = world[PEOPLE] + person * PERSON
    item = world[who + SERVING]
    row = world[ITEMS] + item * ITEM
    put_down(tables, world, log, item, t)
    spent = office_worked(tables, t) - office_worked(tables, world[who + BEGUN])
    world[row + LEFT_S] = max(1, world[row + LEFT_S] - spent)
    world[row + STATUS] = WAITING
    world[row + SINCE] = t
    put(world, world[who + QUEUE], item)


def stand_in(world: Numbers, person: int, first: int, last: int) -> int:
    """Return who does a person's work: themselves, or the next present going round, if any."""
    for step in range(last - first):
        one = first + (person - first + step) % (last - first)
        if not world[world[PEOPLE] + one * PERSON + AWAY]:
            return one
    return person


def share_out(world: Numbers, first: int, last: int) -> None:
    """Give everything that waits to whoever does its owner's work now."""
    aside = world[ASIDE] - world[QUEUES]
    for person in range(first, last):
        queue = world[world[PEOPLE] + person * PERSON + QUEUE]
        while world[world[QUEUES] + queue] >= 0:
            put(world, aside, take(world, queue))
    while world[world[ASIDE]] >= 0:
        item = take(world, aside)
        doer = world[world[PEOPLE] + world[world[ITEMS] + item * ITEM + OWNER] * PERSON + DOER]
        put(world, world[world[PEOPLE] + doer * PERSON + QUEUE], item)
