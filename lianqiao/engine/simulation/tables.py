"""A promise, a scenario and a calendar laid out as rows of whole numbers for `moments.run`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lianqiao.engine.calendar import FIRST_DAY

from lianqiao.engine.clock_bulk import DayTable
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.simulation import rows
from lianqiao.engine.simulation.chances import beside, chances
from lianqiao.engine.simulation.net import Follow, Net
from lianqiao.engine.simulation.scenario import Scenario
from lianqiao.engine.spans import Budget

Ints = npt.NDArray[np.int64]
ELSEWHERE = -1
_UNITS = {
    "wd": rows.WORKING_DAYS,
    "wh": rows.WORKING_HOURS,
    "h": rows.HOURS,
    "nd": rows.NATURAL_DAYS,
    "nm": rows.NATURAL_DAYS,
}
_SURE = 2.0  # a threshold no drawn number reaches


@dataclass
class Layout:
    """Tables under construction: lists of numbers that grow."""

    net: Net
    scenario: Scenario
    clock_table: DayTable
    team_of_role: tuple[int, ...]
    lists: list[int] = field(default_factory=lambda: [0])
    links: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    options: list[int] = field(default_factory=list)
    thresholds: list[float] = field(default_factory=list)
    others: list[int] = field(default_factory=lambda: [-1])
    shares: list[float] = field(default_factory=lambda: [0.0])
    by_step: list[int] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    variants: dict[tuple[int, int], int] = field(default_factory=dict)

    def listed(self, numbers: Iterable[int]) -> int:
        """Put a list of varying length where all of them lie; returns where it begins."""
        kept = list(numbers)
        if not kept:
            return 0
        self.lists += [len(kept), *kept]
        return len(self.lists) - len(kept) - 1


def tables_of(
    net: Net,
    scenario: Scenario,
    *,
    office: DayTable | None,
    clock_table: DayTable,
    team_of_role: tuple[int, ...],
    end: int,
    trace: bool,
) -> rows.Tables:
    """Return the tables, as lists. `office` is None for people who never go home."""
    layout = Layout(net, scenario, clock_table, team_of_role)
    rules = _rules(layout)
    _links(layout)
    _tasks(layout)
    opened = office or clock_table
    base = (opened.through - _works(opened)) * opened.day_s
    sizes = [
        len(net.places),
        len(net.roles),
        len(net.steps),
        len(net.clocks),
        end,
        int(scenario.order == "due"),
        int(trace),
        int(office is None),
        opened.day_s,
        clock_table.closes_s,
        clock_table.day_s,
        len(clock_table.through),
    ]
    return rows.Tables(
        sizes=sizes,
        links=layout.links,
        lists=layout.lists,
        tasks=layout.tasks,
        options=layout.options or [0],
        thresholds=layout.thresholds or [_SURE],
        others=layout.others,
        shares=layout.shares,
        by_step=layout.by_step,
        rules=rules or [0],
        targets=layout.targets or [0],
        amounts=layout.amounts or [0],
        outside_bit=_outside_bits(net),
        office_base=base.tolist(),
        office_works=_works(opened).tolist(),
        office_worked=opened.worked.tolist(),
        office_midnight=(opened.days[1:] * rows.DAY_S).tolist(),
        office_when=opened.when.tolist(),
        through=clock_table.through.tolist(),
        days=clock_table.days.tolist(),
        following=clock_table.following.tolist(),
        worked=clock_table.worked.tolist(),
        when=clock_table.when.tolist(),
    )


def _works(table: DayTable) -> Ints:
    days = np.arange(len(table.through))
    return (table.days[table.through] == days).astype(np.int64)


def _rules(layout: Layout) -> list[int]:
    """Lay out the clocks: unit, receipt, the step on expiry, and the budget's variant."""
    rules: list[int] = []
    steps = layout.net.steps
    for number, clock in enumerate(layout.net.mechanism.clocks.values()):
        budget = Budget.parse(clock.budget)
        variant = _variant(layout, number, budget, 0)
        expiry = steps.index(clock.on_expiry) if clock.on_expiry else -1
        rules += [_UNITS[budget.unit], int(clock.receipt == "office-hours"), expiry, variant]
    return rules


def _variant(layout: Layout, clock: int, budget: Budget, more: int) -> int:
    """Return the number of a budget with so much more, laid out once: by day where days are counted."""
    if (clock, more) in layout.variants:
        return layout.variants[clock, more]
    amount = budget.whole + more
    days = np.arange(len(layout.clock_table.through))
    targets = np.zeros_like(days)
    if budget.unit == "wd":
        targets = np.minimum(layout.clock_table.through + amount, len(layout.clock_table.days) - 1)
    elif budget.unit == "nd":
        targets = np.minimum(days + amount, len(days) - 1)
    elif budget.unit == "nm":
        targets = np.minimum(_months_on(days, amount), len(days) - 1)
    layout.targets += targets.tolist()
    layout.amounts.append(amount)
    layout.variants[clock, more] = len(layout.amounts) - 1
    return len(layout.amounts) - 1


def _months_on(days: Ints, months: int) -> Ints:
    first = np.datetime64(FIRST_DAY, "D")
    day = first + days.astype("timedelta64[D]")
    month = day.astype("M8[M]")
    landing = month + np.timedelta64(months, "M")
    into = (day - month.astype("M8[D]")).astype(np.int64)
    length = ((landing + 1).astype("M8[D]") - landing.astype("M8[D]")).astype(np.int64)
    on: Ints = (landing.astype("M8[D]") - first).astype(np.int64)
    return on + np.minimum(into, length - 1)


def _links(layout: Layout) -> None:
    """Lay out every step out of every situation, the opening one first."""
    net = layout.net
    _link(layout, -1, ELSEWHERE, net.opening_step, net.opening)
    for situation, follows in enumerate(net.follows):
        host = {step: place for place, steps in net.options[situation].items() for step in steps}
        numbers = [-1] * len(net.steps)
        for step, follow in follows.items():
            numbers[step] = len(layout.links) // rows.LINK_ROW
            _link(layout, situation, host.get(step, ELSEWHERE), step, follow)
        layout.by_step += numbers


def _link(layout: Layout, situation: int, place: int, step: int, follow: Follow) -> None:
    clocks = list(layout.net.mechanism.clocks.values())
    acts: list[int] = []
    for what, clock, amount in follow.acts:
        budget = Budget.parse(clocks[clock].budget)
        acts += [what, clock, _variant(layout, clock, budget, amount) if what == rows.EXTEND else 0]
    layout.links += [
        situation,
        place,
        step,
        follow.after,
        int(follow.closes),
        layout.listed(acts),
        layout.listed(follow.left),
        layout.listed(follow.entered),
        layout.listed(follow.woken),
        layout.listed(part for role in follow.assigned for part in (role, layout.team_of_role[role])),
        layout.listed(follow.outside),
    ]


def _tasks(layout: Layout) -> None:
    """Lay out what can be done at every place in every situation, and what others may do beside."""
    net = layout.net
    steps = len(net.steps)
    others = beside(net, layout.scenario)
    for situation, by_place in enumerate(chances(net, layout.scenario)):
        for place in range(len(net.places)):
            task = [-1, -1, -1, 0]
            if place in by_place:
                thresholds, choices = by_place[place]
                role = net.waits_for[place]
                task[:3] = [len(layout.options), layout.team_of_role[role], role]
                layout.options += [layout.by_step[situation * steps + step] for step in choices]
                layout.thresholds += [*thresholds, _SURE]
            if place in others[situation]:
                task[3] = len(layout.others)
                layout.others += [*(step for _, step in others[situation][place]), -1]
                layout.shares += [*(share for share, _ in others[situation][place]), 0.0]
            layout.tasks += task


def _outside_bits(net: Net) -> list[int]:
    mechanism: Mechanism = net.mechanism
    outside = [name for name, step in mechanism.steps.items() if step.by == "sub-case"]
    return [1 << outside.index(name) if name in outside else 0 for name in net.steps]
