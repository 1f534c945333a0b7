"""The clocks of simulated cases are those of the engine, at every awkward instant, in every unit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.clock import (
    ClockState,
    extend_clock,
    is_overdue,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from lianqiao.engine.mechanism import Extends, Mechanism
from lianqiao.engine.simulation import rows
from lianqiao.engine.simulation.clock_rows import change_clock
from lianqiao.engine.simulation.moments import can_extend
from lianqiao.engine.simulation.office_time import as_moment, as_second
from lianqiao.engine.simulation.setting import setting_of
from tests.engine.simulated import CALENDAR, promise, scenario

BUDGETS = {"3wd": "2wd", "12wh": "3wh", "24h": "10h", "10nd": "5nd", "1nm": "2nm"}
RECEIPTS = ("instant", "office-hours")
awkward = [0, 1, 32_400, 43_200, 43_201, 48_600, 63_000, 63_001, 86_399]
seconds = st.integers(0, 86_399) | st.sampled_from(awkward)
starts = st.builds(
    lambda day, second: (
        datetime.combine(date(2026, 1, 5) + timedelta(days=day), datetime.min.time(), BEIJING)
        + timedelta(seconds=second)
    ),
    st.integers(0, 300),
    seconds,
)
# after how many days and seconds the next act comes, and whether an extension is tried there
steps = st.lists(st.tuples(st.integers(0, 4), seconds | st.just(0), st.booleans()), min_size=1, max_size=6)


@cache
def tables(budget: str, receipt: str) -> tuple[list[int], int]:
    """Return the tables of a promise whose one clock has this budget, and its extension's variant."""
    base = promise("promise")
    clock = base.clocks["review"].model_copy(update={"budget": budget, "receipt": receipt, "law": None})
    extend = base.steps["extend"].model_copy(update={"extends": Extends(clock="review", by=BUDGETS[budget])})
    mechanism: Mechanism = base.model_copy(
        update={"clocks": {"review": clock}, "steps": {**base.steps, "extend": extend}}
    )
    setting = setting_of(scenario("promise", mechanism=mechanism))
    laid = setting.tables.tolist()
    number = setting.net.steps.index("extend")
    for at in range(laid[rows.LINKS], laid[rows.LISTS], rows.LINK_ROW):
        if laid[at + rows.STEP] == number:
            return laid, laid[at + rows.ACTS]
    raise AssertionError("no link extends the clock")


def world() -> list[int]:
    laid = [0] * (rows.WORLD + rows.RUN)
    laid[rows.RUNS] = rows.WORLD
    laid[rows.WORLD + rows.RESUMED] = -1
    return laid


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(BUDGETS)), st.sampled_from(RECEIPTS), starts, steps)
def test_due_times_agree(budget: str, receipt: str, start: datetime, acts: list[Any]) -> None:
    laid, extension = tables(budget, receipt)
    here, ahead, log = world(), [0] * 100, [1] + [0] * 1000
    at = start
    clock = start_clock(budget, at, CALENDAR, receipt=receipt)
    change_clock(laid, here, ahead, log, rows.START, 0, 0, as_second(at))
    agree(clock, here)
    paused = False
    for days, second, extends in acts:
        at += timedelta(days=days, seconds=second)
        t = as_second(at)
        if extends and can_extend(laid, here, 0, extension, t):
            clock = extend_clock(clock, BUDGETS[budget], at, CALENDAR)
            change_clock(laid, here, ahead, log, rows.EXTEND, 0, laid[extension + 3], t)
        elif paused:
            clock = resume_clock(clock, at, CALENDAR)
            change_clock(laid, here, ahead, log, rows.RESUME, 0, 0, t)
            paused = False
        else:
            clock = pause_clock(clock, at, CALENDAR)
            change_clock(laid, here, ahead, log, rows.PAUSE, 0, 0, t)
            paused = True
        agree(clock, here)
    at += timedelta(days=1)
    broken = is_overdue(clock, at)
    change_clock(laid, here, ahead, log, rows.STOP, 0, 0, as_second(at))
    assert stop_clock(clock, at).state == "stopped"
    assert log[1:7][5] == (rows.BROKEN if broken else rows.KEPT)


def agree(clock: ClockState, here: list[int]) -> None:
    state = here[rows.WORLD + rows.STATE]
    assert clock.state == ("paused" if state == rows.PAUSED else "running")
    if state == rows.RUNNING:
        assert as_moment(here[rows.WORLD + rows.CLOCK_DUE]).isoformat() == clock.due


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_pause_at_the_instant_of_expiry_is_in_time_and_a_second_later_is_not(budget: str) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=BEIJING)
    due = start_clock(budget, start, CALENDAR).due_at
    assert due is not None
    laid, _ = tables(budget, "instant")
    for late_s, state in ((0, rows.PAUSED), (1, rows.RUNNING)):
        here, ahead, log = world(), [0] * 10, [1] + [0] * 100
        change_clock(laid, here, ahead, log, rows.START, 0, 0, as_second(start))
        change_clock(laid, here, ahead, log, rows.PAUSE, 0, 0, as_second(due) + late_s)
        assert here[rows.WORLD + rows.STATE] == state
