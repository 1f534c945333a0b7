"""The page around every page: who is shown what, and what a refused request still shows."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from lianqiao.organization import commands
from lianqiao.organization.models import Person
from tests.organization.zone_made import Zone

pytestmark = pytest.mark.django_db
NOWHERE = "/there/is/no/such/page/"


def page(person: Person | None = None, *, language: str = "zh-hans", **headers: str) -> str:
    client = Client(headers={"accept-language": language, **headers})
    if person is not None:
        client.force_login(person)
    response = client.get(NOWHERE)
    assert response.status_code == 404
    return response.content.decode()


def navigation(html: str) -> list[str]:
    nav = html[html.index('<nav class="nav"') : html.index("</nav>")]
    return re.findall(r"<span>([^<]+)</span>", nav)


def test_anyone_sees_the_district_the_way_in_and_one_heading() -> None:
    html = page()
    assert "赣江新区" in html
    assert "/sign-in/" in html
    assert html.count("<h1") == 1
    assert 'class="skip" href="#main"' in html
    assert navigation(html) == ["首页", "办事", "查进度", "政务服务事项", "一件事"]
    assert '<html lang="zh-hans">' in html


def test_the_layout_speaks_english() -> None:
    html = page(language="en")
    assert "Ganjiang New Area" in html
    assert navigation(html) == ["Home", "Services", "Progress", "Service items", "One matter"]


def test_a_firms_people_and_officers_find_their_own_pages() -> None:
    zone = Zone()
    agent = zone.person("陈")
    commands.join_firm(agent.pk, firm_id=zone.firm().pk, role="agent", actor=None, now=zone.now)
    assert navigation(page(agent)) == [
        *("首页", "我的事项", "我的惠企政策", "办事", "查进度"),
        *("更多", "一件事", "帮办超市", "我的证照", "药管家", "政务服务事项", "我的人才档案"),
    ]
    officer = zone.officer("万")
    assert navigation(page(officer)) == [
        *("首页", "待办", "总览", "值守", "请假"),
        *("更多", "查进度", "政务服务事项", "办事", "一件事", "排班", "改革任务", "工作量", "来件渠道"),
    ]


def test_no_page_carries_a_script_of_its_own() -> None:
    html = page(Zone().officer("万"))
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r'<script src="(?!/static/)', html) == []
    assert " onclick" not in html


def test_a_theme_chosen_by_hand_is_there_from_the_first_byte() -> None:
    client = Client()
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get(NOWHERE).content.decode()
    client.cookies["theme"] = '"><script>'
    assert '<html lang="zh-hans">' in client.get(NOWHERE).content.decode()
