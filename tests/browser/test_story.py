"""The 3+5 story as firm, stewards A and B, leader and public, in a browser from filing to closing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge import jobs, queries
from lianqiao.bridge.models import Case
from tests.browser.conftest import Day, accessible, follow
from tests.world import MP4, PDF, World

Open = Callable[..., Page]


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "材料.pdf").write_bytes(PDF)
    (tmp_path / "成片.mp4").write_bytes(MP4)
    return {"pdf": str(tmp_path / "材料.pdf"), "film": str(tmp_path / "成片.mp4")}


def take(page: Page, step: str) -> None:
    page.get_by_role("button", name=step, exact=True).or_(
        page.get_by_role("link", name=step, exact=True)
    ).first.click()


def send(page: Page, step: str) -> None:
    """Send the form of a step, saying yes where it asks for a second look."""
    follow(page, page.locator("main form").get_by_role("button", name=re.compile(step)).last)


def remark(page: Page, field: str, reason: str) -> None:
    """Tick a field in the list of what is wrong and say why."""
    row = page.locator("fieldset, li, div").filter(has=page.get_by_role("checkbox", name=field)).last
    row.get_by_role("checkbox", name=field).check()
    row.get_by_role("textbox").fill(reason)


def file_drama(page: Page, papers: dict[str, str]) -> None:
    page.get_by_label("剧名").fill("示例短剧《春江》")
    page.get_by_label("集数").fill("60")
    page.get_by_label("单集时长（分钟）").fill("2")
    page.get_by_label("总投资（元）").fill("1200000")
    page.get_by_label("是否涉及特殊题材").select_option("none")
    page.get_by_label("内容梗概").fill("示例梗概")
    for label in ("备案申请表（盖章）", "广播电视节目制作经营许可证", "剧本或分集大纲"):
        page.get_by_label(label).set_input_files(papers["pdf"])
    accessible(page)
    send(page, "提交备案")


def test_three_plus_five(zone: World, day: Day, open_page: Open, papers: dict[str, str]) -> None:
    zone.agent.set_password("a-long-password-1")
    zone.agent.save()
    firm = open_page(None, "/sign-in/")
    firm.get_by_label("用户名").fill(zone.agent.username)
    firm.get_by_label("密码").fill("a-long-password-1")
    firm.locator("main").get_by_role("button", name="登录").click()

    # Wednesday: the firm files; the promise falls on a Saturday that is worked
    firm.goto("/services/microdrama-filing/new/")
    file_drama(firm, papers)
    expect(firm.get_by_role("heading", level=1)).to_contain_text("示例短剧《春江》")
    expect(firm.locator("main")).to_contain_text("2月14日(周六) 17:30")
    firm.get_by_text("为什么是2月14日(周六)").first.click()
    expect(firm.locator("main")).to_contain_text("国办发明电〔2025〕7号")
    accessible(firm)
    case = Case.objects.get()
    code = case.progress_code
    steward_a, steward_b = zone.steward_of(case), zone.other_steward(case)

    # Thursday: steward A finds a paper missing and says so once; the clock starts afresh when it comes
    day("2026-02-12 09:00")
    a = open_page(steward_a, "/worklist/")
    accessible(a)
    follow(a, a.get_by_role("link", name=re.compile("春江")))
    accessible(a)
    take(a, "材料不齐，退回补齐")
    remark(a, "剧本或分集大纲", "缺最后十集的大纲")
    accessible(a)
    send(a, "材料不齐，退回补齐")
    day("2026-02-13 10:00")
    firm.goto("/matters/")
    accessible(firm)
    firm.get_by_role("link", name=re.compile("春江")).click()
    expect(firm.locator("main")).to_contain_text("缺最后十集的大纲")
    take(firm, "补齐材料")
    firm.get_by_label("剧本或分集大纲").set_input_files(papers["pdf"])
    send(firm, "补齐材料")
    expect(firm.locator("main")).to_contain_text("2月25日(周三) 17:30")

    # Saturday, worked: something is wrong, the clock stands still until the firm answers ten days later
    day("2026-02-14 11:00")
    a.goto(f"/cases/{case.number}/")
    take(a, "内容有误，退回更正")
    remark(a, "集数", "与申请表不一致")
    send(a, "内容有误，退回更正")
    day("2026-02-24 10:00")
    firm.goto(f"/cases/{case.number}/")
    accessible(firm)
    take(firm, "提交更正")
    firm.get_by_label("集数").fill("62")
    send(firm, "提交更正")
    expect(firm.locator("main")).to_contain_text("2月26日(周四) 17:30")

    # Wednesday: A files leave from today on; within one tick the work is B's
    now = day("2026-02-25 09:00")
    b = open_page(steward_b, "/worklist/")
    expect(b.locator("main")).not_to_contain_text("春江")
    a.goto("/leave/")
    accessible(a)
    a.get_by_label("末日").fill("2026-02-28")
    follow(a, a.locator("main form").get_by_role("button", name=re.compile("请假")).first)
    jobs.tick(now=now)
    b.reload()
    expect(b.locator("main")).to_contain_text("春江")
    a.goto("/worklist/")
    expect(a.locator("main")).not_to_contain_text("春江")

    # Nobody acts: the ladder is climbed, and the leader sees it
    for moment in ("2026-02-25 17:31", "2026-02-26 17:31", "2026-02-27 17:31"):
        jobs.tick(now=day(moment))
        jobs.tick(now=day(moment))
    levels = [entry.name for entry in case.entries.filter(name="rung")]
    assert levels == ["rung"] * 3, "each rung once, however often time is asked"
    leader = open_page(zone.leader, "/overview/")
    accessible(leader)
    expect(leader.locator("main")).to_contain_text("已逾期")
    expect(leader.locator("main")).to_contain_text("示例短剧《春江》")
    leader.goto("/notices/")
    accessible(leader)
    expect(leader.locator("main")).to_contain_text("春江")

    # Saturday, worked: B passes it late; the public sees how far it is and nothing else
    day("2026-02-28 10:00")
    b.goto(f"/cases/{case.number}/")
    take(b, "初审通过")
    b.get_by_label("初审意见").fill("同意拍摄")
    send(b, "初审通过")
    public = open_page(None, "/progress/")
    accessible(public)
    public.get_by_role("textbox").last.fill(code.lower())
    public.locator("main").get_by_role("button").last.click()
    expect(public.locator("main")).to_contain_text("初审通过，待送成片")
    accessible(public)
    for private in ("同意拍摄", zone.firm.name, steward_a.name, "缺最后十集", "1,200,000"):
        expect(public.locator("body")).not_to_contain_text(private)

    # The film, within its own five days
    day("2026-03-02 10:00")
    firm.goto(f"/cases/{case.number}/")
    take(firm, "报送成片")
    firm.locator("input[type=file]").first.set_input_files(papers["film"])
    send(firm, "报送成片")
    expect(firm.locator("main")).to_contain_text("3月9日(周一) 17:30")
    jobs.tick(now=day("2026-03-03 09:00"))
    holder = open_page(zone.steward_of(Case.objects.get()), f"/cases/{case.number}/")
    take(holder, "成片预审通过")
    holder.get_by_label("成片预审意见").fill("同意上线")
    send(holder, "成片预审通过")
    expect(holder.locator("main")).to_contain_text("成片预审通过")

    case = Case.objects.get()
    assert case.outcome == "granted"
    tally = queries.tally(queries.promises(), now=day.read())
    assert (tally.kept, tally.broken) == (1, 1), "the film kept, the first review broken"
    assert queries.verify_log().problems == ()
