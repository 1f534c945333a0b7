"""An enterprise demand in a browser: from a visit and a telephone to the firm's agreement."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge.models import Case
from tests.browser.conftest import Day
from tests.browser.test_story import accessible, send, take
from tests.service.test_demand_case import Zone, build_zone

Open = Callable[..., Page]


@pytest.fixture
def zone(transactional_db: None, day: Day) -> Zone:
    return build_zone(day.read())


def test_from_a_visit_to_the_firms_agreement(zone: Zone, day: Day, open_page: Open) -> None:
    # the officer of the firm records the visit first, then files what the firm asked for from it
    officer = open_page(zone.officer_a, "/visits/new/")
    officer.get_by_label("企业").fill(zone.world.firm.name)
    officer.get_by_label("一句话主题").fill("示例走访：夜班出行")
    officer.get_by_label("谈话情况").fill("示例：末班车太早，夜班员工回不去。")
    accessible(officer)
    officer.locator("main form").get_by_role("button", name="登记走访").click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("示例走访")
    accessible(officer)
    officer.get_by_role("link", name="企业诉求", exact=True).last.click()
    expect(officer.locator("main")).to_contain_text("代为登记，渠道：走访")
    officer.get_by_label("一句话说清难处").fill("示例：夜班员工没有公交")
    officer.get_by_label("属于哪一类").select_option("living")
    officer.get_by_label("具体情况").fill("示例：末班车太早，夜班员工回不去。")
    send(officer, "提出诉求")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("夜班员工没有公交")
    first = Case.objects.get()

    # the firm, on a telephone, is told while typing that it has said so already; it raises it all the same
    phone = open_page(zone.world.agent, "/services/enterprise-demand/new/", width=390)
    phone.get_by_label("一句话说清难处").press_sequentially("夜班员工没有公交")
    expect(phone.locator("#alike")).to_contain_text(first.number)
    phone.get_by_label("属于哪一类").select_option("living")
    phone.get_by_label("具体情况").fill("示例：还是没有车。")
    accessible(phone)
    send(phone, "提出诉求")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("夜班员工没有公交")
    second = Case.objects.exclude(pk=first.pk).get()

    # the desk merges the second into the first, and passes the first on to two departments
    desk = open_page(zone.desk, f"/cases/{second.number}/")
    accessible(desk)
    desk.locator(".case-aside").get_by_role("link", name="并入同类诉求").last.click()
    expect(desk.get_by_label("并入的诉求编号")).to_have_value(first.number)
    send(desk, "并入同类诉求")
    desk.get_by_role("button", name="确定").click()
    expect(desk.locator("main")).to_contain_text("已办理：并入同类诉求")
    desk.goto(f"/cases/{first.number}/")
    expect(desk.locator(".case-aside")).to_contain_text(second.number)
    take(desk, "分办")
    desk.get_by_label("主办部门").select_option("living")
    desk.get_by_label("协办部门一").select_option("labour")
    desk.get_by_label("协办部门二").select_option("none")
    send(desk, "分办")
    expect(desk.locator("#lanes")).to_contain_text("由它决定")
    accessible(desk)

    # both departments have it on their lists; the main one answers when the joint opinion is in
    joint = open_page(zone.lines["labour"], "/worklist/")
    joint.get_by_role("link", name=re.compile("夜班员工没有公交")).click()
    take(joint, "协办一回复")
    joint.get_by_label("协办意见一").fill("示例：已统计夜班人数。")
    send(joint, "协办一回复")
    main = open_page(zone.lines["living"], f"/cases/{first.number}/acts/answer/")
    main.get_by_label("办理结果（告知企业）").fill("示例：末班车延后到 23 点。")
    send(main, "答复企业")

    # solved is what the firm agrees to; the list of problems becomes the list of results
    day("2026-02-12 10:00")
    reader = open_page(zone.supervisor, "/services/enterprise-demand/raised/")
    expect(reader.locator(".verdict")).to_contain_text("0.0")
    accessible(reader)
    phone.goto(f"/cases/{first.number}/")
    take(phone, "认可，已解决")
    send(phone, "认可，已解决")
    expect(phone.locator("main")).to_contain_text("企业认可，已化解")
    reader.goto("/services/enterprise-demand/raised/?show=solved")
    expect(reader.locator(".verdict")).to_contain_text("100.0")
    expect(reader.locator("#list-results")).to_contain_text("夜班员工没有公交")
    accessible(reader)
    assert set(Case.objects.values_list("marking", flat=True)) == {"solved", "merged"}
