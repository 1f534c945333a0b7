"""The monthly report: its numbers are those of the very cases, on page, in PDF and in workbook."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lianqiao.organization import commands as organization
from lianqiao.service.queries.public_figures import SMALLEST, public_figures, withheld
from lianqiao.service.queries.report import month_of, months_to_choose
from tests.papers import own_fonts_of, words_of
from tests.service.test_overview import LATER, history, links, total
from tests.world import NOW, World, at, person, read, signed_in, stream

__all__ = ["history"]
FEBRUARY = "?month=2026-02"
SOON = LATER + timedelta(hours=1)


@pytest.fixture
def departments(history: World) -> World:
    """The same history; one steward answers in a department, the other in none."""
    unit = organization.open_unit("示例备案中心", kind="centre", actor=None, now=NOW)
    steward = person("steward-03", "示例剧管家03", NOW)
    organization.give_duty(steward.pk, code="drama-steward", unit_id=unit.pk, actor=None, now=NOW)
    for _ in range(4):
        history.file(now=LATER)
    return history


def workbook(response: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each sheet."""
    book = load_workbook(BytesIO(stream(response)), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("month", ["2026-02", "2026-03"])
def test_every_number_of_the_report_leads_to_just_as_many_promises(departments: World, month: str) -> None:
    client = signed_in(departments.leader)
    with at(SOON):
        page = read(client.get(f"/overview/report/?month={month}"))
        found = links(page)
        assert len(found) > 20
        assert any("unit=" in address for address, _ in found)
        for address, number in dict(found).items():
            assert total(read(client.get(address))) == number, address


def test_the_workbook_has_the_same_numbers_and_the_very_promises(departments: World) -> None:
    client = signed_in(departments.leader)
    with at(SOON):
        page = read(client.get(f"/overview/report/{FEBRUARY}"))
        sheets = workbook(client.get(f"/overview/report/report.xlsx{FEBRUARY}"))
    assert list(sheets) == ["按承诺", "按部门", "按承办人", "按开始月份", "承诺明细", "名词解释"]
    figures = dict(re.findall(r"stat is-([a-z-]+)\">.*?stat-value\">(\d+)", page, re.DOTALL))
    heads, *rows = sheets["承诺明细"]
    standing = [row[heads.index("时限状态")] for row in rows]
    words = {
        "broken": "已逾期",
        "paused": "暂停",
        "kept": "已兑现",
        "running": "办理中",
        "at-risk": "快到期",
    }
    assert {name: str(standing.count(word)) for name, word in words.items()} == figures
    for name in ("按承诺", "按部门", "按承办人"):
        heads, *rows = sheets[name]
        lines = [row for row in rows if row[0] != "全部承诺"]
        assert sum(row[heads.index("已兑现")] for row in lines) == standing.count("已兑现"), name
        assert sum(row[heads.index("全部")] for row in lines) == len(standing), name
    assert sheets["按承诺"][-1][0] == "全部承诺"
    assert [row[0] for row in sheets["按开始月份"][1:]] == ["2026-02"]


def test_the_pdf_says_the_same_with_an_embedded_font(departments: World) -> None:
    client = signed_in(departments.leader)
    with at(SOON):
        page = read(client.get(f"/overview/report/{FEBRUARY}"))
        answer = client.get(f"/overview/report/report.pdf{FEBRUARY}")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert own_fonts_of(answer.content)
    text = words_of(answer.content)
    assert "2026-02 承诺兑现月报" in text
    figures = dict(re.findall(r"stat is-([a-z-]+)\">.*?stat-value\">(\d+)", page, re.DOTALL))
    line = re.search(r"全部承诺 +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)", text)
    assert line is not None
    in_page = [figures[name] for name in ("kept", "broken", "at-risk", "running", "paused")]
    assert list(line.groups()[:5]) == in_page
    assert "名词解释" in text
    with at(SOON):
        english = client.get(f"/overview/report/report.pdf{FEBRUARY}", HTTP_ACCEPT_LANGUAGE="en").content
    assert "promises kept, monthly report" in words_of(english)


def test_in_the_demonstration_everything_is_marked(departments: World, settings: Any) -> None:
    import dataclasses

    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, demo=True)
    client = signed_in(departments.leader)
    with at(SOON):
        assert "示例" in read(client.get(f"/overview/report/{FEBRUARY}"))
        answer = client.get(f"/overview/report/report.xlsx{FEBRUARY}")
        rows = workbook(answer)["名词解释"]
        paper = client.get(f"/overview/report/report.pdf{FEBRUARY}").content
    assert ("示例数据，不具效力") in [row[0] for row in rows]
    assert "示例数据，不具效力" in words_of(paper)


def test_the_report_is_for_those_who_oversee_promises(history: World) -> None:
    for address in ("/overview/report/", "/overview/report/report.pdf", "/overview/report/report.xlsx"):
        assert signed_in(history.agent).get(address).status_code == 403
        answer = signed_in(history.steward_a).get(address)
        assert answer.status_code == 200
        assert not answer.streaming or stream(answer)


def test_the_months_to_choose_and_the_usual_one(history: World) -> None:
    assert month_of("2026-02", now=LATER) == "2026-02"
    for odd in ("", "2026-13", "2027-01", "x", "２０２６-02"):
        assert month_of(odd, now=LATER) == "2026-02"
    assert month_of("", now=NOW.replace(month=1)) == "2025-12"
    mechanisms = ["microdrama-filing"]
    assert months_to_choose(mechanisms, now=LATER + timedelta(days=330)) == [
        "2027-01", *(f"2026-{number:02}" for number in range(12, 1, -1)),
    ]  # fmt: skip
    page = read(signed_in(history.leader).get("/overview/report/?month=2026-01"))
    assert "本月没有新开始的承诺" in page


def test_the_report_asks_the_database_the_same_however_much(history: World) -> None:
    client = signed_in(history.leader)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/overview/report/?month=2026-03")
        return len(queries)

    with at(SOON):
        asked()
        few = asked()
        for _ in range(5):
            history.file(now=LATER)
        assert asked() == few


def test_small_numbers_are_withheld_so_that_none_can_be_worked_out() -> None:
    assert withheld({"a": 50, "b": 0}) == set()
    # alone it would be the rest of the sum
    assert withheld({"a": 50, "b": 3, "c": 20}) == {"b", "c"}
    assert withheld({"a": 50, "b": 9, "c": 9, "d": 20}) == {"b", "c"}
    assert withheld({"a": 50, "b": 1, "c": 2, "d": 20}) == {"b", "c", "d"}
    assert withheld({"a": 4}) == {"a"}
    for counts in ({"a": 1, "b": 1}, {"a": 10, "b": 9}, {"a": 10, "b": 10, "c": 1, "d": 0}):
        told = set(counts) - withheld(counts)
        assert all(counts[key] == 0 or counts[key] >= SMALLEST for key in told)


def test_the_public_page_tells_sums_only(history: World, client: Any) -> None:
    with at(LATER + timedelta(days=31)):
        page = read(client.get("/kept/"))
        assert "数量过少，不公布" in page
        assert "示例企业甲" not in page
        assert public_figures(now=LATER + timedelta(days=31)).every.owed == 0


def test_the_public_page_tells_what_is_enough(world: World, client: Any) -> None:
    from django.core.cache import cache

    cases = [world.file() for _ in range(SMALLEST + 2)]
    for case in cases[1:]:
        world.act(case, "pass_review", by=world.steward_of(case), review_opinion="同意")
    cache.clear()
    with at(NOW + timedelta(days=40)):
        found = public_figures(now=NOW + timedelta(days=40))
        page = read(client.get("/kept/"))
    line = next(one for one in found.clocks if one.owed)
    assert (line.owed, line.percent) == (12, 91)
    assert found.every.owed == 12
    assert ">91%<" in page
    assert found.until == "2026-02"
    assert len(found.months) == 12
