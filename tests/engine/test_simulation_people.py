"""Who works when in the simulation: hours, leave, whose turn it is, what is taken up first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from lianqiao.engine.beijing import DAY_S
from lianqiao.engine.simulation import (
    Absence,
    Duration,
    staff_for,
    traced,
)
from lianqiao.engine.simulation.office_time import as_moment
from lianqiao.engine.simulation.setting import absences_of, setting_of
from tests.engine.simulated import listed, promise, scenario


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
