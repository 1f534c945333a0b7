"""Who has the work: the lightest load, the deputy while A is away, a colleague after a hand-over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianqiao.bridge import commands
from lianqiao.bridge.models import Case, Entry, Load, Notice, Part, Promise
from lianqiao.bridge.queries import case_for, waiting_for_firm, worklist
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Duty, Person
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import CLERK, LEADER, STEWARD, Town

pytestmark = pytest.mark.django_db


def work_of(person: Person) -> list[str]:
    """Return the titles on a person's worklist."""
    return list(worklist(person.pk).order_by("pk").values_list("title", flat=True))


def holder(case: Case, role: str = "officer") -> int:
    return Part.objects.get(case=case, role=role).holder_id


# ---- at opening


def test_a_case_goes_to_whoever_has_the_fewest_open_ones(town: Town) -> None:
    given = [town.open("simple", name=f"示例{number}").holder_id for number in range(5)]
    assert given == [town.a.pk, town.c.pk, town.a.pk, town.c.pk, town.a.pk]
    done = Case.objects.filter(holder=town.a).order_by("pk")
    for case in done:
        town.step(case, "pass", town.a)
    assert town.open("simple", name="下一件").holder_id == town.a.pk
    assert_lawful()


def test_with_equal_loads_it_goes_to_whoever_was_given_fewest(town: Town) -> None:
    given = []
    for number in range(6):  # each is done before the next comes: everyone always has none
        case = town.open("simple", name=f"示例{number}")
        given.append(case.holder_id)
        town.later(minutes=5).step(case, "pass", Person.objects.get(pk=case.holder_id))
    assert given == [town.a.pk, town.c.pk] * 3
    assert set(Load.objects.filter(duty=STEWARD).values_list("open_cases", "given")) == {(0, 3)}
    assert_lawful()


def test_only_those_whose_duty_covers_the_case_are_asked(town: Town) -> None:
    Duty.objects.filter(person=town.c, code=STEWARD).update(scope={"tier": ["key"]})
    given = {town.open("simple", name=f"示例{number}", tier="other").holder_id for number in range(4)}
    assert given == {town.a.pk}
    assert town.open("simple", name="重点", tier="key").holder_id == town.c.pk
    assert town.open("simple", name="未定").holder_id == town.a.pk, "what a case does not say is not covered"


def test_a_case_nobody_covers_is_the_leaders(town: Town) -> None:
    Duty.objects.filter(code=STEWARD).update(scope={"tier": ["key"]})
    case = town.open("simple", name="示例", tier="other")
    assert case.holder_id == town.leader.pk
    assert work_of(town.leader) == ["示例"]
    town.step(case, "pass", town.leader)
    assert_lawful()


def test_without_anyone_to_do_it_nothing_is_filed(testing_zone: Any, db: None) -> None:
    town = Town()
    Duty.objects.all().update(until=town.now)
    with pytest.raises(Refusal) as refused:
        town.later(minutes=1).open("simple", name="示例")
    assert refused.value.code == "nobody-on-duty"
    assert Case.objects.count() == Entry.objects.count() == 0


def test_a_deputy_has_the_case_at_once_when_a_is_away_as_it_comes(town: Town) -> None:
    Duty.objects.filter(person=town.c).update(until=town.now)
    town.later(minutes=1).leave(town.a)
    case = town.open("simple", name="示例")
    part = Part.objects.get(case=case, role="officer")
    assert (part.owner_id, part.holder_id, case.holder_id) == (town.a.pk, town.b.pk, town.b.pk)
    assert bodies(case)[0]["owners"]["officer"] == str(town.a.pk)
    assert set(Notice.objects.filter(case=case).values_list("person_id", flat=True)) == {town.a.pk, town.b.pk}
    town.step(case, "pass", town.b)
    assert Promise.objects.get(case=case).owner_id == town.a.pk, "the promise is A's, also while B keeps it"
    assert_lawful()


def test_who_is_there_is_asked_before_who_is_away(town: Town) -> None:
    town.leave(town.a)
    assert town.open("simple", name="示例").holder_id == town.c.pk


# ---- leave and return


def test_leave_filed_for_today_moves_the_worklist_within_one_tick(town: Town) -> None:
    cases = [town.open("simple", name=f"示例{number}") for number in range(4)]
    town.later(hours=1)
    leave = town.leave(town.a)
    assert work_of(town.a) == ["示例0", "示例2"]
    assert town.tick().stand_ins == 2
    assert (work_of(town.a), work_of(town.b), work_of(town.c)) == ([], ["示例0", "示例2"], ["示例1", "示例3"])
    entry = bodies(cases[0])[-1]
    assert (entry["act"], entry["by"], entry["reason"]) == ("hold", "system", "stand-in")
    assert entry["holders"] == {"officer": str(town.b.pk)}
    assert "owners" not in entry
    assert Notice.objects.filter(kind="hold", person=town.b, facts__reason="stand-in").count() == 2
    assert town.tick().stand_ins == 0
    town.later(hours=1).back(leave)
    assert town.tick().stand_ins == 2
    assert (work_of(town.a), work_of(town.b)) == (["示例0", "示例2"], [])
    assert bodies(cases[0])[-1]["reason"] == "return"
    assert Notice.objects.filter(kind="hold", person=town.a, facts__reason="return").count() == 2
    assert_lawful()


def test_the_leave_that_ends_by_itself_gives_the_work_back(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.leave(town.a, days=1)
    town.later(minutes=1).tick()
    assert holder(case) == town.b.pk
    town.later(days=1).tick()
    assert holder(case) == town.a.pk


def test_while_a_is_away_b_acts_and_a_may_look_but_not_act(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.leave(town.a)
    town.later(minutes=1).tick()
    with pytest.raises(Refusal) as refused:
        town.step(case, "pass", town.a)
    assert refused.value.code == "wrong-role"
    assert case_for(case.number, town.a, at=town.now).private
    town.step(case, "pass", town.b)
    assert Entry.objects.filter(case=case, name="pass").get().person == town.b
    assert_lawful()


def test_when_b_is_away_too_the_next_in_line_has_it(town: Town) -> None:
    case = town.open("simple", name="示例")
    away = town.leave(town.a, days=5)
    town.later(minutes=1).tick()
    assert holder(case) == town.b.pk
    second = town.leave(town.b, days=5)
    town.later(minutes=1).tick()
    assert holder(case) == town.c.pk
    town.leave(town.c, days=5)
    town.later(minutes=1).tick()
    assert holder(case) == town.leader.pk
    town.back(second)
    town.later(minutes=1).tick()
    assert holder(case) == town.b.pk
    town.back(away)
    town.later(minutes=1).tick()
    assert holder(case) == town.a.pk
    assert_lawful()


def test_with_everybody_away_every_case_still_has_its_holder(town: Town) -> None:
    cases = [town.open("simple", name="示例"), town.open("joint", site="示例", risk="low")]
    for person in (town.a, town.b, town.c, town.leader):
        town.leave(person, days=5)
    town.later(minutes=1).tick()
    for case in cases:
        case.refresh_from_db()
        assert case.holder_id is not None
    late = town.later(minutes=1).open("simple", name="迟到")
    assert late.holder_id is not None
    assert_lawful()


def test_absence_stops_no_clock(town: Town) -> None:
    case = town.open("simple", name="示例")
    before = Promise.objects.get(case=case)
    town.leave(town.a, days=30)
    town.leave(town.b, days=30)
    town.at("2026-02-25 10:00").tick()
    promise = Promise.objects.get(case=case)
    assert (promise.due_at, promise.state, promise.level) == (before.due_at, "running", "leader")
    rung = Notice.objects.filter(case=case, kind="rung")
    assert {town.a.pk, town.c.pk, town.leader.pk, town.agent.pk} == set(
        rung.values_list("person_id", flat=True)
    )


def test_both_branches_move_each_to_its_own_deputy(town: Town) -> None:
    deputy = town.officer("示例窗口同事", CLERK)
    Duty.objects.filter(person=town.b, code=CLERK).update(deputy=deputy)
    case = town.open("joint", site="示例", risk="low")
    waters = {town.b.pk: deputy.pk, deputy.pk: town.b.pk}
    had = holder(case, "water")
    town.leave(Person.objects.get(pk=had))
    town.later(minutes=1).tick()
    assert holder(case, "water") == waters[had]
    assert holder(case, "fire") == town.a.pk
    assert_lawful()


# ---- people who go for good


@pytest.mark.parametrize("way", ["the account is closed", "the duty ends"])
def test_who_goes_for_good_leaves_no_case_behind(town: Town, way: str) -> None:
    case = town.open("simple", name="示例")
    if way == "the duty ends":
        duty = Duty.objects.get(person=town.a, code=STEWARD)
        organization.end_duty(duty.pk, reason="示例调岗", actor=None, now=town.later(minutes=1).now)
    else:
        organization.deactivate_person(
            town.a.pk, reason="示例离职", actor=None, now=town.later(minutes=1).now
        )
    town.later(minutes=1).tick()
    case.refresh_from_db()
    assert case.holder_id not in (None, town.a.pk)
    assert work_of(Person.objects.get(pk=case.holder_id)) == ["示例"]
    town.step(case, "pass", Person.objects.get(pk=case.holder_id))
    assert_lawful()


def test_hand_over_moves_everything_open_in_one_act(town: Town) -> None:
    cases = [town.open("simple", name=f"示例{number}") for number in range(6)]
    town.step(cases[0], "pass", town.a)
    town.step(cases[2], "return", town.a, faults=[{"field": "name", "reason": "请更正"}])
    town.later(minutes=1)
    moved = commands.hand_over(
        town.a, to_person=town.c, duty=STEWARD, by=town.a, reason="示例调岗", now=town.now
    )
    assert moved == 2
    assert (work_of(town.a), len(work_of(town.c))) == ([], 4)
    assert [case.title for case in waiting_for_firm(town.c.pk)] == ["示例2"]
    assert set(Part.objects.filter(open=True, role="officer").values_list("owner_id", "holder_id")) == {
        (town.c.pk, town.c.pk)
    }
    assert Promise.objects.filter(result="", owner=town.c).count() == 5
    entry = Entry.objects.filter(case=cases[4]).order_by("-seq")[0]
    assert (bodies(cases[4])[-1]["reason"], entry.person) == ("hand-over", town.a)
    assert Load.objects.get(person=town.c, duty=STEWARD).open_cases == 5
    assert len(bodies(cases[0])) == 2, "what is closed stays whose it was"
    assert_lawful()


def test_hand_over_while_a_stand_in_has_the_work(town: Town) -> None:
    case = town.open("simple", name="示例")
    leave = town.leave(town.a)
    town.later(minutes=1).tick()
    commands.hand_over(
        town.a, to_person=town.c, duty=STEWARD, by=town.leader, reason="示例调岗", now=town.now
    )
    assert holder(case) == town.c.pk
    town.later(minutes=1).back(leave)
    town.tick()
    assert holder(case) == town.c.pk
    assert_lawful()


def test_hand_over_is_all_or_nothing(town: Town) -> None:
    for number in range(4):
        town.open("simple", name=f"示例{number}")
    last = Case.objects.filter(holder=town.a).order_by("pk")[0]
    town.later(days=1).step(last, "note", town.a, reason="记")
    # one of the cases refuses: its last entry lies after the time of the hand-over
    town.now -= timedelta(hours=2)
    entries = Entry.objects.count()
    with pytest.raises(Refusal) as refused:
        commands.hand_over(town.a, to_person=town.c, duty=STEWARD, by=town.a, reason="示例调岗", now=town.now)
    assert refused.value.code == "clock-set-back"
    assert Entry.objects.count() == entries
    assert Duty.objects.get(person=town.a, code=STEWARD).until is None
    assert len(work_of(town.a)) == 2
    assert_lawful()


@pytest.mark.parametrize(
    ("who", "code"), [("agent", "leader-only"), ("c", "leader-only"), ("b", "leader-only")]
)
def test_nobody_hands_over_for_another_but_the_leader(town: Town, who: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        commands.hand_over(
            town.a,
            to_person=town.c,
            duty=STEWARD,
            by=getattr(town, who),
            reason="示例",
            now=town.later(minutes=1).now,
        )
    assert refused.value.code == code
    commands.hand_over(town.a, to_person=town.c, duty=STEWARD, by=town.leader, reason="示例", now=town.now)


# ---- one case given to someone else


def test_the_leader_gives_one_case_to_someone_else(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.later(minutes=1)
    commands.reassign(case.number, "officer", town.c, by=town.leader, now=town.now)
    part = Part.objects.get(case=case, role="officer")
    assert (part.owner_id, part.holder_id) == (town.c.pk, town.c.pk)
    assert Load.objects.filter(duty=STEWARD, open_cases=1).get().person_id == town.c.pk
    assert (work_of(town.a), work_of(town.c)) == ([], ["示例"])
    assert_lawful()


@pytest.mark.parametrize(
    ("by", "to", "role", "code"),
    [
        ("a", "c", "officer", "wrong-role"),
        ("agent", "c", "officer", "wrong-role"),
        ("other_agent", "c", "officer", "unknown-case"),
        ("leader", "b", "officer", "not-on-duty"),
        ("leader", "agent", "officer", "not-on-duty"),
        ("leader", "c", "applicant", "unknown-role"),
        ("leader", "c", "nobody", "unknown-role"),
    ],
)
def test_what_is_refused_when_a_case_is_given_away(
    town: Town, by: str, to: str, role: str, code: str
) -> None:
    case = town.open("simple", name="示例")
    with pytest.raises(Refusal) as refused:
        commands.reassign(case.number, role, getattr(town, to), by=getattr(town, by), now=town.now)
    assert refused.value.code == code
    assert len(bodies(case)) == 1


def test_a_closed_case_is_given_to_nobody(town: Town) -> None:
    case = town.open("simple", name="示例")
    town.step(case, "pass", town.a)
    with pytest.raises(Refusal) as refused:
        commands.reassign(case.number, "officer", town.c, by=town.leader, now=town.now)
    assert refused.value.code in ("step-not-possible", "case-closed")
    assert len(bodies(case)) == 2


def test_the_leader_of_another_promise_is_not_this_ones(town: Town) -> None:
    case = town.open("simple", name="示例")
    other = town.officer("别处负责人", "other-leader")
    with pytest.raises(Refusal) as refused:
        commands.reassign(case.number, "officer", town.c, by=other, now=town.now)
    assert refused.value.code in ("wrong-role", "unknown-case")
    assert LEADER != "other-leader"
