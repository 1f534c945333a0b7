"""The promise ruler: what is laid out, and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.bridge.ruler import Cell, Ruler, ruler
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar, Closure
from lianqiao.engine.clock import Pause, reckon

CALENDAR = Calendar.latest()
NOTICE = "国办发明电〔2025〕7号"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[misc, arg-type]


ACCEPTED = at(2026, 2, 11, 10)


def lay(start: datetime, budget: str, *, now: datetime, law: str = "", **more: Any) -> Ruler:
    """Lay out a clock; `pauses` and `receipt` go to the reckoning, the rest to the ruler."""
    history = {key: more.pop(key) for key in ("pauses", "receipt") if key in more}
    calendar = more.pop("calendar", CALENDAR)
    beside = reckon(start, law, calendar=calendar, **history) if law else None
    promised = reckon(start, budget, calendar=calendar, **history)
    return ruler(promised, calendar=calendar, now=now, law=beside, **more)


def on(made: Ruler, *day: int) -> Cell:
    return next(cell for cell in made.cells if cell.day <= date(*day) <= cell.until)


def test_the_make_up_saturday_is_worked_counted_and_due() -> None:
    made = lay(ACCEPTED, "3wd", now=at(2026, 2, 12, 15), law="20wd")
    assert [(cell.look, cell.number) for cell in made.cells[:4]] == [
        ("start", None),
        ("counted", 1),
        ("counted", 2),
        ("make_up", 3),
    ]
    saturday = on(made, 2026, 2, 14)
    assert (saturday.badge, saturday.marks, saturday.name, saturday.notice) == (
        "work",
        ("due",),
        "春节",
        NOTICE,
    )
    assert [(reason.because, reason.notice) for reason in made.reasons] == [
        ("start", ""),
        ("ordinary", ""),
        ("make_up", NOTICE),
    ]


def test_today_the_due_day_and_the_laws_own_are_marked() -> None:
    made = lay(ACCEPTED, "3wd", now=at(2026, 2, 12, 15), law="20wd")
    marks = {mark: cell.day for cell in made.cells for mark in cell.marks}
    assert marks == {"today": date(2026, 2, 12), "due": date(2026, 2, 14), "law": date(2026, 3, 17)}
    assert [cell.past for cell in made.cells[:3]] == [True, False, False]


def test_weeks_beyond_the_promise_fold_but_never_the_days_that_matter() -> None:
    made = lay(ACCEPTED, "3wd", now=at(2026, 2, 12, 15), law="20wd")
    (folded,) = (cell for cell in made.cells if cell.folded)
    assert (folded.day, folded.until, folded.length_days) == (date(2026, 2, 16), date(2026, 3, 15), 28)
    assert made.size == "short"


def test_twenty_days_are_shown_day_by_day_with_the_holiday_named() -> None:
    made = lay(ACCEPTED, "20wd", now=at(2026, 2, 12, 15))
    assert not any(cell.folded for cell in made.cells)
    assert {cell.name for cell in made.cells if cell.look == "holiday"} == {"春节"}
    holiday = next(reason for reason in made.reasons if reason.because == "holiday")
    assert (holiday.first, holiday.last, holiday.length_days) == (date(2026, 2, 15), date(2026, 2, 23), 9)


def test_a_long_clock_folds_plain_weeks_and_says_which_days_they_hold() -> None:
    made = lay(ACCEPTED, "60wd", now=at(2026, 2, 12, 9))
    folded = [cell for cell in made.cells if cell.folded]
    assert [(cell.number, cell.last_number) for cell in folded] == [(9, 28), (38, 47)]
    assert all(cell.day.isoweekday() == 1 and cell.until.isoweekday() == 7 for cell in folded)


def test_a_pause_hatches_its_days_and_a_standing_one_runs_to_today() -> None:
    made = lay(
        at(2026, 3, 2, 10), "5wd", now=at(2026, 3, 10, 15), pauses=[Pause(at(2026, 3, 4, 9))], law="20wd"
    )
    assert made.due_date is None
    assert made.remaining == "3wd"
    assert made.cells[-1].marks == ("today",)
    assert on(made, 2026, 3, 9).look == "paused"
    assert on(made, 2026, 3, 7).look == "weekend"


def test_received_after_hours_counts_from_the_next_opening() -> None:
    made = lay(at(2026, 2, 11, 19, 30), "5wd", now=at(2026, 2, 12, 9), receipt="office-hours")
    assert [cell.look for cell in made.cells[:3]] == ["received", "start", "counted"]


def test_an_overdue_clock_shows_every_day_over() -> None:
    made = lay(at(2026, 3, 2, 10), "3wd", now=at(2026, 3, 11, 15), law="10wd")
    assert made.late
    assert [cell.note for cell in made.cells if cell.day > date(2026, 3, 5)][:6] == ["late"] * 6
    assert on(made, 2026, 3, 12).note == "after"


def test_a_stopped_clock_marks_the_day_and_owes_nothing_after() -> None:
    made = lay(at(2026, 3, 2, 10), "5wd", now=at(2026, 5, 20, 15), stopped_at=at(2026, 3, 5, 11, 20))
    assert not made.late
    assert on(made, 2026, 3, 5).marks == ("stopped",)
    assert made.cells[-1].day == date(2026, 3, 9)


def test_days_of_an_unpublished_year_are_provisional() -> None:
    made = lay(at(2026, 12, 28, 10), "7wd", now=at(2026, 12, 29, 9))
    assert made.provisional
    assert [cell.provisional for cell in made.cells if cell.day.year == 2027] == [True] * 7
    assert "provisional" in made.kinds


def test_a_closure_of_the_zone_names_its_order() -> None:
    shut = Calendar.latest([Closure(date(2026, 3, 5), "赣新办〔2026〕12号", "供电检修")])
    made = lay(at(2026, 3, 2, 10), "3wd", now=at(2026, 3, 3, 9), calendar=shut)
    closed = next(reason for reason in made.reasons if reason.because == "closure")
    assert (closed.name, closed.notice) == ("供电检修", "赣新办〔2026〕12号")
    assert made.due_date == date(2026, 3, 6)


def test_natural_days_count_holidays_without_naming_them() -> None:
    made = lay(at(2026, 2, 1, 10), "16nd", now=at(2026, 2, 9, 9))
    assert on(made, 2026, 2, 15).look == "counted"
    assert on(made, 2026, 2, 18).note == "rolled"


def test_two_hours_are_two_blocks_with_now_in_the_second() -> None:
    made = lay(ACCEPTED, "2h", now=at(2026, 2, 11, 11, 20))
    assert made.cells == ()
    assert [(hour.number, hour.marks, hour.now_percent) for hour in made.hours] == [
        (1, (), None),
        (2, ("due", "today"), 33),
    ]


def test_working_hours_stand_still_at_night_at_lunch_and_in_a_pause() -> None:
    made = lay(
        at(2026, 2, 11, 16),
        "5wh",
        now=at(2026, 2, 12, 15),
        pauses=[Pause(at(2026, 2, 12, 9, 30), at(2026, 2, 12, 10))],
    )
    assert [hour.note for hour in made.hours if hour.note != "counted"] == [
        "closed",
        "paused",
        "closed",
        "late",
    ]
    assert [hour.number for hour in made.hours if hour.number] == [1, 2, 3, 4, 5]
    assert made.late


def test_many_hours_are_shown_as_days_with_what_each_used() -> None:
    made = lay(ACCEPTED, "48wh", now=at(2026, 2, 12, 15))
    assert made.hours == ()
    assert on(made, 2026, 2, 11).spent == "6wh"
    assert made.reasons[0].spent == "6wh"


_HISTORIES = st.fixed_dictionaries(
    {
        "start_minute": st.integers(0, 11 * 365 * 24 * 60),
        "amount": st.integers(1, 120),
        "unit": st.sampled_from(["wd", "nd", "wh", "h"]),
        "law": st.integers(0, 120),
        "later_minutes": st.integers(0, 400 * 24 * 60),
        "pause": st.one_of(st.none(), st.tuples(st.integers(0, 30), st.integers(1, 60))),
        "stopped": st.booleans(),
    }
)


@given(_HISTORIES)
def test_nothing_is_lost_or_shown_twice(history: dict[str, Any]) -> None:
    begun = at(2015, 6, 1) + timedelta(minutes=history["start_minute"])
    now = begun + timedelta(minutes=history["later_minutes"])
    amount, law, pause = history["amount"], history["law"], history["pause"]
    pauses = []
    if pause is not None:
        off = begun + timedelta(days=pause[0])
        pauses = [Pause(off, off + timedelta(days=pause[1]))]
    made = lay(
        begun,
        f"{amount}{history['unit']}",
        now=now,
        law=f"{law}wd" if law else "",
        pauses=pauses,
        stopped_at=now if history["stopped"] else None,
    )
    assert bool(made.cells) != bool(made.hours)
    for before, after in pairwise(made.cells):
        assert before.until + timedelta(days=1) == after.day
    for earlier, later_hour in pairwise(made.hours):
        assert earlier.end == later_hour.begin
    marked = [mark for cell in made.cells for mark in cell.marks]
    assert len(marked) == len(set(marked))
    if made.cells:
        assert "due" in marked
        assert not law or "law" in marked
        assert made.cells[0].day == begun.date()
    numbers = [hour.number for hour in made.hours if hour.number]
    assert numbers == (list(range(1, amount + 1)) if made.hours else [])


@pytest.mark.parametrize("budget", ["3wd", "2h", "5nd"])
def test_reading_it_again_reads_the_same(budget: str) -> None:
    first, second = (lay(ACCEPTED, budget, now=at(2026, 2, 12, 15)) for _ in range(2))
    assert first == second
