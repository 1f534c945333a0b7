"""On a phone: a drama is begun, kept as a draft, looked over, gone on with elsewhere, and filed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from lianqiao.bridge.long_jobs import do_all
from lianqiao.bridge.models import Case
from lianqiao.service.models import Draft
from lianqiao.site.job_kinds import KINDS
from tests import media
from tests.browser.conftest import Day, follow
from tests.browser.test_story import accessible, send
from tests.world import PDF, World

Open = Callable[..., Page]
# a machine that runs other tests beside is slow
SOON_MS = 30_000
NEW = "/services/microdrama-filing/new/"


def test_a_drama_filed_from_a_phone(zone: World, day: Day, open_page: Open, tmp_path: Path) -> None:
    script = tmp_path / "示例剧本.docx"
    script.write_bytes(media.docx(media.script([1, 2, 4], lines=99) + "\n示例乙提到示例违禁品。"))
    paper = tmp_path / "材料.pdf"
    paper.write_bytes(PDF)

    phone = open_page(zone.agent, NEW, width=390)
    phone.get_by_label("剧名").fill("示例短剧《春江》")
    phone.get_by_label("集数").fill("4")
    phone.get_by_label("剧本或分集大纲").set_input_files(script)
    expect(phone.get_by_text("草稿已保存于")).to_be_visible(timeout=SOON_MS)
    expect(phone.get_by_text("已上传 示例剧本.docx")).to_be_visible(timeout=SOON_MS)
    expect(phone.get_by_text("排队中")).to_be_visible(timeout=SOON_MS)
    assert f"draft={Draft.objects.get().pk}" in phone.url
    do_all(KINDS, clock=day.read)
    expect(phone.get_by_text("缺第 3 集")).to_be_visible(timeout=SOON_MS)
    phone.get_by_text("提示词：示例违禁品 × 1").click()
    expect(phone.locator("mark")).to_have_text("示例违禁品")
    accessible(phone)

    # at the desk the same draft, open twice: whoever comes second is told, and loses nothing
    desk = open_page(zone.agent, "/drafts/")
    accessible(desk)
    desk.get_by_role("link", name="示例短剧《春江》").click()
    expect(desk.get_by_text("已上传 示例剧本.docx")).to_be_visible(timeout=SOON_MS)
    desk.get_by_label("内容梗概").fill("示例梗概")
    desk.get_by_label("内容梗概").blur()
    expect(desk.get_by_text("草稿已保存于")).to_be_visible(timeout=SOON_MS)
    phone.get_by_label("内容梗概").fill("另一个窗口写的")
    phone.get_by_label("内容梗概").blur()
    expect(phone.get_by_text("在另一个窗口保存")).to_be_visible(timeout=SOON_MS)
    assert phone.get_by_label("内容梗概").input_value() == "另一个窗口写的"
    accessible(phone)
    follow(phone, phone.get_by_role("link", name="打开另一窗口保存的内容"))
    assert phone.get_by_label("内容梗概").input_value() == "示例梗概"

    phone.get_by_label("单集时长（分钟）").fill("2")
    phone.get_by_label("总投资（元）").fill("1200000")
    phone.get_by_label("是否涉及特殊题材").select_option("none")
    for label in ("备案申请表（盖章）", "广播电视节目制作经营许可证"):
        phone.get_by_label(label).set_input_files(paper)
    send(phone, "提交备案")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("示例短剧《春江》")
    assert not Draft.objects.exists()

    case = Case.objects.get()
    steward = open_page(zone.steward_of(case), f"/cases/{case.number}/", dark=True)
    expect(steward.get_by_text("预检提示（不作结论）")).to_be_visible(timeout=SOON_MS)
    expect(steward.get_by_text("缺第 3 集")).to_be_visible(timeout=SOON_MS)
    accessible(steward)


def test_a_long_job_is_watched_and_stopped(zone: World, open_page: Open) -> None:
    from lianqiao.bridge import commands
    from lianqiao.bridge.commands import working
    from lianqiao.site import wall_clock

    commands.ask_job("file-check", by=zone.agent, given={}, about="示例成片.mp4", now=wall_clock.read())
    job = working.take_job(KINDS, now=wall_clock.read())
    assert job
    page = open_page(zone.agent, "/jobs/", width=390)
    accessible(page)
    follow(page, page.get_by_role("link", name="材料预检"))
    accessible(page)
    working.note_progress(job, done=30, total=120, stage="Watching the film", now=wall_clock.read())
    expect(page.get_by_text("正在查看影片")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("progress")).to_have_attribute("value", "25")
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_text("正在停止")).to_be_visible(timeout=SOON_MS)
    working.stop_job(job, now=wall_clock.read())
    expect(page.get_by_text("已取消")).to_be_visible(timeout=SOON_MS)
    accessible(page)
