"""People at their desks, row by row: whose work it is, who does it now, in which order it is taken up."""

from __future__ import annotations

from lianqiao.engine.simulation.rows import (
    AT,
    AWAY,
    BEGUN,
    DOER,
    DONE,
    DUE,
    ITEM,
    LAST,
    LEFT_S,
    LESS,
    LOAD,
    MORE,
    OPENED,
    OPENS,
    OWNER,
    PERSON,
    POOLED,
    QUEUE,
    SERVED,
    SERVER,
    SINCE,
    TEAM,
    TEAM_ROW,
    Tables,
    WAITING,
    World,
    note,
    number,
    office_instant,
    office_worked,
    plan,
)


def before(world: World, one: int, other: int) -> bool:
    """True where one item comes before another on a list: by due time, then by number."""
    first, second = world.items[one * ITEM + DUE], world.items[other * ITEM + DUE]
    return first < second or (first == second and one < other)


def merged(world: World, one: int, other: int) -> int:
    """Return the root of two lists laid together (a skew heap: sides change places on the way down)."""
    items, root, above = world.items, -1, -1
    while one >= 0 and other >= 0:
        if before(world, other, one):
            one, other = other, one
        if above < 0:
            root = one
        else:
            items[above * ITEM + LESS] = one
        above = one
        one = items[above * ITEM + MORE]
        items[above * ITEM + MORE] = items[above * ITEM + LESS]
    rest = one if one >= 0 else other
    if above < 0:
        return rest
    items[above * ITEM + LESS] = rest
    return root


def put(world: World, queue: int, item: int) -> None:
    """Put an item on a list."""
    world.items[item * ITEM + LESS] = -1
    world.items[item * ITEM + MORE] = -1
    world.queues[queue] = merged(world, world.queues[queue], item)


def take(world: World, queue: int) -> int:
    """Take the first item off a list that is not empty."""
    item = world.queues[queue]
    world.queues[queue] = merged(world, world.items[item * ITEM + LESS], world.items[item * ITEM + MORE])
    return item


def lightest(world: World, team: int) -> int:
    """Return who has the fewest open cases and count one more; of equals one present, then the first."""
    best, least, away = -1, NEVER, 1
    for person in range(world.teams[team * TEAM_ROW + FIRST], world.teams[team * TEAM_ROW + LAST]):
        load, absent = world.people[person * PERSON + LOAD], world.people[person * PERSON + AWAY]
        if load < least or (load == least and absent < away):
            best, least, away = person, load, absent
    world.people[best * PERSON + LOAD] += 1
    return best


def free_in(world: World, team: int, person: int) -> int:
    """Return someone of the team who is free, else the person."""
    for one in range(world.teams[team * TEAM_ROW + FIRST], world.teams[team * TEAM_ROW + LAST]):
        row = one * PERSON
        if world.people[row + SERVING] < 0 and not world.people[row + AWAY] and not world.people[row + OPENS]:
            return one
    return person


def land(tables: Tables, world: World, item: int, t: int) -> None:
    """Put work on its owner's list, or on that of who stands in, and let them begin it if they are free."""
    person = world.people[world.items[item * ITEM + OWNER] * PERSON + DOER]
    team = world.people[person * PERSON + TEAM]
    if world.teams[team * TEAM_ROW + POOLED]:
        person = free_in(world, team, person)
    world.items[item * ITEM + STATUS] = WAITING
    world.items[item * ITEM + SINCE] = t
    put(world, world.people[person * PERSON + QUEUE], item)
    take_up(tables, world, person, t)


def take_up(tables: Tables, world: World, person: int, t: int) -> None:
    """Let a free person begin what comes first on their list; while the office is shut, when it opens."""
    row, people = person * PERSON, world.people
    if people[row + SERVING] >= 0 or people[row + OPENS] or people[row + AWAY]:
        return
    if world.queues[people[row + QUEUE]] < 0:
        return
    work_s = office_worked(tables, t)
    opening = office_instant(tables, work_s + 1) - 1
    if opening > t:
        people[row + OPENS] = 1
        plan(world, opening, OPENED, person)
        return
    item = take(world, people[row + QUEUE])
    done = office_instant(tables, work_s + world.items[item * ITEM + LEFT_S])
    people[row + SERVING] = item
    people[row + BEGUN] = t
    world.items[item * ITEM + STATUS] = SERVED
    world.items[item * ITEM + SERVER] = person
    world.items[item * ITEM + AT] = done
    plan(world, done, DONE, item)


def put_down(world: World, item: int, t: int) -> int:
    """Note the work somebody had in hand and free them; returns who it was."""
    person = world.items[item * ITEM + SERVER]
    since, begun = world.items[item * ITEM + SINCE], world.people[person * PERSON + BEGUN]
    note(world.stints, item, since, begun, t, person)
    world.people[person * PERSON + SERVING] = -1
    world.items[item * ITEM + STATUS] = IDLE
    return person


def drop(tables: Tables, world: World, item: int, t: int) -> None:
    """Take away what nobody needs any more: an act to come, work on a list or in somebody's hands."""
    status = world.items[item * ITEM + STATUS]
    if status == SERVED:
        take_up(tables, world, put_down(world, item, t), t)
    elif status == WAITING:
        doer = world.people[world.items[item * ITEM + OWNER] * PERSON + DOER]
        strike(world, world.people[doer * PERSON + QUEUE], item)
    world.items[item * ITEM + STATUS] = IDLE


def strike(world: World, queue: int, item: int) -> None:
    """Take one item out of the middle of a list."""
    root = -1
    while world.queues[queue] >= 0:
        other = take(world, queue)
        if other != item:
            world.items[other * ITEM + LESS] = -1
            world.items[other * ITEM + MORE] = -1
            root = merged(world, root, other)
    world.queues[queue] = root


def presence(tables: Tables, world: World, person: int, away: int, t: int) -> None:
    """Let someone leave or come back: what waits on their list goes to who stands in, or comes back.

    Work in hand goes along when they leave; who took it up for them finishes it.
    """
    people, team = world.people, world.people[person * PERSON + TEAM]
    people[person * PERSON + AWAY] = away
    item = people[person * PERSON + SERVING]
    if away and item >= 0:
        worked = office_worked(tables, t) - office_worked(tables, people[person * PERSON + BEGUN])
        put_down(world, item, t)
        world.items[item * ITEM + LEFT_S] = max(1, world.items[item * ITEM + LEFT_S] - worked)
        world.items[item * ITEM + STATUS] = WAITING
        world.items[item * ITEM + SINCE] = t
        put(world, people[person * PERSON + QUEUE], item)
    first, last = world.teams[team * TEAM_ROW + FIRST], world.teams[team * TEAM_ROW + LAST]
    for one in range(first, last):
        people[one * PERSON + DOER] = stand_in(world, one, first, last)
    if not world.teams[team * TEAM_ROW + POOLED]:
        share_out(world, first, last)
    for one in range(first, last):
        take_up(tables, world, one, t)


def stand_in(world: World, person: int, first: int, last: int) -> int:
    """Return who does a person's work: themselves, else the next present going round; with nobody, themselves."""
    for step in range(last - first):
        one = first + (person - first + step) % (last - first)
        if not world.people[one * PERSON + AWAY]:
            return one
    return person


def share_out(world: World, first: int, last: int) -> None:
    """Give everything that waits to whoever does its owner's work now."""
    waiting = [-1]
    for person in range(first, last):
        while world.queues[world.people[person * PERSON + QUEUE]] >= 0:
            waiting.append(take(world, world.people[person * PERSON + QUEUE]))
    for item in waiting[1:]:
        doer = world.people[world.items[item * ITEM + OWNER] * PERSON + DOER]
        put(world, world.people[doer * PERSON + QUEUE], item)
