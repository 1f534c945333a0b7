"""A promise is changed in a browser: written with its faults beside it, simulated, published by another."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge import packs
from lianqiao.bridge.long_jobs import do_all
from lianqiao.engine.bpmn_xml import bpmn_text
from lianqiao.site.job_kinds import KINDS
from tests.browser.conftest import Day, follow
from tests.browser.test_story import accessible, send, take
from tests.portal.api_world import office
from tests.world import World, build_world, signed_in

Open = Callable[..., Page]
PROMISE = "cosmetics-filing"
pytestmark = pytest.mark.usefixtures("publishing")


@pytest.fixture
def zone(transactional_db: None, day: Day) -> World:
    return build_world(day.read())


def write(page: Page, old: str, new: str) -> None:
    text = page.locator("#id_text").input_value()
    assert old in text
    page.locator("#id_text").fill(text.replace(old, new, 1))
    page.get_by_role("button", name="保存并检查").click()
    page.wait_for_load_state()


def test_written_simulated_published(zone: World, day: Day, open_page: Open) -> None:
    author = office(day.read())
    # what a process reads once is read before anybody waits for it
    signed_in(author).get(f"/studio/{PROMISE}/diagram/")
    writer = open_page(author, "/studio/")
    accessible(writer)
    follow(writer, writer.get_by_role("link", name="化妆品备案服务"))
    accessible(writer)
    with writer.expect_download() as kept:
        writer.get_by_role("link", name="BPMN 2.0").click()
    text = Path(kept.value.path()).read_text(encoding="utf-8")
    assert text == bpmn_text(packs.current().newest(PROMISE), "zh-hans"), "what the standard viewer opens"
    writer.get_by_role("link", name="流程图", exact=True).click()
    expect(writer.locator("svg.bpmn text").first).to_be_visible()
    accessible(writer)
    writer.goto(f"/studio/{PROMISE}/")
    take(writer, "编写下一版本")

    # a fault is told beside its line, and the link leads into the text
    write(writer, 'to = "filed"', 'to = "fild"')
    expect(writer.locator(".faults")).to_contain_text("没有这个名称的状态")
    accessible(writer)
    writer.locator("a[data-line]").first.click()
    chosen = writer.evaluate(
        "() => { const t = document.querySelector('#id_text');"
        " return t.value.slice(t.selectionStart, t.selectionEnd) }"
    )
    assert chosen == 'to = "fild"'
    write(writer, 'to = "fild"', 'to = "filed"')
    write(writer, 'budget = "2wd"', 'budget = "1wd"')
    expect(writer.locator("main")).to_contain_text("通过检查")
    draft = writer.url

    # simulated as a long job, which the page follows to its end
    take(writer, "推演")
    writer.get_by_label("名称").fill("示例：一日")
    writer.locator("[name=arrivals]").fill("3")
    writer.locator("[name=hours_accept]").fill("1.5")
    writer.locator("[name=days]").fill("20")
    writer.locator("[name=target]").fill("80")
    accessible(writer)
    send(writer, "推演")
    expect(writer.locator("progress")).to_be_visible()
    do_all(KINDS, clock=day.read)
    writer.reload()
    expect(writer.locator(".staff-chart")).to_be_visible()
    expect(writer.locator("main")).to_contain_text("在哪里积压")
    accessible(writer)

    # the second person sees the simulation first, then what changes, and publishes
    leader = open_page(zone.leader, draft.rstrip("/") + "/publication/", width=390)
    expect(leader.locator("main")).to_contain_text("示例：一日")
    expect(leader.locator(".changes .is-new").first).to_contain_text("1 个工作日内办结")
    accessible(leader)
    leader.get_by_label("改了什么、为什么").fill("示例：缩短到一日")
    send(leader, "发布")
    expect(leader.locator("main")).to_contain_text("示例：缩短到一日")
    expect(leader.locator(".versions li").first).to_contain_text("现行")
    accessible(leader)

    # the firm is promised one day from now on, without a restart
    firm = open_page(zone.agent, f"/services/{PROMISE}/")
    expect(firm.locator("main")).to_contain_text(re.compile(r"1\s*个工作日"))
    leader.goto(f"/studio/{PROMISE}/simulations/")
    expect(leader.locator(".interval").first).to_be_visible()
    accessible(leader)
