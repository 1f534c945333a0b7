"""Shifts on real days: holidays, make-up days, nights, every other week, exceptions."""

from __future__ import annotations

from datetime import date, datetime, time

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.rota import WORKING_WEEK, Exchange, Pattern, shifts, standing

CALENDAR = Calendar.latest()


def pattern(**more: object) -> Pattern:
    given: dict[str, object] = {
        "id": 1, "person_id": 7, "duty": "agent", "place": "一号窗", "first": date(2026, 2, 2), "last": None,
        "weekdays": WORKING_WEEK, "begins": time(9), "ends": time(17),
    }  # fmt: skip
    return Pattern(**{**given, **more})  # type: ignore[arg-type]


def days(*patterns: Pattern, first: date, last: date, exchanges: tuple[Exchange, ...] = ()) -> list[str]:
    found = shifts(patterns, exchanges, first=first, last=last, calendar=CALENDAR)
    return [f"{one.day:%m%d}:{one.person_id}" for one in found]


def test_holidays_fall_out_and_make_up_days_are_worked() -> None:
    # spring festival 2026: 15 to 23 February off, Saturdays 14 and 28 worked
    found = days(pattern(), first=date(2026, 2, 12), last=date(2026, 3, 1))
    assert found == ["0212:7", "0213:7", "0214:7", "0224:7", "0225:7", "0226:7", "0227:7", "0228:7"]
    # who has only Mondays does not stand on a make-up Saturday; who stands on all days stands in the holiday
    assert days(pattern(weekdays=frozenset({1})), first=date(2026, 2, 9), last=date(2026, 2, 28)) == [
        "0209:7"
    ]
    all_days = pattern(weekdays=frozenset({6}), working_days=False)
    assert days(all_days, first=date(2026, 2, 14), last=date(2026, 2, 22)) == ["0214:7", "0221:7"]


def test_every_other_week_from_the_first() -> None:
    two = pattern(every_weeks=2, weekdays=frozenset({3}), first=date(2026, 3, 4))
    assert days(two, first=date(2026, 3, 1), last=date(2026, 4, 2)) == ["0304:7", "0318:7", "0401:7"]


def test_the_last_exception_holds_and_nobody_is_an_answer() -> None:
    changes = (Exchange(1, date(2026, 3, 3), 8), Exchange(1, date(2026, 3, 3), 9),
               Exchange(1, date(2026, 3, 4), None))  # fmt: skip
    found = days(pattern(), first=date(2026, 3, 2), last=date(2026, 3, 5), exchanges=changes)
    assert found == ["0302:7", "0303:9", "0305:7"]


def test_who_stands_now_or_next_through_the_night() -> None:
    night = pattern(id=2, person_id=8, begins=time(22), ends=time(6), working_days=False)
    found = shifts([pattern(), night], [], first=date(2026, 3, 1), last=date(2026, 3, 6), calendar=CALENDAR)

    def at(text: str) -> frozenset[int]:
        return standing(found, at=datetime.fromisoformat(text).replace(tzinfo=BEIJING))

    assert at("2026-03-03T10:00") == {7}
    assert at("2026-03-04T05:59") == {8}
    # between the night and the morning: whoever stands next
    assert at("2026-03-04T06:00") == {7}
    assert at("2026-03-09T10:00") == frozenset()
