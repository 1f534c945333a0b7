"""The scalar clock: conventions, and bugs other systems shipped, each by name."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lianqiao.engine.calendar import Calendar, Closure
from lianqiao.engine.clock import Budget, Extension, Pause, Reckoning, reckon
from lianqiao.engine.errors import Refusal
from lianqiao.engine.office_hours import OfficeHours

KNOWN = Calendar.known_on(date(2026, 6, 1))  # so that a later notice changes no answer here


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}")


def pause(begin: str, end: str = "") -> Pause:
    return Pause(at(begin), at(end) if end else None)


def due(answer: Reckoning) -> str:
    assert answer.due_date is not None
    return f"{answer.due_date} {answer.due_time}"


# Bugs other systems shipped.


def test_make_up_day_is_worked() -> None:
    answer = reckon(at("02-11T10:00"), "3wd", calendar=KNOWN)
    assert due(answer) == "2026-02-14 17:30"  # a Saturday
    assert answer.due == datetime.fromisoformat("2026-02-14T17:30:00+08:00")
    assert answer.walk[-1].notice == "国办发明电〔2025〕7号"
    assert answer.calendar == "cn@2025-11-04"
    assert not answer.provisional


def test_revised_notice_moves_a_deadline_earlier() -> None:
    start = at("2019-04-26T10:00")
    before, after = (
        reckon(start, "3wd", as_of=date(2019, 3, 21)),
        reckon(start, "3wd", as_of=date(2019, 3, 22)),
    )
    assert (due(before), due(after)) == ("2019-05-02 17:30", "2019-04-30 17:30")
    assert (before.calendar, after.calendar) == ("cn@2018-12-06", "cn@2019-03-22")


def test_revised_notice_moves_a_deadline_later() -> None:
    start = at("2020-01-22T10:00")
    before, after = (
        reckon(start, "2wd", as_of=date(2020, 1, 26)),
        reckon(start, "2wd", as_of=date(2020, 1, 27)),
    )
    assert (due(before), due(after)) == ("2020-01-31 17:30", "2020-02-03 17:30")


def test_unpublished_year_is_provisional() -> None:
    answer = reckon(at("12-30T10:00"), "3wd", calendar=KNOWN)
    assert answer.provisional
    assert answer.due_date is not None
    assert answer.due_date.year == 2027
    assert {step.kind for step in answer.walk[2:]} == {"unpublished"}
    assert not reckon(at("12-28T10:00"), "3wd", calendar=KNOWN).provisional


def test_second_correction_raised_the_day_the_first_closes_is_not_counted_twice() -> None:
    corrections = [pause("03-03T10:00", "03-05T10:00"), pause("03-05T15:00", "03-09T10:00")]
    answer = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=corrections)
    whole = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=[pause("03-03T10:00", "03-09T10:00")])
    assert due(answer) == due(whole) == "2026-03-11 17:30"


def test_suspended_clock_keeps_its_remaining_on_resume() -> None:
    held = reckon(at("03-02T10:00"), "5wd", calendar=KNOWN, pauses=[pause("03-04T10:00")])
    assert (held.state, str(held.remaining), held.due, held.due_date, held.due_time) == (
        "suspended",
        "3wd",
        None,
        None,
        None,
    )
    resumed = reckon(at("03-02T10:00"), "5wd", calendar=KNOWN, pauses=[pause("03-04T10:00", "03-18T10:00")])
    assert due(resumed) == "2026-03-23 17:30"  # three working days after the resumption
    assert resumed.remaining is None


def test_pause_after_expiry_cures_nothing() -> None:
    late = [pause("03-05T17:30:01", "03-12T10:00")]
    answer = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=late)
    assert due(answer) == "2026-03-05 17:30"
    assert [(gone.what, gone.code) for gone in answer.ignored] == [("pause", "after-expiry")]
    assert answer.ignored[0].expired == answer.due
    assert answer.pauses == ()
    still = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=[pause("03-06T10:00")])
    assert still.state == "due"


def test_extension_after_expiry_cures_nothing() -> None:
    late = Extension(Budget.parse("10wd"), at("03-06T09:00"))
    answer = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, extension=late)
    assert due(answer) == "2026-03-05 17:30"
    assert [(gone.what, gone.code) for gone in answer.ignored] == [("extension", "after-expiry")]
    assert answer.extension is None


def test_an_act_at_the_very_instant_of_expiry_is_in_time() -> None:
    answer = reckon(
        at("03-02T10:00"),
        "3wd",
        calendar=KNOWN,
        extension=Extension(Budget.parse("1wd"), at("03-05T17:30")),
        pauses=[pause("03-06T17:30", "03-10T10:00")],
    )
    assert due(answer) == "2026-03-10 17:30"
    assert answer.ignored == ()


def test_a_pause_on_a_holiday_takes_out_the_working_days_it_covers() -> None:
    # Dynamics 365 lets a pause that begins on a holiday have no effect at all.
    answer = reckon(at("02-11T10:00"), "5wd", calendar=KNOWN, pauses=[pause("02-20T10:00", "02-26T10:00")])
    assert due(answer) == "2026-02-28 17:30"


def test_a_pause_is_measured_in_the_unit_it_is_added_in() -> None:
    # GLPI measured a pause around the clock and added it as working time.
    over_night = [pause("03-02T16:30", "03-03T10:00")]
    assert due(reckon(at("03-02T09:00"), "14wh", calendar=KNOWN, pauses=over_night)) == "2026-03-04 11:00"
    hours = [pause("03-06T10:00", "03-08T10:00")]
    assert due(reckon(at("03-06T09:00"), "24h", calendar=KNOWN, pauses=hours)) == "2026-03-09 09:00"


def test_a_month_is_not_the_sum_of_month_lengths() -> None:
    # SpiffWorkflow made 31 January plus a month 3 March.
    assert due(reckon(at("01-31T10:00"), "1nm", calendar=KNOWN)) == "2026-02-28 24:00"


# Working days.


@pytest.mark.parametrize(
    ("start", "budget", "expected"),
    [
        ("03-02T10:00", "1wd", "2026-03-03"),
        ("03-02T23:59", "1wd", "2026-03-03"),
        ("03-02T17:30:00", "1wd", "2026-03-03"),
        ("03-03T00:00", "1wd", "2026-03-04"),  # the midnight that ends the 2nd already is the 3rd
        ("03-07T10:00", "1wd", "2026-03-09"),  # start on a rest day: the next working day is the first
        ("03-07T10:00", "5wd", "2026-03-13"),
        ("09-30T10:00", "1wd", "2026-10-08"),
        ("10-03T10:00", "3wd", "2026-10-10"),  # a make-up Saturday
        ("03-02T10:00", "20wd", "2026-03-30"),
    ],
)
def test_the_day_of_the_start_is_not_counted(start: str, budget: str, expected: str) -> None:
    assert due(reckon(at(start), budget, calendar=KNOWN)) == f"{expected} 17:30"


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("03-03T10:00", "03-03T16:00", "2026-03-05"),  # same day: nothing taken out
        ("03-03T10:00", "03-05T10:00", "2026-03-09"),
        ("03-03T20:00", "03-05T20:00", "2026-03-09"),  # before and after hours alike on a day in the middle
        ("03-05T10:00", "03-05T17:30", "2026-03-05"),
        ("03-05T10:00", "03-05T17:31", "2026-03-06"),  # resumed after closing on the last day
        ("03-05T10:00", "03-10T10:00", "2026-03-10"),  # paused on the last day: due the day it resumes
        ("03-05T10:00", "03-10T17:30", "2026-03-10"),
        ("03-05T10:00", "03-10T17:30:01", "2026-03-11"),
        ("03-05T10:00", "03-07T10:00", "2026-03-09"),  # resumed on a Saturday
        ("03-07T10:00", "03-08T10:00", "2026-03-05"),  # too late
        ("02-27T10:00", "03-04T10:00", "2026-03-09"),  # began before the start: clipped
        ("02-27T10:00", "02-28T10:00", "2026-03-05"),  # over before the start
    ],
)
def test_pauses_of_working_days(begin: str, end: str, expected: str) -> None:
    answer = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=[pause(begin, end)])
    assert due(answer) == f"{expected} 17:30"


def test_overlapping_pauses_are_merged_in_any_order() -> None:
    pieces = [pause("03-04T10:00", "03-06T10:00"), pause("03-03T10:00", "03-05T10:00")]
    whole = [pause("03-03T10:00", "03-06T10:00")]
    answers = [reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=parts) for parts in (pieces, whole)]
    assert due(answers[0]) == due(answers[1]) == "2026-03-10 17:30"
    assert answers[0].pauses == answers[1].pauses


def test_a_pause_may_come_in_time_only_because_an_earlier_one_did() -> None:
    both = [pause("03-04T10:00", "03-09T10:00"), pause("03-10T10:00", "03-12T10:00")]
    assert due(reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=both)) == "2026-03-12 17:30"
    assert due(reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=both[1:])) == "2026-03-05 17:30"


def test_a_pause_may_span_a_holiday_and_a_year() -> None:
    long = [Pause(at("2025-12-30T10:00"), at("2026-02-24T10:00"))]
    answer = reckon(at("2025-12-29T10:00"), "3wd", calendar=KNOWN, pauses=long)
    assert due(answer) == "2026-02-26 17:30"


def test_extension_in_time_adds_its_days_and_rescues_a_later_pause() -> None:
    more = Extension(Budget.parse("10wd"), at("03-05T09:00"))
    answer = reckon(
        at("03-02T10:00"), "3wd", calendar=KNOWN, extension=more, pauses=[pause("03-06T10:00", "03-09T10:00")]
    )
    assert due(answer) == "2026-03-20 17:30"
    assert str(answer.extension) == "10wd"


def test_extension_approved_during_a_pause_counts() -> None:
    more = Extension(Budget.parse("2wd"), at("03-20T09:00"))
    held = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, extension=more, pauses=[pause("03-03T10:00")])
    assert str(held.remaining) == "4wd"
    resumed = reckon(
        at("03-02T10:00"), "3wd", calendar=KNOWN, extension=more, pauses=[pause("03-03T10:00", "03-23T10:00")]
    )
    assert due(resumed) == "2026-03-27 17:30"


def test_suspended_on_the_last_day_nothing_remains() -> None:
    held = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=[pause("03-05T10:00")])
    assert str(held.remaining) == "0wd"


def test_a_zone_closure_is_not_a_working_day() -> None:
    zone = Calendar.latest([Closure(date(2026, 3, 4), "示范办〔2026〕3号", "供电检修")])
    answer = reckon(at("03-02T10:00"), "3wd", calendar=zone)
    assert due(answer) == "2026-03-06 17:30"
    assert [step.notice for step in answer.walk if step.kind == "closure"] == ["示范办〔2026〕3号"]


def test_offices_close_when_they_say() -> None:
    early = OfficeHours.parse("08:30-12:00 14:00-18:00")
    assert due(reckon(at("03-02T10:00"), "1wd", calendar=KNOWN, office_hours=early)) == "2026-03-03 18:00"
    assert due(reckon(at("03-02T08:30"), "7.5wh", calendar=KNOWN, office_hours=early)) == "2026-03-02 18:00"
    for wrong in ("", "9-12", "12:00-09:00", "09:00-12:00 11:00-13:00"):
        with pytest.raises(Refusal):
            OfficeHours.parse(wrong)


# Receipt.


@pytest.mark.parametrize(
    ("start", "counted_from"),
    [
        ("03-02T08:00", "03-02T09:00"),
        ("03-02T09:00", "03-02T09:00"),
        ("03-02T12:00", "03-02T12:00"),
        ("03-02T12:30", "03-02T13:30"),
        ("03-02T17:30", "03-02T17:30"),
        ("03-02T17:30:01", "03-03T09:00"),
        ("03-06T18:00", "03-09T09:00"),
        ("02-13T18:00", "02-14T09:00"),  # the next day is a make-up Saturday
        ("02-14T18:00", "02-24T09:00"),
    ],
)
def test_receipt_by_office_hours_counts_from_the_next_opening(start: str, counted_from: str) -> None:
    answer = reckon(at(start), "1wd", calendar=KNOWN, receipt="office-hours")
    assert answer.counted_from.replace(tzinfo=None) == at(counted_from)
    assert answer.started_at.replace(tzinfo=None) == at(start)
    assert due(answer)[:10] == str(KNOWN.nth_working_day_after(answer.counted_from.date(), 1))
