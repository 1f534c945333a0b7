"""The tables of a promise joined with a scenario's chances: every step out of every situation, ready to follow."""

from __future__ import annotations

from dataclasses import dataclass

from lianqiao.engine.simulation.chances import beside, chances
from lianqiao.engine.simulation.net import Follow, Net
from lianqiao.engine.simulation.scenario import Scenario

FIRM = -1
ELSEWHERE = -1


@dataclass(slots=True)
class Task:
    """What whoever a place waits for can do there. Options are (link, step), drawn by `thresholds`.

    `team` is FIRM for the applicant; `role` says whose work it is. `besides` are (share, step) of others.
    """

    thresholds: tuple[float, ...]
    options: tuple[tuple[int, int], ...]
    team: int
    role: int


@dataclass(slots=True)
class Link:
    """One step out of one situation.

    `onto` is the one place it leads to and `task` what can be done there, where that is all that happens:
    most steps of most promises. `onto` is ELSEWHERE where branches, ends or assignments need the whole `follow`.
    """

    before: int
    place: int
    step: int
    after: int
    acts: tuple[tuple[int, int, int], ...]
    follow: Follow
    onto: int
    task: Task | None


@dataclass(frozen=True)
class Links:
    """All links, the opening one first; `by_step[situation][step]` is a link's number.

    `tasks[situation][place]` is None where nothing can be done at the place.
    """

    links: list[Link]
    by_step: list[dict[int, int]]
    tasks: list[list[Task | None]]
    besides: tuple[dict[int, tuple[tuple[float, int], ...]], ...]


def linked(net: Net, scenario: Scenario, team_of_role: tuple[int, ...]) -> Links:
    """Return the links of a promise under a scenario's chances."""
    draws, besides = chances(net, scenario), beside(net, scenario)
    links = [Link(-1, ELSEWHERE, net.opening_step, net.opening.after, net.opening.acts, net.opening, -1, None)]
    by_step: list[dict[int, int]] = []
    for situation, follows in enumerate(net.follows):
        host = {step: place for place, steps in net.options[situation].items() for step in steps}
        numbers = {}
        for step, follow in follows.items():
            numbers[step] = len(links)
            place = host.get(step, ELSEWHERE)
            links.append(Link(situation, place, step, follow.after, follow.acts, follow, ELSEWHERE, None))
        by_step.append(numbers)
    tasks: list[list[Task | None]] = [[None] * len(net.places) for _ in net.follows]
    for situation, by_place in enumerate(draws):
        for place, (thresholds, steps) in by_place.items():
            role = net.waits_for[place]
            options = tuple((by_step[situation][step], step) for step in steps)
            tasks[situation][place] = Task(thresholds, options, team_of_role[role], role)
    for link in links:
        if _plain(link, besides):
            link.onto = link.follow.entered[0]
            link.task = tasks[link.after][link.onto]
    return Links(links, by_step, tasks, besides)


def _plain(link: Link, besides: tuple[dict[int, tuple[tuple[float, int], ...]], ...]) -> bool:
    """True where the step only moves the case from the place it was done at to one other, or back to it."""
    follow = link.follow
    return (
        link.place != ELSEWHERE
        and follow.left == (link.place,)
        and len(follow.entered) == 1
        and not (follow.woken or follow.assigned or follow.outside or follow.closes)
        and follow.entered[0] not in besides[link.after]
    )
