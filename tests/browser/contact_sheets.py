"""Photograph every page of a demonstration that is being served, tiled on contact sheets to be looked over.

`python -m tests.browser.contact_sheets http://127.0.0.1:8000 FOLDER`: a sheet for each persona, width, theme
and language. A page wider than its window is named on the way.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, executable

LOOKS = (  # width, dark, language
    (1440, False, "zh-CN"),
    (390, False, "zh-CN"),
    (1440, True, "en-US"),
    (390, True, "en-US"),
)
PAGES = {  # "A > B": the first link of page A whose address begins with B
    "": [
        "/", "/services/", "/items/", "/progress/", "/verify/", "/kept/", "/sign-in/", "/register/",
        "/privacy/", "/benefits/notice/", "/licences/verify/", "/licences/kinds/", "/bundles/",
        "/drug-steward/", "/products/kinds/device/",
    ],
    "示例数字办": [
        "/registers/", "/registers/people/", "/registers/units/", "/registers/bindings/",
        "/registers/deletions/", "/registers/locks/", "/notices/undelivered/", "/mining/", "/mining/logs/1/",
        "/mining/logs/1/waits/", "/mining/logs/1/cases/", "/items/import/", "/studio/", "/studio/new/",
        "/studio/service-package/", "/studio/service-package/diagram/", "/studio/service-package/simulate/",
        "/studio/service-package/simulations/", "/studio/ > /studio/drafts/",
        "/studio/service-package/simulations/ > /studio/simulations/",
    ],
    "示例负责人": [
        "/overview/", "/overview/cases/", "/overview/report/", "/duty/", "/leave/", "/visits/", "/worklist/",
        "/rota/", "/rota/patterns/", "/rota/new/", "/rota/import/", "/workload/", "/workload/ownerless/",
        "/workload/ > /workload/", "/workload/ > /people/",
        "/tasks/", "/tasks/?list=2026-party", "/tasks/list/", "/tasks/months/", "/tasks/list/ > /tasks/20",
        "/tasks/months/ > /tasks/months/20",
        "/channels/", "/channels/online/",
    ],
    "示例惠企专员": [
        "/benefits/", "/benefits/ > /benefits/policies/", "/benefits/lists/found/",
        "/benefits/lists/found/ > /benefits/decisions/", "/benefits/lists/nearly/",
        "/benefits/lists/nearly/ > /benefits/firms/", "/benefits/facts/",
        "/benefits/facts/ > /benefits/firms/", "/benefits/facts/import/",
        "/benefits/grants/", "/benefits/grants/ > /benefits/grants/", "/benefits/payments/",
        "/benefits/payments/ > /benefits/payments/1", "/benefits/payments/back/", "/benefits/problems/",
        "/policies/", "/policies/new/", "/policies/sheet/", "/policies/example-rent-relief/",
        "/policies/ > /policies/drafts/",
    ],
    "示例证照专员": [
        "/licences/", "/licences/ > /licences/1", "/licences/import/", "/licences/nights/",
    ],
    "示例药管家": [
        "/products/", "/products/ > /products/", "/products/new/", "/products/saved/", "/answers/",
        "/answers/ > /answers/", "/answers/new/", "/bundles/under-way/",
        "/bundles/under-way/ > /bundles/under-way/",
    ],
    "示例人才专员": [
        "/talent/records/", "/talent/records/ > /talent/records/", "/talent/people/",
        "/talent/people/ > /talent/people/", "/talent/dual-posts/",
        "/talent/dual-posts/ > /talent/dual-posts/", "/talent/meetings/", "/talent/meetings/new/",
        "/talent/standard/",
    ],
    "示例代办员": ["/mandates/", "/mandates/matters/", "/supermarket/", "/supermarket/basket/"],
    "示例剧管家": ["/worklist/", "/notices/", "/notices/preferences/", "/account/", "/account/data/"],
    "示例药企经办人": [
        "/products/", "/products/ > /products/", "/bundles/launch-drug/", "/bundles/under-way/",
        "/benefits/mine/", "/benefits/mine/ > /benefits/firms/",
    ],
    "示例企业甲负责人": [
        "/talent/", "/talent/record/", "/talent/ > /talent/entries/", "/talent/dual-posts/",
    ],
    "经办人": [
        "/matters/", "/drafts/", "/jobs/", "/tokens/", "/firms/", "/firms/ > /firms/",
        "/services/microdrama-filing/new/", "/benefits/mine/", "/licences/mine/", "/supermarket/",
        "/bundles/shoot-drama/",
    ],
}  # fmt: skip
TALLEST, SCALE = 1400, {1440: 0.42, 390: 0.62}


def main(site: str, folder: Path) -> None:
    """Take all pictures; a persona is whoever of the sign-in page is called so first."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        for width, dark, language in LOOKS:
            for index, (persona, addresses) in enumerate(PAGES.items()):
                page = browser.new_page(
                    base_url=site, locale=language, color_scheme="dark" if dark else "light",
                    viewport={"width": width, "height": 900},
                )  # fmt: skip
                if persona:
                    page.goto("/sign-in/")
                    # a long list of people is folded: what is hidden can be chosen all the same
                    with page.expect_navigation():
                        page.locator("button.persona", has_text=persona).first.dispatch_event("click")
                tiles = [tile for address in addresses if (tile := _taken(page, address, width))]
                theme = "dark" if dark else "light"
                _sheet(tiles).save(folder / f"{index}-{width}-{theme}-{language[:2]}.png")
                page.close()


def _taken(page: Page, address: str, width: int) -> Image.Image | None:
    list_address, _, link = address.partition(" > ")
    answer = page.goto(list_address)
    if link:
        found = page.locator(f'main a[href^="{link}"]:not([href="{list_address}"]):not([download])')
        if not found.count():
            print(f"{address}: nothing to open yet", flush=True)
            return None
        answer = page.goto(found.first.get_attribute("href") or "")
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
