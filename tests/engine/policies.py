"""Policies, facts and random conditions the tests of the policy engine share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from lianqiao.engine.policy.binding import RuleSet, bind
from lianqiao.engine.policy.columns import PartyFacts
from lianqiao.engine.policy.reading import PolicySet, read_policies
from lianqiao.engine.policy.shape import Attribute

TODAY = date(2026, 11, 21)
BOTH = '{ zh-hans = "示例", en = "Example" }'
ATTRIBUTES = f"""
format = 1
kind = "attributes"
attributes.staff = {{ kind = "integer", title = {BOTH} }}
attributes.patents = {{ kind = "integer", title = {BOTH}, absent = {BOTH} }}
attributes.capital = {{ kind = "money", title = {BOTH}, proof = {{ zh-hans = "报表", en = "Accounts" }} }}
attributes.revenue = {{ kind = "money", title = {BOTH}, proof = {{ zh-hans = "报表", en = "Accounts" }} }}
attributes.rd = {{ kind = "ratio", title = {BOTH} }}
attributes.founded = {{ kind = "date", title = {BOTH}, fixed = true }}
attributes.penalty = {{ kind = "date", title = {BOTH}, absent = {BOTH} }}
attributes.urgent = {{ kind = "boolean", title = {BOTH} }}
attributes.name = {{ kind = "text", title = {BOTH} }}

[attributes.zone]
kind = "choice"
title = {BOTH}
options = {{ east.title = {BOTH}, west.title = {BOTH}, outside.title = {BOTH} }}

[attributes.papers]
kind = "choices"
title = {BOTH}
options = {{ drug.title = {BOTH}, device.title = {BOTH}, food.title = {BOTH} }}
"""
SHARED: dict[str, Attribute] = dict(read_policies({"attributes.toml": ATTRIBUTES}).attributes)


def policy(*conditions: str, id: str = "example", more: str = "", version: str = "", tail: str = "") -> str:
    """A policy file: `more` stands at its top, `version` among the version's keys, `tail` at its end."""
    parts = "\n".join(
        f"""
[[versions.conditions]]
id = "c{number}"
title = {BOTH}
article = "示例第{number}条"
when = '''{text}'''
"""
        for number, text in enumerate(conditions or ("true",))
    )
    return f"""
format = 1
kind = "benefit"
id = "{id}"
title = {BOTH}
generated = true
party = "firm"
delivery = "instant"
{more}
[[versions]]
effective_from = 2024-01-01
confidence = "low"
basis.title = {BOTH}
{version}
{parts}
{tail}
"""


def policies(**texts: str) -> PolicySet:
    """The set of these policy files and the shared attributes."""
    return read_policies(
        {"attributes.toml": ATTRIBUTES, **{f"{name}.toml": text for name, text in texts.items()}}
    )


def rules(*conditions: str) -> RuleSet:
    """One policy a condition, `p0`, `p1`, …, in force today."""
    return bind(policies(**{f"p{n}": policy(text, id=f"p{n}") for n, text in enumerate(conditions)}), TODAY)


# ---- random conditions, of every form a leaf can take ----------------------------------------------------

_DAYS = st.sampled_from(["2020-01-01", "2023-11-21", "2026-11-20"])
_ORDERS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_SAME = st.sampled_from(["==", "!="])
_SMALL = st.integers(-2, 6)
_HUGE = st.sampled_from([2**31, -(2**31) - 1, 2**63 - 1, -(2**63)])
_NUMBERS = st.sampled_from(["staff", "patents", "capital", "revenue"])
_OPTIONS = st.sampled_from(['"east"', '"west"', '"outside"'])
_TEXTS = st.sampled_from(['"科技"', '"a"', '""', '"ab"'])
LEAVES = st.one_of(
    st.builds("{} {} {}".format, _NUMBERS, _ORDERS, st.one_of(_SMALL, _HUGE)),
    st.builds("{} {} {}".format, _SMALL, _ORDERS, _NUMBERS),
    st.builds("{} {} {}".format, _NUMBERS, _ORDERS, _NUMBERS),
    st.builds("{} in [{}, {}]".format, _NUMBERS, _SMALL, _SMALL),
    st.builds('{} {} "{}"'.format, st.sampled_from(["founded", "penalty"]), _ORDERS, _DAYS),
    st.just("founded < penalty"),
    st.builds("zone {} {}".format, _SAME, _OPTIONS),
    st.builds("zone in [{}, {}]".format, _OPTIONS, _OPTIONS),
    st.builds("{} in papers".format, st.sampled_from(['"drug"', '"device"', '"food"'])),
    st.builds("size(papers) {} {}".format, _ORDERS, st.integers(0, 3)),
    st.builds("name.{}({})".format, st.sampled_from(["contains", "startsWith", "endsWith"]), _TEXTS),
    st.builds("name {} {}".format, _SAME, _TEXTS),
    st.builds("size(name) {} 2".format, _ORDERS),
    st.sampled_from(
        ["urgent", "urgent == false", "has(penalty)", "has(patents)", "true", "false", "zone in []"]
    ),
    st.just("(staff > 2) == urgent"),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map("!({})".format),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: "(" + " && ".join(parts) + ")"),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: "(" + " || ".join(parts) + ")"),
    ),
    max_leaves=10,
)

# ---- random facts ---------------------------------------------------------------------------------------

_DATES = st.integers(-2400, 0).map(lambda days: (TODAY + timedelta(days=days)).isoformat())
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "staff": st.one_of(_SMALL, st.sampled_from([2**31 - 1, -(2**31)])),
    "patents": _SMALL,
    "capital": st.one_of(_SMALL, st.just(10**15)),
    "revenue": _SMALL,
    "rd": st.integers(0, 1000),
    "founded": _DATES,
    "penalty": st.one_of(_DATES, st.just("2023-11-21")),
    "urgent": st.booleans(),
    "name": st.sampled_from(["示例科技公司", "a", "ab", "ba", "b"]),
    "zone": st.sampled_from(["east", "west", "outside"]),
    "papers": st.sets(st.sampled_from(["drug", "device", "food"])).map(
        lambda held: tuple(name for name in ("drug", "device", "food") if name in held)
    ),
}


@st.composite
def parties(draw: st.DrawFn) -> PartyFacts:
    """What is known of one party: some of it, some known to be absent, most of it perhaps unknown."""
    values: dict[str, Any] = {}
    absent = set()
    for name, strategy in VALUES.items():
        state = draw(st.sampled_from(["value", "value", "unknown", "absent"]))
        if state == "value":
            values[name] = draw(strategy)
        elif state == "absent" and SHARED[name].absent:
            absent.add(name)
    return PartyFacts(values, frozenset(absent))
