"""Logs read, their ways, where time goes, what came late by the real calendar."""

from __future__ import annotations

import gzip
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.clock import Pause, reckon
from lianqiao.engine.clock_bulk import day_table
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mining import (
    EventLog,
    LogBuilder,
    LogMap,
    Promised,
    Reading,
    late_cases,
    late_row,
    passages,
    read_csv,
    report_of,
    variant_count,
    variants,
)
from lianqiao.engine.mining.event_log import chosen
from lianqiao.engine.mining.time_reading import as_moment, as_second

KNOWN = Calendar.known_on(date(2026, 6, 1))
TABLE = day_table(KNOWN)
MAP = LogMap(case="case", activity="step", time="at", person="who", deadline="due", end="closed")
HEADER = "case,step,at,who,due,closed"


def read(*rows: str, header: str = HEADER, **changes: Any) -> Reading:
    return read_csv("\n".join([header, *rows]).splitlines(keepends=True), MAP.model_copy(update=changes))


def log_of(*events: tuple[str, str, str]) -> EventLog:
    builder = LogBuilder()
    for case, activity, at in events:
        builder.add(case, activity, as_second(datetime.fromisoformat(at)))
    return builder.log()


# ---- reading ------------------------------------------------------------------------------------------


def test_good_rows_become_events_in_order() -> None:
    log = read(
        "A2,file,2026-02-11 10:00,u1,,",
        "A1,file,2026-02-12T09:00:00+08:00,u2,2026-02-25 17:30,",
        "A2,pass,2026-02-11 09:00,u2,,2026-02-13 10:00",
    ).log
    assert log.cases == ("A2", "A1")
    assert log.activities == ("file", "pass")
    assert [log.activities[n] for n in log.activity.tolist()] == ["pass", "file", "file"]
    assert str(log.deadline[1]) == "2026-02-25T17:30:00"
    assert np.isnat(log.deadline[0])
    assert str(log.end[0]) == "2026-02-13T10:00:00"


@pytest.mark.parametrize(
    ("row", "place", "code"),
    [
        (",file,2026-02-11,u,,", "line 2, column case", "cell-empty"),
        ("A,,2026-02-11,u,,", "line 2, column step", "cell-empty"),
        ("A,file,,u,,", "line 2, column at", "cell-empty"),
        ("A,file,11.2.2026,u,,", "line 2, column at", "time-malformed"),
        ("A,file,0001-01-01,u,,", "line 2, column at", "time-malformed"),
        ("A,file,2026-02-11,u,soon,", "line 2, column due", "time-malformed"),
        ("A,file,2026-02-11", "line 2", "row-length"),
        ("A,file,2026-02-11,u,,,more", "line 2", "row-length"),
    ],
)
def test_dirty_rows_are_named_by_line_and_column(row: str, place: str, code: str) -> None:
    reading = read(row, "B,file,2026-02-11,u,,")
    assert [(problem.place, problem.code) for problem in reading.problems] == [(place, code)]
    assert reading.problems[0].hint
    assert "B" in reading.log.cases


def test_a_row_over_several_lines_is_named_by_its_last() -> None:
    reading = read('"A\n1",file,2026-02-11,u,,', "B,file,never,u,,")
    assert reading.problems[0].place == "line 4, column at"


def test_what_the_map_names_must_be_there() -> None:
    with pytest.raises(Refusal) as refused:
        read("A,2026-02-11", header="case,at")
    assert refused.value.code == "column-missing"
    assert refused.value.problems[0].place == "map › activity"
    with pytest.raises(Refusal, match="two columns"):
        read("A,x,2026-02-11,u,,,", header=HEADER + ",case")
    with pytest.raises(Refusal, match="no event"):
        read()
    with pytest.raises(Refusal, match="not CSV"):
        read("A,\0" + "x" * 200_000 + ",2026-02-11,u,,")


def test_times_as_the_map_says_they_are_written() -> None:
    reading = read("A,file,11.02.2026 10:00,u,,", time_format="%d.%m.%Y %H:%M", zone="UTC")
    assert as_moment(int(reading.log.at[0].astype(np.int64))) == datetime(2026, 2, 11, 18, tzinfo=BEIJING)
    assert (
        "the map says"
        in read("A,file,11.02.2026 10:00,u,,", "B,file,2026,u,,", time_format="%d.%m.%Y %H:%M")
        .problems[0]
        .hint
    )


def test_names_and_lifecycles_the_map_chooses() -> None:
    reading = read(
        "A,受理,2026-02-11 10:00,start,,",
        "A,受理,2026-02-11 11:00,complete,,",
        lifecycle="who",
        only=("complete",),
        activities={"受理": "accept"},
    )
    assert reading.log.activities == ("accept",)
    assert len(reading.log) == 1


def test_maps_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        LogMap(zone="Mars/Olympus")
    with pytest.raises(ValidationError, match="amount of time"):
        Promised(budget="soon", start="a", end=("b",))
    with pytest.raises(ValidationError, match="extra"):
        LogMap.model_validate({"cse": "x"})


@pytest.mark.parametrize("name", ["hospital_billing_10k", "traffic_fines_10k"])
def test_real_logs_are_read(shared: Path, name: str) -> None:
    log_map = LogMap(case="case_id", activity="activity", time="timestamp", person="resource")
    with gzip.open(shared / "eventlogs" / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
        reading = read_csv(lines, log_map)
    expected = {"hospital_billing_10k": (49_950, 1, 288), "traffic_fines_10k": (34_724, 0, 44)}
    assert (len(reading.log), reading.dirty, variant_count(reading.log)) == expected[name]
    report = report_of(reading.log, TABLE)
    assert sum(report["activities"].values()) == report["events"]
    assert sum(one.times for one in passages(reading.log, TABLE)) == len(reading.log) - len(reading.log.cases)


# ---- ways and time -------------------------------------------------------------------------------------


def test_ways_are_counted_with_their_share_and_an_example() -> None:
    log = log_of(
        ("A", "file", "2026-02-11"), ("A", "pass", "2026-02-13"),
        ("B", "file", "2026-02-11"), ("B", "return", "2026-02-12"), ("B", "pass", "2026-02-14"),
        ("C", "file", "2026-02-11"), ("C", "pass", "2026-02-12"),
    )  # fmt: skip
    ways = variants(log)
    assert [(way.activities, way.cases, way.example) for way in ways] == [
        (("file", "pass"), 2, "A"),
        (("file", "return", "pass"), 1, "B"),
    ]
    assert ways[0].share == pytest.approx(2 / 3)
    assert ways[0].mean_days == 1.5
    assert variant_count(log) == 2
    assert len(variants(log, most=1)) == 1


def test_waiting_by_the_clock_and_by_office_hours() -> None:
    # Friday 17:00 to Monday 10:00: 65 hours by the clock, half an hour and one hour at the office
    log = log_of(("A", "file", "2026-03-06 17:00"), ("A", "pass", "2026-03-09 10:00"))
    (passage,) = passages(log, TABLE)
    assert (passage.before, passage.after, passage.times) == ("file", "pass", 1)
    assert passage.mean_h == 65
    assert passage.mean_office_h == 1.5
    assert passage.share == 1


def test_office_hours_are_not_told_where_no_calendar_reaches() -> None:
    (passage,) = passages(log_of(("A", "file", "2012-03-06"), ("A", "pass", "2012-03-09")), TABLE)
    assert passage.mean_h == 72
    assert passage.mean_office_h is None


# ---- late --------------------------------------------------------------------------------------------


def test_a_stated_deadline_counts_where_nothing_is_promised() -> None:
    reading = read(
        "A,file,2026-02-11 10:00,u,2026-02-12 17:30,",
        "A,pass,2026-02-13 17:30,u,,",
        "B,file,2026-02-11 10:00,u,2026-02-12 17:30,2026-02-12 17:30",
    )
    found = late_cases(reading.log, TABLE)
    assert [late.case for late in found.late] == ["A"]
    assert found.late[0].late_h == 24
    assert found.rate == 0.5


def test_the_clock_is_reckoned_anew_on_the_real_calendar() -> None:
    """Three working days from 11 February 2026 end on a make-up Saturday; the old system said the 16th."""
    reading = read(
        "A,file,2026-02-11 10:00,u,2026-02-16 17:30,",
        "A,pass,2026-02-14 18:00,u,,",
        "B,file,2026-02-11 10:00,u,2026-02-14 17:30,",
        "B,pass,2026-02-14 17:30,u,,",
    )
    promise = Promised(budget="3wd", start="file", end=("pass",))
    found = late_cases(reading.log, TABLE, promise=promise)
    assert [late.case for late in found.late] == ["A"]
    late = found.late[0]
    assert late.due == datetime(2026, 2, 14, 17, 30, tzinfo=BEIJING)
    assert late.wrongly_stated
    assert found.stated_wrong == 1
    assert late_row(late)["late_h"] == 0.5
    assert report_of(reading.log, TABLE, promise=Promised(budget="3wd", start="file", end=("pass",)))[
        "late"
    ] == {
        "with_deadline": 2,
        "late": 1,
        "kept_share": 0.5,
        "reckoned": 2,
        "outside_calendar": 0,
        "stated_wrong": 1,
        "waiting_for_firm": 0,
    }


def test_pauses_restarts_and_open_cases() -> None:
    promise = Promised(
        budget="2wd",
        start="file",
        end=("pass",),
        pause=("return",),
        resume=("correct",),
        restart=("supplement",),
    )
    log = log_of(
        ("paused", "file", "2026-03-02 10:00"), ("paused", "return", "2026-03-03 10:00"),
        ("paused", "note", "2026-03-04 10:00"), ("paused", "correct", "2026-03-09 10:00"),
        ("paused", "pass", "2026-03-10 17:00"),
        ("anew", "file", "2026-03-02 10:00"), ("anew", "supplement", "2026-03-09 10:00"),
        ("anew", "pass", "2026-03-11 17:00"),
        ("open", "file", "2026-03-02 10:00"),
        ("waiting", "file", "2026-03-02 10:00"), ("waiting", "return", "2026-03-03 10:00"),
        ("old", "file", "2012-03-02 10:00"), ("old", "pass", "2012-03-20 10:00"),
        ("never", "note", "2026-03-02 10:00"),
    )  # fmt: skip
    found = late_cases(log, TABLE, promise=promise)
    assert [(late.case, late.ended) for late in found.late] == [("open", None)]
    assert (found.reckoned, found.paused, found.outside) == (3, 1, 1)
    early = late_cases(log, TABLE, promise=promise, as_of=np.datetime64("2026-03-03T12:00"))
    assert early.late == ()


def test_without_resume_a_pause_lasts_until_the_next_event() -> None:
    promise = Promised(budget="2wd", start="file", end=("pass",), pause=("return",))
    log = log_of(
        ("A", "file", "2026-03-02 10:00"), ("A", "return", "2026-03-03 10:00"),
        ("A", "correct", "2026-03-06 10:00"), ("A", "pass", "2026-03-09 17:00"),
    )  # fmt: skip
    assert late_cases(log, TABLE, promise=promise).late == ()


cases = st.lists(
    st.tuples(
        st.integers(0, 300 * 86_400),
        st.lists(st.integers(60, 6 * 86_400), min_size=1, max_size=5),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(cases, st.sampled_from(["3wd", "20wh", "48h", "10nd", "1nm"]))
def test_reckoned_due_times_are_those_of_the_clock(given_cases: list[Any], budget: str) -> None:
    builder, expected = LogBuilder(), []
    for number, (start, gaps, ends) in enumerate(given_cases):
        at = datetime(2025, 3, 1, tzinfo=BEIJING) + timedelta(seconds=start)
        moments = [at]
        for gap in gaps:
            moments.append(moments[-1] + timedelta(seconds=gap))
        names = ["file", *(["return", "correct"] * 3)[: len(gaps)]]
        if ends:
            names[-1] = "pass"
        for name, moment in zip(names, moments, strict=True):
            builder.add(str(number), name, as_second(moment))
        pauses = []
        for index, name in enumerate(names):
            if name == "return":
                later = moments[index + 1] if index + 1 < len(names) else None
                pauses.append(Pause(moments[index], later))
        expected.append(reckon(at, budget, calendar=KNOWN, pauses=pauses))
    promise = Promised(
        budget=budget, start="file", end=("pass",), pause=("return",), resume=("correct", "pass")
    )
    found = late_cases(builder.log(), TABLE, promise=promise)
    assert found.paused == sum(one.state == "suspended" for one in expected)
    due = {str(number): one.due for number, one in enumerate(expected)}
    assert all(late.due == due[late.case] for late in found.late)


def test_part_of_a_log() -> None:
    log = log_of(("A", "file", "2026-03-02"), ("B", "file", "2026-03-02"), ("B", "pass", "2026-03-03"))
    part = chosen(log, np.array([False, True]))
    assert part.cases == ("B",)
    assert part.case.tolist() == [0, 0]
    assert variants(part)[0].activities == ("file", "pass")


def test_an_empty_passage() -> None:
    assert passages(log_of(("A", "file", "2026-03-02")), TABLE) == []
