"""A talent permits the matching, confirms what is found, uploads one paper, and the grant follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lianqiao.organization.models import Person
from lianqiao.service.benefits.models import Grant
from tests.benefit_world import build_town
from tests.browser.conftest import Day, accessible, follow
from tests.talent_world import GOOD, HOUSING, LIVING, POST, evaluator, talent_person

Open = Callable[..., Page]


@pytest.fixture
def bearer(transactional_db: None, day: Day) -> Person:
    """Somebody with a record nobody may match yet, of whom the labour contract is not known."""
    day("2026-02-11 10:00")
    build_town()
    return talent_person(evaluator(), permits=False, **{**GOOD, "contract_until": ""})


def test_permitted_found_confirmed_and_one_paper_more(bearer: Person, open_page: Open) -> None:
    page = open_page(bearer, "/talent/", width=390)
    page.get_by_role("link", name="我能享受的政策，以及只差一份材料的政策").click()
    expect(page.get_by_text("尚未许可匹配")).to_be_visible()
    page.get_by_role("button", name="许可并匹配我的档案").click()
    # by invitation where it is invited to, at once where it is claimed
    page.get_by_role("link", name="确认享受 示例·人才岗位补贴").click()
    page.get_by_label("户名").fill(bearer.name)
    page.get_by_label("开户行").fill("示例银行")
    page.get_by_label("账号").fill("6222000087654321")
    page.get_by_role("button", name="确认享受").click()
    expect(page.get_by_text("已为您办妥")).to_be_visible()
    page.get_by_role("link", name="查看并享受 示例·人才租购房补贴").click()
    expect(page.get_by_text("**** 4321")).to_be_visible()
    page.get_by_role("button", name="立即申领").click()
    expect(page.get_by_text("已为您办妥")).to_be_visible()
    # the secretary knows what is lacking, and the record's page shows the same
    page.goto("/talent/secretary/")
    accessible(page)
    page.goto("/talent/")
    expect(page.get_by_role("heading", name="只差一份材料")).to_be_visible()
    follow(page, page.get_by_role("link", name="在此补上 示例·人才生活补贴"))
    accessible(page)
    page.get_by_label("内容").fill("2028-01-01")
    paper = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    page.get_by_label("证明材料").set_input_files(files=[paper])  # type: ignore[list-item]
    page.get_by_role("button", name="记录").click()
    page.get_by_role("link", name="确认享受 示例·人才生活补贴").click()
    page.get_by_role("button", name="确认享受").click()
    expect(page.get_by_text("已为您办妥")).to_be_visible()
    accessible(page)
    assert dict(Grant.objects.values_list("policy", "state")) == dict.fromkeys(
        (LIVING, POST, HOUSING), "granted"
    )
    page.goto("/benefits/own/facts/")
    accessible(page)
