"""A real Chromium against a real server: each person has a browser of their own, and the day can be moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from unittest import mock

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Locator, Page

from lianqiao.engine.beijing import BEIJING
from lianqiao.organization.models import Person
from tests.world import World, build_world

# what axe looks for: WCAG 2.2 to level AA, and good practice
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


class Day:
    """What the server's clock reads; `day("2026-02-12 09:00")` moves it, in Beijing time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 2, 11, 10, tzinfo=BEIJING)

    def __call__(self, text: str) -> datetime:
        self.moment = datetime.fromisoformat(text).replace(tzinfo=BEIJING)
        return self.moment

    def read(self) -> datetime:
        return self.moment


@pytest.fixture
def day() -> Iterator[Day]:
    moved = Day()
    with mock.patch("lianqiao.site.wall_clock.read", moved.read):
        yield moved


@pytest.fixture
def zone(transactional_db: None, day: Day) -> World:
    return build_world(day.read())


def violations(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds wrong with the page: each rule, and an element that breaks it."""
    page.wait_for_load_state()
    # what lies under the bar at the top counts as too small to hit
    page.evaluate("scrollTo(0, 0)")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


def accessible(page: Page) -> None:
    """Assert that axe finds nothing wrong with the page."""
    assert violations(page) == [], page.url


def follow(page: Page, control: Locator) -> None:
    """Click a link or a button and wait for the page it leads to: what comes next may depend on it."""
    with page.expect_navigation():
        control.click()


@pytest.fixture
def open_page(browser: Browser, live_server: object, settings: object) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own for a person (or nobody), at an address of the server."""
    contexts = []

    def open_one(
        who: Person | None = None, address: str = "/", *, width: int = 1440, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=str(live_server),
            viewport={"width": width, "height": 900 if width > 600 else 844},
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        if who is not None:
            client = Client()
            client.force_login(who)
            cookie = client.cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": str(live_server)}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
