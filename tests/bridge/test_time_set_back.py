"""The server's clock is set back, or two servers differ: nothing is recorded before what came before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianqiao.bridge import commands, jobs
from lianqiao.bridge.models import Case, Entry, Notice, Promise
from lianqiao.bridge.queries import verify_log
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import STEWARD, Town, beijing, remark

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("back_s", [6, 3600, 86400 * 400])
def test_an_act_before_the_last_entry_is_refused_and_nothing_is_written(town: Town, back_s: int) -> None:
    case = town.later(days=500).open("simple", name="示例")
    row, entries, notices = Case.objects.values().get(), Entry.objects.count(), Notice.objects.count()
    town.now -= timedelta(seconds=back_s)
    for step, by, data in (
        ("pass", town.a, {}),
        ("withdraw", town.agent, {}),
        ("return", town.a, {"faults": [remark("name")]}),
    ):
        with pytest.raises(Refusal) as refused:
            town.step(case, step, by, **data)
        assert refused.value.code == "clock-set-back"
    assert (Case.objects.values().get(), Entry.objects.count(), Notice.objects.count()) == (
        row,
        entries,
        notices,
    )
    assert_lawful()


@pytest.mark.parametrize("back", [timedelta(microseconds=1), timedelta(seconds=5)])
def test_within_five_seconds_it_is_recorded_at_the_last_entrys_time(town: Town, back: timedelta) -> None:
    case = town.later(days=1).open("simple", name="示例")
    at = town.now
    town.now -= back
    town.step(case, "return", town.a, faults=[remark("name")])
    assert [body["at"] for body in bodies(case)] == [at.isoformat()] * 2
    town.step(case, "correct", town.agent, name="更正")
    assert Case.objects.get().last_at == at
    assert_lawful()
    assert verify_log().problems == ()


def test_a_tick_at_an_earlier_time_does_nothing_twice(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.at("2026-02-25 18:00").tick()
    entries, notices = Entry.objects.count(), Notice.objects.count()
    for moment in ("2026-02-25 17:00", "2026-02-15 00:00", "2026-02-01 00:00", "2026-02-25 18:00"):
        swept = town.at(moment).tick()
        assert (swept.cases, swept.stand_ins, swept.recomputed) == (0, 0, 0)
    assert (Entry.objects.count(), Notice.objects.count()) == (entries, notices)
    town.at("2026-02-26 18:00").tick()
    assert [body["rungs"] for body in bodies(case)[1:]] == [[0, 1, 2], [3]]


def test_a_tick_behind_an_act_leaves_that_case_to_the_next_tick_and_does_the_others(town: Town) -> None:
    """A long sweep has the time it began; whoever acts meanwhile is not to stop it."""
    busy = town.open("simple", name="忙")
    town.open("simple", name="静")
    leave = town.at("2026-02-25 18:00").leave(town.a)
    town.step(busy, "note", town.a, reason="记")
    began = town.now - timedelta(minutes=1)
    swept = jobs.tick(now=began)
    assert swept.sealed == 2
    assert {promise.case.title: promise.level for promise in Promise.objects.select_related("case")} == {
        "忙": "",
        "静": "leader",
    }
    swept = town.tick()
    assert (swept.cases, swept.stand_ins) == (1, 1)
    assert leave.person == town.a
    assert_lawful()


def test_a_hand_over_at_an_earlier_time_is_refused_whole(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.later(days=1).step(case, "note", town.a, reason="记")
    town.later(hours=-1)
    with pytest.raises(Refusal) as refused:
        commands.hand_over(town.a, to_person=town.c, duty=STEWARD, by=town.a, reason="示例", now=town.now)
    assert refused.value.code == "clock-set-back"
    assert Case.objects.get().holder_id == town.a.pk


def test_an_earlier_calendar_takes_nothing_back(testing_zone: object, db: None) -> None:
    town = Town("2020-01-22 10:00")
    case = town.open("simple", name="示例")
    town.at("2020-01-27 09:00").tick()
    moved = Promise.objects.get(case=case).due_at
    assert moved == beijing("2020-02-04 17:30")
    town.at("2020-01-26 09:00").tick()
    assert Promise.objects.get(case=case).due_at == moved
    town.at("2020-01-27 10:00").tick()
    assert [body.get("act") for body in bodies(case)] == [None, "recompute"]
    assert_lawful()
