"""A few cases of each further promise, from the first form to the closed loop, and some that stand open.

Told as (step, hours after the one before, what is typed); everything generated, marked 示例. A step of the
clock is left to time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from lianqiao.bridge import commands, jobs, packs
from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import state_of
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Firm, Person
from lianqiao.organization.queries import firms_of
from lianqiao.organization.queries.people import account
from lianqiao.service.demo import papers

Acts = tuple[tuple[str, float, dict[str, Any]], ...]
REMARK = "示例：与申请表不一致，请核对。"


@dataclass(frozen=True)
class Told:
    """One case: its promise, how many working days ago it was opened, and its acts."""

    promise: str
    days_ago: int
    acts: Acts


def _cosmetic(name: str, *acts: tuple[str, float, dict[str, Any]]) -> Acts:
    filed = {
        "product_name": f"示例{name}", "kind": "ordinary", "category": "skin", "formula": "示例：配方说明。",
        **dict.fromkeys(("application", "label", "test_report", "safety_report"), papers),
    }  # fmt: skip
    return (("file", 0, filed), *acts)


def _copy(title: str, *acts: tuple[str, float, dict[str, Any]]) -> Acts:
    reported = {
        "work_title": f"示例剧《{title}》", "registration": "示例登记号", "platform": "示例平台",
        "copy_address": "https://copy.example/1", "found_by": "holder", "loss_claimed": 50_000_000,
        "ownership": papers,
    }  # fmt: skip
    return (("report", 0, reported), *acts)


LETTER: Acts = (
    ("fix_evidence", 0.8, {"evidence": papers, "finding": "示例：与登记作品一致，构成侵权。"}),
    ("send_letter", 0.5, {"letter_text": "示例：请于 24 小时内下架。"}),
    ("serve", 0.3, {"receipt": "示例：平台客服签收。"}),
)
ACCEPTED = ("accept", 6, {"opinion": "示例：材料齐全，准予备案。"})
APPLIED: dict[str, Any] = {
    "project_name": "示例制剂厂房", "project_code": "示例-2026-01", "site": "示例大道 1 号",
    "floor_area": 12_000, "investment": 3_000_000_000, "matters": ["permit", "supervision", "fire"],
    **dict.fromkeys(("land_papers", "drawings", "contract", "fire_design"), papers),
}  # fmt: skip
ORDERED: dict[str, Any] = {
    "package_title": "示例：新员工拎包入住包", "people": 400, "contents": ["housing", "food"],
    "wishes": "示例：四百人分两批到岗。",
}  # fmt: skip
TOLD = (
    Told("cosmetics-filing", 60, _cosmetic("面霜", ACCEPTED)),
    Told("cosmetics-filing", 44, _cosmetic("洗发液", ACCEPTED)),
    Told(
        "cosmetics-filing", 31,
        _cosmetic(
            "防晒乳",
            ("return_incorrect", 4, {"incorrect": [{"field": "formula", "reason": REMARK}]}),
            ("correct", 30, {"formula": "示例：已更正。"}), ACCEPTED,
        ),
    ),
    Told("cosmetics-filing", 20, _cosmetic("唇膏", ("accept", 75, {"opinion": "示例：逾期办结。"}))),
    Told("cosmetics-filing", 1, _cosmetic("精华液")),
    Told("cosmetics-filing", 0, _cosmetic("护手霜")),
    Told(
        "copyright-response", 50,
        (*_copy("云上小馆", *LETTER),
         ("down", 15, {"recheck": "示例：链接已失效。", "recheck_paper": papers}),
         ("enter_loss", 20, {"loss_recovered": 30_000_000})),
    ),
    Told(
        "copyright-response", 25,
        (*_copy("江岸来信", *LETTER), ("overdue", 25, {}),
         ("still_up", 1, {"recheck": "示例：仍可播放。", "recheck_paper": papers}),
         ("pass_on", 3, {"route": "arbitration", "route_note": "示例：移送仲裁。"}),
         ("result", 200, {"route_result": "示例：裁决下架并赔偿。"}),
         ("enter_loss", 24, {"loss_recovered": 12_000_000})),
    ),
    Told("copyright-response", 0, _copy("灯塔日记", *LETTER[:1])),
    Told(
        "construction-permit", 40,
        (("apply", 0, APPLIED), ("fire_ask", 6, {"fire_asks": "示例：缺疏散图。"}),
         ("building_pass", 20, {"building_opinion": "示例：同意。"}),
         ("fire_answer", 6, {"fire_reply": "示例：已补。", "fire_papers": papers}),
         ("fire_pass", 24, {"fire_opinion": "示例：同意。"}),
         ("grant", 20, {"permit_opinion": "示例：准予施工。"}),
         ("file_completion", 400, {"completion_report": papers, "survey": papers}),
         ("accept_completion", 24, {"completion_opinion": "示例：验收备案，同时发证。"})),
    ),
    Told(
        "construction-permit", 2,
        (("apply", 0, APPLIED | {"project_name": "示例二期仓库"}),
         ("building_pass", 20, {"building_opinion": "示例：同意。"})),
    ),
    Told(
        "service-package", 35,
        (("order", 0, ORDERED), ("housing_deliver", 30, {"housing_delivered": "示例：公寓 200 间。"}),
         ("food_deliver", 20, {"food_delivered": "示例：食堂开餐。"}),
         ("hand_over", 10, {"handed_over": "示例：两项齐备，交付企业。"}),
         ("confirm", 24, {"firm_words": "示例：满意。"})),
    ),
    Told(
        "service-package", 2,
        (("order", 0, ORDERED | {"package_title": "示例：展会保障包"}),
         ("food_deliver", 20, {"food_delivered": "示例：会务餐已订。"})),
    ),
)  # fmt: skip


@dataclass
class Stage:
    """Who files, and when: firms with their agents, and what reads a moment so many working days ago."""

    firms: list[tuple[Firm, Person]]
    moment: Any
    now: datetime


def enter_further(stage: Stage) -> list[Case]:
    """Enter the cases through the same commands people use; time acts where a clock has to.

    What would have begun before the demonstration's firms were there is left out.
    """
    entered = []
    for number, told in enumerate(TOLD):
        firm, agent = stage.firms[number % len(stage.firms)]
        begun = stage.moment(told.days_ago)
        if any(one.pk == firm.pk for one in firms_of(agent.pk, at=begun)):
            entered.append(_entered(stage, told, firm, agent, begun))
    return entered


def _entered(stage: Stage, told: Told, firm: Firm, agent: Person, begun: datetime) -> Case:
    promise = packs.current().newest(told.promise)
    at, case = begun, None
    for step, hours, typed in told.acts:
        at += timedelta(hours=hours)
        if at > stage.now:
            break
        if case is None:
            data = _typed(promise, typed, by=agent, now=at)
            case = commands.open_case(told.promise, by=agent, firm=firm, data=data, now=at)
        elif promise.steps[step].by == "clock":
            jobs.tick(now=at)
        else:
            by = _holder(case, promise, step, agent)
            commands.act(case.number, step, by=by, data=_typed(promise, typed, by=by, now=at), now=at)
    assert case is not None
    return case


def _holder(case: Case, promise: Mechanism, step: str, agent: Person) -> Person:
    role = promise.steps[step].by
    if promise.roles[role].kind == "applicant":
        return agent
    case.refresh_from_db()
    holder = account(int(state_of(case).holders[role]))
    assert holder is not None
    return holder


def _typed(promise: Mechanism, typed: dict[str, Any], *, by: Person, now: datetime) -> dict[str, Any]:
    """Return what is typed, with a small PDF received for each paper."""
    return dict(_values(promise, typed, by, now))


def _values(
    promise: Mechanism, typed: dict[str, Any], by: Person, now: datetime
) -> Iterator[tuple[str, Any]]:
    for name, value in typed.items():
        if value is not papers:
            yield name, value
            continue
        field = promise.fields[name]
        content = papers.pdf("示例", field.title.zh_hans, now.isoformat())
        file = ContentFile(content, name=f"{field.title.zh_hans}.pdf")
        yield name, [commands.receive(file, field=field, by=by, now=now)]
