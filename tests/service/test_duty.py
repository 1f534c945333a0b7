"""Rota, workload and hand-over: new work to who stands, nothing ever ownerless, everything in one act."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import jobs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands as organization
from lianqiao.organization import queries as organization_queries
from lianqiao.organization.models import Duty, HandOver, Person, RotaPattern
from lianqiao.service.assistance import commands as assistance
from lianqiao.service.assistance.queries import basket
from lianqiao.service.duty import queries
from tests.portal.api_world import Api, office
from tests.world import FILING, NOW, World, person, read, signed_in, stream, upload

MATTER = "assisted-matter"
DATA = {"matter_title": "示例：变更登记", "kind": "registration"}


@pytest.fixture
def agents(world: World) -> list[Person]:
    made = [person(f"agent-{n:02}", f"示例代办员{n:02}", NOW) for n in (1, 2, 3)]
    for one in made:
        organization.give_duty(one.pk, code="agent", actor=None, now=NOW)
    leader = person("agent-leader-01", "示例帮办负责人01", NOW)
    organization.give_duty(leader.pk, code="agent-leader", actor=None, now=NOW)
    return [*made, leader]


def stand(who: Person, *, begins: time = time(9), ends: time = time(17), days: str = "12345") -> RotaPattern:
    return organization.plan_shifts(
        who.pk, code="agent", place="示例一号窗", first_day=date(2026, 2, 2), last_day=None,
        weekdays=[int(day) for day in days], begins=begins, ends=ends, actor=None, now=NOW,
    )  # fmt: skip


def matter(world: World, now: datetime = NOW) -> Case:
    return bridge.open_case(MATTER, by=world.agent, firm=world.firm, data=DATA, now=now)


def owner(case: Case) -> int:
    return int(state_of(Case.objects.get(pk=case.pk)).owners["agent"])


def test_new_work_goes_to_who_stands(world: World, agents: list[Person]) -> None:
    one, two, three, leader = agents
    stand(one, ends=time(12))
    morning = stand(two, begins=time(13))
    # it is ten in the morning: everything goes to the one who stands, though the others have less
    assert {owner(matter(world)) for _ in range(3)} == {one.pk}
    afternoon = NOW.replace(hour=6)  # 14:00 in Beijing
    assert owner(matter(world, afternoon)) == two.pk
    # at night to whoever stands next
    assert owner(matter(world, NOW.replace(hour=14))) == one.pk
    # exchanged for a day: the third stands in the afternoon
    organization.exchange_shift(
        morning.pk, day=date(2026, 2, 12), to_id=three.pk, reason="示例", actor=leader, now=NOW
    )
    assert owner(matter(world, afternoon + timedelta(days=1))) == three.pk
    # who stands is away: any holder, but never nobody
    organization.file_leave(one.pk, begin=NOW + timedelta(days=1, hours=-4), end=NOW + timedelta(days=3),
                            kind="sick", actor=one, now=NOW)  # fmt: skip
    assert owner(matter(world, NOW + timedelta(days=1, hours=1))) in {two.pk, three.pk}
    with pytest.raises(Refusal) as refused:
        organization.exchange_shift(
            morning.pk, day=date(2026, 2, 13), to_id=None, reason="", actor=three, now=NOW
        )
    assert refused.value.code == "leader-only"
    with pytest.raises(Refusal) as refused:
        organization.plan_shifts(
            leader.pk, code="agent", place="", first_day=date(2026, 3, 2), last_day=date(2026, 3, 1),
            weekdays=[], begins=time(9), ends=time(12), actor=None, now=NOW,
        )  # fmt: skip
    assert [one.code for one in refused.value.problems] == ["rota-not-held", "rota-span", "rota-weekdays"]


def test_the_rota_is_planned_shown_taken_along_and_read_in(world: World, agents: list[Person]) -> None:
    leader = signed_in(agents[3])
    typed = {
        "post": f"{agents[0].pk} agent", "place": "示例一号窗", "weekdays": ["1", "3"], "begins": "09:00",
        "ends": "12:00", "every_weeks": "1", "first_day": "2026-02-02", "working_days": "on",
    }  # fmt: skip
    wrong = leader.post("/rota/new/", {**typed, "last_day": "2026-01-01"})
    assert wrong.status_code == 422
    assert 'value="09:00"' in read(wrong)
    planned = leader.post("/rota/new/", typed)
    assert (planned.status_code, planned.headers["Location"]) == (302, f"/rota/?week={typed['first_day']}")
    page = read(leader.get("/rota/?week=2026-02-11"))
    assert page.count("示例代办员01") >= 3
    assert "09:00–12:00" in page
    assert signed_in(world.agent).get("/rota/").status_code == 403
    assert signed_in(agents[0]).get("/rota/new/").status_code == 403
    sheet = stream(leader.get("/rota/rota.xlsx?from=2026-02-09"))
    # what was taken along is read in elsewhere: the same shifts, and a second time none
    before = _shifts()
    assert before
    RotaPattern.objects.all().delete()
    file = {"file": upload("rota.xlsx", sheet)}
    done = leader.post("/rota/import/", file)
    assert done.headers["Location"] == "/rota/?week=2026-02-09", "the week the file begins in"
    assert "示例代办员01" in read(leader.get(done.headers["Location"]))
    assert _shifts() == before
    count = RotaPattern.objects.count()
    leader.post("/rota/import/", {"file": upload("rota.xlsx", sheet)})
    assert RotaPattern.objects.count() == count
    bad = "日期,开始,结束,岗位,窗口,用户名\n2026-03-02,9:00,12:00,agent,一号,nobody\n"
    bad += "2026-13-02,9:00,12:00,agent,一号,agent-01\n"
    answer = leader.post("/rota/import/", {"file": upload("rota.csv", bad.encode())})
    assert answer.status_code == 422
    assert "第 2 行无法识别：用户名“nobody”。" in read(answer)
    assert "日期“2026-13-02”" in read(answer)
    answer = leader.post("/rota/import/", {"file": upload("rota.csv", "一,二\n1,2\n".encode())})
    assert "没有找到表头；需要的列：日期、开始、结束、岗位、用户名" in read(answer)
    assert RotaPattern.objects.count() == count


def test_a_shift_falls_out_only_where_that_was_chosen(world: World, agents: list[Person]) -> None:
    pattern = organization.plan_shifts(
        agents[0].pk, code="agent", place="", first_day=date(2026, 2, 12), last_day=date(2026, 2, 12),
        weekdays=[4], begins=time(9), ends=time(12), actor=None, now=NOW,
    )  # fmt: skip
    leader, address = signed_in(agents[3]), f"/rota/{pattern.pk}/2026-02-12/"
    assert leader.post(address, {"to": "", "reason": "示例"}).status_code == 422
    assert [one[4] for one in _shifts()] == [agents[0].pk]
    assert leader.post(address, {"to": str(agents[1].pk), "reason": "示例"}).status_code == 302
    assert [one[4] for one in _shifts()] == [agents[1].pk]
    assert leader.post(address, {"to": "nobody", "reason": "示例"}).status_code == 302
    assert _shifts() == []


def _shifts() -> list[tuple[object, ...]]:
    from lianqiao.bridge import packs

    found = organization_queries.rota_shifts(
        first=date(2026, 2, 9), last=date(2026, 3, 8), calendar=packs.calendar(NOW)
    )
    return [(one.begins, one.ends, one.duty, one.place, one.person_id) for one in found]


def test_the_workload_leads_to_the_cases(world: World, agents: list[Person]) -> None:
    one, two, three, leader = agents
    stand(one)
    numbers = {matter(world).number for _ in range(4)}
    organization.file_leave(one.pk, begin=NOW, end=NOW + timedelta(days=2), kind="sick", actor=one, now=NOW)
    jobs.tick(now=NOW + timedelta(minutes=1))
    loads = {row.person_id: row for row in queries.workload([MATTER], now=NOW)}
    assert (loads[one.pk].open, loads[one.pk].absent, loads[one.pk].percent) == (4, True, 300)
    assert loads[one.pk].average == pytest.approx(4 / 3)
    assert (loads[two.pk].open, loads[three.pk].open) == (0, 0)
    assert loads[one.pk].holder in {two.name, three.name}
    page = read(signed_in(leader).get("/workload/"))
    link = re.search(rf'href="(/workload/{one.pk}/\?which=open[^"]*)"', page)
    assert link
    cases = read(signed_in(leader).get(link[1].replace("&amp;", "&")))
    assert all(number in cases for number in numbers)
    # a leader gives several of them to somebody else at once, each with an answer of its own
    assert 'name="row"' in cases
    given = signed_in(leader).post("/together/", {"row": sorted(numbers), "act": "reassign"})
    assert given.status_code == 200
    assert all(number in read(given) for number in numbers)
    assert stream(signed_in(leader).get(f"/workload/{one.pk}/cases.xlsx"))[:2] == b"PK"
    assert stream(signed_in(leader).get("/workload/workload.xlsx"))[:2] == b"PK"
    shown = Api.of(leader).get("/workload").json()
    assert shown["ownerless"] == 0
    assert {row["person"]["id"]: row["open"] for row in shown["loads"]}[one.pk] == 4


def test_no_case_is_ever_ownerless(world: World, agents: list[Person]) -> None:
    one, _two, _three, _leader = agents
    stand(one)
    case = matter(world)
    boss = office()
    organization.deactivate_person(one.pk, reason="示例", actor=boss, now=NOW + timedelta(minutes=1))
    # for the moment until the next sweep the query tells; the sweep leaves nothing
    assert [found.pk for found in queries.ownerless()] == [case.pk]
    jobs.tick(now=NOW + timedelta(minutes=2))
    assert not queries.ownerless()
    # even where every holder of the duty has gone, somebody has the case
    for duty in Duty.objects.filter(code="agent"):
        organization.end_duty(duty.pk, reason="示例", actor=boss, now=NOW + timedelta(minutes=3))
    jobs.tick(now=NOW + timedelta(minutes=4))
    assert not queries.ownerless()
    assert Case.objects.get().holder is not None


def test_everything_goes_in_one_act_or_none(world: World, agents: list[Person]) -> None:
    one, two, three, leader = agents
    pattern = stand(one)
    cases = [matter(world) for _ in range(2)]
    for to in (one, two):
        assistance.give(world.firm.pk, person_id=to.pk, kind="agent", matters=[MATTER], since=NOW,
                        until=NOW + timedelta(days=30), actor=world.agent, now=NOW)  # fmt: skip
    assistance.give(world.firm.pk, person_id=one.pk, kind="agent", matters=[FILING], since=NOW,
                    until=NOW + timedelta(days=30), actor=world.agent, now=NOW)  # fmt: skip
    for promise in (MATTER, FILING):
        assistance.put_in(world.firm, mechanism_id=promise, by=one, now=NOW)
    reader = signed_in(leader)
    preview = read(reader.get(f"/people/{one.pk}/hand-over/"))
    assert "示例一号窗" in preview
    held = Api.of(leader).get(f"/people/{one.pk}/holdings").json()
    assert held["duties"] == [{"code": "agent", "title": "agent", "cases": 2, "firms": []}]
    assert (held["basket"], held["mandates"]) == (2, 2)
    assert reader.post(f"/people/{one.pk}/hand-over/", {"to": two.pk, "reason": ""}).status_code == 422
    assert not HandOver.objects.exists()
    assert (
        reader.post(f"/people/{one.pk}/hand-over/", {"to": two.pk, "reason": "示例：轮岗"}).status_code == 302
    )
    assert {owner(case) for case in cases} == {two.pk}
    assert HandOver.objects.get().reason == "示例：轮岗"
    # the shifts go on from today with the other, as they were until yesterday
    old, new = RotaPattern.objects.order_by("pk")
    assert (old.pk, old.last_day, new.person_id, new.first_day) == (
        pattern.pk, date(2026, 2, 10), two.pk, date(2026, 2, 11),
    )  # fmt: skip
    # in the basket only what the other may do too moved
    assert [entry.mechanism for entry in basket(two.pk)] == [MATTER]
    assert [entry.mechanism for entry in basket(one.pk)] == [FILING]
    assert verify_log().problems == ()
    # nobody else may, and a second time there is nothing left
    assert signed_in(three).get(f"/people/{two.pk}/hand-over/").status_code == 403
    again = Api.of(leader).post(f"/people/{one.pk}/holdings/hand-over", {"to": two.pk, "reason": "示例"})
    assert again.status_code == 409


def test_the_api_plans_and_exchanges(world: World, agents: list[Person]) -> None:
    leader = Api.of(agents[3])
    made = leader.post("/rota", {"person": agents[0].pk, "duty": "agent", "place": "示例一号窗",
                                 "first": "2026-02-02", "weekdays": [1, 2, 3, 4, 5], "begins": "09:00",
                                 "ends": "17:00"})  # fmt: skip
    assert made.status_code == 201, made.content.decode()
    swapped = leader.post(f"/rota/{made.json()['id']}/exchanges", {"day": "2026-02-12", "to": agents[1].pk})
    assert swapped.status_code == 201
    shifts = leader.get("/rota?first=2026-02-11&last=2026-02-13").json()["shifts"]
    assert [(one["day"], one["person"]["id"], one["exchanged"]) for one in shifts] == [
        ("2026-02-11", agents[0].pk, False),
        ("2026-02-12", agents[1].pk, True),
        ("2026-02-13", agents[0].pk, False),
    ]
    assert leader.get("/rota?first=2026-01-01&last=2026-12-31").status_code == 422
    assert Api.of(world.agent).get("/rota?first=2026-02-11&last=2026-02-13").status_code == 403
    assert datetime.fromisoformat(shifts[0]["begins"]) == datetime(2026, 2, 11, 1, tzinfo=UTC)
