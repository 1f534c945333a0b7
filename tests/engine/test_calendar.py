"""The calendar: every day against the published data, versions, closures, horizon."""

from __future__ import annotations

import json
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import holidays
import pytest

from lianqiao.engine.calendar import FIRST_DAY, LAST_DAY, Calendar, Closure, DayKind
from lianqiao.engine.errors import Refusal
from lianqiao.engine.state_council import NOTICES, missing_year
from lianqiao.engine.statutory_days import MOVABLE, statutory_days

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "calendar"
LATEST = Calendar.latest()


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no published data at {SHARED}")
def test_every_published_day_agrees_with_the_published_data() -> None:
    stated: dict[date, bool] = {}
    for file in sorted(SHARED.glob("*.json")):
        for entry in json.loads(file.read_text())["days"]:
            stated[date.fromisoformat(entry["date"])] = not entry["isOffDay"]
    assert len(stated) > 350
    wrong = [
        day
        for day in days(FIRST_DAY, LATEST.horizon)
        if LATEST.is_working_day(day) != stated.get(day, day.weekday() < 5)
    ]
    assert wrong == []


def test_every_published_day_agrees_with_the_holidays_package() -> None:
    china = holidays.country_holidays("CN", years=range(2015, LATEST.horizon.year + 1))
    wrong = [
        day
        for day in days(FIRST_DAY, LATEST.horizon)
        if china.is_working_day(day) != LATEST.is_working_day(day)
    ]
    assert wrong == []


def test_movable_feasts_agree_with_the_holidays_package() -> None:
    china = holidays.country_holidays("CN", years=range(2015, 2037), language="en_US")
    english = {
        "Chinese New Year (Spring Festival)": 0,
        "Tomb-Sweeping Day": 1,
        "Dragon Boat Festival": 2,
        "Mid-Autumn Festival": 3,
    }
    for year, feasts in MOVABLE.items():
        for name, index in english.items():
            named = [day for day, names in china.items() if day.year == year and name in names.split("; ")]
            assert min(named) == date.fromisoformat(f"{year}-{feasts[index]}")


def test_the_regulation_grants_eleven_days_then_thirteen() -> None:
    assert sorted(MOVABLE) == list(range(FIRST_DAY.year, LAST_DAY.year + 1))
    after, before = date(2024, 11, 12), date(2024, 11, 11)
    assert len(statutory_days(2024, known_on=after)) == 11
    assert len(statutory_days(2027, known_on=after)) == 13
    assert len(statutory_days(2027, known_on=before)) == 11


def test_the_notice_for_next_year_is_not_overdue() -> None:
    missing = missing_year(datetime.now(UTC).date())
    assert missing is None, f"the State Council's notice for {missing} is overdue: add it to state_council.py"


def test_a_notice_is_overdue_after_15_december() -> None:
    last = NOTICES[-1].year
    assert missing_year(date(last, 12, 15)) is None
    assert missing_year(date(last, 12, 16)) == last + 1
    assert missing_year(date(last + 1, 3, 1)) == last + 1


def test_notices_are_in_order_and_each_revision_names_an_earlier_one() -> None:
    published = [notice.published for notice in NOTICES]
    assert published == sorted(published)
    numbers = [notice.number for notice in NOTICES]
    assert len(set(numbers)) == len(numbers)
    for at, notice in enumerate(NOTICES):
        assert not notice.revises or notice.revises in numbers[:at]
        assert notice.source.startswith("https://www.gov.cn/")


def test_make_up_days_are_weekends_and_rest_runs_are_in_order() -> None:
    for notice in NOTICES:
        for rest in notice.rests:
            assert rest.first <= rest.last
            assert all(day.weekday() >= 5 for day in rest.make_up), (notice.number, rest)


def test_labour_day_2019_as_known_before_and_after_the_revision() -> None:
    before, after = Calendar.known_on(date(2019, 3, 21)), Calendar.known_on(date(2019, 3, 22))
    assert (before.version, after.version) == ("cn@2018-12-06", "cn@2019-03-22")
    changed = [
        day
        for day in days(FIRST_DAY, after.horizon)
        if before.is_working_day(day) != after.is_working_day(day)
    ]
    assert changed == [date(2019, 4, 28), date(2019, 5, 2), date(2019, 5, 3), date(2019, 5, 5)]
    assert after.explain(date(2019, 4, 28)).kind is DayKind.MAKE_UP
    assert after.explain(date(2019, 5, 3)).notice == "国办发明电〔2019〕3号"
    assert before.explain(date(2019, 5, 1)).notice == "国办发明电〔2018〕15号"


def test_spring_festival_2020_as_known_before_and_after_the_extension() -> None:
    before, after = Calendar.known_on(date(2020, 1, 26)), Calendar.known_on(date(2020, 1, 27))
    changed = [
        day
        for day in days(FIRST_DAY, after.horizon)
        if before.is_working_day(day) != after.is_working_day(day)
    ]
    assert changed == [date(2020, 1, 31), date(2020, 2, 1)]
    assert before.explain(date(2020, 2, 1)).kind is DayKind.MAKE_UP
    assert after.explain(date(2020, 2, 1)).kind is DayKind.HOLIDAY


def test_victory_day_2015_was_not_known_in_april() -> None:
    assert Calendar.known_on(date(2015, 4, 1)).is_working_day(date(2015, 9, 3))
    assert not LATEST.is_working_day(date(2015, 9, 3))
    assert LATEST.is_working_day(date(2015, 9, 6))


def test_a_notice_reaches_back_into_december() -> None:
    assert not Calendar.known_on(date(2018, 12, 5)).is_working_day(date(2018, 12, 29))
    assert Calendar.known_on(date(2018, 12, 6)).is_working_day(date(2018, 12, 29))


def test_past_the_horizon_days_are_unpublished_and_provisional() -> None:
    known = Calendar.known_on(date(2026, 11, 21))
    assert known.horizon == date(2026, 12, 31)
    festival, saturday, monday = (known.explain(date(2027, 2, n)) for n in (5, 13, 15))
    assert {day.kind for day in (festival, saturday, monday)} == {DayKind.UNPUBLISHED}
    assert all(day.provisional for day in (festival, saturday, monday))
    assert (festival.working, saturday.working, monday.working) == (False, False, True)
    assert festival.name == "春节"
    assert not known.explain(date(2026, 12, 31)).provisional


def test_a_calendar_before_the_first_notice_knows_nothing() -> None:
    unknown = Calendar.known_on(date(2014, 12, 15))
    assert (unknown.version, unknown.horizon) == ("cn@none", date(2014, 12, 31))
    assert unknown.explain(date(2015, 1, 5)).provisional


def test_a_closure_shuts_a_working_day_and_shows_in_the_version() -> None:
    shut = Closure(date(2026, 7, 1), "示范办〔2026〕3号", "供电检修")
    zone = Calendar.latest([shut])
    day = zone.explain(shut.day)
    assert (day.kind, day.working, day.notice, day.name) == (DayKind.CLOSURE, False, shut.order, shut.reason)
    assert zone.version.startswith("cn@2025-11-04+")
    assert zone.version != LATEST.version
    assert zone != LATEST
    assert zone == Calendar.latest([shut])
    assert zone.nth_working_day_after(date(2026, 6, 30), 1) == date(2026, 7, 2)


def test_a_closure_on_a_rest_day_changes_nothing() -> None:
    zone = Calendar.latest([Closure(date(2026, 10, 1), "示范办〔2026〕4号", "供电检修")])
    assert zone.explain(date(2026, 10, 1)).kind is DayKind.HOLIDAY


def test_a_closure_is_not_known_before_its_order() -> None:
    shut = Closure(date(2026, 7, 1), "示范办〔2026〕3号", "供电检修", published=date(2026, 6, 1))
    assert Calendar.known_on(date(2026, 5, 31), [shut]).is_working_day(shut.day)
    assert not Calendar.known_on(date(2026, 6, 1), [shut]).is_working_day(shut.day)


def test_a_recorded_version_can_be_built_again() -> None:
    shut = Closure(date(2026, 7, 1), "示范办〔2026〕3号", "供电检修")
    for calendar in (LATEST, Calendar.latest([shut]), Calendar.known_on(date(2014, 1, 1))):
        again = Calendar.of_version(calendar.version, calendar.closures)
        assert again == calendar
    for unknown in ("cn@2025-11-05", "cn@2025-11-04+deadbeef", "de@2025", ""):
        with pytest.raises(Refusal, match="no calendar") as refusal:
            Calendar.of_version(unknown, [shut])
        assert refusal.value.code == "calendar-unknown"


@pytest.mark.parametrize("day", [date(2014, 12, 31), date(2037, 1, 1)])
def test_days_outside_are_refused_with_place_reason_and_remedy(day: date) -> None:
    for ask in (LATEST.is_working_day, LATEST.explain, LATEST.working_index, LATEST.working_day_from):
        with pytest.raises(Refusal) as refusal:
            ask(day)
        problem = refusal.value.problems[0]
        assert problem.code == "day-outside-calendar"
        assert day.isoformat() in problem.place
        assert problem.reason
        assert problem.hint


def test_counting_on_and_back_agrees_with_walking() -> None:
    for day in days(date(2025, 12, 20), date(2026, 3, 10)):
        for step in (1, -1):
            walked, left = day, 7
            while left:
                walked += timedelta(days=step)
                left -= LATEST.is_working_day(walked)
            assert LATEST.nth_working_day_after(day, 7 * step) == walked
        assert LATEST.nth_working_day_after(day, 0) == day
        following = LATEST.working_day_from(day)
        assert LATEST.is_working_day(following)
        assert not any(LATEST.is_working_day(between) for between in days(day, following)[:-1])


def test_known_on_takes_an_instant_in_any_zone_as_its_beijing_day() -> None:
    evening = datetime(2019, 3, 21, 17, tzinfo=UTC)  # already 22 March in Beijing
    assert Calendar.known_on(evening).version == "cn@2019-03-22"


# 7.5 %, 12.1 % and 35.3 %: how often "Monday to Friday minus holidays" promises the wrong day, 2019–2025.
@pytest.mark.parametrize(("count", "share"), [(3, 7.5), (5, 12.1), (20, 35.3)])
def test_without_make_up_days_deadlines_are_wrong_as_often_as_measured(count: int, share: float) -> None:
    starts = [day for day in days(date(2019, 1, 1), date(2025, 12, 31)) if LATEST.is_working_day(day)]
    plain = [
        day
        for day in days(date(2019, 1, 1), date(2026, 12, 31))
        if LATEST.is_working_day(day) and day.weekday() < 5
    ]
    assert len(starts) == 1746
    late = 0
    for start in starts:
        guess = plain[bisect_right(plain, start) + count - 1]
        truth = LATEST.nth_working_day_after(start, count)
        assert guess >= truth  # always too late, the dangerous side
        late += guess != truth
    assert round(100 * late / len(starts), 1) == share
