"""Evaluation of talents: points, limits, weights, and a standard that refuses nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.engine.errors import Refusal
from lianqiao.engine.evaluation import FULL, Achieved, Standard, evaluate
from lianqiao.engine.file_reading import read

FILE = Path(__file__).parents[2] / "districts/ganjiang/talent/evaluation.toml"
TEXT = FILE.read_text(encoding="utf-8")
STANDARD = read(Standard, TEXT, "talent/evaluation.toml")
ENTRIES = st.lists(
    st.builds(
        Achieved,
        indicator=st.sampled_from([*STANDARD.indicators, "gone"]),
        amount=st.integers(0, 10_000),
        choice=st.sampled_from(["", "full", "senior", "nonsense"]),
        counts=st.booleans(),
    ),
    max_size=12,
)


def test_a_score_by_hand() -> None:
    found = evaluate(STANDARD, [
        Achieved("invention-patent", 3), Achieved("technology-income", 55),
        Achieved("title", choice="middle"), Achieved("title", choice="full"),
        Achieved("people-trained", 30), Achieved("months-here", 7, counts=False),
    ])  # fmt: skip
    value, ability, contribution = found.dimensions
    # 3 patents of 8 points and 55 of 10 each: 24 + 5.5 of 60
    assert (value.hundredths, value.filled) == (2950, 4916)
    # the higher of two titles counts
    assert (ability.lines[0].choice, ability.hundredths) == ("full", 3200)
    # 30 people of 2 points are cut at 20
    assert (contribution.lines[0].hundredths, contribution.lines[0].beyond) == (2000, 4000)
    assert found.total == (40 * 4916 + 30 * 5333 + 30 * 3333) // 100
    # 7 months at a point for 2: 3.5 more points of 60
    assert found.total_if_confirmed == (40 * 4916 + 30 * 5333 + 30 * 3916) // 100


@given(ENTRIES)
def test_nothing_scores_beyond_the_whole_and_confirming_never_lowers(entries: list[Achieved]) -> None:
    found = evaluate(STANDARD, entries)
    assert 0 <= found.total <= found.total_if_confirmed <= FULL
    assert evaluate(STANDARD, list(reversed(entries))).total == found.total


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("weight = 40", "weight = 50", "make 110, not 100"),
        ('dimension = "value"', 'dimension = "worth"', "known dimensions: value, ability, contribution"),
        ("points = 8\n", "", "either points for an amount or choices"),
        ('unit = { zh-hans = "件", en = "patents" }\n', "", "an amount needs a unit"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(before: str, after: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(Standard, TEXT.replace(before, after, 1), "talent/evaluation.toml")
    assert said in str(refused.value)
    assert "talent/evaluation.toml" in refused.value.problems[0].place
