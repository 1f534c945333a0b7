"""The inbox: unread first, opened by a form, never anyone else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianqiao.bridge import commands, jobs, queries
from lianqiao.bridge.models import Case
from tests.service.test_lists import sheet
from tests.world import NOW, World, at, read, signed_in

HOUR = timedelta(hours=1)


def unread(page: str) -> int:
    return page.count('<tr class="is-unread')


def _passed(world: World) -> Case:
    """Return a case of which the firm was told."""
    case = world.file()
    return world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")


def test_the_inbox_tells_what_happened_unread_first(world: World) -> None:
    first = world.file(drama_title="示例剧《雨巷》")
    steward = world.steward_of(first)
    with at(NOW + HOUR):
        commands.read_notices(steward, now=NOW)
        if world.steward_of(second := world.file(drama_title="示例剧《山海》", now=NOW + HOUR)) != steward:
            commands.reassign(second.number, "steward", steward, by=world.leader, now=NOW + HOUR)
        page = read(signed_in(steward).get("/notices/"))
    assert unread(page) == 1
    assert page.index("山海") < page.index("雨巷")
    assert f"/cases/{second.number}/" in page


def test_a_form_marks_one_case_or_all_as_read(world: World) -> None:
    first, second = _passed(world), _passed(world)
    client = signed_in(world.agent)
    assert unread(read(client.get("/notices/"))) == 2
    assert client.get("/notices/read/").status_code == 405
    response = client.post("/notices/read/", {"case": first.number, "next": "/notices/?show=unread"})
    assert response.headers["Location"] == "/notices/?show=unread"
    page = read(client.get("/notices/?show=unread"))
    assert second.number in page
    assert first.number not in page
    client.post("/notices/read/")
    assert queries.unread_count(world.agent.pk) == 0
    assert "全部已读" in read(client.get("/notices/?show=unread"))


def test_the_inbox_is_searched_narrowed_and_taken_along(world: World) -> None:
    first, second = _passed(world), _passed(world)
    client = signed_in(world.agent)
    found = read(client.get(f"/notices/?q={first.number}"))
    assert first.number in found
    assert second.number not in found
    assert "没有符合" in read(client.get("/notices/?kind=recompute"))
    rows = sheet(client.get("/notices/notices.xlsx?columns=what.kind&sort=case"))
    assert rows[0] == ["提醒", "内容", "类别"]
    assert len(rows) == 3
    assert sheet(signed_in(world.stranger).get("/notices/notices.xlsx"))[1:] == []


def test_opening_a_notice_marks_it_read_and_leads_to_the_case(world: World) -> None:
    case = _passed(world)
    client = signed_in(world.agent)
    assert f'name="next" value="/cases/{case.number}/"' in read(client.get("/notices/"))
    response = client.post("/notices/read/", {"case": case.number, "next": f"/cases/{case.number}/"})
    assert response.headers["Location"] == f"/cases/{case.number}/"
    page = read(client.get("/notices/"))
    assert unread(page) == 0
    assert f'<a href="/cases/{case.number}/">' in page


@pytest.mark.parametrize("following", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_reading_never_leads_elsewhere(world: World, following: str) -> None:
    response = signed_in(world.agent).post("/notices/read/", {"next": following})
    assert response.headers["Location"] == "/notices/"


def test_nobody_reads_another_ones_notices(world: World) -> None:
    case = _passed(world)
    assert case.title not in read(signed_in(world.stranger).get("/notices/"))
    signed_in(world.stranger).post("/notices/read/", {"case": case.number})
    assert queries.unread_count(world.agent.pk) == 1


def test_a_broken_promise_is_seen_by_its_edge(world: World) -> None:
    world.file()
    jobs.tick(now=NOW + timedelta(days=14))
    with at(NOW + timedelta(days=14)):
        page = read(signed_in(world.leader).get("/notices/"))
    assert 'class="is-unread is-broken"' in page


def test_an_empty_inbox_says_what_comes_here(world: World) -> None:
    assert "还没有通知" in read(signed_in(world.stranger).get("/notices/"))


def test_the_inbox_asks_the_database_the_same_however_full(world: World) -> None:
    client = signed_in(world.agent)
    _passed(world)
    client.get("/notices/")
    with CaptureQueriesContext(connection) as few:
        client.get("/notices/")
    for _ in range(5):
        _passed(world)
    with CaptureQueriesContext(connection) as many:
        client.get("/notices/")
    assert len(many) == len(few)


def test_a_notice_needs_the_form_of_this_site(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.agent)
    assert client.post("/notices/read/").status_code == 403
