"""The overview: each number is the count of the very promises behind its link, on every span."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lianqiao.bridge import jobs
from lianqiao.organization import commands as organization
from lianqiao.service.month_chart import HEIGHT, month_chart
from tests.world import NOW, World, at, person, read, signed_in, stream

DAY = timedelta(days=1)
LATER = NOW + 20 * DAY


@pytest.fixture
def history(world: World) -> World:
    """Two kept, one fulfilled late, one broken and owed still, one paused, one new."""
    kept, late, owed, paused, film = (world.file() for _ in range(5))
    review = {"review_opinion": "同意"}
    world.act(kept, "pass_review", by=world.steward_of(kept), now=NOW + DAY, **review)
    world.act(film, "pass_review", by=world.steward_of(film), now=NOW + DAY, **review)
    world.act(
        paused, "return_incorrect", by=world.steward_of(paused), now=NOW + DAY,
        incorrect=[{"field": "synopsis", "reason": "与集数不符"}],
    )  # fmt: skip
    jobs.tick(now=NOW + 15 * DAY)
    world.act(late, "pass_review", by=world.steward_of(late), now=NOW + 15 * DAY, **review)
    jobs.tick(now=LATER)
    world.file(now=LATER)
    assert owed.closed_at is None
    return world


def links(page: str) -> list[tuple[str, int]]:
    """Return (address, number) of every number of the overview that is a link to its cases."""
    found = []
    for address, inside in re.findall(r'<a href="(/overview/cases/[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL):
        words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", inside, flags=re.DOTALL)
        numbers = re.findall(r"(?<![\d/-])\d+(?![\d/-])", words)
        # a person's name leads to all of theirs and says no number
        if len(numbers) == 1 and "示例" not in words:
            found.append((unescape(address), int(numbers[0])))
    return found


def total(page: str) -> int:
    match = re.search(r'<span role="status">[^<]*?(\d+)', page)
    assert match is not None
    return int(match[1])


@pytest.mark.parametrize("span", ["", "?span=all", "?span=month", "?span=quarter", "?span=year"])
def test_every_number_leads_to_just_as_many_promises(history: World, span: str) -> None:
    client = signed_in(history.leader)
    with at(LATER + timedelta(hours=1)):
        found = links(read(client.get(f"/overview/{span}")))
        assert len(found) > 12
        for address, number in found:
            assert total(read(client.get(address))) == number, address


def test_the_figures_are_those_of_the_definitions(history: World) -> None:
    with at(LATER + timedelta(hours=1)):
        page = read(signed_in(history.leader).get("/overview/"))
    figures = dict(
        re.findall(r"stat is-([a-z-]+)\">.*?stat-value\">(\d+)", page, re.DOTALL),
    )
    assert figures == {"broken": "2", "at-risk": "0", "running": "1", "paused": "1", "kept": "2"}
    assert re.search(r'verdict-figure">50<', page)
    assert "逾期未办结" in page
    assert "已列入公开名单" in page


def test_officers_of_the_promise_see_it_firms_do_not(history: World) -> None:
    for address in ("/overview/", "/overview/cases/", "/overview/cases/cases.xlsx"):
        response = signed_in(history.steward_a).get(address)
        assert response.status_code == 200
        assert not response.streaming or stream(response)
        assert signed_in(history.agent).get(address).status_code == 403


def test_an_officer_of_something_else_sees_nothing(history: World) -> None:
    clerk = person("window-01", "示例窗口01", NOW)
    organization.give_duty(clerk.pk, code="window-clerk", actor=None, now=NOW)
    assert signed_in(clerk).get("/overview/").status_code == 403


def test_who_is_away_and_who_stands_in(history: World) -> None:
    organization.file_leave(
        history.steward_a.pk,
        begin=LATER,
        end=LATER + 3 * DAY,
        kind="annual",
        actor=history.steward_a,
        now=LATER,
    )
    with at(LATER + timedelta(hours=1)):
        page = read(signed_in(history.leader).get("/overview/"))
    assert "今日不在岗" in page
    assert f"由 {history.steward_b.name} 代岗" in page


def test_the_list_is_narrowed_searched_and_exported(history: World) -> None:
    client = signed_in(history.leader)
    with at(LATER + timedelta(hours=1)):
        address = f"/overview/cases/?span=all&standing=broken&owner={history.steward_a.pk}"
        page = read(client.get(address))
        assert f"责任人：{history.steward_a.name}" in page
        response = client.get(address.replace("cases/?", "cases/cases.xlsx?"))
        rows = list(
            load_workbook(BytesIO(stream(response)), read_only=True).active.iter_rows(values_only=True)
        )  # type: ignore[union-attr]
        assert len(rows) - 1 == total(page)
        assert {row[rows[0].index("时限状态")] for row in rows[1:]} <= {"已逾期"}
        assert total(read(client.get("/overview/cases/?q=企业甲"))) == 6
        assert total(read(client.get("/overview/cases/?q=没有"))) == 0


@pytest.mark.parametrize(
    "wish",
    ["?span=x", "?month=2026-13", "?month=x", "?owner=x", "?clock=a/b", "?standing=x", "?sort=x", "?page=9"],
)
def test_an_odd_address_still_gives_the_list(history: World, wish: str) -> None:
    assert signed_in(history.leader).get(f"/overview/cases/{wish}").status_code == 200


def test_nothing_yet_is_said_plainly(world: World) -> None:
    page = read(signed_in(world.leader).get("/overview/"))
    assert "此时间范围内没有新开始的承诺" in page
    assert "全员在岗" in page


def test_the_overview_asks_the_database_the_same_however_much(history: World) -> None:
    client = signed_in(history.leader)

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    with at(LATER + timedelta(hours=1)):
        few = [asked("/overview/"), asked("/overview/cases/?span=all")]
        for _ in range(5):
            history.file(now=LATER)
        assert [asked("/overview/"), asked("/overview/cases/?span=all")] == few


def test_bars_stand_on_each_other_and_fill_the_picture() -> None:
    chart = month_chart([("2026-01", 8, 1, 1), ("2026-02", 0, 1, 0), ("2026-03", 0, 0, 0)])
    january, february, march = chart.bars
    assert january.top == 0
    assert sum(piece.height for piece in january.segments) == HEIGHT
    assert [piece.tone for piece in february.segments] == ["broken"]
    assert march.segments == ()
    assert [bar.label for bar in chart.bars] == ["26/1", "2", "3"]


def test_no_months_still_make_a_picture() -> None:
    assert month_chart([]).bars == ()
    many: list[Any] = [(f"20{20 + n // 12}-{n % 12 + 1:02}", 1, 0, 0) for n in range(60)]
    assert len(month_chart(many).bars) == 24
