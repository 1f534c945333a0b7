"""A large film on a poor line: its progress is seen, it is paused, the browser is killed, and it goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from lianqiao.bridge.models import Attachment, Upload
from tests.browser.conftest import Day, accessible
from tests.world import MP4, PDF, World

MB = 1024 * 1024
FILM = MP4.ljust(20 * MB, b"\x07")


def pieces(page: Page) -> list[int]:
    """Return the offsets of the pieces a page sends, as it sends them."""
    sent: list[int] = []
    page.on(
        "request",
        lambda asked: sent.append(int(asked.headers["upload-offset"])) if asked.method == "PATCH" else None,
    )
    return sent


def test_an_interrupted_upload_goes_on(
    zone: World, open_page: Callable[..., Page], tmp_path: Path, day: Day
) -> None:
    case = zone.file(investment="120000")
    zone.act(case, "pass_review", by=zone.steward_of(case), review_opinion="同意")
    film = tmp_path / "成片.mp4"
    film.write_bytes(FILM)
    address = f"/cases/{case.number}/acts/send_film/"

    # the line breaks after the first piece: the page says so, and nothing is lost
    page = open_page(zone.agent, address)
    sent = pieces(page)

    def poor(route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", poor)
    page.locator("input[type=file]").set_input_files(film)
    row = page.locator(".uploading")
    expect(row).to_contain_text("网络中断", timeout=30_000)
    assert Upload.objects.get().offset == 8 * MB
    # it is not sent half
    page.locator("main form").get_by_role("button", name=re.compile("报送成片")).last.click()
    expect(row).to_contain_text("上传完成后自动提交")
    row.get_by_role("button", name="暂停").click()
    expect(row).to_contain_text("已暂停")
    accessible(page)
    assert sent[0] == 0

    # the browser is killed; a new one says how far it was, and the same file goes on from there
    again = page.context.new_page()
    page.close()
    sent = pieces(again)
    again.goto(address)
    expect(again.locator(".uploading")).to_contain_text("已上传 40%")
    accessible(again)
    again.locator("input[type=file]").set_input_files(film)
    expect(again.locator(".received")).to_contain_text("已上传 成片.mp4", timeout=30_000)
    assert sent == [8 * MB, 16 * MB]
    assert Attachment.objects.get(name="成片.mp4").size == len(FILM)
    again.locator("main form").get_by_role("button", name=re.compile("报送成片")).last.click()
    expect(again.locator("main")).to_contain_text("成片.mp4")
    assert Attachment.objects.get(name="成片.mp4").case == case


def test_what_is_no_film_is_said_beside_its_field(
    zone: World, open_page: Callable[..., Page], tmp_path: Path, day: Day
) -> None:
    case = zone.file(investment="120000")
    zone.act(case, "pass_review", by=zone.steward_of(case), review_opinion="同意")
    (tmp_path / "成片.mp4").write_bytes(b"MZ\x90\x00" + bytes(1000))
    page = open_page(zone.agent, f"/cases/{case.number}/acts/send_film/", width=390)
    page.locator("input[type=file]").set_input_files(tmp_path / "成片.mp4")
    expect(page.locator(".upload-failed")).to_contain_text("实际格式不符合要求", timeout=15_000)
    accessible(page)
    assert Upload.objects.count() == 0
    # sent without a film it comes back; what was said of the field goes once a good film is in it
    page.locator("main form").get_by_role("button", name=re.compile("报送成片")).last.click()
    expect(page.locator(".field.wrong")).to_contain_text("此项必填")
    page.locator("input[type=file]").set_input_files(
        {"name": "成片.mp4", "mimeType": "video/mp4", "buffer": MP4}
    )
    expect(page.locator(".received")).to_contain_text("已上传 成片.mp4 1 KB", timeout=15_000)
    expect(page.locator(".field.wrong, .upload-failed, [aria-invalid]")).to_have_count(0)


def test_a_file_that_came_back_with_a_refused_form_is_taken_away_in_place(
    zone: World, open_page: Callable[..., Page], day: Day
) -> None:
    page = open_page(zone.agent, "/services/microdrama-filing/new/", width=390)
    script = page.locator("input[type=file][name=script]")
    script.set_input_files({"name": "剧本.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator("#field-script .received")).to_contain_text("剧本.pdf", timeout=15_000)
    page.locator("main form").get_by_role("button", name=re.compile("提交")).last.click()
    expect(page.locator("#field-script .received")).to_contain_text("已上传 剧本.pdf")
    remove = page.locator("#field-script button[name=_remove]")
    expect(remove).to_have_count(1)
    remove.click()
    expect(page.locator("#field-script .received li")).to_have_count(0)
    expect(script).to_be_focused()
    assert page.evaluate("scrollY") > 0, "the page stays where it was"
