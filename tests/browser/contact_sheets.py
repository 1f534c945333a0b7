"""Photograph every page of a demonstration that is being served, tiled on contact sheets to be looked over.

`python -m tests.browser.contact_sheets http://127.0.0.1:8000 FOLDER`: a sheet for each persona, width, theme
and language. A page wider than its window is named on the way.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGUMENTS

LOOKS = (  # width, dark, language
    (1440, False, "zh-CN"),
    (390, False, "zh-CN"),
    (1440, True, "en-US"),
    (390, True, "en-US"),
)
PAGES = {
    "": [
        "/", "/services/", "/items/", "/progress/", "/verify/", "/kept/", "/sign-in/", "/register/",
        "/privacy/", "/benefits/notice/", "/licences/verify/", "/answers/", "/bundles/", "/supermarket/",
        "/drug-steward/", "/tasks/",
    ],
    "示例数字": [
        "/registers/", "/registers/people/", "/registers/units/", "/registers/bindings/",
        "/registers/deletions/", "/registers/locks/", "/notices/undelivered/", "/mining/", "/mining/logs/1/",
        "/mining/logs/1/waits/", "/mining/logs/1/cases/", "/items/import/", "/studio/", "/studio/new/",
        "/rota/", "/rota/patterns/", "/rota/new/", "/rota/import/", "/workload/", "/workload/ownerless/",
    ],
    "示例负责人": [
        "/overview/", "/overview/cases/", "/overview/report/", "/duty/", "/leave/", "/visits/", "/worklist/",
        "/tasks/", "/tasks/?list=2026-party", "/tasks/list/", "/tasks/months/", "/bundles/under-way/",
        "/channels/",
    ],
    "示例惠企专员": [
        "/benefits/", "/benefits/facts/", "/benefits/facts/import/", "/benefits/grants/", "/benefits/match/",
        "/benefits/payments/", "/benefits/payments/back/", "/benefits/problems/", "/policies/",
        "/policies/new/",
        "/policies/sheet/",
    ],
    "示例证照专员": ["/licences/", "/licences/import/", "/licences/kinds/", "/licences/nights/"],
    "示例药管家": ["/products/", "/products/new/", "/products/saved/", "/answers/", "/answers/new/"],
    "示例人才专员": [
        "/talent/", "/talent/people/", "/talent/dual-posts/", "/talent/meetings/", "/talent/meetings/new/",
        "/talent/standard/",
    ],
    "示例代办员": ["/mandates/", "/mandates/matters/", "/supermarket/", "/supermarket/basket/"],
    "示例剧管家": ["/worklist/", "/notices/", "/notices/preferences/", "/account/", "/account/data/"],
    "经办人": [
        "/matters/", "/drafts/", "/jobs/", "/tokens/", "/firms/", "/services/microdrama-filing/new/",
        "/benefits/mine/", "/licences/mine/", "/products/", "/talent/permissions/", "/talent/record/",
    ],
}  # fmt: skip
TALLEST, SCALE = 1400, {1440: 0.42, 390: 0.62}


def main(site: str, folder: Path) -> None:
    """Take all pictures; a persona is whoever of the sign-in page is called so first."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for width, dark, language in LOOKS:
            for index, (persona, addresses) in enumerate(PAGES.items()):
                page = browser.new_page(
                    base_url=site, locale=language, color_scheme="dark" if dark else "light",
                    viewport={"width": width, "height": 900},
                )  # fmt: skip
                if persona:
                    page.goto("/sign-in/")
                    page.get_by_role("button", name=persona).first.click()
                tiles = [_taken(page, address, width) for address in addresses]
                theme = "dark" if dark else "light"
                _sheet(tiles).save(folder / f"{index}-{width}-{theme}-{language[:2]}.png")
                page.close()


def _taken(page: Page, address: str, width: int) -> Image.Image:
    answer = page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width or answer is None or answer.status != 200:
        print(f"{address} at {width}: {wide} px wide, answered {answer and answer.status}", flush=True)
    image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    scale = SCALE[width]
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)


def _sheet(tiles: list[Image.Image]) -> Image.Image:
    across = 4 if tiles[0].width < 400 else 3
    rows = [tiles[start : start + across] for start in range(0, len(tiles), across)]
    size = (across * (tiles[0].width + 8), sum(max(tile.height for tile in row) + 8 for row in rows))
    sheet = Image.new("RGB", size, "#888")
    top = 0
    for row in rows:
        for place, tile in enumerate(row):
            sheet.paste(tile, (place * (tile.width + 8), top))
        top += max(tile.height for tile in row) + 8
    return sheet


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
