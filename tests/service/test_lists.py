"""My matters and the worklist: whose turn it is, narrowed, sorted, paged, exported."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lianqiao.bridge import commands, jobs
from lianqiao.organization import commands as organization
from tests.world import NOW, World, at, read, signed_in, stream

DAY = timedelta(days=1)
MISSING = [{"field": "script", "reason": "缺大纲"}]
INCORRECT = [{"field": "synopsis", "reason": "与集数不符"}]


def numbers(response: Any) -> list[str]:
    """Return the case numbers of a list in their order on the page."""
    return re.findall(r'<span class="case-number code">([^<]+)</span>', read(response))


def sheet(response: Any) -> list[list[Any]]:
    """Return the rows of a workbook, the headings first."""
    workbook = load_workbook(BytesIO(stream(response)), read_only=True)
    rows = [list(row) for row in workbook.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    workbook.close()
    return rows


def test_a_firm_sees_its_own_matters_only(world: World) -> None:
    mine = world.file()
    theirs = world.file(by=world.stranger, firm=world.other_firm)
    assert numbers(signed_in(world.agent).get("/matters/")) == [mine.number]
    assert numbers(signed_in(world.stranger).get("/matters/")) == [theirs.number]


def test_matters_are_for_firms_and_worklists_for_officers(world: World) -> None:
    assert signed_in(world.steward_a).get("/matters/").status_code == 403
    assert signed_in(world.steward_a).get("/matters/matters.xlsx").status_code == 403
    assert signed_in(world.agent).get("/worklist/").status_code == 403
    assert signed_in(world.agent).get("/worklist/worklist.xlsx").status_code == 403


def test_matters_by_whose_turn_it_is(world: World) -> None:
    with_zone, with_firm, closed = world.file(), world.file(), world.file()
    world.act(with_firm, "return_incomplete", by=world.steward_of(with_firm), missing=MISSING)
    world.act(closed, "withdraw", by=world.agent)
    client = signed_in(world.agent)
    assert numbers(client.get("/matters/")) == [closed.number, with_firm.number, with_zone.number]
    assert numbers(client.get("/matters/?show=firm")) == [with_firm.number]
    assert numbers(client.get("/matters/?show=zone")) == [with_zone.number]
    assert numbers(client.get("/matters/?show=done")) == [closed.number]
    counts = re.findall(r'<span class="nav-count">(\d+)</span>', read(client.get("/matters/")))
    assert counts[:4] == ["3", "1", "1", "1"]


def test_the_worklist_has_the_most_pressing_on_top(world: World) -> None:
    later = world.file(now=NOW + DAY)
    sooner = world.file(now=NOW)
    for case in (later, sooner):
        commands.reassign(case.number, "steward", world.steward_a, by=world.leader, now=NOW + DAY)
    with at(NOW + DAY):
        assert numbers(signed_in(world.steward_a).get("/worklist/")) == [sooner.number, later.number]


def test_the_worklist_has_a_tab_for_each_turn(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    client = signed_in(steward)
    assert numbers(client.get("/worklist/")) == [case.number]
    world.act(case, "return_incorrect", by=steward, incorrect=INCORRECT)
    assert numbers(client.get("/worklist/")) == []
    waiting = client.get("/worklist/?show=waiting")
    assert numbers(waiting) == [case.number]
    assert "暂停" in read(waiting)
    world.act(case, "withdraw", by=world.agent)
    assert numbers(client.get("/worklist/?show=waiting")) == []
    assert numbers(client.get("/worklist/?show=done")) == [case.number]


@pytest.mark.parametrize(
    ("days", "words", "late"),
    [
        (0, "剩3个工作日", False),
        (1, "剩2个工作日", False),
        (3, "今天 17:30 到期", False),
        (4, "已逾期", True),
        (5, "已逾期", True),  # a holiday follows: no working day has passed
        (14, "逾期2个工作日", True),
    ],
)
def test_time_left_in_working_days(world: World, days: int, words: str, late: bool) -> None:
    world.file()
    with at(NOW + days * DAY):
        page = read(signed_in(world.agent).get("/matters/"))
    shown = re.search(r'<strong class="(due-left[^"]*)">([^<]+)</strong>', page)
    assert shown is not None
    assert shown[2] == words
    assert ("is-late" in shown[1]) is late
    assert "2月14日(周六) 17:30" in page


def test_standing_filters_agree_with_the_badges(world: World) -> None:
    running, at_risk, paused, waiting = (
        world.file(now=NOW + 2 * DAY),
        world.file(),
        world.file(),
        world.file(),
    )
    world.act(paused, "return_incorrect", by=world.steward_of(paused), incorrect=INCORRECT)
    world.act(waiting, "pass_review", by=world.steward_of(waiting), review_opinion="同意")
    soon = NOW + timedelta(days=2, hours=8)
    jobs.tick(now=soon)
    client = signed_in(world.agent)
    expected = {"running": running, "at-risk": at_risk, "paused": paused, "waiting": waiting}
    with at(soon):
        everything = read(client.get("/matters/"))
        for standing, case in expected.items():
            assert numbers(client.get(f"/matters/?standing={standing}")) == [case.number], standing
            assert f"badge is-{standing}" in everything
    with at(NOW + 30 * DAY):
        assert set(numbers(client.get("/matters/?standing=broken"))) == {running.number, at_risk.number}


def test_search_finds_number_title_and_firm(world: World) -> None:
    first = world.file(drama_title="示例剧《雨巷》")
    second = world.file(drama_title="示例剧《山海》")
    client = signed_in(world.agent)
    assert numbers(client.get("/matters/", {"q": "雨巷"})) == [first.number]
    assert numbers(client.get("/matters/", {"q": second.number})) == [second.number]
    assert set(numbers(client.get("/matters/", {"q": "企业甲"}))) == {first.number, second.number}
    nothing = client.get("/matters/", {"q": "没有"})
    assert "没有符合条件的内容" in read(nothing)


@pytest.mark.parametrize(
    "wish", ["?sort=nonsense", "?standing=x&promise=y", "?page=999", "?page=x", "?show=zz"]
)
def test_an_odd_address_still_gives_the_list(world: World, wish: str) -> None:
    case = world.file()
    assert numbers(signed_in(world.agent).get(f"/matters/{wish}")) == [case.number]


def test_the_empty_lists_say_what_to_do_next(world: World) -> None:
    page = read(signed_in(world.agent).get("/matters/"))
    assert "您还没有提交过事项" in page
    assert "/services/" in page
    page = read(signed_in(world.steward_a).get("/worklist/"))
    assert "没有等您办理的办件" in page
    assert "?show=waiting" in page


def test_lists_ask_the_database_the_same_however_long(world: World) -> None:
    for who, address in ((world.agent, "/matters/"), (world.steward_a, "/worklist/")):
        client = signed_in(who)
        world.file()
        world.file()
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _ in range(6):
            world.file()
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few), address


def test_the_workbook_has_every_case_asked_for(world: World) -> None:
    cases = [world.file(drama_title=f"示例剧{n}") for n in range(3)]
    world.act(cases[0], "withdraw", by=world.agent)
    client = signed_in(world.agent)
    response = client.get("/matters/matters.xlsx?show=zone&q=示例剧&sort=title")
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    rows = sheet(response)
    assert rows[0] == ["编号", "名称", "环节", "时限状态", "到期", "剩余时间", "当前经办", "提交"]
    assert [row[1] for row in rows[1:]] == ["示例剧1", "示例剧2"]
    due = rows[0].index("到期")
    assert f"{rows[1][due]:%Y-%m-%d %H:%M}" == "2026-02-14 17:30"
    assert rows[1][rows[0].index("剩余时间")] == "剩3个工作日"


def test_the_worklist_exports_its_tab(world: World) -> None:
    case = world.file()
    client = signed_in(world.steward_of(case))
    assert [row[0] for row in sheet(client.get("/worklist/worklist.xlsx"))[1:]] == [case.number]
    assert sheet(client.get("/worklist/worklist.xlsx?show=done"))[1:] == []


def test_filtering_in_place_takes_the_export_along(world: World) -> None:
    world.file()
    page = read(signed_in(world.agent).get("/matters/?standing=running"))
    assert 'id="list-export" href="/matters/matters.xlsx?standing=running"' in page
    assert 'hx-select-oob="#list-kept,#list-export,#list-look"' in page


def test_leave_shows_whose_work_one_does(world: World) -> None:
    case = world.file()
    owner, other = world.steward_of(case), world.other_steward(case)
    organization.file_leave(owner.pk, begin=NOW, end=NOW + 3 * DAY, kind="sick", actor=owner, now=NOW)
    jobs.tick(now=NOW)
    page = signed_in(other).get("/worklist/")
    assert numbers(page) == [case.number]
    assert f"{owner.name}不在岗" in read(page)


def test_lists_speak_english(world: World) -> None:
    world.file()
    page = read(signed_in(world.agent).get("/matters/", HTTP_ACCEPT_LANGUAGE="en"))
    assert "3 working days left" in page
    assert "First review" in page


def test_whoever_is_not_signed_in_is_asked_to(world: World) -> None:
    for address in ("/matters/", "/worklist/", "/overview/", "/notices/", "/matters/matters.xlsx"):
        assert Client().get(address).headers["Location"].startswith("/sign-in/")
