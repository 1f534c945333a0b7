"""From a table of facts to the payment batch in one sitting, and “what is mine” as the firm sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lianqiao.bridge import long_jobs
from lianqiao.service.benefits.models import Batch, Payment
from lianqiao.site.job_kinds import KINDS
from tests.benefit_world import Town, build_town
from tests.browser.conftest import Day, accessible, follow

Open = Callable[..., Page]


@pytest.fixture
def town(transactional_db: None, day: Day) -> Town:
    """An officer, a head, and one firm nothing is known of."""
    day("2026-02-11 10:00")
    made = build_town()
    made.firm()
    return made


def table(code: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            [
                "统一社会信用代码",
                "企业规模",
                "列入失信被执行人名单",
                "最近一次行政处罚日期",
                "上年度研发费用（万元）",
                "持有的资质",
                "成立日期",
            ],
            [code, "小型", "否", "无", "100", "软件企业证书", "2015-01-05"],
        ]
    )
    return text.getvalue().encode("gb18030")


def test_from_facts_to_money_in_one_sitting(town: Town, open_page: Open, day: Day) -> None:
    firm, agent = town.firms[0]
    clerk = open_page(town.officer, "/benefits/facts/")
    clerk.get_by_role("link", name="导入事实表").first.click()
    content = {"name": "示例统计.csv", "mimeType": "text/csv", "buffer": table(firm.credit_code)}
    clerk.get_by_label("事实表").set_input_files(files=[content])  # type: ignore[list-item]
    clerk.get_by_role("button", name="查看文件").click()
    expect(clerk.get_by_label("上年度研发费用（万元）", exact=True)).to_have_value("rd_spend")
    accessible(clerk)
    clerk.get_by_role("button", name="记录事实").click()
    expect(clerk.get_by_text("导入事实")).to_be_visible()
    long_jobs.do_all(KINDS, clock=day.read)
    clerk.goto("/benefits/")
    follow(clerk, clerk.get_by_role("button", name="立即匹配全部企业"))
    long_jobs.do_all(KINDS, clock=day.read)
    clerk.goto("/benefits/lists/nearly/")
    expect(clerk.get_by_role("link", name=firm.name)).to_be_visible()
    # the firm gives the one thing that is lacking, and is invited
    mine = open_page(agent, "/benefits/mine/", width=390)
    expect(mine.get_by_text("还缺：研发费用占营业收入比例")).to_be_visible()
    accessible(mine)
    mine.get_by_role("link", name="在此补上 示例·研发投入补助").click()
    mine.get_by_label("内容").fill("6%")
    paper = {"name": "审计报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    mine.get_by_label("证明材料").set_input_files(files=[paper])  # type: ignore[list-item]
    mine.get_by_role("button", name="记录").click()
    mine.get_by_role("link", name="确认享受 示例·研发投入补助").click()
    mine.get_by_label("户名").fill(firm.name)
    mine.get_by_label("开户行").fill("示例银行")
    mine.get_by_label("账号").fill("6222000012345678")
    mine.get_by_role("button", name="确认享受").click()
    expect(mine.get_by_text("已为您办妥")).to_be_visible()
    # past the public notice one makes the batch, another releases it
    day("2026-03-03 10:00")
    clerk.goto("/benefits/payments/")
    follow(clerk, clerk.get_by_role("button", name="生成批次"))
    long_jobs.do_all(KINDS, clock=day.read)
    address = f"/benefits/payments/{Batch.objects.get().pk}/"
    clerk.goto(address)
    expect(clerk.get_by_text("须由另一人放行")).to_be_visible()
    accessible(clerk)
    head = open_page(town.head, address)
    head.get_by_role("button", name="放行").click()
    expect(head.get_by_role("link", name="下载 Excel 交银行")).to_be_visible()
    answer = f"拨付编号,结果\n{Payment.objects.get().reference},成功\n".encode()
    receipt = {"name": "回单.csv", "mimeType": "text/csv", "buffer": answer}
    head.get_by_label("银行回单").set_input_files(files=[receipt])  # type: ignore[list-item]
    follow(head, head.get_by_role("button", name="导入"))
    long_jobs.do_all(KINDS, clock=day.read)
    mine.goto("/benefits/mine/")
    expect(mine.get_by_text("已到账")).to_be_visible()
