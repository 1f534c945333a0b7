"""The pages of benefits, as the clerk, the head and a firm go through them in one sitting."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from lianqiao.bridge import long_jobs
from lianqiao.bridge.models import Case, Job
from lianqiao.service.benefits.models import Appeal, Batch, Decision, Grant, Payment, Recovery
from lianqiao.site.job_kinds import KINDS
from tests.benefit_world import GOOD, RD, RENT, Town
from tests.list_walk import assert_arranged
from tests.world import NOW, at, read, signed_in, stream, upload

ACCOUNT = {"holder": "示例企业1", "bank": "示例银行新区支行", "number": "6222 0000 1234 5678"}
PAYDAY = NOW + timedelta(days=20)


def done(answer: Any, *, now: Any = NOW) -> Job:
    """Follow a job that a form asked for to its end."""
    assert answer.status_code == 302, read(answer)
    long_jobs.do_all(KINDS, clock=lambda: now)
    job = Job.objects.latest("pk")
    assert job.state == "done", job.error
    return job


def sheet(client: Client, address: str) -> list[tuple[Any, ...]]:
    found = load_workbook(BytesIO(stream(client.get(address)))).active
    assert found is not None
    return list(found.iter_rows(values_only=True))


def test_from_the_match_to_the_money_and_back(town: Town) -> None:
    firm, agent = town.firm(**{**GOOD, "rd_ratio": ""})
    clerk, head, mine = signed_in(town.officer), signed_in(town.head), signed_in(agent)
    done(clerk.post("/benefits/match/"))
    page = read(clerk.get("/benefits/"))
    assert "示例·研发投入补助" in page
    assert firm.name in read(clerk.get("/benefits/lists/nearly/"))
    assert "还缺：研发费用占营业收入比例（研发费用专项审计报告）" in read(
        clerk.get("/benefits/lists/nearly/?q=示例企业1")
    )
    assert sheet(clerk, "/benefits/lists/nearly/benefits.xlsx")[1][0] == firm.name
    assert firm.name in read(clerk.get("/benefits/lists/changed/?sort=-fen"))
    # the firm gives the one paper, and the invitation follows
    page = read(mine.get("/benefits/mine/"))
    assert "差一点" in page
    assert re.search(r"示例办法第八条", page)
    home = f"/benefits/firms/{firm.credit_code}/"
    given = {"attribute": "rd_ratio", "text": "6%", "paper": upload("审计.pdf")}
    answer = mine.post(f"{home}facts/new/?attribute=rd_ratio", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, home)
    assert "无需申请，请确认" in read(mine.get(home))
    # confirmed with one click, once it is said where the money goes
    refused = mine.post(f"{home}policies/{RD}/", {})
    assert refused.status_code == 422
    assert "请填写收款账户" in read(refused)
    wrong = mine.post(f"{home}policies/{RD}/", {**ACCOUNT, "number": "12"})
    assert "账号为 8 至 32 位数字" in read(wrong)
    assert mine.post(f"{home}policies/{RD}/", ACCOUNT).status_code == 302
    assert mine.post(f"{home}policies/{RENT}/", {}).status_code == 302
    page = read(mine.get(home))
    assert "6222" not in page
    assert [one.state for one in Grant.objects.all()] == ["granted", "granted"]
    assert "公示与拨付" in read(mine.get(f"/cases/{Case.objects.earliest('pk').number}/"))
    assert firm.name in read(Client().get("/benefits/notice/"))
    # what is replayed is the same, for the clerk and for the firm, and nobody else
    decision = f"/benefits/decisions/{Decision.objects.filter(policy=RD, current=True).get().pk}/"
    for reader in (clerk, mine):
        assert "结果一致" in read(reader.get(decision))
    _other, stranger = town.firm()
    assert signed_in(stranger).get(decision).status_code == 404
    assert signed_in(stranger).get(home).status_code == 404
    assert signed_in(stranger).post(f"{home}policies/{RENT}/", {}).status_code == 404
    assert "按已知情况不符合" in read(signed_in(stranger).get("/benefits/mine/"))
    with at(PAYDAY):
        _paid(clerk, head, firm.name)


def test_what_is_unknown_is_given_where_it_is_named(town: Town) -> None:
    firm, agent = town.firm(**{**GOOD, "rd_ratio": "", "last_penalty": ""})
    mine, home = signed_in(agent), f"/benefits/firms/{firm.credit_code}/"
    page = read(mine.get(home))
    refused = page[page.index("按已知情况不符合") :]
    give = f'href="{home}facts/new/?attribute='
    assert f'{give}rd_ratio">补上：研发费用占营业收入比例</a>' in refused
    assert f"{give}firm_size" not in page, "what is known is not asked for"
    one = read(mine.get(f"{home}policies/{RD}/"))
    assert f"{give}rd_ratio" in one
    # what is known is told with its day, as people write days
    rent = read(mine.get(f"{home}policies/{RENT}/"))
    assert "成立日期: 2025年1月5日" in rent
    assert "示例统计局 2026年2月1日" in rent
    assert "2025-01-05" not in rent
    # given at once: it can be taken; by invitation: it can be looked at
    assert "查看并享受" in page
    town.firm(**GOOD)
    other = read(signed_in(town.firms[1][1]).get("/benefits/mine/"))
    assert re.search(r'<a class="button" href="[^"]*example-rd-support/">查看<', other)
    # an officer looks on, and takes nothing for the firm
    assert "查看并享受" not in read(signed_in(town.officer).get(home))


def _paid(clerk: Client, head: Client, name: str) -> None:
    done(clerk.post("/benefits/payments/"), now=PAYDAY)
    batch = Batch.objects.get()
    page = f"/benefits/payments/{batch.pk}/"
    assert "须由另一人放行" in read(clerk.get(page))
    assert clerk.post(f"{page}release/").status_code == 403
    assert head.post(f"{page}release/").status_code == 302
    assert clerk.get(f"{page}bank.xlsx").status_code == 403
    shown = read(head.get(page))
    assert "**** 5678" in shown
    assert_arranged(head, page)
    assert "62220000" not in shown
    bank = sheet(head, f"{page}bank.xlsx")
    assert bank[1][2] == "6222000012345678"
    assert "6222000012345678" in head.get(f"{page}bank.csv").content.decode("utf-8-sig")
    first, second = Payment.objects.order_by("pk")
    answer = (
        "拨付编号,结果,金额（元）,银行流水号,失败原因\n"
        f"{first.reference},成功,{first.fen // 100},B001,\n"
        f"{second.reference},失败,,B002,户名不符\n"
        "BF-没有,成功,1,,\n"
    ).encode("gb18030")
    assert clerk.post(f"{page}receipt/", {"file": upload("回单.csv", answer)}).status_code == 422
    job = done(head.post(f"{page}receipt/", {"file": upload("回单.csv", answer)}), now=PAYDAY)
    assert (job.result["settled"], job.result["unknown"]) == (2, 1)
    assert "户名不符" in read(head.get(page))
    back = f"/benefits/payments/single/{first.pk}/"
    assert head.post(back, {"reason": "多头申领"}).status_code == 302
    assert "多头申领" in read(head.get("/benefits/payments/back/"))
    assert head.post(f"/benefits/payments/back/{Recovery.objects.get().pk}/", {}).status_code == 302
    assert sheet(clerk, "/benefits/payments/batches.xlsx")[1][0] == batch.number
    grants = read(clerk.get("/benefits/grants/?state=recovered"))
    assert name in grants
    assert len(sheet(clerk, "/benefits/grants/grants.xlsx")) == 3
    # what failed is paid in another batch, which its maker drops
    done(clerk.post("/benefits/payments/"), now=PAYDAY)
    again = Batch.objects.latest("pk")
    assert clerk.post(f"/benefits/payments/{again.pk}/drop/").status_code == 302
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["granted", "recovered"]


def test_a_policy_shows_its_cost_and_invites(town: Town) -> None:
    for _ in range(3):
        town.firm(**GOOD)
    clerk, head = signed_in(town.officer), signed_in(town.head)
    done(clerk.post("/benefits/match/"))
    page = read(clerk.get(f"/benefits/policies/{RD}/?cost=1"))
    assert page.count("¥300,000") >= 2
    assert done(clerk.post(f"/benefits/policies/{RD}/")).result == {
        "invited": 3, "fen": 30_000_000, "policy": RD,
    }  # fmt: skip
    grant = Grant.objects.earliest("pk")
    revoke = f"/benefits/grants/{grant.pk}/revocation/"
    assert clerk.post(revoke, {"reason": "有误"}).status_code == 422
    assert head.post(revoke, {"reason": "重复"}).status_code == 302
    firm, agent = town.firms[1]
    mine = signed_in(agent)
    other = Grant.objects.get(firm=firm)
    assert mine.post(f"/benefits/firms/{firm.credit_code}/declined/{other.pk}/").status_code == 302
    appeal = f"/benefits/firms/{firm.credit_code}/policies/{RD}/appeal/"
    assert mine.post(appeal, {"ground": ""}).status_code == 422
    answer = mine.post(appeal, {"ground": "研发费用应含委托研发"})
    assert answer.status_code == 302
    assert "复核" in read(mine.get(answer.headers["Location"]))
    assert Appeal.objects.get(policy=RD).case.firm == firm
