"""A few products and answers of the demonstration, made through commands, marked 示例."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lianqiao.bridge.commands import PastAct, PastCase, enter_past
from lianqiao.engine.beijing import beijing
from lianqiao.organization import commands
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.drug import jobs
from lianqiao.service.drug.commands.products import link_case, mark_step, register_product, take_up
from lianqiao.service.drug.queries.journeys import DONE

STEWARD = "drug-steward"
FIRMS = 3
GUIDANCE, INQUIRY = "early-guidance", "drug-inquiry"
# (kind, name, what it is, days ago registered, steps done as (step, days ago begun, days ago done,
# yuan), the step
# guided by a steward, whether that case is open)
PRODUCTS = (
    ("drug", "示例止咳颗粒", "示例：中药新药，已完成药学研究。", 55,
     (("study", 300, 150), ("trial_permit", 100, 38)), "guide_study", False),
    ("device", "示例神经信号采集器", "示例：第二类医疗器械。", 50,
     (("design", 260, 170), ("testing", 160, 119, 90_000), ("review_two", 110, 30)), "guide_class", False),
    ("tcm-preparation", "示例清肺合剂", "示例：应用传统工艺配制的中药制剂。", 40,
     (("study", 60, 30),), "guide_study", True),
    ("drug", "示例改良型片剂", "示例：改良型中成药。", 20, (), "guide_study", True),
)  # fmt: skip
ANSWERS = (
    ("药物临床试验申请多久有结果，逾期没有通知怎么办",
     "自受理之日起六十个工作日内决定是否同意并通知；逾期未通知的，视为同意。",
     "《药品管理法》第十九条", "drug", 60),
    ("注册检验的样品检验要多久",
     "样品检验六十日；样品检验和标准复核同时进行的九十日，均按工作日计。本区“即到即检”承诺 20 个工作日。",
     "《药品注册管理办法》第九十八条", "drug", 40),
    ("应用传统工艺配制的中药制剂要不要批准文号",
     "不需要。仅应用传统工艺配制的中药制剂品种，向省级药品监督管理部门备案后即可配制。",
     "《中医药法》第三十二条", "tcm-preparation", 25),
    ("第二类医疗器械注册技术审评时限是多久",
     "六十日；申请资料补正后的技术审评时限为六十日，均按工作日计。",
     "《医疗器械注册与备案管理办法》第九十二条", "device", 12),
)  # fmt: skip


def enter_products(*, now: datetime) -> None:
    """Enter products of a few example firms, who acts for them, and answers to what they asked."""
    stewards = organization.people_with(STEWARD, at=now)
    guide = organization.person(stewards[0]) if stewards else None
    if guide is None:
        return
    firms = list(_firms(_ago(now, 300)))
    for number, product in enumerate(PRODUCTS):
        _product(*firms[number % len(firms)], guide, product, now)
    enter_past(_inquiries(firms, now))
    jobs.take_answers()


def _firms(since: datetime) -> Iterator[tuple[Firm, Person]]:
    """Yield the last example firms, which nobody acts for yet, each with somebody who does now."""
    for number, firm in enumerate(sorted(organization.example_firms(), key=lambda one: one.pk)[-FIRMS:], 1):
        agent = commands.register_person(
            f"drug-firm-{number:02}", name=f"示例药企经办人{number:02}", actor=None, now=since, example=True
        )
        commands.join_firm(agent.pk, firm_id=firm.pk, role="administrator", actor=None, now=since)
        yield firm, agent


def _product(firm: Firm, agent: Person, guide: Person, told: tuple[Any, ...], now: datetime) -> None:
    kind, name, about, days, steps, guided, is_open = told
    at = _ago(now, days)
    product = register_product(firm, kind=kind, name=name, about=about, by=agent, now=at)
    take_up(product, by=guide, now=at + timedelta(hours=2))
    asked = {"product_name": name, "product_kind": kind, "wish": "示例：请看研发路线与资料。"}
    begin = _ago(now, 1 if is_open else days - 5)
    acts = [PastAct("ask", begin, asked, by=agent.pk)]
    if not is_open:
        day = beijing(begin + timedelta(days=3)).date().isoformat()
        acts += [
            PastAct("arrange", begin + timedelta(hours=3), {"meeting_on": day}),
            PastAct("guide", begin + timedelta(days=7), {"guidance": "示例：路线可行，先补稳定性研究。"}),
        ]
    [case] = enter_past([PastCase(GUIDANCE, firm, agent.pk, tuple(acts), "")])
    link_case(product, guided, case.number, by=agent, now=begin)
    today = beijing(now).date()
    for step, began_ago, ended_ago, *cost in steps:
        began, ended = today - timedelta(days=began_ago), today - timedelta(days=ended_ago)
        yuan = cost[0] if cost else None
        mark_step(
            product,
            step,
            DONE,
            by=agent,
            now=now,
            evidence="示例：通知书",
            began=began,
            ended=ended,
            yuan=yuan,
        )


def _inquiries(firms: list[tuple[Firm, Person]], now: datetime) -> Iterator[PastCase]:
    for number, (question, answer, citations, kind, days) in enumerate(ANSWERS):
        firm, agent = firms[number % len(firms)]
        asked = _ago(now, days)
        review = beijing(now).date() + timedelta(days=15 + 120 * number)
        draft = {
            "answer": f"示例：{answer}",
            "citations": citations,
            "public_question": f"{question}？",
            "review_on": review.isoformat(),
        }
        acts = (
            PastAct("ask", asked, {"question": f"示例：{question}", "product_kind": kind}, by=agent.pk),
            PastAct("draft", asked + timedelta(hours=5), draft),
            PastAct("approve", asked + timedelta(hours=6), {}),
        )
        yield PastCase(INQUIRY, firm, agent.pk, acts, "")
    firm, agent = firms[0]
    open_one = {"question": "示例：多家委托生产时怎样递交生产许可", "product_kind": "drug"}
    yield PastCase(INQUIRY, firm, agent.pk, (PastAct("ask", _ago(now, 1), open_one, by=agent.pk),), "")


def _ago(now: datetime, days: int) -> datetime:
    """Return ten in the morning so many days ago."""
    day = beijing(now) - timedelta(days=days)
    return min(day.replace(hour=10, minute=0, second=0, microsecond=0), now)
