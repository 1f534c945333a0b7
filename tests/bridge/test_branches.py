"""Branches side by side, their join, conditions, limits, sub-cases, and leaving all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianqiao.bridge.models import Case, Part, Promise
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.engine.errors import Refusal
from tests.bridge.laws import assert_lawful, bodies
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def forked(town: Town, risk: str = "low") -> Case:
    return town.open("joint", site="示例地点", risk=risk)


def joined(town: Town, risk: str = "low") -> Case:
    """Open a joint case and carry it through both branches to the leader's desk."""
    case = forked(town, risk)
    town.step(case, "fire_ok", town.a)
    town.step(case, "water_ok", town.b)
    return town.step(case, "join", town.leader)


def test_a_fork_gives_each_office_its_part_and_its_clock(town: Town) -> None:
    case = forked(town)
    assert state_of(case).marking == ("fire", "water")
    parts = dict(Part.objects.filter(case=case).values_list("role", "holder_id"))
    assert parts == {"fire": town.a.pk, "water": town.b.pk, "leader": town.leader.pk}
    owners = dict(Promise.objects.filter(case=case).values_list("clock", "owner_id"))
    assert owners == {"fire": town.a.pk, "water": town.b.pk}


@pytest.mark.parametrize("first", ["fire", "water"])
def test_branches_are_joined_in_whichever_order_they_end(town: Town, first: str) -> None:
    case = forked(town)
    steps = {"fire": ("fire_ok", town.a), "water": ("water_ok", town.b)}
    second = {"fire": "water", "water": "fire"}[first]
    town.step(case, *steps[first])
    with pytest.raises(Refusal, match="another branch is still open"):
        town.step(case, "join", town.leader)
    assert fresh(case).waits_for == second, (
        "the office that is not done yet has it, not the leader who may not join"
    )
    town.step(case, *steps[second])
    town.step(case, "join", town.leader)
    assert state_of(fresh(case)).marking == ("deciding",)
    assert fresh(case).holder_id == town.leader.pk
    assert_lawful()


def test_who_holds_one_branch_does_nothing_in_the_other(town: Town) -> None:
    case = forked(town)
    for step, stranger in (
        ("fire_ok", town.b),
        ("water_ok", town.a),
        ("fire_ok", town.leader),
        ("join", town.a),
    ):
        with pytest.raises(Refusal) as refused:
            town.step(case, step, stranger)
        assert refused.value.code == "wrong-role"
    with pytest.raises(Refusal) as refused:
        town.step(case, "fire_ok", town.other_agent)
    assert refused.value.code == "unknown-case"
    assert len(bodies(case)) == 1


def test_a_step_done_in_its_branch_is_not_done_twice(town: Town) -> None:
    case = forked(town)
    town.step(case, "fire_ok", town.a)
    with pytest.raises(Refusal, match="moved on"):
        town.step(case, "fire_ok", town.a)


def test_an_overdue_branch_climbs_its_own_rungs_only(town: Town) -> None:
    case = town.at("2026-03-02 10:00").open("joint", site="示例", risk="low")
    town.step(case, "fire_ok", town.a)
    town.at("2026-03-10 10:00").tick()
    results = dict(Promise.objects.filter(case=case).values_list("clock", "result"))
    levels = dict(Promise.objects.filter(case=case).values_list("clock", "level"))
    assert (results, levels) == ({"fire": "kept", "water": ""}, {"fire": "", "water": "leader"})
    assert_lawful()


@pytest.mark.parametrize(
    ("risk", "may", "may_not"), [("low", "decide", "recheck"), ("high", "recheck", "decide")]
)
def test_a_condition_opens_one_way_and_shuts_the_other(town: Town, risk: str, may: str, may_not: str) -> None:
    case = joined(town, risk)
    with pytest.raises(Refusal, match="condition does not hold"):
        town.step(case, may_not, town.leader)
    town.step(case, may, town.leader)
    assert_lawful()


def test_a_step_is_taken_as_often_as_its_limit_says(town: Town) -> None:
    case = joined(town)
    for _ in range(2):
        town.step(case, "look_again", town.leader)
    with pytest.raises(Refusal, match=r"2 time\(s\) at most"):
        town.step(case, "look_again", town.leader)
    assert state_of(fresh(case)).counts["look_again"] == 2


@pytest.mark.parametrize(
    "where", ["both branches open", "one branch done", "deciding", "with a sub-case open"]
)
def test_withdrawing_leaves_every_branch_and_every_clock(town: Town, where: str) -> None:
    case = forked(town, "high")
    if where != "both branches open":
        town.step(case, "fire_ok", town.a)
    if where in ("deciding", "with a sub-case open"):
        town.step(case, "water_ok", town.b)
        town.step(case, "join", town.leader)
    if where == "with a sub-case open":
        town.step(case, "recheck", town.leader)
    town.step(case, "withdraw", town.agent)
    done = fresh(case)
    assert (done.outcome, done.marking, done.holder_id, done.next_at) == (
        "withdrawn",
        "withdrawn",
        None,
        None,
    )
    assert set(Promise.objects.filter(case=case).values_list("result", flat=True)) <= {"kept", "ended"}
    assert not Part.objects.filter(case=case, open=True).exists()
    if where == "with a sub-case open":
        part = Case.objects.get(parent=case)
        town.step(part, "pass", part.holder)
        assert fresh(case).outcome == "withdrawn", "what ends later moves nothing that is over"
    assert_lawful()


# ---- sub-cases


def test_a_sub_case_is_opened_carried_and_followed(town: Town) -> None:
    case = joined(town, "high")
    town.later(hours=1).step(case, "recheck", town.leader)
    part = Case.objects.get(parent=case)
    assert (part.mechanism, part.parent_name, part.title, part.firm) == (
        "simple",
        "check",
        "示例地点",
        case.firm,
    )
    assert part.applicant == town.leader
    assert state_of(fresh(case)).sub_cases == {"check": "open"}
    town.later(hours=1).step(part, "pass", part.holder)
    done = fresh(case)
    assert (done.outcome, done.closed_at) == ("done", town.now)
    last = bodies(case)[-1]
    assert (last["step"], last["by"], last["sub_cases"]) == ("checked", "sub-case", {"check": "ended"})
    assert_lawful()
    town.tick()
    assert verify_log().problems == ()


def test_a_sub_case_that_is_refused_ends_too(town: Town) -> None:
    case = joined(town, "high")
    town.step(case, "recheck", town.leader)
    part = Case.objects.get(parent=case)
    town.step(part, "refuse", part.holder, reason="示例理由")
    assert fresh(case).outcome == "done"
    assert_lawful()


def test_a_sub_case_has_a_clock_of_its_own_that_is_swept(town: Town) -> None:
    case = joined(town, "high")
    town.step(case, "recheck", town.leader)
    town.at("2026-02-25 10:00").tick()
    part = Case.objects.get(parent=case)
    assert Promise.objects.get(case=part).level == "urge" or Promise.objects.get(case=part).level == "leader"
    assert_lawful()


@pytest.mark.parametrize("first", ["the sub-case", "the branch"])
def test_a_sub_case_and_a_branch_are_joined_whichever_ends_first(town: Town, first: str) -> None:
    case = town.open("gathered", name="示例")
    part = Case.objects.get(parent=case)
    if first == "the sub-case":
        town.step(part, "pass", part.holder)
        assert fresh(case).outcome == ""
        town.later(minutes=1).step(case, "finish_here", Case.objects.get(pk=case.pk).holder)
    else:
        town.step(case, "finish_here", case.holder)
        town.later(minutes=1).step(part, "pass", part.holder)
    assert fresh(case).outcome == "done"
    assert state_of(fresh(case)).sub_cases == {"part": "ended"}
    assert [body["step"] for body in bodies(case)] == ["open", "finish_here", "gather"]
    assert_lawful()


def test_what_a_step_opens_cannot_fail_alone(town: Town, testing_zone: Path) -> None:
    """Where the sub-case is refused the step that opens it is not taken either."""
    case = joined(town, "high")
    from lianqiao.organization.models import Duty

    Duty.objects.all().update(until=town.now)
    town.give(town.leader, "drama-leader", since=town.now)
    Duty.objects.filter(person=town.leader).exclude(until=None).delete()
    town.later(minutes=1)
    before = len(bodies(case))
    try:
        town.step(case, "recheck", town.leader)
    except Refusal:
        assert (len(bodies(case)), Case.objects.count()) == (before, 1)
    else:
        assert Case.objects.filter(parent=case).get().holder_id == town.leader.pk
    assert_lawful()
