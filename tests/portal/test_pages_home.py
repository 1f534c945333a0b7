"""The front door: the search, the promises with their share kept, what awaits whoever is signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from lianqiao.portal.pages import home
from tests.world import NOW, World, at, read, signed_in

DAY = timedelta(days=1)


def test_the_promises_say_what_is_promised_and_how_it_is_kept(world: World) -> None:
    empty = read(Client().get("/"))
    assert "网络微短剧备案“3+5”" in empty
    assert "3个工作日" in empty
    assert "尚无到期办件" in empty

    kept = world.file()
    world.act(kept, "pass_review", by=world.steward_of(kept), review_opinion="同意")
    cases = [world.file()]
    cache.clear()  # the figures are up to a minute old
    with at(NOW + 20 * DAY):
        few = read(Client().get("/"))
    assert "到期不足10件" in few
    assert "按时兑现" not in few.split("到期不足10件")[0].rpartition("备案初审")[2]

    cases += [world.file() for _ in range(8)]
    for case in cases[:4]:
        world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    cache.clear()
    with at(NOW + 20 * DAY):
        assert "按时兑现 50%" in read(Client().get("/"))


def test_the_last_make_up_day_explains_how_days_count(world: World) -> None:
    with at(NOW + 10 * DAY):
        page = read(Client().get("/"))
    # 2026-02-11 and three working days end on Saturday 2026-02-14
    assert "2月14日(周六)" in page
    assert "今天" not in page


def test_what_awaits_the_firm(world: World) -> None:
    case = world.file()
    remark = [{"field": "script", "reason": "缺大纲"}]
    world.act(case, "return_incomplete", by=world.steward_of(case), missing=remark)
    page = read(signed_in(world.agent).get("/"))
    assert "等贵企业办理" in page
    assert "/matters/?show=firm" in page
    assert "未读通知" in page
    assert "/worklist/" not in page.split('id="awaiting-title"')[1].split("</section>")[0]


def test_what_awaits_the_officer_counts_what_is_late(world: World) -> None:
    case = world.file()
    steward = world.steward_of(case)
    with at(NOW + 10 * DAY):
        page = read(signed_in(steward).get("/"))
    assert "/worklist/?standing=broken" in page


def test_nobody_is_told_what_awaits_others(world: World) -> None:
    world.file()
    assert "awaiting-title" not in read(Client().get("/"))


def test_home_asks_the_database_as_little_with_many_cases(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = signed_in(world.steward_a)
    for _ in range(3):
        world.file()
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get("/")


def test_the_search_is_a_plain_form_that_htmx_improves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_address", lambda name, *_: f"/{name}/")
    page = read(Client().get("/"))
    assert 'method="get" action="/items/"' in page
    assert 'hx-get="/item-suggestions/"' in page
    assert 'name="q"' in page


def test_without_a_catalogue_there_is_no_search(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_address", lambda name, *_: "")
    page = read(Client().get("/"))
    assert 'class="search-bar"' not in page
    assert "网络微短剧备案" in page
