"""A scenario learnt from a log gives the log's own figures again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lianqiao.engine.clock_bulk import day_table
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mining import EventLog, LogBuilder
from lianqiao.engine.mining.time_reading import as_second as as_log_second
from lianqiao.engine.simulation import Arrivals, Duration, Scenario, simulate, traced
from lianqiao.engine.simulation.learning import learnt
from lianqiao.engine.simulation.office_time import as_moment
from tests.engine.simulated import CALENDAR, promise, scenario

TABLE = day_table(CALENDAR)


def real() -> Scenario:
    return scenario(
        "promise",
        staff={"reviewing": 3},
        arrivals=Arrivals.parse("12/wd"),
        handling={"pass": Duration.parse("fixed:0.8"), "return": Duration.parse("fixed:0.5")},
        reactions={"correct": Duration.parse("exponential:20")},
        shares={"return": 0.25},
        days=200,
        start=date(2025, 3, 3),
    )


def log_of(asked: Scenario, *, people: bool = True) -> EventLog:
    """Return the log an office would have kept of the simulated year."""
    setting, history = traced(asked)
    places = len(setting.net.places)
    doer = {(row[0] // places, row[3]): str(row[4]) for row in history.stints.tolist()}
    builder = LogBuilder()
    for second, case, step in history.acts.tolist():
        person = doer.get((case, second), "") if people else ""
        builder.add(str(case), setting.net.steps[step], as_log_second(as_moment(second)), person)
    return builder.log()


def test_what_is_learnt_is_what_was() -> None:
    asked = real()
    found = learnt(log_of(asked), asked.mechanism, TABLE)
    assert found.handling["pass"].mean_h == pytest.approx(0.8, rel=0.05)
    assert found.handling["return"].mean_h == pytest.approx(0.5, rel=0.05)
    assert found.reactions["correct"].mean_h == pytest.approx(20, rel=0.1)
    assert found.shares["return"] == pytest.approx(0.25, abs=0.02)
    assert found.shares["withdraw"] == 0
    assert found.ignored == ()


def test_what_was_learnt_simulates_to_the_same_queue() -> None:
    asked = real()
    found = learnt(log_of(asked), asked.mechanism, TABLE)
    again = found.applied(replace(asked, handling={}, reactions={}, shares={}))
    truth, learned = (simulate(one, replications=4) for one in (asked, again))
    for told in (truth, learned):
        assert told.desks["reviewing"].utilisation.mean == pytest.approx(0.55, abs=0.06)
    assert learned.queues["review"].works_a_day.mean == pytest.approx(
        truth.queues["review"].works_a_day.mean, rel=0.1
    )


def test_without_people_the_wait_counts_as_work() -> None:
    asked = real()
    found = learnt(log_of(asked, people=False), asked.mechanism, TABLE)
    assert found.handling["pass"].mean_h > 0.85


def test_what_was_typed_in_goes_first() -> None:
    asked = real()
    found = learnt(log_of(asked), asked.mechanism, TABLE).applied(asked)
    assert found.handling["pass"] == asked.handling["pass"]
    assert found.arrivals.kind == "observed"


def test_a_log_of_something_else_is_refused() -> None:
    builder = LogBuilder()
    builder.add("1", "Create Fine", 1_700_000_000)
    with pytest.raises(Refusal, match="no case of the log begins"):
        learnt(builder.log(), promise("promise"), TABLE)
