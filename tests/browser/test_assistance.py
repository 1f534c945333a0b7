"""A mandate, a basket and a case by an agent; a rota and a hand-over; a task from report to wall chart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge.models import Case
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.assistance.commands import put_in
from tests.browser.conftest import Day, follow
from tests.browser.test_story import accessible, send
from tests.world import World, build_world, person

Open = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None, day: Day) -> World:
    return build_world(day.read())


@pytest.fixture
def officers(world: World, day: Day) -> dict[str, Person]:
    now, found = day.read(), {}
    for username, name, duty in (
        ("agent-01", "示例代办员01", "agent"),
        ("agent-02", "示例代办员02", "agent"),
        ("agent-leader-01", "示例帮办负责人01", "agent-leader"),
        ("line-innovation-01", "示例承办人01", "demand-handler"),
    ):
        found[username] = person(username, name, now)
        organization.give_duty(found[username].pk, code=duty, actor=None, now=now)
    return found


def test_an_agent_orders_for_a_firm_that_takes_its_mandate_back(
    world: World, officers: dict[str, Person], open_page: Open
) -> None:
    firm = open_page(world.agent, f"/firms/{world.firm.credit_code}/mandates/")
    accessible(firm)
    firm.locator("#give").get_by_label("谁", exact=True).select_option(label="示例代办员01")
    firm.get_by_label("帮办代办", exact=True).check()
    firm.get_by_role("button", name="授权", exact=True).click()
    expect(firm.locator("main")).to_contain_text("生效中")

    # the agent, on a telephone, puts a matter into the basket, fills its form and orders it
    agent = open_page(officers["agent-01"], "/mandates/", width=390)
    follow(agent, agent.get_by_role("link", name=world.firm.name, exact=True))
    accessible(agent)
    follow(agent, agent.get_by_role("button", name="放进帮办篮 帮办代办"))
    agent.goto("/supermarket/basket/")
    expect(agent.locator("main")).to_contain_text("待填写")
    accessible(agent)
    agent.get_by_role("link", name="去填写 帮办代办").click()
    agent.get_by_label("要办的事项").fill("示例：变更登记")
    agent.get_by_label("类别").select_option("registration")
    agent.get_by_role("button", name="存为草稿").click()
    agent.get_by_role("link", name="回到帮办篮").click()
    expect(agent.locator("main")).to_contain_text("可提交")
    follow(agent, agent.get_by_role("button", name="提交勾选的事项"))
    case = Case.objects.get()
    expect(agent.locator("main")).to_contain_text(case.number)
    accessible(agent)

    # the firm reads what was done for it, in the case too, and takes the mandate back
    firm.goto(f"/cases/{case.number}/")
    expect(firm.locator("main")).to_contain_text(f"示例代办员01 代 {world.firm.name}")
    firm.goto(f"/firms/{world.firm.credit_code}/mandates/acts/")
    expect(firm.locator("#acts")).to_contain_text(case.number)
    firm.goto(f"/firms/{world.firm.credit_code}/mandates/")
    firm.get_by_role("link", name="撤回 示例代办员01").click()
    # asked about first: what follows is said, and nothing is taken away by looking
    expect(firm.locator("main")).to_contain_text("示例代办员01不能再为")
    accessible(firm)
    firm.get_by_role("link", name="暂不办理").click()
    expect(firm.locator("main")).to_contain_text("生效中")
    firm.get_by_role("link", name="撤回 示例代办员01").click()
    firm.get_by_role("button", name="撤回授权").click()
    expect(firm.locator("main")).to_contain_text("已撤回")
    agent.goto("/supermarket/")
    expect(agent.locator("main")).to_contain_text("您还不代表任何企业")
    reader = open_page(officers["agent-leader-01"], "/channels/")
    accessible(reader)
    reader.get_by_role("link", name="1", exact=True).click()
    expect(reader.locator("main")).to_contain_text(case.number)


def test_a_leader_plans_looks_and_hands_everything_over(
    world: World, officers: dict[str, Person], open_page: Open, day: Day
) -> None:
    leader = open_page(officers["agent-leader-01"], "/rota/")
    accessible(leader)
    leader.get_by_role("link", name="排班").last.click()
    leader.get_by_label("谁，在哪个岗位").select_option(label="agent · 示例代办员01")
    leader.get_by_label("窗口或地点").fill("示例一号窗")
    accessible(leader)
    leader.locator("main form").get_by_role("button", name="排班").click()
    expect(leader.locator("main")).to_contain_text("示例一号窗")
    expect(leader.locator(".on-now")).to_contain_text("示例代办员01")
    leader.locator(".week").get_by_role("link", name="示例代办员01").last.click()
    leader.get_by_label("由谁替班").select_option(label="示例代办员02")
    leader.get_by_role("button", name="调整这一天").click()
    expect(leader.locator(".week")).to_contain_text("已调班")
    accessible(leader)

    put_in(world.firm, mechanism_id="assisted-matter", by=world.agent, now=day.read())
    firm = open_page(world.agent, "/services/assisted-matter/new/")
    firm.get_by_label("要办的事项").fill("示例：社保增员")
    firm.get_by_label("类别").select_option("tax")
    send(firm, "请帮办")
    leader.goto("/workload/")
    expect(leader.locator("main")).to_contain_text("示例代办员01")
    accessible(leader)
    leader.get_by_role("link", name="示例代办员01").click()
    expect(leader.locator("main")).to_contain_text("1 件在办")
    accessible(leader)
    leader.get_by_label("移交给").select_option(label="示例代办员02")
    leader.get_by_label("原因").fill("示例：轮岗")
    leader.get_by_role("button", name="全部交接").click()
    expect(leader.locator("main")).to_contain_text("没有要交接的")
    assert Case.objects.get().holder == officers["agent-02"]


def test_an_owner_reports_and_the_wall_chart_shows_it(
    world: World, officers: dict[str, Person], open_page: Open, day: Day
) -> None:
    day("2026-05-12 10:00")
    wall = open_page(officers["agent-leader-01"], "/tasks/")
    expect(wall.locator(".wall-task")).to_have_count(18)
    accessible(wall)
    owner = open_page(officers["line-innovation-01"], "/tasks/2026/instrument/", width=390)
    accessible(owner)
    owner.get_by_label("做了什么").fill("示例：规则已上线。")
    owner.get_by_label("累计完成").fill("210")
    owner.get_by_label("完成的节点").select_option(label="示例：规则上线")
    owner.get_by_role("button", name="填报").click()
    expect(owner.locator("main")).to_contain_text("210 / 800")
    accessible(owner)
    wall.reload()
    card = wall.locator(".wall-task", has_text="大型仪器")
    expect(card).to_contain_text("210")
    expect(card).to_contain_text("绿灯")
