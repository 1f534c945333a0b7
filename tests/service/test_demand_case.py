"""An enterprise demand from the first words to the firm's agreement: branches, clocks, ladder, reopening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from lianqiao.bridge import commands, jobs, queries
from lianqiao.bridge.models import Case, Notice, Promise
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from tests.world import NOW, World, at, build_world, person

DEMAND = "enterprise-demand"
TYPED = {"demand_title": "示例：夜班员工没有公交", "category": "living", "details": "示例：末班车太早。"}
LINES = ("living", "labour", "trade")
HOUR = timedelta(hours=1)


@dataclass
class Zone:
    """The small zone with the people demands need; `lines` are the handlers by line of work."""

    world: World
    desk: Person
    officer_a: Person
    officer_b: Person
    supervisor: Person
    linked: Person
    clerk: Person
    lines: dict[str, Person]

    def raise_demand(self, **more: object) -> Case:
        world = self.world
        return commands.open_case(
            DEMAND, by=world.agent, firm=world.firm, data={**TYPED, **more}, now=world.now
        )

    def act(self, case: Case, step: str, by: Person, now: datetime | None = None, **data: object) -> Case:
        return commands.act(case.number, step, by=by, data=data, now=now or self.world.now)


def build_zone(now: datetime = NOW) -> Zone:
    """Make the people demands need around the small world; the firm has an A and a B of its own."""
    world = build_world(now)
    give = {"actor": None, "now": now}

    def holder(name: str, duty: str, **more: object) -> Person:
        made = person(f"{duty}-{name}", f"示例{duty}{name}", now)
        organization.give_duty(made.pk, code=duty, **give, **more)  # type: ignore[arg-type]
        return made

    officer_b = person("firm-officer-b", "示例挂点干部B", now)
    own = {"firm": [world.firm.credit_code]}
    return Zone(
        world=world,
        desk=holder("01", "demand-desk"),
        officer_a=holder("a", "firm-officer", scope=own, deputy_id=officer_b.pk),
        officer_b=officer_b,
        supervisor=holder("01", "demand-leader"),
        linked=holder("01", "linked-leader", scope=own),
        clerk=holder("01", "window-clerk"),
        lines={line: holder(line, "demand-handler", scope={"department": [line]}) for line in LINES},
    )


@pytest.fixture
def zone(db: None) -> Zone:
    with at(NOW):
        yield build_zone()


def test_two_departments_work_side_by_side_until_the_firm_agrees(zone: Zone) -> None:
    case = zone.raise_demand()
    assert queries.state_of(case).owners["companion"] == str(zone.officer_a.pk)
    assert queries.state_of(case).owners["linked"] == str(zone.linked.pk)
    case = zone.act(
        case, "pass_on", zone.desk, NOW + HOUR,
        main_department="living", joint_one_department="labour", joint_two_department="none",
    )  # fmt: skip
    state = queries.state_of(case)
    assert state.marking == ("handling", "joint_one", "joint_two_done")
    assert "joint_two" not in state.clocks
    assert "joint_two" not in state.owners
    main, joint = zone.lines["living"], zone.lines["labour"]
    assert [one.number for one in queries.worklist(joint.pk)] == [case.number], "a branch is on its own list"
    assert [one.number for one in queries.worklist(main.pk)] == [case.number]
    with pytest.raises(Refusal, match="another branch"):
        zone.act(case, "answer", main, NOW + HOUR, answer="示例")
    zone.act(case, "reply_one", joint, NOW + 2 * HOUR, joint_one_opinion="示例：已对接")
    assert not queries.worklist(joint.pk)
    zone.act(case, "answer", main, NOW + 3 * HOUR, answer="示例：末班车延后到 23 点")
    ended = zone.act(case, "agree", zone.world.agent, NOW + 4 * HOUR)
    assert (ended.outcome, ended.marking) == ("granted", "solved")
    results = dict(Promise.objects.values_list("clock", "result"))
    assert results == {"triage": "kept", "answer": "kept", "main": "kept", "joint_one": "kept"}
    assert queries.verify_log().problems == ()


def test_the_wrong_department_passes_it_on_without_stopping_the_clock(zone: Zone) -> None:
    case = zone.raise_demand()
    none = {"joint_one_department": "none", "joint_two_department": "none"}
    zone.act(case, "pass_on", zone.desk, main_department="living", **none)
    first = queries.state_of(Case.objects.get()).clocks["main"].promise["due"]
    zone.act(
        case, "transfer", zone.lines["living"], NOW + HOUR, main_department="trade", transfer_reason="示例"
    )
    state = queries.state_of(Case.objects.get())
    assert state.holders["main"] == str(zone.lines["trade"].pk)
    assert state.clocks["main"].promise["due"] == first
    assert queries.verify_log().problems == ()


def test_not_solved_is_taken_up_again_and_a_closing_can_be_refused(zone: Zone) -> None:
    case = zone.raise_demand()
    none = {"joint_one_department": "none", "joint_two_department": "none"}
    agent, main = zone.world.agent, zone.lines["living"]
    for _ in range(2):
        zone.act(case, "pass_on", zone.desk, main_department="living", **none)
        zone.act(case, "answer", main, answer="示例")
        if _ == 0:
            zone.act(case, "reopen", agent, not_solved_reason="示例：还是没有车")
    zone.act(case, "close_with_reasons", zone.supervisor, closing_reason="示例：超出本区权限，已上报")
    reopened = zone.act(case, "reopen_closed", agent, NOW + 24 * HOUR, not_solved_reason="示例")
    assert reopened.marking == "triaging"
    assert queries.state_of(reopened).clocks["answer"].runs == 3
    assert "reopening" not in set(Promise.objects.values_list("clock", flat=True)), "nobody promised it"
    zone.act(case, "pass_on", zone.desk, NOW + 25 * HOUR, main_department="living", **none)
    zone.act(case, "answer", main, NOW + 25 * HOUR, answer="示例")
    zone.act(case, "close_with_reasons", zone.supervisor, NOW + 25 * HOUR, closing_reason="示例")
    jobs.tick(now=NOW + timedelta(days=40))
    ended = Case.objects.get()
    assert (ended.outcome, ended.marking) == ("done", "closed")
    assert queries.state_of(ended).clocks["reopening"].result == "ended", (
        "time to reopen is no broken promise"
    )
    assert not Promise.objects.filter(result="broken").exists()
    assert queries.verify_log().problems == ()


def test_the_ladder_is_climbed_to_the_linked_leader_and_the_public_list(zone: Zone) -> None:
    case = zone.raise_demand()
    for days in range(1, 30):
        jobs.tick(now=NOW + timedelta(days=days))
    assert Promise.objects.get(clock="answer").level == "public"
    told = Notice.objects.filter(case=case, kind="rung", person=zone.linked)
    assert {one.facts["level"] for one in told} == {"leader", "public"}


def test_an_officer_takes_it_in_and_the_channel_is_kept(zone: Zone) -> None:
    world = zone.world
    made = commands.open_case(DEMAND, by=zone.clerk, firm=world.firm, data=TYPED, now=NOW, channel="hotline")
    assert (made.channel, made.applicant) == ("hotline", world.agent)
    opening = queries.log_of(made)[0].body
    assert (opening["by"], opening["channel"]) == (str(zone.clerk.pk), "hotline")
    assert Notice.objects.filter(person=world.agent, kind="step").exists(), "the firm hears of it"
    for channel, code in (("pigeon", "unknown-channel"), ("", "wrong-role")):
        with pytest.raises(Refusal) as refused:
            commands.open_case(DEMAND, by=zone.clerk, firm=world.firm, data=TYPED, now=NOW, channel=channel)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        commands.open_case(
            DEMAND, by=zone.lines["trade"], firm=world.firm, data=TYPED, now=NOW, channel="window"
        )
    assert refused.value.code == "not-taken-in"
    assert queries.verify_log().problems == ()


def test_while_a_is_away_b_follows_the_firm(zone: Zone) -> None:
    organization.file_leave(
        zone.officer_a.pk,
        begin=NOW,
        end=NOW + timedelta(days=5),
        kind="annual",
        actor=zone.officer_a,
        now=NOW,
    )
    state = queries.state_of(zone.raise_demand())
    assert (state.owners["companion"], state.holders["companion"]) == (
        str(zone.officer_a.pk),
        str(zone.officer_b.pk),
    )


def test_it_is_merged_only_into_another_open_demand(zone: Zone) -> None:
    first, second = zone.raise_demand(), zone.raise_demand()
    for wrong in ("SQ-2026-999999", second.number, "x"):
        with pytest.raises(Refusal) as refused:
            zone.act(second, "merge", zone.desk, merged_into=wrong)
        assert refused.value.problems[0].facts["fault"] == "not-case"
    merged = zone.act(second, "merge", zone.desk, merged_into=first.number)
    assert (merged.outcome, merged.marking) == ("done", "merged")
    with pytest.raises(Refusal):
        zone.act(first, "merge", zone.desk, merged_into=second.number)


def test_no_earlier_than_filed(zone: Zone) -> None:
    case = zone.raise_demand()
    due = Promise.objects.get(case=case, clock="triage").due_at
    assert due is not None
    assert due.astimezone(BEIJING).strftime("%m-%d %H:%M") == "02-11 15:30"
