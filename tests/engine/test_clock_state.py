"""The clock kept with a case: acts, refusals, escalation instants, recomputation."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime

import pytest

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import (
    ClockState,
    consumed,
    explain_clock,
    extend_clock,
    is_overdue,
    offset_due,
    pause_clock,
    recompute_clock,
    remaining,
    restart_clock,
    resume_clock,
    running_since,
    start_clock,
    stop_clock,
)
from lianqiao.engine.errors import Refusal

KNOWN = Calendar.known_on(date(2026, 6, 1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}")


def started(budget: str = "3wd", begin: str = "03-02T10:00") -> ClockState:
    return start_clock(budget, at(begin), KNOWN)


def read(state: ClockState) -> str:
    return f"{state.due_date} {state.due_time}".strip()


def test_a_clock_starts_running() -> None:
    state = start_clock("3wd", at("02-11T10:00"), KNOWN)
    assert (state.state, read(state), state.due) == (
        "running",
        "2026-02-14 17:30",
        "2026-02-14T17:30:00+08:00",
    )
    assert running_since(state) == datetime.fromisoformat("2026-02-11T10:00:00+08:00")
    assert (state.calendar, state.provisional) == ("cn@2025-11-04", False)


def test_suspended_clock_on_resume_keeps_its_remaining() -> None:
    # Flowable and Camunda fire a suspended timer at once on resume.
    held = pause_clock(started("5wd"), at("03-04T10:00"), KNOWN)
    assert (held.state, held.due, held.due_at, running_since(held)) == ("paused", "", None, None)
    assert str(remaining(held, at("06-01T10:00"), KNOWN)) == "3wd"
    again = resume_clock(held, at("03-18T10:00"), KNOWN)
    assert (again.state, read(again)) == ("running", "2026-03-23 17:30")
    assert running_since(again) == datetime.fromisoformat("2026-03-18T10:00:00+08:00")
    assert not is_overdue(again, at("03-23T17:30"))
    assert is_overdue(again, at("03-23T17:30:01"))


def test_second_correction_raised_the_day_the_first_closes() -> None:
    state = started()
    for step, moment in (
        (pause_clock, "03-03T10:00"),
        (resume_clock, "03-05T10:00"),
        (pause_clock, "03-05T15:00"),
        (resume_clock, "03-09T10:00"),
    ):
        state = step(state, at(moment), KNOWN)
    assert read(state) == "2026-03-11 17:30"


def test_comment_on_an_overdue_case_changes_nothing() -> None:
    # DIGIT counted elapsed time twice after any act; here a pause after expiry leaves the due time alone.
    state = started()
    noted = pause_clock(state, at("03-06T09:00"), KNOWN)
    assert (noted.state, read(noted)) == ("running", read(state))
    assert is_overdue(noted, at("03-06T10:00"))
    assert running_since(noted) == running_since(state)
    again = resume_clock(noted, at("03-20T09:00"), KNOWN)
    assert (again.state, read(again)) == ("running", read(state))
    assert running_since(again) == running_since(state)
    assert [gone.code for gone in explain_clock(again, KNOWN).ignored] == ["after-expiry"]


def test_an_incomplete_file_restarts_and_an_incorrect_one_pauses() -> None:
    state = pause_clock(started("20wd"), at("03-10T10:00"), KNOWN)
    resumed = resume_clock(state, at("03-16T10:00"), KNOWN)
    restarted = restart_clock(state, at("03-16T10:00"), KNOWN)
    assert (read(resumed), read(restarted)) == ("2026-04-03 17:30", "2026-04-14 17:30")
    assert str(consumed(restarted, at("03-16T10:00"), KNOWN)) == "0wd"
    assert (restarted.restarts, restarted.pauses, restarted.extension) == (1, (), "")
    assert restart_clock(stop_clock(restarted, at("03-17T10:00")), at("03-18T10:00"), KNOWN).restarts == 2


def test_extension_once_and_not_after_expiry() -> None:
    extended = extend_clock(started(), "10wd", at("03-05T17:30"), KNOWN)
    assert (read(extended), extended.extension) == ("2026-03-19 17:30", "10wd@2026-03-05T17:30:00+08:00")
    refused(lambda: extend_clock(extended, "1wd", at("03-06T10:00"), KNOWN), "extension-twice")
    refused(lambda: extend_clock(started(), "1wd", at("03-05T17:30:01"), KNOWN), "clock-expired")
    refused(lambda: extend_clock(started(), "1nd", at("03-03T10:00"), KNOWN), "extension-unit")
    held = pause_clock(started(), at("03-05T10:00"), KNOWN)
    assert (
        str(remaining(extend_clock(held, "2wd", at("03-20T10:00"), KNOWN), at("03-20T10:00"), KNOWN)) == "2wd"
    )


def test_consumed_and_remaining_while_running() -> None:
    state = started("5wd")
    asked = [at(text) for text in ("03-01T10:00", "03-02T23:00", "03-03T09:00", "03-07T10:00", "03-12T10:00")]
    assert [str(consumed(state, moment, KNOWN)) for moment in asked] == ["0wd", "0wd", "1wd", "4wd", "8wd"]
    assert [str(remaining(state, moment, KNOWN)) for moment in asked] == ["5wd", "5wd", "4wd", "1wd", "0wd"]
    hours = started("7wh", "03-02T09:00")
    assert str(consumed(hours, at("03-02T13:00"), KNOWN)) == "3wh"
    held = resume_clock(pause_clock(hours, at("03-02T10:30"), KNOWN), at("03-03T09:30"), KNOWN)
    assert str(remaining(held, at("03-02T15:00"), KNOWN)) == "5.5wh"
    assert str(remaining(held, at("03-03T10:00"), KNOWN)) == "5wh"


def test_a_stopped_clock_stands_for_ever() -> None:
    stopped = stop_clock(started(), at("03-04T10:00"))
    assert (stopped.state, stopped.stopped_at, running_since(stopped)) == (
        "stopped",
        "2026-03-04T10:00:00+08:00",
        None,
    )
    assert not is_overdue(stopped, at("04-01T10:00"))
    assert str(remaining(stopped, at("04-01T10:00"), KNOWN)) == "1wd"
    assert recompute_clock(stopped, Calendar.known_on(date(2020, 1, 1))) == stopped
    late = stop_clock(started(), at("03-06T10:00"))
    assert is_overdue(late, at("03-06T10:00"))
    refused(lambda: restart_clock(late, at("03-06T11:00"), KNOWN), "clock-expired")
    for act in (
        lambda: pause_clock(stopped, at("03-05T10:00"), KNOWN),
        lambda: resume_clock(stopped, at("03-05T10:00"), KNOWN),
        lambda: extend_clock(stopped, "1wd", at("03-05T10:00"), KNOWN),
        lambda: stop_clock(stopped, at("03-05T10:00")),
    ):
        refused(act, "clock-stopped")


def test_acts_out_of_order_or_place_are_refused() -> None:
    held = pause_clock(started(), at("03-03T10:00"), KNOWN)
    refused(lambda: pause_clock(held, at("03-04T10:00"), KNOWN), "clock-already-paused")
    refused(lambda: resume_clock(started(), at("03-04T10:00"), KNOWN), "clock-not-paused")
    refused(lambda: resume_clock(held, at("03-03T09:59"), KNOWN), "clock-out-of-order")
    refused(lambda: pause_clock(started(), at("03-02T09:59"), KNOWN), "clock-out-of-order")
    refused(lambda: stop_clock(held, at("03-03T09:00")), "clock-out-of-order")
    refused(lambda: restart_clock(started(), at("03-06T10:00"), KNOWN), "clock-expired")
    refused(lambda: offset_due(held, "-1wd", KNOWN), "no-due-while-paused")


def test_a_new_notice_recomputes_an_open_clock() -> None:
    before, after = Calendar.known_on(date(2019, 3, 21)), Calendar.known_on(date(2019, 3, 22))
    state = start_clock("20wd", at("2019-04-08T10:00"), before)
    moved = recompute_clock(state, after)
    assert (read(state), read(moved)) == ("2019-05-07 17:30", "2019-05-07 17:30")
    state = start_clock("3wd", at("2019-04-26T10:00"), before)
    moved = recompute_clock(state, after)
    assert (read(state), read(moved), moved.calendar) == (
        "2019-05-02 17:30",
        "2019-04-30 17:30",
        "cn@2019-03-22",
    )
    assert recompute_clock(moved, before) == state


def test_a_provisional_deadline_becomes_firm_when_its_year_is_published() -> None:
    unknown = start_clock("5wd", at("2025-12-29T10:00"), Calendar.known_on(date(2025, 11, 3)))
    firm = recompute_clock(unknown, Calendar.known_on(date(2025, 11, 4)))
    assert (unknown.provisional, read(unknown)) == (True, "2026-01-06 17:30")
    assert (firm.provisional, read(firm)) == (False, "2026-01-06 17:30")


@pytest.mark.parametrize(
    ("budget", "offset", "expected"),
    [
        ("3wd", "0wd", "2026-03-05T17:30"),
        ("3wd", "-1wd", "2026-03-04T17:30"),
        ("3wd", "+2wd", "2026-03-09T17:30"),
        ("3wd", "-2h", "2026-03-05T15:30"),
        ("3wd", "+12h", "2026-03-06T05:30"),
        ("3wd", "-1wh", "2026-03-05T16:30"),
        ("3wd", "+1wh", "2026-03-06T10:00"),
        ("3wd", "-1nd", "2026-03-04T17:30"),
        ("3wd", "+1nm", "2026-04-05T17:30"),
        ("4nd", "-1wd", "2026-03-06T00:00"),  # 24:00 of the 5th
        ("4nd", "+1wd", "2026-03-10T00:00"),
        ("4nd", "-1nd", "2026-03-06T00:00"),
        ("120h", "-1wd", "2026-03-06T10:00"),  # due on Saturday: the working day before it
        ("120h", "1wd", "2026-03-09T10:00"),
    ],
)
def test_instants_relative_to_the_due_time(budget: str, offset: str, expected: str) -> None:
    assert offset_due(started(budget), offset, KNOWN).replace(tzinfo=None) == at(expected)


def test_offsets_that_say_nothing_are_refused() -> None:
    refused(lambda: offset_due(started(), "soon", KNOWN), "budget-malformed")
    refused(lambda: offset_due(started(), "-1x", KNOWN), "budget-unit-unknown")


def test_a_state_is_only_text_whole_numbers_and_booleans() -> None:
    state = extend_clock(pause_clock(started(), at("03-03T10:00"), KNOWN), "1wd", at("03-04T10:00"), KNOWN)
    told = state.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["pauses"] == [["2026-03-03T10:00:00+08:00", ""]]
    assert all(isinstance(value, str | int | bool | list) for value in told.values())
    assert ClockState.from_dict(json.loads(json.dumps(told))) == state


def test_receipt_and_office_hours_travel_with_the_clock() -> None:
    state = start_clock("1wd", at("03-06T18:00"), KNOWN, receipt="office-hours")
    assert (state.started_at[:16], state.counted_from[:16]) == ("2026-03-06T18:00", "2026-03-09T09:00")
    held = resume_clock(pause_clock(state, at("03-07T10:00"), KNOWN), at("03-09T10:00"), KNOWN)
    assert read(held) == read(state) == "2026-03-10 17:30"


def refused(act: Callable[[], object], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        act()
    problem = refusal.value.problems[0]
    assert problem.code == code
    assert problem.reason
    assert problem.hint
