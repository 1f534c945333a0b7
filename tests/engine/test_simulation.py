"""The simulation as it is asked: what it tells, what it refuses, and that it can be repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.errors import Refusal
from lianqiao.engine.simulation import (
    Absence,
    Arrivals,
    Duration,
    people_needed,
    simulate,
    teams,
)
from lianqiao.engine.simulation.answering import traced as _traced
from lianqiao.engine.simulation.findings import estimate
from lianqiao.engine.simulation.office_time import as_moment
from lianqiao.engine.simulation.running import replicate
from lianqiao.engine.simulation.setting import absences_of, setting_of
from tests.engine.simulated import listed, promise, scenario


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
