"""Dated policies: the version in force, boundaries to the fen, and what is missing instead of a guess."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.dated_rules import Policy, check_policy, derive
from lianqiao.engine.errors import Refusal
from lianqiao.engine.expression_types import ValueType
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism

DISTRICT = Path(__file__).parents[2] / "districts" / "ganjiang"
FILE = "policies/microdrama-tier.toml"
TIER = read(Policy, (DISTRICT / FILE).read_text(encoding="utf-8"), FILE)

WAN = 10_000 * 100  # ten thousand yuan in fen
IN_2022, IN_2024, IN_2026 = date(2023, 5, 1), date(2024, 6, 1), date(2026, 2, 11)
FLAGS = ("front_page", "platform_promoted", "member_priority", "volunteers_as_key")


def drama(investment: int, **more: Any) -> dict[str, Any]:
    return {"investment": investment, "special_topic": "none", **dict.fromkeys(FLAGS, False), **more}


@pytest.mark.parametrize(
    ("on", "investment", "tier"),
    [
        (IN_2022, 0, "ordinary"),
        (IN_2022, 100 * WAN, "ordinary"),
        (IN_2022, 100 * WAN + 1, "key"),
        (IN_2024, 30 * WAN - 1, "other"),
        (IN_2024, 30 * WAN, "ordinary"),
        (IN_2024, 100 * WAN - 1, "ordinary"),
        (IN_2024, 100 * WAN, "key"),
        (IN_2026, 100 * WAN - 1, "other"),
        (IN_2026, 100 * WAN, "ordinary"),
        (IN_2026, 300 * WAN - 1, "ordinary"),
        (IN_2026, 300 * WAN, "key"),
    ],
)
def test_the_lines_are_exact_to_the_fen(on: date, investment: int, tier: str) -> None:
    assert derive(TIER, drama(investment), on) == tier


@pytest.mark.parametrize(
    ("flag", "in_2022", "in_2024", "in_2026"),
    [
        ("front_page", "key", "key", "other"),
        ("platform_promoted", "key", "key", "other"),
        ("member_priority", "key", "other", "other"),
        ("volunteers_as_key", "ordinary", "key", "other"),
    ],
)
def test_each_version_has_its_own_grounds_for_key(
    flag: str, in_2022: str, in_2024: str, in_2026: str
) -> None:
    case = drama(10 * WAN, **{flag: True})
    assert [derive(TIER, case, on) for on in (IN_2022, IN_2024, IN_2026)] == [in_2022, in_2024, in_2026]


@pytest.mark.parametrize("topic", ["politics", "military", "major"])
def test_a_special_topic_is_key_since_2024(topic: str) -> None:
    case = drama(10 * WAN, special_topic=topic)
    assert [derive(TIER, case, on) for on in (IN_2022, IN_2024, IN_2026)] == ["ordinary", "key", "key"]


def test_the_day_a_version_takes_effect_belongs_to_it() -> None:
    case = drama(150 * WAN)
    assert derive(TIER, case, date(2025, 12, 31)) == "key"
    assert derive(TIER, case, date(2026, 1, 1)) == "ordinary"
    assert TIER.in_force(date(2024, 5, 31)).effective_from == date(2022, 11, 1)


def test_a_day_before_the_first_version_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        derive(TIER, drama(WAN), date(2022, 10, 31))
    assert refusal.value.code == "policy-not-yet"
    assert "2022-11-01" in refusal.value.problems[0].reason


def test_what_is_missing_is_named_field_by_field() -> None:
    with pytest.raises(Refusal) as refusal:
        derive(TIER, {"investment": 10 * WAN, "front_page": False}, IN_2024)
    named = [problem.facts["field"] for problem in refusal.value.problems]
    assert named == ["special_topic", "platform_promoted", "volunteers_as_key"]
    assert {problem.code for problem in refusal.value.problems} == {"policy-undecided"}


def test_what_does_not_matter_is_not_asked() -> None:
    assert derive(TIER, {"investment": 500 * WAN}, IN_2024) == "key"
    assert derive(TIER, {"investment": 10 * WAN, "special_topic": "none"}, IN_2026) == "other"


def test_an_unknown_outcome_is_never_skipped_for_a_later_one() -> None:
    with pytest.raises(Refusal) as refusal:
        derive(TIER, {"investment": 10 * WAN}, IN_2026)
    assert refusal.value.problems[0].facts["field"] == "special_topic"


def test_every_version_says_who_says_so() -> None:
    assert [version.effective_from.isoformat() for version in TIER.versions] == [
        "2022-11-01",
        "2024-06-01",
        "2026-01-01",
    ]
    assert [version.confidence for version in TIER.versions] == ["low", "high", "high"]
    assert all(version.basis.source for version in TIER.versions)
    assert TIER.titles["key"].zh_hans == "重点"


def test_it_fits_the_fields_of_the_filing_and_leaves_no_gap() -> None:
    file = "mechanisms/microdrama-filing.toml"
    filing = read(Mechanism, (DISTRICT / file).read_text(encoding="utf-8"), file)
    topics = tuple(filing.fields["special_topic"].options)
    types = {
        "investment": ValueType("integer", minimum=0),
        "special_topic": ValueType("text", topics),
        **{flag: ValueType("boolean") for flag in FLAGS},
    }
    assert check_policy(TIER, types, FILE) == []


def test_a_case_no_outcome_covers_is_refused() -> None:
    policy = TIER.model_copy(
        update={"versions": tuple(v.model_copy(update={"outcomes": v.outcomes[:1]}) for v in TIER.versions)}
    )
    with pytest.raises(Refusal) as refusal:
        derive(policy, drama(WAN), IN_2026)
    assert refusal.value.code == "policy-no-outcome"


CASES = st.fixed_dictionaries(
    {},
    optional={
        "investment": st.integers(0, 400 * WAN),
        "special_topic": st.sampled_from(["none", "politics"]),
        **{flag: st.booleans() for flag in FLAGS},
    },
)


@settings(max_examples=100, deadline=None)
@given(case=CASES, more=CASES, on=st.sampled_from([IN_2022, IN_2024, IN_2026]))
def test_filling_in_what_was_missing_never_changes_a_tier(
    case: dict[str, Any], more: dict[str, Any], on: date
) -> None:
    try:
        tier = derive(TIER, case, on)
    except Refusal:
        return
    assert derive(TIER, {**more, **case}, on) == tier
