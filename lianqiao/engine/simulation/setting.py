"""From a scenario to what a replication runs on: tables, chances, durations, people and their leave."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.calendar import FIRST_DAY, Calendar
from lianqiao.engine.clock_bulk import day_table
from lianqiao.engine.office_hours import DEFAULT_HOURS
from lianqiao.engine.simulation.net import compiled
from lianqiao.engine.simulation.office_time import office_time, round_the_clock
from lianqiao.engine.simulation.running import Setting
from lianqiao.engine.simulation.scenario import Scenario, checked, teams, used_steps
from lianqiao.engine.simulation.tables import tables_of

# leave is taken in weeks; what is left over makes a shorter one
WEEK_DAYS = 5
WORKING_DAYS_A_YEAR = 250


def setting_of(scenario: Scenario, *, trace: bool = False) -> Setting:
    """Return the scenario made ready to run. Errors: Refusal, as told by `checked` and the calendar."""
    checked(scenario)
    net = compiled(scenario.mechanism)
    office = round_the_clock() if scenario.round_the_clock else office_time(scenario.calendar, scenario.hours)
    # the clocks of cases keep the engine's own hours, whatever hours the people are given here
    clock_table = day_table(scenario.calendar, DEFAULT_HOURS)
    found = teams(scenario.mechanism)
    team_of = {role: number for number, roles in enumerate(found.values()) for role in roles}
    end = _midnight(scenario.calendar, scenario.start, scenario.warm_up_days + scenario.days)
    tables = tables_of(
        net,
        scenario,
        office=office.table,
        clock_table=clock_table,
        team_of_role=tuple(team_of.get(role, -1) for role in net.roles),
        end=end,
        trace=trace,
    )
    used = {*used_steps(scenario)}
    roles = scenario.mechanism.roles
    return Setting(
        net=net,
        tables=tables,
        durations=tuple(scenario.duration_of(step) for step in net.steps),
        drawn=tuple(step in used for step in net.steps),
        sizes=tuple(scenario.staff[duty] for duty in found),
        pooled=tuple(
            scenario.assignment == "pool" or any(roles[name].kind == "leader" for name in names)
            for names in found.values()
        ),
        office=office,
        clock_table=clock_table,
        begin=_midnight(scenario.calendar, scenario.start, 0),
        measured_from=_midnight(scenario.calendar, scenario.start, scenario.warm_up_days),
        end=end,
    )


def absences_of(
    scenario: Scenario, setting: Setting, random: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Return everyone's leave as (person, from, until): those given and, drawn at random, the yearly ones."""
    duties = list(teams(scenario.mechanism))
    first = {duty: sum(setting.sizes[:number]) for number, duty in enumerate(duties)}
    given = [
        (
            first[absence.duty or duties[0]] + absence.person - 1,
            _day_second(absence.first),
            _day_second(absence.last) + DAY_S,
        )
        for absence in scenario.absences
    ]
    return [*given, *_yearly(scenario, setting, random)]


def _yearly(scenario: Scenario, setting: Setting, random: np.random.Generator) -> list[tuple[int, int, int]]:
    """Draw each person's weeks of leave; one week begins on any working day and never overlaps another."""
    if not scenario.leave_days:
        return []
    whole = scenario.warm_up_days + scenario.days
    owed = round(scenario.leave_days * whole / WORKING_DAYS_A_YEAR)
    table = setting.clock_table
    first = int(table.through[setting.begin // DAY_S - 1]) + 1
    weeks = -(-owed // WEEK_DAYS)
    absences = []
    for person in range(sum(setting.sizes)):
        slots = random.permutation(max(1, whole // WEEK_DAYS))[:weeks]
        left = owed
        for slot in sorted(slots.tolist()):
            span = min(WEEK_DAYS, left)
            left -= span
            begin = int(table.days[first + slot * WEEK_DAYS]) * DAY_S
            until = int(table.days[first + slot * WEEK_DAYS + span]) * DAY_S
            absences.append((person, begin, until))
    return absences


def _midnight(calendar: Calendar, start: date, working_days: int) -> int:
    """Return the midnight before the working day that many after the first from `start` on."""
    first = calendar.working_day_from(start)
    return _day_second(calendar.working_day(calendar.working_index(first) + working_days))


def _day_second(day: date) -> int:
    return (day - FIRST_DAY) // timedelta(days=1) * DAY_S
