"""One Chromium for all tests that look at pages; started quietly, asking nothing of any network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# the shell is the same Chromium without windows: it opens a page in two thirds of the time
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]


def executable() -> str | None:
    """Return the path of the machine's own Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; one a process, because the driver's loop cannot be started twice."""
    chromium = executable()
    if not chromium:
        pytest.skip("no Chromium on this machine: install the package `chromium` and a CJK font")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
