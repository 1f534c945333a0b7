"""A newcomer registers, is bound by a clerk and files; a second factor; another's word for who one is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
from django.core import mail
from playwright.sync_api import Page, expect

from lianqiao.bridge.models import Case
from lianqiao.organization import commands, jobs
from lianqiao.organization.models import SecondFactor
from tests.browser.conftest import Day, accessible, follow
from tests.identity_provider import provider
from tests.organization.zone_made import credit_code
from tests.world import PDF, World, person

__all__ = ["provider"]

Open = Callable[..., Page]
PASSWORD = "eine-bruecke-2026"


def press(page: Page, name: str) -> None:
    follow(page, page.locator("main").get_by_role("button", name=name, exact=True).first)


def mailed(day: Day) -> str:
    """Let the worker send; return the path of the link in the latest letter."""
    jobs.send_letters(now=day.read(), link=lambda secret: f"/letters/{secret}/")
    return re.findall(r"/letters/\S+/", str(mail.outbox[-1].body))[0]


def test_from_registering_to_filing(zone: World, day: Day, open_page: Open, tmp_path: Path) -> None:
    newcomer = open_page(None, "/sign-in/", width=390)
    accessible(newcomer)
    follow(newcomer, newcomer.get_by_role("link", name="用电子邮箱注册"))
    accessible(newcomer)
    newcomer.get_by_label("电子邮箱").fill("qian@example.cn")
    newcomer.get_by_label("您的姓名").fill("钱示例")
    newcomer.get_by_label("我已阅读并同意隐私说明").check()
    press(newcomer, "发送链接")
    expect(newcomer.locator("main")).to_contain_text("qian@example.cn")
    accessible(newcomer)

    newcomer.goto(mailed(day))
    accessible(newcomer)
    newcomer.get_by_label("新密码").fill(PASSWORD)
    newcomer.get_by_label("再输入一次").fill(PASSWORD)
    press(newcomer, "建立账号")
    expect(newcomer.locator("main")).to_contain_text("您尚未代表任何企业")
    accessible(newcomer)
    newcomer.get_by_label("统一社会信用代码").fill(credit_code(77).lower())
    newcomer.get_by_label("企业名称").fill("示例企业丁有限公司")
    press(newcomer, "申请")
    expect(newcomer.locator("main")).to_contain_text("待答复")
    accessible(newcomer)

    clerk = person("clerk-01", "示例窗口01", day.read())
    commands.give_duty(clerk.pk, code="window-clerk", actor=None, now=day.read())
    window = open_page(clerk, "/")
    window.locator(".top-tools details.menu summary").click()
    follow(window, window.get_by_role("link", name="登记簿"))
    accessible(window)
    follow(window, window.get_by_role("link", name="企业绑定申请"))
    expect(window.locator("main")).not_to_contain_text("钱示例")
    accessible(window)
    follow(window, window.get_by_role("link", name="示例企业丁有限公司"))
    press(window, "显示姓名和邮箱")
    expect(window.locator("main")).to_contain_text("qian@example.cn")
    accessible(window)
    press(window, "同意")
    expect(window.locator("main")).to_contain_text("已同意")

    paper = tmp_path / "材料.pdf"
    paper.write_bytes(PDF)
    newcomer.goto("/services/microdrama-filing/new/")
    newcomer.get_by_label("剧名").fill("示例短剧《春江》")
    newcomer.get_by_label("集数").fill("60")
    newcomer.get_by_label("单集时长（分钟）").fill("2")
    newcomer.get_by_label("总投资（元）").fill("1200000")
    newcomer.get_by_label("是否涉及特殊题材").select_option("none")
    newcomer.get_by_label("内容梗概").fill("示例梗概")
    for label in ("备案申请表（盖章）", "广播电视节目制作经营许可证", "剧本或分集大纲"):
        newcomer.get_by_label(label).set_input_files(str(paper))
    newcomer.locator("main form").get_by_role("button", name=re.compile("提交备案")).last.click()
    expect(newcomer.get_by_role("heading", level=1)).to_contain_text("示例短剧《春江》")
    firm = Case.objects.get().firm
    assert firm is not None
    assert (firm.name, firm.credit_code) == ("示例企业丁有限公司", credit_code(77))


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    press(page, "登录")


def test_an_authenticator_is_set_up_and_asked(zone: World, day: Day, open_page: Open) -> None:
    zhao = commands.register_person("zhao", name="赵示例", password=PASSWORD, actor=None, now=day.read())
    page = open_page(None, "/sign-in/")
    sign_in(page, "zhao")
    page.goto("/account/")
    accessible(page)
    follow(page, page.get_by_role("link", name="设置验证器"))
    accessible(page)
    key = (page.locator(".enrol-key").text_content() or "").replace(" ", "")
    assert key == commands.secret_text(SecondFactor.objects.get(person=zhao))
    drawn = page.locator(".enrol-picture svg").bounding_box()
    assert drawn is not None
    assert drawn["width"] == drawn["height"] > 150
    page.get_by_label("验证码").fill(pyotp.TOTP(key).at(day.read()))
    press(page, "开启")
    codes = page.locator(".codes li").all_text_contents()
    assert len(codes) == 10
    accessible(page)

    other = open_page(None, "/sign-in/", width=390, dark=True)
    sign_in(other, "zhao")
    accessible(other)
    other.get_by_label("验证码").fill(pyotp.TOTP(key).at(day.read()))
    press(other, "登录")
    expect(other.locator("main")).to_contain_text("验证码不正确，或已使用过")
    day.moment += timedelta(minutes=1)
    other.get_by_label("验证码").fill(pyotp.TOTP(key).at(day.read()))
    press(other, "登录")
    expect(other.locator(".avatar")).to_have_text("赵")


def test_another_vouches_for_who_one_is(
    zone: World, open_page: Open, provider: str, live_server: Any, settings: Any
) -> None:
    commands.register_person("zhao", name="赵示例", actor=None, now=zone.now)
    settings.SIGN_IN = replace(
        settings.SIGN_IN,
        oidc_issuer=provider,
        oidc_client_id="lianqiao",
        oidc_client_secret="agreed",
        oidc_claim="preferred_username",
        oidc_name="示例政务身份认证",
    )
    settings.SITE_ADDRESS = str(live_server)
    page = open_page(None, "/account/")
    page.get_by_role("link", name="用示例政务身份认证登录").click()
    expect(page).to_have_url(re.compile(f"^{provider}/"))
    page.locator("input[name=sub]").first.fill("zhao")
    page.locator("form").first.evaluate("form => form.requestSubmit()")
    expect(page).to_have_url(f"{live_server}/account/")
    expect(page.locator("main")).to_contain_text("统一身份认证")
    accessible(page)
