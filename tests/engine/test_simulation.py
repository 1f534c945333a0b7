"""The parts of the simulation: what is asked, who works when, what is told, and that it can be repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.beijing import BEIJING, DAY_S
from lianqiao.engine.errors import Refusal
from lianqiao.engine.office_hours import OfficeHours, instant_when, worked_seconds
from lianqiao.engine.simulation import (
    Absence,
    Arrivals,
    Duration,
    people_needed,
    simulate,
    staff_for,
    teams,
    traced,
)
from lianqiao.engine.simulation.answering import traced as _traced
from lianqiao.engine.simulation.chances import returns
from lianqiao.engine.simulation.findings import estimate
from lianqiao.engine.simulation.net import compiled
from lianqiao.engine.simulation.office_time import as_moment, as_second, office_time
from lianqiao.engine.simulation.running import replicate
from lianqiao.engine.simulation.setting import absences_of, setting_of
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


# ---- people -----------------------------------------------------------------------------------------


def listed(*texts: str) -> Arrivals:
    return Arrivals.listed(
        [as_second(datetime.fromisoformat(text).replace(tzinfo=BEIJING)) for text in texts]
    )


def stints(**changes: Any) -> list[tuple[str, str, int]]:
    """Return begin, end and person of each stint at the counter, by begin."""
    one_hour = {"serve": Duration("fixed", 1.0)}
    _, history = traced(scenario("counter", **{"handling": one_hour, "staff": {"clerk": 2}, **changes}))
    done = history.stints[history.stints[:, 2] >= 0]
    rows_by_begin = sorted(done.tolist(), key=lambda row: (row[2], row[4]))
    return [
        (f"{as_moment(r[2]):%m-%d %H:%M}", f"{as_moment(r[3]):%m-%d %H:%M}", r[4] + 1) for r in rows_by_begin
    ]


def test_work_pauses_at_noon_and_overnight() -> None:
    assert stints(arrivals=listed("2026-01-05 11:30", "2026-01-05 17:00")) == [
        ("01-05 11:30", "01-05 14:00", 1),
        ("01-05 17:00", "01-06 09:30", 1),
    ]


def test_cases_go_to_whom_has_fewest_open() -> None:
    came = listed("2026-01-05 09:00", "2026-01-05 09:01", "2026-01-05 10:01", "2026-01-05 10:02")
    assert [person for _, _, person in stints(arrivals=came)] == [1, 2, 1, 2]
    # the second is not done yet when the third comes: its owner has one open case, the first has none
    came = listed("2026-01-05 09:00", "2026-01-05 09:30", "2026-01-05 10:10")
    assert [person for _, _, person in stints(arrivals=came)] == [1, 2, 1]


def test_nothing_begins_before_the_office_opens() -> None:
    assert stints(arrivals=listed("2026-01-05 22:00", "2026-01-06 03:00", "2026-01-06 03:00")) == [
        ("01-06 09:00", "01-06 10:00", 1),
        ("01-06 09:00", "01-06 10:00", 2),
        ("01-06 10:00", "01-06 11:00", 1),
    ]


def test_while_a_is_away_b_does_the_work_and_gives_it_back() -> None:
    away = (Absence(1, date(2026, 1, 6), date(2026, 1, 6)),)
    came = listed(
        "2026-01-05 17:00",
        "2026-01-05 17:01",
        "2026-01-06 08:00",
        "2026-01-06 16:00",
        "2026-01-06 17:20",
        "2026-01-06 17:25",
    )
    done = stints(arrivals=came, absences=away)
    assert done[0] == ("01-05 17:00", "01-06 00:00", 1)  # laid aside when the day of leave begins
    assert all(person == 2 for begin, _, person in done if begin.startswith("01-06"))
    # back again, A begins what waits on A's own list
    assert any(begin == "01-07 09:00" and person == 1 for begin, _, person in done)
    # the half hour A had done is not done again
    assert ("01-06 09:31", "01-06 10:01", 2) in done


def test_if_everybody_is_away_the_work_waits() -> None:
    away = tuple(Absence(person, date(2026, 1, 6), date(2026, 1, 7)) for person in (1, 2))
    assert stints(arrivals=listed("2026-01-06 10:00"), absences=away) == [("01-08 09:00", "01-08 10:00", 1)]


def test_what_is_due_first_is_taken_up_first() -> None:
    """A case sent back and corrected keeps its due time: it passes those that came after it."""
    mechanism = promise("promise")
    asked = scenario(
        "promise",
        staff=staff_for(mechanism, 1),
        arrivals=listed("2026-01-05 09:00", *[f"2026-01-06 09:{n:02}" for n in range(10)]),
        handling={"return": Duration("fixed", 0.5), "pass": Duration("fixed", 3.0)},
        reactions={"correct": Duration("fixed", 24.0)},
        return_share=0.5,
    )
    for seed in range(1, 40):
        setting, history = traced(replace(asked, seed=seed))
        first = [row for row in history.acts.tolist() if row[1] == 0]
        if [setting.net.steps[row[2]] for row in first] == ["file", "return", "correct", "pass"]:
            break
    came_back = first[2][0]
    mine = next(row for row in history.stints.tolist() if row[0] == 0 and row[1] == came_back)
    busy_until = min(row[3] for row in history.stints.tolist() if row[3] > came_back)
    assert mine[2] <= max(came_back, busy_until)


def test_leave_days_are_the_days_owed() -> None:
    asked = scenario("counter", leave_days=15, days=250, staff={"clerk": 4})
    setting = setting_of(asked)
    absences = absences_of(asked, setting, np.random.default_rng(1))
    through = setting.clock_table.through
    for person in range(4):
        mine = [(since, until) for who, since, until in absences if who == person]
        days = sum(int(through[until // DAY_S - 1] - through[since // DAY_S - 1]) for since, until in mine)
        assert days == 15
        spans = sorted(mine)
        assert all(early[1] <= late[0] for early, late in pairwise(spans))


# ---- answers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["promise", "inspection", "joint", "gathered", "microdrama-filing"])
def test_both_forms_give_the_same_history(name: str) -> None:
    asked = scenario(name, leave_days=25, return_share=0.4)
    setting = setting_of(asked, trace=True)
    histories = []
    for form in ("plain", "compiled"):
        random = np.random.default_rng(5)
        came = asked.arrivals.draw(random, setting.begin, setting.end, setting.office)
        absences = absences_of(asked, setting, random)
        histories.append(replicate(setting, came, absences, random, form=form))  # type: ignore[arg-type]
    plain, machine = histories
    for part in ("arrivals", "closed", "runs", "stints", "acts"):
        assert np.array_equal(getattr(plain, part), getattr(machine, part)), part
    assert len(plain.acts)


def test_room_is_made_when_it_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from lianqiao.engine.simulation import running

    asked = scenario("microdrama-filing")
    whole = _traced(asked)[1]
    monkeypatch.setattr(running, "LINES_A_CASE", 0)
    assert np.array_equal(_traced(asked)[1].acts, whole.acts)


def test_the_same_question_has_the_same_answer() -> None:
    asked = scenario("promise")
    assert simulate(asked, replications=2) == simulate(asked, replications=2)
    assert simulate(asked, replications=2) != simulate(replace(asked, seed=2), replications=2)


def test_who_comes_does_not_depend_on_who_serves() -> None:
    few, many = (_traced(scenario("promise", staff={"reviewing": n}))[1] for n in (2, 9))
    assert np.array_equal(few.arrivals, many.arrivals)


def test_more_people_keep_more_promises() -> None:
    asked = scenario(
        "promise", arrivals=Arrivals.parse("30/wd"), assumed_handling=Duration("exponential", 1.0)
    )
    kept = []
    for people in (4, 6, 9):
        found = simulate(replace(asked, staff={"reviewing": people}), replications=4)
        assert found.promises["review"].kept.mean is not None
        kept.append(found.promises["review"].kept.mean)
    assert kept[0] < kept[1] <= kept[2]


def test_how_many_people_it_takes() -> None:
    asked = scenario(
        "promise", arrivals=Arrivals.parse("30/wd"), assumed_handling=Duration("exponential", 1.0)
    )
    needed = people_needed(asked, 0.99, replications=4)
    assert needed.people is not None
    assert (needed.tried[needed.people].worst.low or 0) >= 0.99
    assert (needed.tried[needed.people - 1].worst.low or 0) < 0.99
    assert needed.to_dict()["tried"][str(needed.people)]["replications"] == 4


def test_what_cannot_be_is_told_at_once() -> None:
    wrong = scenario(
        "promise",
        staff={"nobody": 0},
        handling={"pas": Duration("fixed", 1.0), "correct": Duration("fixed", 1.0)},
        reactions={"pass": Duration("fixed", 1.0)},
        shares={"return": 1.5},
        days=0,
        absences=(Absence(9, date(2026, 1, 5), date(2026, 1, 6)),),
    )
    with pytest.raises(Refusal) as refused:
        simulate(wrong)
    assert {problem.code for problem in refused.value.problems} == {
        "unknown-step",
        "step-other-kind",
        "unknown-duty",
        "staff-missing",
        "share-malformed",
        "days-malformed",
        "person-unknown",
    }
    assert all(problem.hint for problem in refused.value.problems)


@pytest.mark.parametrize("replications", [0, 1001])
def test_replications_within_reason(replications: int) -> None:
    with pytest.raises(Refusal, match="replications"):
        simulate(scenario("promise"), replications=replications)


@pytest.mark.parametrize(("target", "duty"), [(0.0, ""), (1.5, ""), (0.9, "nobody")])
def test_targets_within_reason(target: float, duty: str) -> None:
    with pytest.raises(Refusal):
        people_needed(scenario("promise"), target, duty=duty, replications=1)


def test_who_is_needed() -> None:
    assert teams(promise("joint")) == {
        "drama-steward": ("fire",),
        "window-clerk": ("water",),
        "drama-leader": ("leader",),
    }
    # leaders only extend here, and nobody waits for them
    assert teams(promise("microdrama-filing")) == {"drama-steward": ("steward",)}


def test_intervals() -> None:
    told = estimate([1.0, 2.0, 3.0, float("nan")])
    assert told.mean == 2.0
    assert told.high == pytest.approx(2 + 4.303 / 3**0.5, abs=1e-3)
    assert estimate([]).mean is None
    assert estimate([5.0]).low is None
    many = estimate([float(n % 2) for n in range(1000)])
    assert many.high == pytest.approx(0.5 + 1.9623 * 0.50025 / 1000**0.5, abs=1e-4)


def test_an_overdue_case_still_open_at_the_end_counts_as_broken() -> None:
    asked = scenario("counter", arrivals=listed("2026-01-05 10:00"), staff={"clerk": 1}, days=5)
    away = (Absence(1, date(2026, 1, 5), date(2026, 3, 5)),)
    found = simulate(replace(asked, absences=away), replications=1)
    assert found.promises["serve"].broken_count == 1
    assert found.promises["serve"].kept.mean == 0.0
    assert found.queues["waiting"].length.mean == pytest.approx(1 - 1 / 35, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 500))
def test_people_do_one_thing_at_a_time(seed: int) -> None:
    _, history = _traced(scenario("joint", seed=seed, leave_days=40))
    done = history.stints[history.stints[:, 2] >= 0]
    for person in np.unique(done[:, 4]).tolist():
        mine = done[done[:, 4] == person]
        mine = mine[np.argsort(mine[:, 2], kind="stable")]
        assert (mine[1:, 2] >= mine[:-1, 3]).all()


def test_calendar_days_reach_beyond_the_year() -> None:
    setting = setting_of(scenario("counter", days=500))
    assert as_moment(setting.end) - as_moment(setting.begin) > timedelta(days=700)
