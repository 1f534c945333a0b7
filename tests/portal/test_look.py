"""The atoms in a real browser: readable by everyone, on a phone and on a wall, by day and by night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import lianqiao.portal
from tests.portal.gallery import render

STYLES = Path(lianqiao.portal.__file__).parent / "static/portal"
SHEETS = ("tokens", "layout", "forms", "atoms", "ruler")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.browser


def show(browser: Browser, *, width: int, theme: Any = "light") -> Page:
    """Return the gallery laid out at a width; it needs no server."""
    css = "".join((STYLES / f"{name}.css").read_text() for name in SHEETS)
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.set_content(
        f"<!doctype html><html lang=zh-hans><title>atoms</title><style>{css}</style>"
        f"<body><main><h1>atoms</h1><div class=stack>{render()}</div></main></body></html>"
    )
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_rule_of_accessibility_is_broken(browser: Browser, width: int, theme: str) -> None:
    page = show(browser, width=width, theme=theme)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    page.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("width", [320, 390, 640, 760, 960, 1440, 1920])
def test_nothing_scrolls_sideways(browser: Browser, width: int) -> None:
    page = show(browser, width=width)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert wider == 0


def test_a_phones_ruler_stands_in_weeks_and_a_desks_in_a_line(browser: Browser) -> None:
    rows = "e => new Set([...e.children].map(c => Math.round(c.getBoundingClientRect().top))).size"
    phone, desk = (show(browser, width=width) for width in (390, 1440))
    assert phone.locator(".days").first.evaluate(rows) > 1
    assert desk.locator(".days").first.evaluate(rows) == 1
    phone.close()
    desk.close()


def test_what_can_be_touched_is_large_enough(browser: Browser) -> None:
    page = show(browser, width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, select, label:has(input)')]
            .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline')
            .filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"""
    )
    page.close()
    assert small == []
