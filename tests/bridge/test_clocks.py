"""The clock on a case; the mistakes other systems shipped are tests of their own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge.commands import sweeping
from lianqiao.bridge.models import Case, Entry, Notice, Promise
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import Town, beijing, remark

pytestmark = pytest.mark.django_db


def clock_of(case: Case, name: str = "review") -> dict[str, Any]:
    """Return a clock of the case as it stands, in the words of the log."""
    return dict(state_of(Case.objects.get(pk=case.pk)).clocks[name].promise)


# ---- which days count


def test_a_make_up_day_counts(ganjiang: Town) -> None:
    """2026-02-11 + 3 working days is Saturday 2026-02-14, worked for the Spring Festival."""
    case = ganjiang.file_drama()
    assert clock_of(case, "first_review")["due_date"] == "2026-02-14"
    promise = Promise.objects.get(case=case)
    assert promise.due_at == beijing("2026-02-14 17:30")
    assert not promise.provisional
    ganjiang.at("2026-02-14 17:30").pass_review(case)
    promise.refresh_from_db()
    assert (promise.result, promise.breaches) == ("kept", 0)


def test_one_second_late_is_late(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.now = beijing("2026-02-14 17:30") + timedelta(seconds=1)
    town.step(case, "pass", town.a)
    promise = Promise.objects.get(case=case)
    assert (promise.result, promise.breaches) == ("broken", 1)
    assert_lawful()


def test_a_promise_across_an_unpublished_year_is_provisional(testing_zone: Path, db: None) -> None:
    lengthened(testing_zone, "40wd")
    town = Town("2019-11-18 10:00")
    case = town.open("simple", name="示例")
    promise = Promise.objects.get(case=case)
    assert promise.provisional
    town.at("2019-11-22 09:00")
    assert town.tick().recomputed == 1
    promise.refresh_from_db()
    assert not promise.provisional
    entry = bodies(case)[-1]
    assert (entry["act"], entry["reason"]) == ("recompute", "国办发明电〔2019〕16号")
    assert town.tick().recomputed == 0
    assert_lawful()


def test_a_promise_due_next_year_is_provisional_today(town: Town) -> None:
    town.at("2026-12-30 10:00")
    case = town.open("simple", name="示例")
    promise = Promise.objects.get(case=case)
    assert promise.provisional
    assert promise.due_at == beijing("2027-01-05 17:30")
    assert clock_of(case)["provisional"] is True


def lengthened(zone: Path, budget: str) -> None:
    """Let the simple promise of this zone have another budget."""
    file = zone / "mechanisms" / "simple.toml"
    text = file.read_text()
    file.write_text(
        text.replace('budget = "3wd"', f'budget = "{budget}"').replace('budget = "20wd"', 'budget = "60wd"')
    )


# ---- a notice revised after publication


@pytest.mark.parametrize(
    ("budget", "opened", "revised", "before", "after", "notice"),
    [
        # 1 May 2019 became four days off on 22 March, and 28 April a day of work: this one is due earlier
        ("29wd", "2019-03-20 10:00", "2019-03-22 09:00", "2019-05-02", "2019-04-30", "国办发明电〔2019〕3号"),
        # the Spring Festival of 2020 was made longer on 27 January, and 1 February a day off
        ("3wd", "2020-01-22 10:00", "2020-01-27 09:00", "2020-02-01", "2020-02-04", "国办发明电〔2020〕1号"),
    ],
)
def test_a_revised_notice_moves_what_is_open(  # noqa: PLR0917
    testing_zone: Path, db: None, budget: str, opened: str, revised: str, before: str, after: str, notice: str
) -> None:
    lengthened(testing_zone, budget)
    town = Town(opened)
    case, closed, standing = (town.open("simple", name=name) for name in ("示例", "办结", "停"))
    town.later(minutes=1).step(closed, "pass", town.c)
    town.step(standing, "return", town.a, faults=[remark("name")])
    assert clock_of(case)["due_date"] == before
    assert town.at(revised).tick().recomputed == 1
    assert clock_of(case)["due_date"] == after
    entry = bodies(case)[-1]
    assert (entry["act"], entry["by"], entry["reason"]) == ("recompute", "system", notice)
    assert Promise.objects.get(case=case).due_at == Case.objects.get(pk=case.pk).due_at
    told = Notice.objects.filter(kind="recompute")
    assert set(told.values_list("case_id", "person_id")) == {(case.pk, town.a.pk), (case.pk, town.agent.pk)}
    entries = Entry.objects.count()
    assert town.later(minutes=1).tick().recomputed == 0
    assert (Entry.objects.count(), len(bodies(closed)), len(bodies(standing))) == (entries, 2, 2)
    assert_lawful()


def test_a_revised_notice_moves_the_next_rung_where_the_due_time_stays(testing_zone: Path, db: None) -> None:
    """Due on 26 April 2019; the day after counts as worked since 22 March: 28 April, not the 29th."""
    lengthened(testing_zone, "26wd")
    town = Town("2019-03-20 10:00")
    case = town.open("simple", name="示例")
    assert clock_of(case)["due_date"] == "2019-04-26"
    town.at("2019-03-22 09:00").tick()
    assert clock_of(case)["due_date"] == "2019-04-26"
    town.at("2019-04-28 17:30").tick()
    assert [rung for body in bodies(case) for rung in body.get("rungs", ())] == [0, 1, 2]
    assert_lawful()


def test_a_case_stands_under_the_calendar_of_its_day_until_a_tick(testing_zone: Path, db: None) -> None:
    """What was promised at the window stays on the page until the change has its reason in the log."""
    town = Town("2020-01-22 10:00")
    case = town.open("simple", name="示例")
    town.at("2020-01-27 09:00")
    assert clock_of(case)["due_date"] == "2020-02-01"
    town.tick()
    assert clock_of(case)["due_date"] == "2020-02-04"


# ---- what must not restart, stop or move a clock


def test_a_second_correction_raised_the_day_the_first_closes(town: Town) -> None:
    case = town.at("2026-03-02 10:00").open("simple", name="示例")
    assert clock_of(case)["due_date"] == "2026-03-05"
    town.at("2026-03-03 10:00").step(case, "return", town.a, faults=[remark("name")])
    town.at("2026-03-04 15:00").step(case, "correct", town.agent, name="更正一")
    assert clock_of(case)["due_date"] == "2026-03-06"
    town.at("2026-03-04 16:00").step(case, "return", town.a, faults=[remark("name")])
    assert clock_of(case)["due"] == ""
    town.at("2026-03-05 09:00").step(case, "correct", town.agent, name="更正二")
    # out were (3rd, 4th] and (4th, 5th]: two days, each once
    assert clock_of(case)["due_date"] == "2026-03-09"
    town.at("2026-03-05 09:30").step(case, "return", town.a, faults=[remark("name")])
    town.at("2026-03-05 17:00").step(case, "correct", town.agent, name="更正三")
    assert clock_of(case)["due_date"] == "2026-03-09", "a pause within a day takes no day out"
    assert_lawful()


def test_nothing_done_to_an_overdue_case_starts_its_clock_anew(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.at("2026-02-28 10:00").tick()
    before = clock_of(case)
    town.step(case, "note", town.a, reason="示例备注")
    town.later(hours=1)
    leave = town.leave(town.a)
    town.tick()
    town.later(hours=1).back(leave)
    town.tick()
    assert clock_of(case) == before
    with pytest.raises(Refusal, match="ran out"):
        town.step(case, "extend", town.leader, reason="示例理由")
    town.step(case, "return", town.a, faults=[remark("name")])
    town.at("2026-03-10 10:00").step(case, "correct", town.agent, name="更正")
    assert clock_of(case)["due"] == before["due"], "a pause after expiry cures nothing"
    town.step(case, "pass", town.a)
    assert Promise.objects.get(case=case).result == "broken"
    assert_lawful()


def test_a_restart_of_an_overdue_promise_does_not_make_it_whole(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.at("2026-02-28 10:00").tick()
    town.step(case, "return_incomplete", town.a, faults=[remark("paper", "缺材料")])
    town.later(days=3)
    file = town.upload(b"%PDF-1.4\n%%EOF\n", "材料.pdf", field=field("paper"))
    town.step(case, "supplement", town.agent, paper=[file])
    promise = Promise.objects.get(case=case)
    assert (promise.result, promise.breaches, promise.level) == ("", 1, "")
    town.later(hours=1).step(case, "pass", town.a)
    promise.refresh_from_db()
    assert (promise.result, promise.breaches) == ("kept", 1)
    assert_lawful()


def field(name: str) -> Any:
    from lianqiao.bridge import packs

    return packs.current().newest("simple").fields[name]


def test_a_suspended_clock_resumes_with_the_days_it_had_left(town: Town) -> None:
    case = town.at("2026-03-02 10:00").open("simple", name="示例")
    town.at("2026-03-04 17:00").step(case, "return", town.a, faults=[remark("name")])
    town.at("2026-04-20 09:00").tick()
    assert Case.objects.get(pk=case.pk).next_at is None
    town.step(case, "correct", town.agent, name="更正")
    # used up are the 3rd and the 4th; one day is left
    assert clock_of(case)["due_date"] == "2026-04-21"
    assert_lawful()


def test_nothing_is_climbed_while_a_clock_stands_still(town: Town) -> None:
    case = town.at("2026-03-02 10:00").open("simple", name="示例")
    town.at("2026-03-02 11:00").step(case, "return", town.a, faults=[remark("name")])
    town.at("2026-06-01 10:00").tick()
    assert [body.get("act") for body in bodies(case)] == [None, None]
    assert Notice.objects.filter(kind="rung").count() == 0


def test_renaming_a_state_in_the_file_changes_no_clock(town: Town, testing_zone: Path) -> None:
    """An issue tracker forgot its timers when a column was renamed: here a case knows states by their ids."""
    case = town.open("simple", name="示例")
    before, head = clock_of(case), Case.objects.get(pk=case.pk).head
    file = testing_zone / "mechanisms" / "simple.toml"
    file.write_text(
        file.read_text()
        .replace('zh-hans = "审查"', 'zh-hans = "复审"')
        .replace('"Review"', '"Second review"')
    )
    town.later(hours=1).tick()
    assert clock_of(case) == before
    assert Case.objects.get(pk=case.pk).head == head
    town.at("2026-02-25 10:00").tick()
    town.step(case, "pass", town.a)
    assert Promise.objects.get(case=case).result == "broken"
    assert_lawful()


def test_the_last_of_many_overdue_cases_is_swept_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that took the first hundred each time never came to the 101st."""
    monkeypatch.setattr(sweeping, "AT_ONCE", 25)
    count = 101
    for number in range(count):
        town.open("simple", name=f"示例{number}")
    town.at("2026-02-25 10:00")
    assert town.tick().cases == count
    assert Entry.objects.filter(name="rung").count() == count
    assert town.tick().cases == 0
    assert set(Promise.objects.values_list("level", flat=True)) == {"leader"}


# ---- rungs, expiry, extension, office hours


def test_rungs_climb_one_by_one_as_time_goes(town: Town) -> None:
    case = town.open("simple", name="示例")
    climbed = {}
    for moment in ("13 17:29", "13 17:30", "14 09:00", "14 17:30", "24 17:30", "25 17:30", "26 17:30"):
        town.at(f"2026-02-{moment}").tick()
        climbed[moment] = [rung for body in bodies(case) for rung in body.get("rungs", ())]
    assert list(climbed.values()) == [[], [0], [0], [0, 1], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3]]
    told = Notice.objects.filter(kind="rung", person=town.leader).order_by("pk")
    assert [notice.facts["level"] for notice in told] == ["urge", "leader", "public"]


def test_a_worker_that_was_away_climbs_what_it_missed_at_once_and_tells_once(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.at("2026-03-20 10:00").tick()
    assert [body["rungs"] for body in bodies(case)[1:]] == [[0, 1, 2, 3]]
    assert Notice.objects.filter(kind="rung", person=town.a).count() == 1
    assert Promise.objects.get(case=case).level == "public"


def test_more_time_is_given_once_by_the_leader_and_before_it_is_too_late(town: Town) -> None:
    case = town.open("simple", name="示例")
    with pytest.raises(Refusal) as refused:
        town.step(case, "extend", town.a, reason="示例理由")
    assert refused.value.code == "wrong-role"
    with pytest.raises(Refusal) as refused:
        town.step(case, "extend", town.leader)
    assert [problem.code for problem in refused.value.problems] == ["needs-missing"]
    town.later(hours=1).step(case, "extend", town.leader, reason="示例理由")
    assert clock_of(case)["due_date"] == "2026-02-25"
    with pytest.raises(Refusal) as refused:
        town.later(hours=1).step(case, "extend", town.leader, reason="再延")
    assert refused.value.code == "step-not-possible"
    assert {
        notice.person_id for notice in Notice.objects.filter(case=case, kind="step", facts__step="extend")
    } == {town.agent.pk, town.a.pk}
    assert_lawful()


def test_time_itself_decides_where_the_law_says_so(town: Town) -> None:
    case = town.at("2026-03-02 10:00").open("joint", site="示例", risk="low")
    town.step(case, "fire_ok", town.a)
    town.step(case, "water_ok", town.b)
    town.later(minutes=1).step(case, "join", town.leader)
    assert clock_of(case, "deciding")["due_date"] == "2026-03-09", (
        "the fifth day is a Saturday, so it rolls to Monday"
    )
    town.at("2026-03-10 00:00").tick()
    assert Case.objects.get(pk=case.pk).outcome == ""
    town.now += timedelta(seconds=1)
    town.tick()
    done = Case.objects.get(pk=case.pk)
    assert (done.outcome, done.marking, done.holder_id) == ("granted", "tacit", None)
    last = bodies(case)[-1]
    assert (last["step"], last["by"], last["role"]) == ("lapse", "clock", "clock")
    assert Entry.objects.filter(case=case).order_by("-seq")[0].person is None
    assert Promise.objects.get(case=case, clock="deciding").result == "broken"
    with pytest.raises(Refusal, match="closed"):
        town.step(case, "decide", town.leader)
    assert_lawful()
    assert verify_log().problems == ()


def test_working_hours_are_those_of_this_zones_offices(town: Town, testing_zone: Path) -> None:
    file = testing_zone / "district.toml"
    file.write_text(
        file.read_text().replace(
            'id = "testing"\n', 'id = "testing"\noffice_hours = "08:30-12:00 14:00-18:30"\n'
        )
    )
    case = town.at("2026-03-02 08:30").open("joint", site="示例", risk="low")
    # eight hours a day: sixteen end with the second day's last office hour
    assert clock_of(case, "water")["due"][:16] == "2026-03-03T18:30"


def test_two_clocks_run_side_by_side_and_the_nearer_is_shown(town: Town) -> None:
    case = town.at("2026-03-02 10:00").open("joint", site="示例", risk="low")
    due_at = {promise.clock: promise.due_at for promise in Promise.objects.filter(case=case)}
    assert set(due_at) == {"fire", "water"}
    assert Case.objects.get(pk=case.pk).due_at == min(due_at.values())
    town.step(case, "water_ok", town.b)
    assert Case.objects.get(pk=case.pk).due_at == due_at["fire"]
    assert_lawful()


def test_what_an_act_promised_is_in_its_entry(town: Town) -> None:
    """Replay needs no calendar: the due time and the version it was reckoned on are written down."""
    case = town.open("simple", name="示例")
    [body] = bodies(case)
    promise = body["clocks"]["review"]["promise"]
    assert (promise["due"], promise["calendar"]) == ("2026-02-14T17:30:00+08:00", "cn@2025-11-04")
    assert body["clocks"]["review"]["law"]["budget"] == "20wd"
    assert json.loads(Entry.objects.get().body) == body
