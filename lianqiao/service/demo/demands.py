"""What firms of the demonstration ask for, and what became of it; all of it generated, marked 示例."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

# (kind, in one sentence, main line of work, joint line or none)
DEMANDS = (
    ("living", "夜班员工没有公交车回宿舍", "living", "labour"),
    ("labour", "招不到熟练焊工，订单要延期", "labour", "none"),
    ("money", "续贷手续慢，流动资金紧张", "finance", "economy"),
    ("trade", "新产品首次出口，不会归类和报关", "trade", "market"),
    ("land", "厂房二期用地指标未落实", "construction", "economy"),
    ("energy", "扩产后用电容量不够", "construction", "none"),
    ("technology", "有效成分提纯遇到难题，想找研究院所", "innovation", "none"),
    ("policy", "人才补贴申报条件看不懂", "labour", "finance"),
    ("living", "四百名员工午餐没有着落", "living", "market"),
    ("energy", "园区网络经常中断", "construction", "none"),
    ("labour", "新员工体检排队太久", "labour", "living"),
    ("money", "设备采购想用融资租赁", "finance", "none"),
    ("trade", "冷链车辆进园限行", "trade", "construction"),
    ("policy", "高新技术企业认定材料怎样准备", "innovation", "finance"),
    ("other", "厂区门口占道停车影响消防通道", "construction", "living"),
)
MATTERS = (
    ("registration", "变更登记"), ("licence", "食品经营许可证延续"), ("tax", "社保增员"),
    ("project", "项目备案"), ("subsidy", "稳岗补贴申报"), ("registration", "章程备案"),
    ("licence", "卫生许可证变更"), ("tax", "发票增量"), ("other", "公章刻制"),
)  # fmt: skip
NEWS = (
    ("示例走访：了解生产经营", "示例：订单增长，夜班人手增加，员工反映出行不便。"),
    ("示例走访：新项目进展", "示例：二期设备即将进场，希望提前落实用电。"),
    ("示例走访：用工与住房", "示例：春节后计划招工，希望对接院校和公寓。"),
)
# steps the firm itself takes, or the supervisor for it
SOLVED = ("agree", "reopen", "withdraw")
NONE = "none"
Acts = tuple[tuple[str, int, dict[str, Any]], ...]


@dataclass(frozen=True)
class DemandTold:
    """One demand: whose (a number of a firm), how it came, when, and its acts as (step, days after, data)."""

    firm: int
    channel: str
    days_ago: int
    acts: Acts


def told(random: Random, *, solved: int) -> Iterator[DemandTold]:
    """Yield the demands: so many solved, and a few that stand at every other place today."""
    for number in range(solved):
        days_ago = 12 + (number * 170) // max(1, solved)
        if number % 19 == 18:
            acts = (*_answered(number), ("close_with_reasons", 6, {"closing_reason": "示例：已上报省级。"}),
                    ("agree", 8, {"firm_words": "示例：理解，谢谢说明。"}))  # fmt: skip
        elif number % 11 == 10:
            again = _answered(number)[1:]
            acts = (*_answered(number), ("reopen", 4, {"not_solved_reason": "示例：还有一半没解决。"}),
                    *((step, after + 4, data) for step, after, data in again),
                    ("agree", 9, {"firm_words": "示例：这次解决了。"}))  # fmt: skip
        else:
            acts = (*_answered(number), ("agree", 6, {"firm_words": "示例：解决了，谢谢。"}))
        yield DemandTold(number * 5, ("", "visit", "hotline", "window", "")[number % 5], days_ago, acts)
    yield from _open_today()


def _open_today() -> Iterator[DemandTold]:
    """Yield what is open now: fresh, at several departments, overdue, on the public list, answered."""
    raised, passed = 1, 2
    for number, (days_ago, steps) in enumerate(
        ((0, raised), (0, raised), (1, passed), (2, passed), (3, passed), (4, passed), (8, passed),
         (11, passed), (14, passed), (17, passed), (5, 9), (6, 9))
    ):  # fmt: skip
        yield DemandTold(number, "visit" if number % 2 else "", days_ago, _answered(number)[:steps])


def _answered(number: int) -> Acts:
    kind, words, main, joint = DEMANDS[number % len(DEMANDS)]
    raised = {"demand_title": f"示例：{words}", "category": kind, "details": f"示例：{words}，希望帮助协调。"}
    lines = {"main_department": main, "joint_one_department": joint, "joint_two_department": NONE}
    acts: list[tuple[str, int, dict[str, Any]]] = [("raise", 0, raised), ("pass_on", 0, lines)]
    if joint != NONE:
        acts.append(("reply_one", 2, {"joint_one_opinion": "示例：已核实并提供支持。"}))
    acts.append(("answer", 3 + number % 3, {"answer": "示例：已协调落实，专人跟进。"}))
    return tuple(acts)
