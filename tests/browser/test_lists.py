"""Lists in a browser: by keyboard alone, in place, with boxes; the report looks right and reads well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import Day, accessible, follow
from tests.world import World, build_world

Open = Callable[..., Page]


@pytest.fixture
def town(transactional_db: None, day: Day) -> World:
    """Three cases in the zone, filed within a week."""
    world = build_world(day("2026-02-11 10:00"))
    for number in range(3):
        world.file(drama_title=f"示例剧{number}")
    return world


def focused(page: Page) -> str:
    """Return the words of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent || document.activeElement.name || ''"))


def test_a_list_is_walked_chosen_and_acted_on_by_keyboard(town: World, open_page: Open) -> None:
    page = open_page(town.leader, "/overview/cases/?span=all&sort=case")
    for key, title in (("j", "示例剧0"), ("j", "示例剧1"), ("k", "示例剧0"), ("ArrowDown", "示例剧1")):
        page.keyboard.press(key)
        assert focused(page) == title
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk-count")).to_have_text("已选 2 条")
    page.keyboard.press("/")
    assert focused(page) == "q"
    # typed in the box a letter is a letter
    page.keyboard.type("jx1")
    expect(page.locator("tbody tr")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("示例剧1")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#list-keys")).to_be_visible()
    accessible(page)
    # switched off, the keys do nothing any more, here and on the next page
    page.get_by_label("启用快捷键").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert focused(page) != "示例剧1"
    page.keyboard.press("?")
    page.get_by_label("启用快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="继续").press("Enter")
    page.get_by_label("转交给谁").select_option(label=town.steward_b.name)
    page.get_by_role("button", name="转交他人").press("Enter")
    expect(page.get_by_text("已为全部 1 件办理")).to_be_visible()
    accessible(page)


def test_columns_and_views_are_kept_from_the_page(town: World, open_page: Open) -> None:
    page = open_page(town.leader, "/overview/cases/?span=all", width=390, dark=True)
    page.get_by_text("显示列").click()
    page.get_by_label("法定到期", exact=True).check()
    page.get_by_label("督办", exact=True).uncheck()
    accessible(page)
    page.get_by_role("button", name="按此显示").click()
    expect(page.locator('td[data-label="法定到期"]')).to_have_count(3)
    expect(page.locator('td[data-label="督办"]')).to_have_count(0)
    page.locator('input[name="q"]').fill("示例剧2")
    expect(page.locator("tbody tr")).to_have_count(1)
    # what was filtered in place is what is saved
    page.get_by_text("视图", exact=True).click()
    page.get_by_label("当前视图存为").fill("第二部")
    page.get_by_label("打开清单时默认使用").check()
    follow(page, page.get_by_role("button", name="保存视图"))
    page.goto("/overview/cases/")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".list-look summary").nth(1)).to_have_text("第二部")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False), (1920, False)])
def test_report_and_public_page_read_well_everywhere(
    town: World, open_page: Open, day: Day, width: int, dark: bool
) -> None:
    for case in town_cases(town):
        town.act(case, "pass_review", by=town.steward_of(case), review_opinion="同意")
    day("2026-03-02 10:00")
    for who, address in ((town.leader, "/overview/report/?month=2026-02"), (None, "/kept/")):
        page = open_page(who, address, width=width, dark=dark)
        accessible(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0
    page = open_page(town.leader, "/overview/report/?month=2026-02", width=width, dark=dark)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="查询")).to_be_hidden()
    expect(page.get_by_text("按时兑现").first).to_be_visible()


def town_cases(town: World) -> list[Any]:
    from lianqiao.bridge import queries

    return list(queries.matters([town.firm]))


def test_without_scripts_every_list_works_by_links_and_forms(town: World) -> None:
    client = Client()
    client.force_login(town.leader)
    page = client.get("/overview/cases/?span=all").content.decode()
    assert '<button class="button small">查询</button>' in page
    assert page.count('form="list-bulk"') == 3
    assert "<noscript" not in page
