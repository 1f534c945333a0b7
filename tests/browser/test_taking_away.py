"""What cannot be undone is asked about in its place, by mouse and by keyboard, before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lianqiao.organization import commands
from lianqiao.organization.models import Membership
from tests.browser.conftest import accessible
from tests.world import World, person

Open = Callable[..., Page]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_member_is_ended_only_after_a_second_press(zone: World, open_page: Open, width: int) -> None:
    chief = person("firm-a-chief", "示例企业甲 管理员", zone.now)
    commands.join_firm(chief.pk, firm_id=zone.firm.pk, role="administrator", actor=None, now=zone.now)
    ended = Membership.objects.filter(firm=zone.firm, person=zone.agent, until__isnull=False)

    page = open_page(chief, f"/firms/{zone.firm.credit_code}/members/", width=width)
    row = page.locator("tr", has_text=zone.agent.name)
    follows, sure = row.get_by_text("将不能再查看"), row.locator(".sure form button")
    expect(follows).not_to_be_visible()
    expect(sure).not_to_be_visible()
    row.locator(".sure summary").focus()
    page.keyboard.press("Enter")
    expect(follows).to_be_visible()
    accessible(page)
    assert not ended.exists()
    page.keyboard.press("Tab")
    expect(sure).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).not_to_contain_text(zone.agent.name)
    assert ended.exists()


def test_a_leave_is_cancelled_only_after_a_second_press(zone: World, open_page: Open) -> None:
    leave = commands.file_leave(
        zone.steward_a.pk,
        begin=zone.now,
        end=zone.now + timedelta(days=2),
        kind="annual",
        actor=zone.steward_a,
        now=zone.now,
    )

    page = open_page(zone.steward_a, "/leave/")
    asked = page.locator("main .sure")
    expect(asked).to_have_count(1)
    asked.locator("summary").click()
    expect(asked.get_by_text("代办人手上的事项随即交回")).to_be_visible()
    leave.refresh_from_db()
    assert leave.cancelled_at is None
    asked.locator("form button").click()
    expect(page.locator("main")).to_contain_text("请假已撤销")
    leave.refresh_from_db()
    assert leave.cancelled_at is not None
