"""Journeys of products: what their files say, and what is wrong with one that may not serve."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lianqiao.bridge.pack_files import read_texts
from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Problem
from lianqiao.engine.journeys import STAGES, check_journeys, journeys_of, whole_budgets
from lianqiao.engine.pack import read_pack
from lianqiao.engine.schema import journey_schema

ROOT = Path(__file__).parents[2]
TEXTS = read_texts(ROOT / "districts/ganjiang")
DRUG = "products/drug.toml"


def problems(text: str, path: str = DRUG) -> list[Problem]:
    return check_journeys(read_pack(TEXTS | {path: text}))


def test_the_shipped_journeys_go_through_the_five_stages() -> None:
    pack = read_pack(TEXTS)
    found = journeys_of(pack)
    assert set(found) == {"drug", "device", "tcm-preparation"}
    for journey in found.values():
        assert tuple(dict.fromkeys(step.stage for step in journey.steps.values())) == STAGES
        # a limit says which article sets it
        assert all("第" in step.law.basis for step in journey.steps.values() if step.law)
        assert all("示例" in step.baseline.source.zh_hans for step in journey.steps.values() if step.baseline)
    named = {step.mechanism for step in found["drug"].steps.values()} - {None}
    assert named == {"early-guidance", "registration-testing", "simulated-inspection"}
    assert whole_budgets(pack.newest("registration-testing")) == ("20wd",)


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ('"registration-testing"', '"registration-test"', "unknown-mechanism", "testing"),
        ('owner = "nation"', 'owner = "emperor"', "value-unknown", "owner"),
        ('stage = "clinical"', 'stage = "research"', "value-refused", "steps"),
        ('budget = "200wd"', 'budget = "200"', "value-malformed", "budget"),
        ('id = "drug"', 'id = "drugs"', "file-name-differs", DRUG),
        ("format = 1", "format = 1\nstages = 5", "key-unknown", "stages"),
    ],
)  # fmt: skip
def test_a_wrong_journey_is_told_with_its_place(before: str, after: str, code: str, place: str) -> None:
    text = TEXTS[DRUG]
    assert before in text
    found = problems(text.replace(before, after))
    assert (found[0].code, place in found[0].place) == (code, True), found
    # the pack as a whole does not serve with it
    assert code in {one.code for one in check_pack(read_pack(TEXTS | {DRUG: text.replace(before, after)}))}


def test_an_unknown_promise_is_met_with_the_nearest() -> None:
    text = TEXTS[DRUG].replace('mechanism = "registration-testing"', 'mechanism = "registration-test"')
    assert "registration-testing" in problems(text)[0].hint


def test_the_published_schema_is_current() -> None:
    published = json.loads((ROOT / "docs/schema/journey.schema.json").read_text(encoding="utf-8"))
    assert published == journey_schema(), "run: python -m lianqiao.engine.schema journey"
