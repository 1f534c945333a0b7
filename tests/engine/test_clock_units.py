"""The scalar clock: natural days, months and hours, zones, explanations and refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import Budget, Extension, Pause, Reckoning, reckon
from lianqiao.engine.errors import Refusal

KNOWN = Calendar.known_on(date(2026, 6, 1))  # so that a later notice changes no answer here


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}")


def pause(begin: str, end: str = "") -> Pause:
    return Pause(at(begin), at(end) if end else None)


def due(answer: Reckoning) -> str:
    assert answer.due_date is not None
    return f"{answer.due_date} {answer.due_time}"


# Natural days and months.


@pytest.mark.parametrize(
    ("start", "budget", "expected"),
    [
        ("03-02T10:00", "1nd", "2026-03-03"),
        ("03-02T10:00", "5nd", "2026-03-09"),  # Saturday the 7th rolls to Monday
        ("02-04T10:00", "10nd", "2026-02-14"),  # a make-up Saturday is no rest day: it does not roll
        ("09-21T10:00", "10nd", "2026-10-08"),  # 1 October rolls past the holiday
        ("01-31T10:00", "1nm", "2026-02-28"),
        ("01-30T10:00", "1nm", "2026-02-28"),
        ("01-15T10:00", "1nm", "2026-02-24"),  # 15 February is in the Spring Festival
        ("03-31T10:00", "3nm", "2026-06-30"),
        ("03-31T10:00", "9nm", "2026-12-31"),
    ],
)
def test_natural_days_and_months_end_at_24_00_and_roll_off_rest_days(
    start: str, budget: str, expected: str
) -> None:
    answer = reckon(at(start), budget, calendar=KNOWN)
    assert due(answer) == f"{expected} 24:00"
    midnight = date.fromisoformat(expected) + timedelta(days=1)
    assert answer.due is not None
    assert answer.due.isoformat() == f"{midnight}T00:00:00+08:00"


@pytest.mark.parametrize(("year", "expected"), [(2024, "2024-02-29"), (2023, "2023-02-28")])
def test_leap_day(year: int, expected: str) -> None:
    assert due(reckon(at(f"{year}-01-31T10:00"), "1nm", calendar=KNOWN)) == f"{expected} 24:00"
    if year == 2024:
        assert due(reckon(at("2024-02-29T10:00"), "12nm", calendar=KNOWN)) == "2025-02-28 24:00"
        assert due(reckon(at("2024-02-28T10:00"), "1wd", calendar=KNOWN)) == "2024-02-29 17:30"


def test_pauses_of_natural_days_and_never_before_the_resumption() -> None:
    held = [pause("03-04T10:00", "03-11T10:00")]
    assert due(reckon(at("03-02T10:00"), "10nd", calendar=KNOWN, pauses=held)) == "2026-03-19 24:00"
    assert due(reckon(at("03-02T10:00"), "2nd", calendar=KNOWN, pauses=held)) == "2026-03-11 24:00"
    open_pause = reckon(at("03-02T10:00"), "1nm", calendar=KNOWN, pauses=[pause("03-04T10:00")])
    assert str(open_pause.remaining) == "29nd"  # what is left of a month is told in days


def test_a_pause_while_the_last_day_rolls_is_in_time() -> None:
    answer = reckon(at("03-02T10:00"), "5nd", calendar=KNOWN, pauses=[pause("03-08T10:00", "03-11T10:00")])
    assert due(answer) == "2026-03-11 24:00"


# Hours.


@pytest.mark.parametrize(
    ("start", "budget", "expected"),
    [
        ("03-02T10:15", "24h", "2026-03-03 10:15"),
        ("03-06T10:15:20", "24h", "2026-03-07 10:15:20"),  # no roll: hours run through the weekend
        ("03-02T10:00", "14h", "2026-03-03 00:00"),
        ("03-02T09:00", "3wh", "2026-03-02 12:00"),  # the end of the morning, not 13:30
        ("03-02T09:00", "7wh", "2026-03-02 17:30"),
        ("03-02T09:00", "7.5wh", "2026-03-03 09:30"),
        ("03-02T12:30", "1wh", "2026-03-02 14:30"),
        ("03-07T10:00", "1wh", "2026-03-09 10:00"),
        ("02-13T17:00", "1wh", "2026-02-14 09:30"),
        ("03-02T10:00", "21wh", "2026-03-05 10:00"),
        ("03-02T10:00", "0:20:30wh", "2026-03-02 10:20:30"),
    ],
)
def test_hours(start: str, budget: str, expected: str) -> None:
    assert due(reckon(at(start), budget, calendar=KNOWN)) == expected


def test_suspended_hours_remain_to_the_second() -> None:
    held = reckon(at("03-02T09:00"), "3wh", calendar=KNOWN, pauses=[pause("03-02T10:30")])
    assert str(held.remaining) == "1.5wh"
    held = reckon(at("03-02T09:00"), "3h", calendar=KNOWN, pauses=[pause("03-02T09:00:01")])
    assert str(held.remaining) == "2:59:59h"
    assert Budget.parse("2:59:59h") == held.remaining


def test_hours_are_never_due_before_the_resumption() -> None:
    answer = reckon(at("03-02T09:00"), "3wh", calendar=KNOWN, pauses=[pause("03-02T12:00", "03-02T13:00")])
    assert due(answer) == "2026-03-02 13:00"


# Time zones.


def test_times_in_any_zone_are_the_same_instant() -> None:
    naive = reckon(at("03-02T23:30"), "1wd", calendar=KNOWN)
    utc = reckon(datetime(2026, 3, 2, 15, 30, tzinfo=UTC), "1wd", calendar=KNOWN)
    west = reckon(datetime(2026, 3, 2, 5, 30, tzinfo=timezone(timedelta(hours=-10))), "1wd", calendar=KNOWN)
    assert naive == utc == west
    assert naive.due is not None
    assert naive.due.isoformat().endswith("+08:00")
    assert due(reckon(datetime(2026, 3, 2, 16, 0, tzinfo=UTC), "1wd", calendar=KNOWN)) == "2026-03-04 17:30"


def test_instants_are_cut_to_the_second() -> None:
    fine = at("03-02T10:00").replace(microsecond=999_999)
    assert due(reckon(fine, "1h", calendar=KNOWN)) == "2026-03-02 11:00"


# Explanations.


def test_the_walk_says_of_every_day_why() -> None:
    held = [pause("02-13T10:00", "02-25T09:00")]
    walk = reckon(at("02-11T10:00"), "3wd", calendar=KNOWN, pauses=held).walk
    told = {step.day.isoformat()[5:]: (step.kind, step.counted, step.note) for step in walk}
    assert told["02-11"] == ("working", None, "start")
    assert told["02-13"] == ("working", 2, "counted")
    assert told["02-14"] == ("make_up", None, "paused")
    assert told["02-15"] == ("holiday", None, "rest")
    assert told["02-25"] == ("working", None, "paused")
    assert told["02-26"] == ("working", 3, "counted")
    assert walk[-1].day == date(2026, 2, 26)


def test_the_walk_names_a_day_moved_by_the_resumption_or_rolled() -> None:
    moved = reckon(at("03-02T10:00"), "3wd", calendar=KNOWN, pauses=[pause("03-05T10:00", "03-07T10:00")])
    assert [(step.day.day, step.note) for step in moved.walk[-3:]] == [
        (7, "rest"),
        (8, "rest"),
        (9, "resumption"),
    ]
    rolled = reckon(at("03-02T10:00"), "5nd", calendar=KNOWN)
    assert [(step.counted, step.note) for step in rolled.walk[-3:]] == [
        (5, "counted"),
        (None, "rolled"),
        (None, "rolled"),
    ]


def test_the_walk_of_hours_adds_up_to_the_budget() -> None:
    answer = reckon(at("03-06T15:00"), "9wh", calendar=KNOWN, pauses=[pause("03-09T10:00", "03-10T10:00")])
    assert [(step.note, step.spent) for step in answer.walk] == [
        ("counted", "2.5wh"),
        ("rest", "0wh"),
        ("rest", "0wh"),
        ("counted", "1wh"),
        ("counted", "5.5wh"),
    ]


def test_to_dict_is_ready_for_json() -> None:
    import json

    for held in ([], [pause("02-12T10:00")], [pause("03-20T10:00")]):
        told = reckon(at("02-11T10:00"), "3wd", calendar=KNOWN, pauses=held).to_dict()
        assert json.loads(json.dumps(told)) == told
    assert told["due"] == "2026-02-14T17:30:00+08:00"
    assert told["due_date"] == "2026-02-14"


# Refusals.


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("budget-malformed", {"budget": "three"}),
        ("budget-malformed", {"budget": "-3wd"}),
        ("budget-malformed", {"budget": "1.5nd"}),
        ("budget-not-positive", {"budget": "0wd"}),
        ("budget-unit-unknown", {"budget": "3d"}),
        ("receipt-unknown", {"receipt": "never"}),
        ("pause-ends-before-it-begins", {"pauses": [pause("03-04T10:00", "03-04T09:59")]}),
        ("extension-unit", {"extension": Extension(Budget.parse("2nd"), at("03-03T10:00"))}),
        ("extension-before-start", {"extension": Extension(Budget.parse("2wd"), at("03-01T10:00"))}),
        ("day-outside-calendar", {"start": at("2014-12-31T10:00")}),
        ("day-outside-calendar", {"start": at("2036-12-31T10:00")}),
        ("day-outside-calendar", {"budget": "999999wd"}),
        ("day-outside-calendar", {"budget": "999999nd"}),
        ("day-outside-calendar", {"budget": "999999nm"}),
        ("day-outside-calendar", {"budget": "999999h"}),
        ("day-outside-calendar", {"budget": "999999wh"}),
        ("day-outside-calendar", {"pauses": [Pause(at("2040-01-01T00:00"))]}),
    ],
)
def test_what_cannot_be_is_refused_with_reason_and_remedy(code: str, change: dict[str, object]) -> None:
    given: dict[str, object] = {"start": at("03-02T10:00"), "budget": "3wd"} | change
    with pytest.raises(Refusal) as refusal:
        reckon(calendar=KNOWN, **given)  # type: ignore[arg-type]
    problem = refusal.value.problems[0]
    assert problem.code == code
    assert problem.reason
    assert problem.hint


@pytest.mark.parametrize(
    "text", ["3wd", "21wh", "24h", "30nd", "1nm", "1.5wh", "0.25h", "1:20:00wh", "0:00:01h"]
)
def test_budgets_round_trip(text: str) -> None:
    assert str(Budget.parse(text)) == text


def test_natural_hours_have_a_synonym() -> None:
    assert Budget.parse("24nh") == Budget.parse(" 24 H ") == Budget(24, "h")
