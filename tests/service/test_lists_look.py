"""One's own look at a list: columns chosen and kept, views saved, shared, opened first; workbooks alike."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianqiao.organization.lists import paging
from lianqiao.organization.models import SavedView
from tests.service.test_lists import numbers, sheet
from tests.world import World, read, signed_in

LISTS = ("/worklist/", "/overview/cases/", "/duty/", "/studio/")


def heads(page: str) -> list[str]:
    """Return the headings of the list's table, the box column left out."""
    table = re.search(r"<thead.*?</thead>", page, re.DOTALL)
    assert table is not None
    words = re.findall(r'<th scope="col" class="(?!pick)[^"]*"[^>]*>(.*?)</th>', table[0], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in words]


def keep(client: Any, name: str, *columns: str) -> Any:
    return client.post(f"/lists/{name}/columns/", {"column": columns, "next": "/worklist/"})


def test_columns_are_kept_per_person_and_the_workbook_has_just_these(world: World) -> None:
    case = world.file()
    steward, other = world.steward_of(case), world.other_steward(case)
    client = signed_in(steward)
    usual = heads(read(client.get("/worklist/")))
    assert keep(client, "worklist", "promise", "due", "nonsense").headers["Location"] == "/worklist/"
    page = client.get("/worklist/")
    assert heads(read(page)) == ["办件", "承诺", "到期"]
    rows = sheet(client.get("/worklist/worklist.xlsx"))
    assert rows[0] == ["编号", "名称", "承诺", "到期", "剩余时间"]
    assert rows[1][0] == case.number
    while world.steward_of(world.file()) != other:
        pass
    assert heads(read(signed_in(other).get("/worklist/"))) == usual
    client.post("/lists/worklist/columns/", {"usual": "1", "next": "/worklist/"})
    assert heads(read(client.get("/worklist/"))) == usual


@pytest.mark.parametrize("address", LISTS)
def test_every_list_can_hide_a_column_on_page_and_workbook_alike(world: World, address: str) -> None:
    world.file()
    client = signed_in(world.leader if address != "/worklist/" else world.steward_of(world.file()))
    page = read(client.get(address))
    shown = re.findall(r'name="column" value="(\w+)" checked', page)
    fixed = re.findall(r'name="column" value="(\w+)" checked disabled', page)
    assert len(shown) > 3
    assert len(fixed) == 1
    export = re.search(r'id="list-export" href="([^"?]+)', page)
    assert export is not None
    for left_out in set(shown) - set(fixed):
        columns = ".".join(one for one in shown if one != left_out)
        narrower = heads(read(client.get(f"{address}?columns={columns}")))
        assert len(narrower) == len(heads(page)) - 1
        # what a page shows in one cell a workbook may hold in two
        assert narrower[-1] in sheet(client.get(f"{export[1]}?columns={columns}"))[0]


def test_a_view_is_saved_opened_first_shared_and_deleted(world: World) -> None:
    first, second = world.file(drama_title="示例剧《雨巷》"), world.file(drama_title="示例剧《山海》")
    client = signed_in(world.leader)
    address = "/overview/cases/?q=雨巷&sort=-due&columns=owner"
    page = read(client.get(address))
    query = re.search(r'name="query" value="([^"]+)"', page)
    assert query is not None
    kept = query[1].replace("&amp;", "&")
    assert "columns=case.owner" in kept
    client.post(
        "/lists/overview-cases/views/",
        {"name": " 雨巷  逾期 ", "query": kept, "first": "1", "next": f"/overview/cases/?{kept}"},
    )
    opened = client.get("/overview/cases/")
    assert opened.headers["Location"] == f"?{kept}"
    page = read(client.get(f"/overview/cases/?{kept}"))
    assert numbers(client.get(f"/overview/cases/?{kept}")) == [first.number]
    assert "雨巷 逾期" in page
    assert 'aria-current="true"' in page
    # without a wish of its own the address opens the view; with one it does not
    assert set(numbers(client.get("/overview/cases/?q="))) == {first.number, second.number}
    # a colleague follows the link and sees the same, and none of the names
    shared = read(signed_in(world.steward_a).get(f"/overview/cases/?{kept}"))
    assert first.number in shared
    assert second.number not in shared
    assert "雨巷 逾期" not in shared
    view = SavedView.objects.get(name="雨巷 逾期")
    # nobody else's button touches it
    signed_in(world.steward_a).post(f"/lists/overview-cases/views/{view.pk}/", {"do": "delete"})
    signed_in(world.steward_a).post(f"/lists/overview-cases/views/{view.pk}/", {"do": "not-first"})
    assert SavedView.objects.get(pk=view.pk).first
    client.post(f"/lists/overview-cases/views/{view.pk}/", {"do": "not-first"})
    assert client.get("/overview/cases/").status_code == 200
    client.post(f"/lists/overview-cases/views/{view.pk}/", {"do": "first"})
    assert client.get("/overview/cases/").status_code == 302
    client.post(f"/lists/overview-cases/views/{view.pk}/", {"do": "delete"})
    assert not SavedView.objects.filter(pk=view.pk).exists()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"name": "  "}, "1 至 60 个字"),
        ({"name": "长" * 61}, "1 至 60 个字"),
        ({"name": "x", "query": "q=" + "长" * 1000}, "无法保存"),
    ],
)
def test_a_view_that_cannot_be_saved_says_why(world: World, posted: dict[str, str], words: str) -> None:
    client = signed_in(world.steward_a)
    client.post("/lists/worklist/views/", {"query": "q=1", "next": "/worklist/?q=1", **posted})
    assert words in read(client.get("/worklist/?q=1"))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["Worklist", "x" * 41])
def test_an_odd_list_or_way_back_does_no_harm(world: World, name: str) -> None:
    client = signed_in(world.steward_a)
    answer = client.post(f"/lists/{name}/columns/", {"column": "case", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert not SavedView.objects.exists()


def test_a_look_of_ones_own_costs_no_further_query(world: World) -> None:
    client = signed_in(world.steward_of(world.file()))
    client.get("/worklist/?q=")
    with CaptureQueriesContext(connection) as before:
        client.get("/worklist/?q=")
    for number in range(5):
        client.post("/lists/worklist/views/", {"name": f"第{number}个", "query": f"q={number}", "next": "/"})
    keep(client, "worklist", "promise")
    client.get("/worklist/?q=")
    with CaptureQueriesContext(connection) as after:
        client.get("/worklist/?q=")
    assert len(after) == len(before)


def test_a_very_long_list_is_paged_as_far_as_it_is_counted(world: World) -> None:
    for _ in range(4):
        world.file()
    client = signed_in(world.agent)
    with mock.patch.object(paging, "MOST_COUNTED", 3), mock.patch.object(paging, "ROWS_ON_A_PAGE", 2):
        page = client.get("/matters/?page=9")
        assert len(numbers(page)) == 1
        assert "可翻阅前" in read(page)
        assert len(sheet(client.get("/matters/matters.xlsx"))) == 5
        # the overview knows how many there are without counting them
        behind = read(signed_in(world.leader).get("/overview/cases/?span=all"))
        assert "共4条" in behind
