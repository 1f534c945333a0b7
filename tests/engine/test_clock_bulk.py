"""The clock over columns gives, row by row, what the scalar clock gives."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.calendar import Calendar, Closure
from lianqiao.engine.clock import Budget, Pause, reckon
from lianqiao.engine.clock_bulk import day_table, due_days, due_instants
from lianqiao.engine.errors import Refusal
from lianqiao.engine.office_hours import OfficeHours

KNOWN = Calendar.known_on(date(2026, 6, 1))
TABLE = day_table(KNOWN)
FIRST = datetime.fromisoformat("2019-01-01")
spans = st.integers(0, 9 * 86_400) | st.sampled_from([0, 1, 3600, 86_400, 17 * 3600 + 1800])
moments = st.integers(0, 2860 * 86_400) | st.builds(
    lambda day, second: day * 86_400 + second,
    st.integers(0, 2860),
    st.sampled_from([0, 9 * 3600, 12 * 3600, 17 * 3600 + 1800, 17 * 3600 + 1801]),
)
# A start, a budget, and per pause: how long after the start (or before it), how long, whether it still lasts.
rows = st.lists(
    st.tuples(
        moments,
        st.integers(1, 25),
        st.lists(st.tuples(spans | st.just(-7200), spans, st.sampled_from([False] * 5 + [True])), max_size=3),
    ),
    min_size=1,
    max_size=30,
)


def stamp(seconds: int) -> datetime:
    return FIRST + timedelta(seconds=seconds)


def columns(given_rows: list[Any]) -> tuple[Any, Any, Any, Any]:
    width = max(len(pauses) for _, _, pauses in given_rows) or 1
    begins = np.full((len(given_rows), width), np.datetime64("NaT"), dtype="M8[s]")
    ends = begins.copy()
    for row, (start, _, pauses) in enumerate(given_rows):
        for at, (after, long, lasts) in enumerate(pauses):
            begins[row, at] = stamp(start + after)
            if not lasts:
                ends[row, at] = stamp(start + after + long)
    starts = np.array([stamp(start) for start, _, _ in given_rows], dtype="M8[s]")
    return starts, np.array([amount for _, amount, _ in given_rows]), begins, ends


@settings(max_examples=50, deadline=None)
@given(rows, st.sampled_from(["wd", "nd", "nm", "h", "wh"]))
def test_columns_agree_with_the_scalar_clock(given_rows: list[Any], unit: str) -> None:
    starts, amounts, begins, ends = columns(given_rows)
    scale = 3600 if unit in {"h", "wh"} else 1
    answers = due_instants(starts, amounts * scale, TABLE, unit=unit, pauses=(begins, ends))
    for row, (start, amount, pauses) in enumerate(given_rows):
        held = [
            Pause(stamp(start + after), None if lasts else stamp(start + after + long))
            for after, long, lasts in pauses
        ]
        expected = reckon(stamp(start), Budget(amount, unit), calendar=KNOWN, pauses=held).due
        told = answers[row].item()
        assert told == (expected.replace(tzinfo=None) if expected else None)


@pytest.mark.parametrize("unit", ["wd", "nd", "nm", "h", "wh"])
@pytest.mark.parametrize("late_s", [0, 1])
def test_a_pause_at_the_very_instant_of_expiry_agrees(unit: str, late_s: int) -> None:
    amount = 3
    start = datetime.fromisoformat("2026-03-02T09:00")
    due = reckon(start, Budget(amount, unit), calendar=KNOWN).due
    assert due is not None
    begin = due.replace(tzinfo=None) + timedelta(seconds=late_s)
    end = begin + timedelta(hours=1)
    expected = reckon(start, Budget(amount, unit), calendar=KNOWN, pauses=[Pause(begin, end)])
    assert bool(expected.ignored) == bool(late_s)
    told = due_instants(
        np.array([start], dtype="M8[s]"),
        amount * (3600 if unit in {"h", "wh"} else 1),
        TABLE,
        unit=unit,
        pauses=(np.array([begin], dtype="M8[s]"), np.array([end], dtype="M8[s]")),
    )
    assert expected.due is not None
    assert told[0].item() == expected.due.replace(tzinfo=None)


@settings(max_examples=50, deadline=None)
@given(st.lists(moments, min_size=1, max_size=50), st.integers(1, 40))
def test_the_fast_way_without_pauses_agrees(seconds: list[int], amount: int) -> None:
    starts = np.array([stamp(second) for second in seconds], dtype="M8[s]")
    fast = due_days(starts, amount, TABLE)
    slow = due_days(starts, np.full(len(starts), amount), TABLE)
    assert fast.dtype == np.dtype("M8[D]")
    assert (fast == slow).all()
    expected = [KNOWN.nth_working_day_after(stamp(second).date(), amount) for second in seconds]
    assert fast.tolist() == expected


def test_numpy_says_the_same_when_given_every_rest_day() -> None:
    starts = np.arange("2019-01-01", "2026-11-01", dtype="M8[D]")
    rests = [day for day in starts.tolist() + _after(60) if not KNOWN.is_working_day(day)]
    expected = np.busday_offset(starts, 20, roll="backward", weekmask="1111111", holidays=rests)
    assert (due_days(starts, 20, TABLE) == expected).all()


def _after(count: int) -> list[date]:
    return [date(2026, 11, 1) + timedelta(days=n) for n in range(count)]


def test_a_pause_column_may_be_flat_and_an_open_pause_is_not_a_time() -> None:
    starts = np.array(["2026-03-02T10:00"] * 3, dtype="M8[s]")
    begins = np.array(["2026-03-03T10:00", "NaT", "2026-03-03T10:00"], dtype="M8[s]")
    ends = np.array(["2026-03-05T10:00", "NaT", "NaT"], dtype="M8[s]")
    answers = due_days(starts, 3, TABLE, pauses=(begins, ends))
    assert answers.astype(str).tolist() == ["2026-03-09", "2026-03-05", "NaT"]


def test_a_table_follows_closures_and_office_hours() -> None:
    zone = Calendar.latest([Closure(date(2026, 3, 4), "示范办〔2026〕3号", "供电检修")])
    table = day_table(zone, OfficeHours.parse("08:30-12:00 14:00-18:00"))
    starts = np.array(["2026-03-02T10:00"], dtype="M8[s]")
    assert due_instants(starts, 3, table, unit="wd").astype(str).tolist() == ["2026-03-06T18:00:00"]
    assert day_table(zone) is day_table(zone)


def test_no_rows_are_no_answers() -> None:
    none = np.array([], dtype="M8[s]")
    assert due_days(none, 3, TABLE).size == 0
    assert due_days(none, 3, TABLE, pauses=(none, none)).size == 0


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("day-outside-calendar", ("2014-12-31T10:00", 3, "NaT", "NaT")),
        ("day-outside-calendar", ("2036-12-30T10:00", 3, "NaT", "NaT")),
        ("day-outside-calendar", ("2026-03-02T10:00", 999_999, "NaT", "NaT")),
        ("day-outside-calendar", ("2026-03-02T10:00", 3, "2040-01-01", "NaT")),
        ("pause-ends-before-it-begins", ("2026-03-02T10:00", 3, "2026-03-04", "2026-03-03")),
    ],
)
@pytest.mark.parametrize("unit", ["wd", "nd", "nm", "h", "wh"])
def test_rows_that_cannot_be_are_refused_by_number(
    unit: str, code: str, row: tuple[str, int, str, str]
) -> None:
    start, amount, begin, end = row
    starts = np.array(["2026-03-02T10:00", start], dtype="M8[s]")
    begins, ends = (np.array(["NaT", text], dtype="M8[s]") for text in (begin, end))
    amounts = np.array([3, amount]) * (3600 * 24 if unit in {"h", "wh"} else 1)
    with pytest.raises(Refusal) as refusal:
        due_instants(starts, amounts, TABLE, unit=unit, pauses=(begins, ends))
    assert (refusal.value.code, refusal.value.problems[0].place) == (code, "row 1")


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        due_instants(np.array(["2026-03-02"], dtype="M8[s]"), 3, TABLE, unit="d")
    assert refusal.value.code == "budget-unit-unknown"
