"""The simulation against queueing theory: what has a closed form comes out as the closed form says."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lianqiao.engine.simulation import Arrivals, Duration, Estimate, Findings, simulate
from tests.engine.simulated import scenario

REPLICATIONS = 40


def at_the_counter(people: int, a_hour: float, service: str, **changes: Any) -> Findings:
    """Return a year of a counter that never shuts, everyone taking from one list, in the order of arrival."""
    asked = {
        "staff": {"clerk": people},
        "arrivals": Arrivals.parse(f"{a_hour}/h"),
        "handling": {"serve": Duration.parse(service)},
        "round_the_clock": True,
        "assignment": "pool",
        "order": "arrival",
        "days": 250,
        "warm_up_days": 20,
    }
    return simulate(scenario("counter", **{**asked, **changes}), replications=REPLICATIONS, form="compiled")


def erlang_c(people: int, load: float) -> float:
    """Return the chance of having to wait in M/M/c."""
    last = load**people / math.factorial(people) * people / (people - load)
    return last / (sum(load**n / math.factorial(n) for n in range(people)) + last)


def within(estimate: Estimate, truth: float) -> bool:
    """True where the truth lies in the interval, half as wide again: it misses one time in three hundred."""
    assert estimate.mean is not None
    assert estimate.low is not None
    assert estimate.high is not None
    half = 1.5 * (estimate.high - estimate.low) / 2
    return abs(estimate.mean - truth) <= half < 0.06 * truth


@pytest.mark.parametrize(("people", "a_hour", "days"), [(1, 1.4, 250), (3, 4.8, 120), (16, 28.0, 60)])
def test_mean_wait_of_m_m_c(people: int, a_hour: float, days: int) -> None:
    mean_h = 0.5
    load = a_hour * mean_h
    found = at_the_counter(people, a_hour, f"exponential:{mean_h}", days=days)
    wait_h = erlang_c(people, load) * mean_h / (people - load)
    queue = found.queues["waiting"]
    assert within(queue.wait_h, wait_h)
    assert within(queue.length, a_hour * wait_h)  # Little's law
    assert within(found.desks["clerk"].utilisation, load / people)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.5])
def test_mean_wait_of_m_g_1(spread: float) -> None:
    """Pollaczek–Khinchine."""
    mean_h, a_hour = 0.5, 1.4
    service = f"lognormal:{mean_h},{spread}" if spread else f"fixed:{mean_h}"
    found = at_the_counter(1, a_hour, service)
    load = a_hour * mean_h
    wait_h = load * mean_h * (1 + spread**2) / (2 * (1 - load))
    assert within(found.queues["waiting"].wait_h, wait_h)


def test_the_order_changes_who_waits_not_how_long_on_average() -> None:
    """Conservation: an order that knows nothing of the work leaves the mean wait as it was."""
    found = at_the_counter(1, 1.4, "exponential:0.5", order="due")
    assert within(found.queues["waiting"].wait_h, 0.7 * 0.5 / 0.3)


def test_a_list_each_is_slower_than_one_for_all() -> None:
    """Lightest load joins the shortest list; one list for all is never slower."""
    pooled = at_the_counter(4, 6.8, "exponential:0.5", days=60).queues["waiting"].wait_h
    own = at_the_counter(4, 6.8, "exponential:0.5", assignment="lightest", days=60).queues["waiting"].wait_h
    assert pooled.high is not None
    assert own.low is not None
    assert own.low > pooled.high


def test_work_stands_still_while_the_office_is_shut() -> None:
    """Seven office hours a day are all there is: 56 cases of six minutes keep one person busy four fifths."""
    asked = scenario(
        "counter",
        staff={"clerk": 1},
        arrivals=Arrivals.parse("56/wd"),
        handling={"serve": Duration.parse("exponential:0.1")},
        order="arrival",
        assignment="pool",
        days=250,
        warm_up_days=20,
    )
    found = simulate(asked, replications=REPLICATIONS, form="compiled")
    # in office time it is M/M/1 with 8 an hour arriving and 10 an hour served
    assert within(found.queues["waiting"].wait_h, 0.8 / (10 - 8))
    assert within(found.desks["clerk"].utilisation, 0.8)
