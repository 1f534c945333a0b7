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
    thresholds: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=lambda: [-1])
    shares: list[int] = field(default_factory=lambda: [0])
    by_step: list[int] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    variants: dict[tuple[int, int], int] = field(default_factory=dict)

    def listed(self, numbers: Iterable[int]) -> int:
        """Put a list of varying length, after its length, where all of them lie; returns where it begins."""
        kept = list(numbers)
        if not kept:
            return 0
        self.lists += [len(kept), *kept]
        return len(self.lists) - len(kept) - 1


Parts = dict[int, npt.ArrayLike]


def tables_of(
    net: Net,
    scenario: Scenario,
    *,
    office: DayTable | None,
    clock_table: DayTable,
    team_of_role: tuple[int, ...],
    end: int,
    trace: bool,
) -> Ints:
    """Return the tables. `office` is None for people who never go home."""
    layout = Layout(net, scenario, clock_table, team_of_role)
    rules = _rules(layout)
    _links(layout)
    _tasks(layout)
    opened = office or clock_table
    sizes = {
        rows.PLACES: len(net.places),
        rows.ROLES: len(net.roles),
        rows.STEPS: len(net.steps),
        rows.CLOCKS: len(net.clocks),
        rows.END: end,
        rows.DUE_FIRST: int(scenario.order == "due"),
        rows.TRACE: int(trace),
        rows.ALWAYS_OPEN: int(office is None),
        rows.OFFICE_DAY_S: opened.day_s,
        rows.CLOSES_S: clock_table.closes_s,
        rows.CLOCK_DAY_S: clock_table.day_s,
        rows.DAYS: len(clock_table.through),
        rows.SLOTS: max(net.slots) + 1,
    }
    return _in_one_row(sizes, _parts(layout, rules, opened, clock_table))


def _parts(layout: Layout, rules: npt.ArrayLike, opened: DayTable, clock_table: DayTable) -> Parts:
    net = layout.net
    return {
        rows.LINKS: layout.links,
        rows.LISTS: layout.lists,
        rows.TASKS: layout.tasks,
        rows.OPTIONS: layout.options,
        rows.THRESHOLDS: layout.thresholds,
        rows.OTHERS: layout.others,
        rows.SHARES: layout.shares,
        rows.BY_STEP: layout.by_step,
        rows.RULES: rules,
        rows.TARGETS: layout.targets,
        rows.AMOUNTS: layout.amounts,
        rows.SLOT: net.slots,
        rows.OUTSIDE_BITS: _outside_bits(net),
        rows.BASE: (opened.through - _works(opened)) * opened.day_s,
        rows.WORKS: _works(opened),
        rows.WORKED: opened.worked,
        rows.MIDNIGHT: opened.days[1:] * rows.DAY_S,
        rows.WHEN: opened.when,
        rows.CLOCK_THROUGH: clock_table.through,
        rows.CLOCK_DAY: clock_table.days,
        rows.CLOCK_FOLLOWING: clock_table.following,
        rows.CLOCK_WORKED: clock_table.worked,
        rows.CLOCK_WHEN: clock_table.when,
    }


def _in_one_row(sizes: dict[int, int], parts: Parts) -> Ints:
    """Lay sizes and parts one after another; lists named in links are told from the beginning of the row."""
    columns = {number: np.asarray(part, dtype=np.int64) for number, part in parts.items()}
    begin, laid = rows.TABLES, {}
    for number, column in columns.items():
        laid[number] = begin
        begin += len(column)
    links = columns[rows.LINKS].reshape(-1, rows.LINK_ROW)
    for named in (rows.ACTS, rows.LEAVES, rows.ENTERS, rows.WAKES, rows.ASSIGNS, rows.OUTSIDE):
        links[:, named] += laid[rows.LISTS]
    head = np.zeros(rows.TABLES, dtype=np.int64)
    for number, value in {**sizes, **laid}.items():
        head[number] = value
    row: Ints = np.concatenate([head, *columns.values()])
    return row


def _works(table: DayTable) -> Ints:
    works: Ints = (table.days[table.through] == np.arange(len(table.through))).astype(np.int64)
    return works


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
    target: Ints = on + np.minimum(into, length - 1)
    return target


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
                layout.thresholds += [*(round(chance * rows.CERTAIN) for chance in thresholds), rows.CERTAIN]
            if place in others[situation]:
                task[3] = len(layout.others)
                layout.others += [*(step for _, step in others[situation][place]), -1]
                layout.shares += [*(round(share * rows.CERTAIN) for share, _ in others[situation][place]), 0]
            layout.tasks += task


def _outside_bits(net: Net) -> list[int]:
    mechanism: Mechanism = net.mechanism
    outside = [name for name, step in mechanism.steps.items() if step.by == "sub-case"]
    return [1 << outside.index(name) if name in outside else 0 for name in net.steps]
