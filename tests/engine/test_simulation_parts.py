"""The parts of the simulation: office time, what is drawn, the tables a promise becomes."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.engine.beijing import BEIJING, DAY_S
from lianqiao.engine.errors import Refusal
from lianqiao.engine.office_hours import OfficeHours, instant_when, worked_seconds
from lianqiao.engine.simulation import (
    Arrivals,
    Duration,
    simulate,
    traced,
)
from lianqiao.engine.simulation.chances import returns
from lianqiao.engine.simulation.net import compiled
from lianqiao.engine.simulation.office_time import as_moment, as_second, office_time
from lianqiao.engine.simulation.setting import setting_of
from tests.engine.simulated import CALENDAR, promise, scenario

moments = st.datetimes(
    datetime.fromisoformat("2019-01-01"), datetime.fromisoformat("2026-12-01"), timezones=st.just(BEIJING)
)
hours = st.sampled_from(["09:00-12:00 13:30-17:30", "00:00-23:59", "08:30-11:45"])


# ---- time ----------------------------------------------------------------------------------------------


@given(moments, hours)
def test_office_time_is_that_of_the_engine(at: datetime, text: str) -> None:
    at = at.replace(microsecond=0)
    kept = OfficeHours.parse(text)
    office = office_time(CALENDAR, kept)
    second = as_second(at)
    assert as_moment(second) == at
    assert office.worked(second) == worked_seconds(CALENDAR, kept, at)
    assert office.worked_column(np.array([second]))[0] == office.worked(second)
    worked = office.worked(second) + 1
    assert as_moment(office.instant(worked)) == instant_when(CALENDAR, kept, worked)


# ---- what is drawn ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mean_h", "spread"),
    [
        ("fixed:2", 2, 0),
        ("2.5", 2.5, 0),
        ("exponential:3", 3, 1),
        ("exp:3", 3, 1),
        ("lognormal:4,0.5", 4, 0.5),
    ],
)
def test_durations_have_the_mean_and_spread_they_name(text: str, mean_h: float, spread: float) -> None:
    drawn = Duration.parse(text).draw(np.random.default_rng(1), 200_000) / 3600
    assert drawn.mean() == pytest.approx(mean_h, rel=0.02)
    assert drawn.std() / drawn.mean() == pytest.approx(spread, abs=0.03)


def test_measured_durations_are_drawn_again() -> None:
    measured = Duration.observed([60, 120, 180])
    assert set(measured.draw(np.random.default_rng(1), 1000).tolist()) == {60, 120, 180}
    assert "3 measured" in str(measured)


@pytest.mark.parametrize(
    "text", ["", "lognormal:4", "fixed:-1", "fixed:0", "gamma:1,2", "fixed:x", "exp:1e9"]
)
def test_durations_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        Duration.parse(text, place="--handling pass")
    assert refused.value.code == "duration-malformed"
    assert refused.value.problems[0].place == "--handling pass"


@pytest.mark.parametrize("text", ["80", "0/wd", "80/week", "many/wd"])
def test_arrivals_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="number of cases a day"):
        Arrivals.parse(text)


def test_cases_a_working_day_come_in_office_hours_of_working_days() -> None:
    setting = setting_of(scenario("counter", start=date(2026, 1, 26)))
    came = Arrivals.parse("200/wd").draw(np.random.default_rng(1), setting.begin, setting.end, setting.office)
    assert len(came) == pytest.approx(200 * 30, rel=0.05)
    assert (np.diff(came) >= 0).all()
    work_s = setting.office.worked_column(came)
    assert (setting.office.worked_column(came + 1) == work_s + 1).all()
    # a make-up Saturday is worked, the festival is not
    days = {as_moment(second).date() for second in came.tolist()}
    assert date(2026, 2, 14) in days
    assert date(2026, 2, 17) not in days


def test_cases_an_hour_come_day_and_night() -> None:
    setting = setting_of(scenario("counter"))
    came = Arrivals.parse("10/h").draw(np.random.default_rng(1), setting.begin, setting.end, setting.office)
    assert len(came) == pytest.approx(10 * (setting.end - setting.begin) / 3600, rel=0.05)
    assert (came % DAY_S < 6 * 3600).any()


def test_observed_days_come_again() -> None:
    setting = setting_of(scenario("counter"))
    monday = as_second(datetime(2025, 11, 3, tzinfo=BEIJING)) // DAY_S
    seen = np.array([monday * DAY_S + 36_000, monday * DAY_S + 40_000, (monday + 1) * DAY_S + 50_000])
    arrivals = Arrivals.observed(seen, np.array([monday, monday + 1]))
    came = arrivals.draw(np.random.default_rng(1), setting.begin, setting.end, setting.office)
    assert set((came % DAY_S).tolist()) == {36_000, 40_000, 50_000}
    assert len(came) == pytest.approx(1.5 * 30, abs=8)
    assert "1.5/wd" in str(arrivals)


def test_too_many_cases_are_refused_not_endured() -> None:
    with pytest.raises(Refusal, match="cases would come"):
        simulate(scenario("counter", arrivals=Arrivals.parse("999999/h")), replications=1)


# ---- the tables --------------------------------------------------------------------------------------


def test_a_promise_without_branches_needs_one_slot_a_case() -> None:
    assert set(compiled(promise("microdrama-filing")).slots) == {0}
    joint = compiled(promise("joint"))
    assert joint.slots[joint.places.index("fire")] != joint.slots[joint.places.index("water")]


def test_a_join_is_worked_on_once() -> None:
    net = compiled(promise("joint"))
    hosts = {
        net.places[place]
        for options in net.options
        for place, steps in options.items()
        if net.steps.index("join") in steps
    }
    assert hosts == {"fire_done"}


def test_which_steps_send_a_case_back() -> None:
    filing = promise("microdrama-filing")
    back = {
        name for name in filing.steps for place in filing.steps[name].from_ if returns(filing, name, place)
    }
    assert back == {
        "return_incorrect",
        "return_incomplete",
        "return_film_incorrect",
        "return_film_incomplete",
    }


def test_shares_are_what_happens() -> None:
    shares = {"return_incomplete": 0.3, "return_incorrect": 0.1, "refuse_review": 0.05}
    setting, history = traced(
        scenario(
            "microdrama-filing",
            shares=shares,
            arrivals=Arrivals.parse("60/wd"),
            assumed_handling=Duration("fixed", 0.02),
        )
    )
    counts = np.bincount(history.acts[:, 2], minlength=len(setting.net.steps))
    taken = dict(zip(setting.net.steps, counts.tolist(), strict=True))
    filed = taken["file"]
    # asked again after each return: incomplete at most once a case, incorrect again and again
    assert taken["return_incomplete"] / filed == pytest.approx(0.3 / 0.9, rel=0.1)
    assert taken["refuse_review"] / (taken["refuse_review"] + taken["pass_review"]) == pytest.approx(
        0.075, rel=0.3
    )
    assert taken["withdraw"] == 0
