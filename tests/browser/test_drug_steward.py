"""The drug steward in a browser: a product's first click, a step's case, an answer found by the next firm."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge.models import Case
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.drug import jobs
from tests.browser.conftest import Day
from tests.browser.test_story import accessible, send, take
from tests.world import World, build_world, person

Open = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None, day: Day) -> World:
    now = day.read()
    made = build_world(now)
    for duty in ("drug-steward", "drug-checker", "drug-leader", "drug-tester"):
        organization.give_duty(person(duty, f"示例{duty}", now).pk, code=duty, actor=None, now=now)
    return made


def holder(duty: str) -> Person:
    return Person.objects.get(username=duty)


def test_a_product_goes_on_and_the_next_firm_finds_the_answer(
    world: World, day: Day, open_page: Open
) -> None:
    # the firm registers a product, on a telephone, and sees its road
    phone = open_page(world.agent, "/drug-steward/", width=390)
    accessible(phone)
    phone.get_by_role("link", name="我的产品").click()
    phone.locator("main").get_by_role("link", name="登记产品").first.click()
    phone.get_by_label("药品", exact=True).check()
    phone.get_by_label("产品名称").fill("示例止咳颗粒")
    accessible(phone)
    phone.locator("main form").get_by_role("button", name="登记产品").click()
    expect(phone.locator(".next-step")).to_contain_text("药学与非临床研究")
    accessible(phone)
    phone.get_by_role("link", name="打开这一步").click()
    phone.get_by_label("依据（证据）").fill("示例：研究总结报告")
    phone.get_by_label("开始日期").fill("2026-01-05")
    accessible(phone)
    phone.get_by_role("button", name="保存标记").click()

    # the next step is a promise: asked for from the product, the steward gives the opinion
    expect(phone.locator(".next-step")).to_contain_text("研发路线提前指导")
    phone.get_by_role("link", name="现在申请").click()
    expect(phone.get_by_label("产品名称")).to_have_value("示例止咳颗粒")
    phone.get_by_label("准备递交什么，想请看哪些问题").fill("示例：请看路线")
    send(phone, "申请提前指导")
    expect(phone.locator("#clock-guide")).to_contain_text("书面指导意见")
    steward = open_page(holder("drug-steward"), f"/cases/{Case.objects.get().number}/")
    take(steward, "约定指导时间")
    steward.get_by_label("指导日期").fill("2026-02-13")
    send(steward, "约定指导时间")
    take(steward, "给出指导意见")
    steward.get_by_label("指导意见（告知企业）").fill("示例：路线可行")
    send(steward, "给出指导意见")
    phone.goto("/products/")
    phone.get_by_role("link", name="示例止咳颗粒").click()
    expect(phone.locator(".next-step")).to_contain_text("临床试验申请提前指导")

    # one question, drafted and agreed by two people, is found by another firm while it types
    phone.goto("/services/drug-inquiry/new/")
    phone.get_by_label("一句话说清要问什么").fill("示例：我司颗粒剂注册检验要送几批样品")
    phone.get_by_label("药品", exact=True).check()
    send(phone, "提问")
    inquiry = Case.objects.get(mechanism="drug-inquiry")
    steward.goto(f"/cases/{inquiry.number}/acts/draft/")
    steward.get_by_label("答复（告知企业）").fill("示例：三批")
    steward.get_by_label("依据（法规名称与条款）").fill("《药品注册管理办法》第九十八条")
    steward.get_by_label("通用问法").fill("注册检验要送几批样品？")
    steward.get_by_label("何时复核这条答复").fill("2026-08-01")
    send(steward, "拟好答复，送审核")
    checker = open_page(holder("drug-checker"), f"/cases/{inquiry.number}/acts/approve/")
    send(checker, "审核通过，答复企业")
    jobs.take_answers()
    other = open_page(world.stranger, "/services/drug-inquiry/new/")
    other.get_by_label("一句话说清要问什么").press_sequentially("注册检验送几批样品")
    expect(other.locator("#alike")).to_contain_text("已有答复")
    other.locator("#alike").get_by_role("link", name="注册检验要送几批样品").click()
    expect(other.locator("main")).to_contain_text("第九十八条")
    accessible(other)
    steward.goto("/products/saved/")
    expect(steward.locator("main")).to_contain_text("平均每家企业节省天数")
    accessible(steward)
