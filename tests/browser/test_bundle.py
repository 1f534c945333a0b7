"""A bundle in a browser: a few questions, one form, the first case done, the next opened by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge.models import Case
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Person
from lianqiao.service.bundles import jobs
from tests.browser.conftest import Day, follow
from tests.browser.test_story import accessible, send, take
from tests.world import World, build_world, person

Open = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None, day: Day) -> World:
    now = day.read()
    made = build_world(now)
    for duty in ("drug-steward", "drug-leader", "drug-tester"):
        organization.give_duty(person(duty, f"示例{duty}", now).pk, code=duty, actor=None, now=now)
    return made


def test_one_matter_is_asked_once_and_goes_on_by_itself(world: World, day: Day, open_page: Open) -> None:
    phone = open_page(world.agent, "/bundles/", width=390)
    accessible(phone)
    follow(phone, phone.get_by_role("link", name="开始办理").filter(has_text="推出"))
    accessible(phone)
    questions = phone.locator("main form")
    questions.get_by_label("是").first.check()
    questions.get_by_label("否").last.check()
    phone.get_by_role("button", name="下一步：填写资料").click()
    expect(phone.locator("main")).to_contain_text("注册检验“即到即检”")
    expect(phone.locator("main aside")).not_to_contain_text("仿真模拟")
    accessible(phone)
    phone.get_by_label("产品名称").fill("示例止咳颗粒")
    phone.get_by_label("药品", exact=True).check()
    phone.get_by_label("样品检验", exact=True).check()
    # what is missing is told beside its field, once, and what was typed is kept
    phone.get_by_role("button", name="全部开办").last.click()
    expect(phone.locator("#id_batches_error")).to_contain_text("必填")
    expect(phone.get_by_label("产品名称")).to_have_value("示例止咳颗粒")
    accessible(phone)
    phone.get_by_label("准备递交什么，想请看哪些问题").fill("示例：请看资料")
    phone.get_by_label("送检批数").fill("3")
    phone.get_by_role("button", name="全部开办").last.click()
    expect(phone.locator("main")).to_contain_text("2 个事项中已办妥 0 个")
    accessible(phone)

    # the steward gives the opinion; the samples' case opens by itself, filled in with what was asked once
    first = Case.objects.get()
    steward = open_page(Person.objects.get(username="drug-steward"), f"/cases/{first.number}/")
    take(steward, "约定指导时间")
    steward.get_by_label("指导日期").fill("2026-02-13")
    send(steward, "约定指导时间")
    take(steward, "给出指导意见")
    steward.get_by_label("指导意见（告知企业）").fill("示例：可以送检")
    send(steward, "给出指导意见")
    jobs.advance_runs(now=day("2026-02-12 09:00"))
    phone.reload()
    second = Case.objects.exclude(pk=first.pk).get()
    expect(phone.locator("#matter-testing")).to_contain_text(second.number)
    tester = open_page(Person.objects.get(username="drug-tester"), f"/cases/{second.number}/")
    expect(tester.locator("#papers")).to_contain_text("3")
    take(tester, "接样开检")
    send(tester, "接样开检")
    take(tester, "出具检验结果")
    tester.get_by_label("检验报告编号").fill("示例-1")
    send(tester, "出具检验结果")
    jobs.advance_runs(now=day("2026-03-12 09:00"))
    phone.reload()
    expect(phone.locator("main")).to_contain_text("全部办妥")
    accessible(phone)
    phone.goto("/bundles/under-way/")
    expect(phone.locator("main")).to_contain_text("2/2")
    accessible(phone)
