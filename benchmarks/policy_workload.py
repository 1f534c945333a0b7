"""The workload of the policy benchmark: firms of 20 attributes, 50 policies of 3 to 8 conditions, by seed.

Attributes may be unknown (0 to 92 % of firms), as in a real register. Nothing of it describes a real firm.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import numpy as np

from lianqiao.engine.policy.binding import RuleSet, bind
from lianqiao.engine.policy.columns import Column, FactTable
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.engine.policy.shape import Attribute, BenefitPolicy

DAY = date(2026, 11, 21)
TODAY = (DAY - date(1970, 1, 1)).days
INDUSTRIES = [
    "软件信息",
    "生物医药",
    "集成电路",
    "高端装备",
    "新材料",
    "新能源",
    "智能网联",
    "现代物流",
    "金融服务",
    "文化创意",
    "跨境电商",
    "检验检测",
    "农副食品",
    "纺织服装",
    "化工",
    "建筑",
    "批发零售",
    "餐饮住宿",
    "教育培训",
    "其他",
]
SIZES = ["大型", "中型", "小型", "微型"]
ZONES = ["综保区", "核心区", "东片区", "西片区", "南片区", "北片区", "飞地园", "区外"]
CHOICES = {"industry": INDUSTRIES, "size": SIZES, "zone": ZONES}
# kind, share of firms of which it is unknown
SCHEMA: dict[str, tuple[str, float]] = {
    "reg_capital": ("money", 0.03), "revenue": ("money", 0.05), "revenue_growth": ("ratio", 0.08),
    "rd_ratio": ("ratio", 0.12), "tax_paid": ("money", 0.05), "employees": ("integer", 0.04),
    "rd_staff": ("integer", 0.10), "patents": ("integer", 0.0), "inv_patents": ("integer", 0.06),
    "credit_score": ("integer", 0.10), "founded": ("date", 0.01), "hightech_date": ("date", 0.70),
    "penalty_date": ("date", 0.92), "lease_end": ("date", 0.40), "industry": ("choice", 0.02),
    "size": ("choice", 0.01), "zone": ("choice", 0.0), "name": ("text", 0.0),
    "is_hightech": ("boolean", 0.02), "in_default": ("boolean", 0.03),
}  # fmt: skip
KEYWORDS = ("科技", "医药", "新能源", "智能")
# ten thousand yuan in fen; one in hundredths of a percent
SCALE = {"money": 1_000_000, "ratio": 10_000}
_THRESHOLDS: dict[str, list[float]] = {
    "reg_capital": [50, 100, 500, 1000, 5000], "revenue": [300, 500, 2000, 10000, 40000],
    "revenue_growth": [0, 0.05, 0.1, 0.2], "rd_ratio": [0.02, 0.03, 0.04, 0.05],
    "tax_paid": [10, 50, 100, 500], "employees": [5, 20, 50, 300], "rd_staff": [2, 5, 10, 30],
    "patents": [1, 3, 5], "inv_patents": [1, 2, 3], "credit_score": [600, 650, 700, 750],
}  # fmt: skip


def attributes() -> dict[str, Attribute]:
    """Return the attributes; options are written as codes, `o0`, `o1`, …"""
    found = {}
    for name, (kind, _) in SCHEMA.items():
        options = {f"o{n}": {"title": both(text)} for n, text in enumerate(CHOICES.get(name, ()))}
        found[name] = Attribute.model_validate(
            {"kind": kind, "title": both(name), "options": options, "may_be_future": True}
        )
    return found


def both(text: str) -> dict[str, str]:
    """Return a text for both languages."""
    return {"zh-hans": text, "en": text}


def firms(count: int, seed: int = 20261121) -> FactTable:
    """Return what is known of `count` firms."""
    values, known = arrays(count, seed)
    kinds = {name: kind for name, (kind, _) in SCHEMA.items()}
    columns = {name: Column.of(kinds[name], values[name], known[name]) for name in SCHEMA}
    return FactTable(range(count), attributes(), columns)  # type: ignore[arg-type]


def arrays(count: int, seed: int = 20261121) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return values and whether they are known, by attribute; money in fen, dates as days since 1970."""
    r = np.random.default_rng(seed)
    c: dict[str, Any] = {}
    c["reg_capital"] = np.round(r.lognormal(5.5, 1.6, count), 2)
    c["revenue"] = np.round(r.lognormal(6.5, 1.9, count), 2)
    c["revenue_growth"] = np.round(r.normal(0.08, 0.25, count), 4)
    c["rd_ratio"] = np.round(np.abs(r.normal(0.03, 0.04, count)), 4)
    c["tax_paid"] = np.round(r.lognormal(3.5, 1.8, count), 2)
    c["employees"] = np.minimum(r.lognormal(3, 1.2, count), 50000).astype("i4")
    c["rd_staff"] = (c["employees"] * r.beta(1.2, 6, count)).astype("i4")
    c["patents"] = r.poisson(2.2, count).astype("i4")
    c["inv_patents"] = r.binomial(c["patents"], 0.3).astype("i4")
    c["credit_score"] = np.clip(r.normal(720, 80, count), 300, 1000).astype("i4")
    c["founded"] = (TODAY - r.exponential(2600, count)).clip(3650).astype("i4")
    c["hightech_date"] = (TODAY - r.integers(0, 1900, count)).astype("i4")
    c["penalty_date"] = (TODAY - r.integers(0, 2200, count)).astype("i4")
    c["lease_end"] = (TODAY + r.integers(-400, 1500, count)).astype("i4")
    shares = [9, 5, 3, 8, 5, 4, 3, 6, 4, 5, 5, 3, 5, 6, 4, 8, 10, 4, 2, 1]
    c["industry"] = r.choice(20, count, p=np.array(shares) / 100).astype("u1")
    c["size"] = r.choice(4, count, p=[0.02, 0.1, 0.33, 0.55]).astype("u1")
    c["zone"] = r.integers(0, 8, count).astype("u1")
    c["name"] = _names(r, count)
    c["is_hightech"] = r.random(count) < 0.3
    c["in_default"] = r.random(count) < 0.04
    known = {
        name: (r.random(count) >= share) if share else np.ones(count, bool)
        for name, (_, share) in SCHEMA.items()
    }
    known["hightech_date"] &= c["is_hightech"] | (r.random(count) < 0.05)
    for name, (kind, _) in SCHEMA.items():
        if kind in SCALE:
            c[name] = np.round(c[name] * SCALE[kind]).astype(np.int64)
    return c, known


def _names(r: Any, count: int) -> list[str]:
    first = "华天中新恒瑞博智联锐海东"
    trades = ["科技", "医药", "贸易", "电子", "新能源", "物流", "智能装备", "文化", "建设", "食品"]
    a, b, d = r.integers(0, 12, count), r.integers(0, 12, count), r.integers(0, 10, count)
    number = r.integers(0, 10000, count)
    rows = zip(a.tolist(), b.tolist(), d.tolist(), number.tolist(), strict=True)
    return [f"{first[i]}{first[j]}{trades[k]}{n:04}有限公司" for i, j, k, n in rows]


def rules(count: int = 50, seed: int = 42) -> RuleSet:
    """Return the policies, bound to the day of the workload."""
    known = attributes()
    policies = {}
    for number, tree in enumerate(trees(count, seed)):
        policy = BenefitPolicy.model_validate(_policy(f"p{number:02}", cel(tree)))
        policies[policy.id] = policy
    return bind(PolicySet(policies, known), DAY)


def _policy(name: str, when: str) -> dict[str, Any]:
    condition = {"id": "all", "title": both("全部"), "when": when, "article": "示例"}
    version = {
        "effective_from": date(2020, 1, 1), "basis": {"title": both("示例")}, "confidence": "low",
        "conditions": [condition],
    }  # fmt: skip
    return {
        "format": 1, "kind": "benefit", "id": name, "title": both(name), "generated": True, "party": "firm",
        "delivery": "instant", "versions": [version],
    }  # fmt: skip


def trees(count: int = 50, seed: int = 42) -> list[dict[str, Any]]:
    """Return the policies as plain trees, from which each side writes its own language."""
    r = random.Random(seed)
    return [_tree(r) for _ in range(count)]


def _tree(r: random.Random) -> dict[str, Any]:
    leaves = [_leaf(r) for _ in range(r.randint(3, 8))]
    leaves = [{"op": "not", "a": [leaf]} if r.random() < 0.12 else leaf for leaf in leaves]
    parts: list[dict[str, Any]] = []
    while leaves:
        size = r.choice([1, 1, 1, 2, 3])
        group, leaves = leaves[:size], leaves[size:]
        if len(group) == 1:
            parts.append(group[0])
        else:
            node = {"op": "or", "a": group}
            parts.append({"op": "not", "a": [node]} if r.random() < 0.1 else node)
    return parts[0] if len(parts) == 1 else {"op": "and", "a": parts}


def _leaf(r: random.Random) -> dict[str, Any]:
    x = r.random()
    if x < 0.50:
        name = r.choice(list(_THRESHOLDS))
        operator = r.choice([">=", ">=", ">", "<=", "<"])
        return {"op": operator, "f": name, "v": _scaled(name, r.choice(_THRESHOLDS[name]))}
    if x < 0.72:
        name = r.choice(list(CHOICES))
        size = r.randint(1, max(1, len(CHOICES[name]) // 2))
        return {
            "op": "in",
            "f": name,
            "v": [f"o{CHOICES[name].index(v)}" for v in sorted(r.sample(CHOICES[name], size))],
        }
    if x < 0.87:
        return _window(r)
    if x < 0.95:
        return {"op": "is", "f": r.choice(["is_hightech", "in_default"])}
    return {"op": "contains", "f": "name", "v": r.choice(KEYWORDS)}


def _window(r: random.Random) -> dict[str, Any]:
    name = r.choice(["founded", "hightech_date", "penalty_date", "lease_end"])
    if name == "lease_end":
        low, high = TODAY + r.choice([0, 90, 180]), TODAY + r.choice([720, 1080, 3650])
    elif name == "founded":
        low, high = TODAY - r.choice([1095, 1825, 3650]), TODAY - r.choice([0, 180, 365])
    else:
        low, high = TODAY - r.choice([365, 730, 1095]), TODAY
    return {"op": "between", "f": name, "v": [low, high]}


def _scaled(name: str, value: float) -> int:
    return round(value * SCALE.get(SCHEMA[name][0], 1))


def day(number: int) -> str:
    """Return the date of a day counted from 1970-01-01."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def cel(tree: dict[str, Any]) -> str:
    """Return a tree as CEL."""
    match tree["op"]:
        case "and" | "or" as join:
            sign = " && " if join == "and" else " || "
            return "(" + sign.join(cel(part) for part in tree["a"]) + ")"
        case "not":
            return f"!({cel(tree['a'][0])})"
        case "in":
            options = ", ".join(f'"{value}"' for value in tree["v"])
            return f"{tree['f']} in [{options}]"
        case "between":
            low, high = map(day, tree["v"])
            return f'({tree["f"]} >= "{low}" && {tree["f"]} <= "{high}")'
        case "is" | "contains" as test:
            return str(tree["f"]) if test == "is" else f'{tree["f"]}.contains("{tree["v"]}")'
    return f"{tree['f']} {tree['op']} {tree['v']}"
