"""Lists over the API: cut by cursor, narrowed, sorted, in a constant number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.portal.api_world import Api, codes
from tests.world import NOW, World, at


def walk(api: Api, address: str, *, limit: int) -> list[Any]:
    """Return every item of a list, read page by page."""
    found, cursor = [], ""
    join = "&" if "?" in address else "?"
    while True:
        page = api.get(f"{address}{join}limit={limit}&cursor={cursor}").json()
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = page["next"]


def several(world: World, count: int) -> list[str]:
    return [
        world.file(drama_title=f"示例剧{n:02}", now=NOW + timedelta(minutes=n // 2)).number
        for n in range(count)
    ]


@pytest.mark.parametrize(
    "sort", ["opened", "-opened", "due", "-due", "title", "-title", "firm", "closed", "-moved"]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_every_case_once_however_it_is_cut(world: World, sort: str, limit: int) -> None:
    numbers = several(world, 7)
    api = Api.of(world.agent)
    found = [one["number"] for one in walk(api, f"/matters?sort={sort}", limit=limit)]
    assert sorted(found) == sorted(numbers)
    assert found == [one["number"] for one in api.get(f"/matters?sort={sort}&limit=200").json()["items"]]


def test_what_comes_in_between_neither_repeats_nor_hides(world: World) -> None:
    several(world, 4)
    api = Api.of(world.agent)
    first = api.get("/matters?sort=-opened&limit=2").json()
    with at(NOW + timedelta(hours=1)):
        world.file(drama_title="示例新剧", now=NOW + timedelta(hours=1))
    rest = api.get(f"/matters?sort=-opened&limit=50&cursor={first['next']}").json()["items"]
    assert len(rest) == 2
    assert not {one["number"] for one in rest} & {one["number"] for one in first["items"]}


@pytest.mark.parametrize("cursor", ["x", "eyJ4IjoxfQ:abc", "a" * 1999])
def test_a_cursor_nobody_gave_out(world: World, cursor: str) -> None:
    answer = Api.of(world.agent).get(f"/matters?cursor={cursor}")
    assert (answer.status_code, codes(answer)) == (422, ["cursor-malformed"])


def test_a_cursor_of_another_order(world: World) -> None:
    several(world, 3)
    api = Api.of(world.agent)
    cursor = api.get("/matters?sort=due&limit=1").json()["next"]
    assert codes(api.get(f"/matters?sort=title&cursor={cursor}")) == ["cursor-malformed"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "sort=secret", "standing=good", "show=%00"]
)
def test_questions_that_will_not_do(world: World, query: str) -> None:
    answer = Api.of(world.agent).get(f"/matters?{query}")
    assert (answer.status_code, codes(answer)) == (422, ["invalid"])


def test_lists_are_narrowed(world: World) -> None:
    several(world, 3)
    api = Api.of(world.agent)
    assert [one["title"] for one in api.get("/matters?q=剧01").json()["items"]] == ["示例剧01"]
    assert len(api.get("/matters?standing=running").json()["items"]) == 3
    assert api.get("/matters?standing=broken").json()["items"] == []
    assert api.get("/matters?promise=other-promise").json()["items"] == []
    assert api.get("/matters?show=firm").json()["items"] == []


def test_the_worklist_is_the_holders(world: World) -> None:
    case = world.file()
    mine, other = Api.of(world.steward_of(case)), Api.of(world.other_steward(case))
    assert [one["number"] for one in mine.get("/worklist").json()["items"]] == [case.number]
    assert other.get("/worklist").json()["items"] == []
    assert [one["number"] for one in other.get("/cases").json()["items"]] == [case.number]


def test_queries_do_not_grow_with_the_list(world: World) -> None:
    api = Api.of(world.agent)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            api.get("/matters?limit=200")
        return len(captured)

    several(world, 2)
    queries()  # what is read once for all
    few = queries()
    several(world, 8)
    assert queries() == few


def test_the_overview_counts_and_leads_to_the_promises(world: World) -> None:
    several(world, 3)
    api = Api.of(world.leader)
    told = api.get("/overview").json()
    assert told["every"] == {
        "kept": 0,
        "broken": 0,
        "at_risk": 0,
        "running": 3,
        "paused": 0,
        "ended": 0,
        "rate": None,
    }
    assert told["clocks"][0]["clock"] == "microdrama-filing/first_review"
    behind = api.get(
        "/overview/promises?standing=running&clock=microdrama-filing/first_review&limit=2"
    ).json()
    assert len(behind["items"]) == 2
    assert behind["next"]
    assert api.get("/overview/promises?standing=broken").json()["items"] == []
    assert len(walk(api, "/overview/promises?sort=-owner", limit=1)) == 3


def test_notices_are_read(world: World) -> None:
    case = world.file()
    world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    api = Api.of(world.agent)
    (notice, *_) = api.get("/notices?show=unread").json()["items"]
    assert notice["case"] == case.number
    assert "初审通过" in notice["title"]
    assert api.post("/notices/reading", {"case": case.number}).json() == {"read": 1}
    assert api.get("/notices?show=unread").json()["items"] == []
    assert len(walk(api, "/notices", limit=1)) == 1


def test_leaves_move_the_work(world: World) -> None:
    case = world.file()
    steward, other = world.steward_of(case), world.other_steward(case)
    api = Api.of(steward)
    made = api.post(
        "/leaves", {"begin": "2026-02-11", "end": "2026-02-13", "kind": "sick", "stand_in": other.pk}
    )
    assert made.status_code == 201
    assert made.json()["stand_in"]["name"] == other.name
    overlapping = api.post("/leaves", {"begin": "2026-02-12", "end": "2026-02-14"})
    assert (overlapping.status_code, codes(overlapping)) == (409, ["leave-overlaps"])
    backwards = api.post("/leaves", {"begin": "2026-03-12", "end": "2026-03-01"})
    assert (backwards.status_code, backwards.json()["problems"][0]["field"]) == (422, "end")
    assert api.post(f"/leaves/{made.json()['id']}/cancellation").json()["cancelled_at"]
    assert len(api.get("/leaves").json()["items"]) == 1


@pytest.mark.parametrize("begin", ["2026-02-30", "2026-13-01", "soon", "1999-01-01", "2026-02-11T25:00"])
def test_days_there_are_not(world: World, begin: str) -> None:
    answer = Api.of(world.steward_a).post("/leaves", {"begin": begin, "end": "2026-03-01"})
    assert answer.status_code == 422


def test_a_duty_is_handed_over_with_its_cases(world: World) -> None:
    case = world.file()
    steward, other = world.steward_of(case), world.other_steward(case)
    done = Api.of(steward).post("/hand-overs", {"duty": "drama-steward", "to": other.pk, "reason": "调岗"})
    assert (done.status_code, done.json()) == (201, {"cases": 1})
    assert Api.of(other).get("/worklist").json()["items"][0]["number"] == case.number
