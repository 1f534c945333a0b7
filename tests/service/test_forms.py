"""What is typed, read back: money, ticks, checklists, conditions in words, the summary before a grave act."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from lianqiao.bridge import packs
from lianqiao.service.benefits.forms.facts import FactsFileForm
from lianqiao.service.forms.asked import Asked, typed_in, yuan_typed
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.licences.forms.importing import RegisterForm
from lianqiao.service.queries.conditions import condition_words
from lianqiao.service.shown_values import money_words
from tests.world import FILING, TYPED

DAY = date(2026, 2, 11)


def filing() -> Asked:
    mechanism = packs.current().newest(FILING)
    return Asked(mechanism, mechanism.opening_step, DAY)


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("120万", "1200000"),
        ("1.5万", "15000"),
        ("1.23456 万元", "12345.6"),
        ("3,000万", "30000000"),
        ("1200000", "1200000"),
        ("一百万", "一百万"),
        ("万", "万"),
        ("", ""),
    ],
)
def test_amounts_may_be_typed_in_wan(typed: str, yuan: str) -> None:
    assert float(yuan_typed(typed) or 0) == float(yuan) if yuan[:1].isdigit() else yuan_typed(typed) == yuan


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (120_000_000, "¥1,200,000（120 万元）", "¥1,200,000 (1.2 million yuan)"),
        (120_000_050, "¥1,200,000.50", "¥1,200,000.50"),
        (0, "¥0", "¥0"),
        (99_900, "¥999", "¥999"),
        (-120_000_000, "-¥1,200,000（-120 万元）", "-¥1,200,000 (-1.2 million yuan)"),
    ],
)
def test_money_reads_as_people_say_it(fen: int, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert money_words(fen) == chinese
    with translation.override("en"):
        assert money_words(fen) == english


def test_a_reason_without_a_tick_counts_as_ticked() -> None:
    mechanism = packs.current().newest(FILING)
    asked = Asked(mechanism, "return_incomplete", DAY, {"drama_title": "x"})
    post = QueryDict(
        "missing=script&_reason.missing.script=a&_reason.missing.synopsis=b&_reason.missing.film=c"
    )
    assert typed_in(post, asked)["missing"] == [
        {"field": "script", "reason": "a"},
        {"field": "synopsis", "reason": "b"},
    ]


def test_an_unticked_box_is_a_no_where_it_is_optional() -> None:
    typed = typed_in(QueryDict("front_page=on"), filing())
    assert (typed["front_page"], typed["platform_promoted"]) == ("true", "false")


def test_the_rule_follows_the_typing() -> None:
    with translation.override("zh-hans"):
        form = StepForm(filing(), typed={"investment": "3000000"})
        assert form.derivations[0].words == "重点"
        assert form.derivations[0].since == date(2026, 1, 1)
        needed = {field.name: field.condition.needed for field in form.shown if field.condition}
        assert needed == {
            "production_licence": True,
            "script": True,
            "cost_report": True,
            "topic_consent": None,
        }
        form = StepForm(filing(), typed={"investment": "1000"})
        assert form.derivations[0].missing == ("是否涉及特殊题材",)


def test_conditions_are_told_by_the_shorter_list_of_values() -> None:
    mechanism = packs.current().newest(FILING)
    with translation.override("zh-hans"):
        assert condition_words(mechanism, "tier == 'key'", on=DAY) == "“分层”为“重点”时需要"
        assert condition_words(mechanism, "special_topic != 'none'", on=DAY).endswith("为“不涉及”时不需要")
        assert condition_words(mechanism, "investment > 5 && front_page", on=DAY).startswith("是否需要取决于")
        assert condition_words(mechanism, "front_page", on=DAY) == "“计划在终端首页首屏推荐播出”为“是”时需要"
    with translation.override("en"):
        assert condition_words(mechanism, "tier == 'key'", on=DAY) == "Needed when “Tier” is: “Key”"


def test_every_problem_is_told_at_once_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        form = StepForm(filing(), typed={**TYPED, "episodes": "0", "investment": "many"}, check=True)
        assert not form.is_valid()
        assert set(form.errors) == {"episodes", "investment", "application_form"}
        words = str(form.errors)
    assert "不能小于 1" in words
    assert "请填写金额" in words
    assert "needed" not in words


def test_what_is_missing_is_named_even_when_the_tier_cannot_be_told() -> None:
    form = StepForm(filing(), typed={}, check=True)
    assert {"drama_title", "investment", "special_topic", "application_form"} <= set(form.errors)


def test_money_sent_back_for_correction_is_shown_in_yuan() -> None:
    mechanism = packs.current().newest(FILING)
    known = {"incorrect": [{"field": "episodes", "reason": "少了"}], "episodes": 80}
    form = StepForm(Asked(mechanism, "correct", DAY, known))
    assert form["episodes"].value() == 80
    assert form.shown[0].remark == "少了"


@pytest.mark.parametrize("form", [FactsFileForm, RegisterForm])
def test_limits_are_told_in_the_readers_language(form: type[FactsFileForm]) -> None:
    told = form.base_fields["file"].help_text
    with translation.override("en"):
        assert "up to" in str(told)
    with translation.override("zh-hans"):
        assert "不超过" in str(told)
