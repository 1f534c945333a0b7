"""Take the pictures of the README from the demonstration: `make screenshots`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ARGUMENTS, executable

PORT = 8993
SITE = f"http://127.0.0.1:{PORT}"


def main(folder: Path) -> None:
    """Serve a fresh demonstration and photograph the pages a newcomer wants to see."""
    folder.mkdir(parents=True, exist_ok=True)
    home = tempfile.mkdtemp(prefix="lianqiao-pictures-")
    server = subprocess.Popen(
        [Path(sys.executable).with_name("lianqiao"), "serve", "--demo", "--port", str(PORT)],
        env={**os.environ, "LIANQIAO_HOME": home},
    )
    try:
        _wait()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            for language, locale in (("zh", "zh-CN"), ("en", "en-US")):
                _case(browser, locale, folder / f"case-{language}.png")
                _overview(browser, locale, folder / f"overview-{language}.png")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _wait() -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(SITE, timeout=1)
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the demonstration did not start within a minute")


def _case(browser: Browser, locale: str, to: Path) -> None:
    """The filing accepted on 2026-02-11, whose promise falls on a Saturday that is worked."""
    page = browser.new_page(base_url=SITE, locale=locale, viewport={"width": 1280, "height": 860})
    page.goto("/sign-in/")
    page.get_by_role("button", name="示例负责人").first.click()
    # the demonstration always holds one case accepted on 2026-02-11 at ten, and always by this name
    page.goto("/overview/cases/?q=示例短剧《云上小馆》")
    page.locator("main").get_by_role("link", name="示例短剧《云上小馆》").first.click()
    page.screenshot(path=to)


def _overview(browser: Browser, locale: str, to: Path) -> None:
    page = browser.new_page(base_url=SITE, locale=locale, viewport={"width": 1280, "height": 860})
    page.goto("/sign-in/")
    page.get_by_role("button", name="示例负责人").first.click()
    page.goto("/overview/")
    page.screenshot(path=to)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
