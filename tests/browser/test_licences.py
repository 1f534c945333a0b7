"""The e-licence from end to end: renewed in the night, fetched by the firm, verified by anyone on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lianqiao.command_line.main import main
from lianqiao.service.licences.commands.renewing import run_night
from tests.browser.conftest import Day, accessible, follow
from tests.service.licences.register import GOOD, NOW, enter, fact, night, officers
from tests.world import World, build_world

Open = Callable[..., Page]


@pytest.fixture
def town(transactional_db: None, day: Day) -> World:
    """One licence renewed in the night, one that went to a person."""
    world = build_world(day("2026-02-11 10:00"))
    officers()
    enter("示例证0001", world.firm)
    enter("示例证0002", world.firm, known={**GOOD, "rectification_open": fact(True)})
    run_night(night(), now=NOW)
    return world


def test_renewed_without_noticing_and_verified_by_anyone(
    town: World, open_page: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = open_page(town.agent, "/licences/mine/")
    expect(firm.locator("tbody tr")).to_have_count(2)
    expect(firm.get_by_text("已自动延续，无需申请")).to_be_visible()
    accessible(firm)
    with firm.expect_download() as sent:
        firm.get_by_role("link", name="PDF").click()
    paper = tmp_path / "证照.pdf"
    sent.value.save_as(paper)
    follow(firm, firm.get_by_role("link", name=re.compile("安全生产许可证")).last)
    accessible(firm)

    phone = open_page(None, "/licences/verify/", width=390)
    accessible(phone)
    phone.locator("input[type=file]").set_input_files(paper)
    phone.get_by_role("button", name="查验").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("真实有效")
    expect(phone.get_by_text("示例证0001")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(phone)

    keys = tmp_path / "jwks.json"
    keys.write_bytes(phone.request.get("/.well-known/jwks.json").body())
    assert main(["licence", "verify", str(paper), "--keys", str(keys), "--as-of", "2026-02-11T12:00"]) == 0
    assert "示例证0001" in capsys.readouterr().out
    content = paper.read_bytes()
    at = content.index(b"eyJ") + 400
    paper.write_bytes(content[:at] + (b"A" if content[at : at + 1] != b"A" else b"B") + content[at + 1 :])
    assert main(["licence", "verify", str(paper), "--keys", str(keys), "--as-of", "2026-02-11T12:00"]) == 1
    phone.goto("/licences/verify/")
    phone.locator("input[type=file]").set_input_files(paper)
    phone.get_by_role("button", name="查验").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("内容被改动，不是真的")
