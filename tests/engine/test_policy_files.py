"""Policy files: what is wrong is refused with place and remedy before it decides anything, hostile or not."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest

from lianqiao.engine.check import check_pack
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import parse
from lianqiao.engine.pack import read_pack
from lianqiao.engine.policy.binding import bind
from lianqiao.engine.policy.checking import check_policies
from lianqiao.engine.policy.days import relative_day
from lianqiao.engine.policy.reading import digest, read_policies
from lianqiao.engine.schema import policy_schema
from tests.engine.policies import BOTH, TODAY, policies, policy

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "districts" / "ganjiang"
SHARE = f"""
[parameters.least]
kind = "ratio"
title = {BOTH}
values = [
  {{ effective_from = 2024-01-01, value = "4%", article = "示例第三条" }},
  {{ effective_from = 2026-01-01, value = "3%", article = "示例修订第三条" }},
]
"""


def problems(**texts: str) -> list[Problem]:
    try:
        return check_policies(policies(**texts))
    except Refusal as refusal:
        return list(refusal.problems)


def amount(part: str, more: str = "") -> str:
    return policy(tail=f"[versions.amount]\n{more}\n[[versions.amount.parts]]\ntitle = {BOTH}\n{part}")


def limit(text: str) -> str:
    return amount("fixed = 100", "") + f"\n[versions.limit]\n{text}"


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        (policy("staff >"), "expression-syntax", "conditions no. 1 › when, column 8", "known"),
        (policy("stuff > 3"), "expression-name", "column 1", "did you mean “staff”?"),
        (policy('staff > "3"'), "expression-types", "column 7", "without quotation marks"),
        (policy('zone == "outsid"'), "expression-choice", "column 9", "did you mean “outside”?"),
        (policy('founded > "20260101"'), "expression-types", "column 9", "2026-01-31"),
        (policy('zone.contains("e")'), "expression-types", "column 1", "=="),
        (policy("staff"), "expression-not-condition", "column 1", "compare"),
        (policy("penalty < today"), "absence-unguarded", "column 1", "has(penalty)"),
        (policy("has(penalty) || penalty < today"), "absence-unguarded", "column 17", "has(penalty)"),
        (policy("capital > staff"), "unit-differs", "column 9", "money with money"),
        (policy("rd > 3"), "unit-differs", "column 4", 'kind = "ratio"'),
        (policy("true", tail=SHARE), "parameter-unused", "parameters › least", "take it out"),
        (
            policy("rd > least", tail=SHARE.replace("2024-01-01", "2025-01-01")),
            "parameter-not-yet",
            "when",
            "article",
        ),
        (
            policy("rd > least", tail=SHARE.replace('"4%"', '"4.123%"')),
            "parameter-malformed",
            "no. 1 › value",
            "ratio",
        ),
        (
            policy("rd > least", tail=SHARE.replace("2026-01-01", "2023-01-01")),
            "value-refused",
            "values",
            "holds",
        ),
        (policy(version="effective_until = 2023-12-31"), "dates-contradict", "effective_until", "correct"),
        (
            policy("true", more='requires = ["nothing"]'),
            "unknown-policy",
            "requires",
            "known policies: example",
        ),
        (policy("true", more='requires = ["example"]'), "policies-circular", "policy example", "requires"),
        (
            policy(more="").replace("generated = true", "generated = false"),
            "source-missing",
            "basis",
            "source",
        ),
        (amount("fixed = 1\nshare = '3%'\nof = 'capital'"), "amount-one-of", "parts no. 1", "exactly one"),
        (amount("share = '3%'"), "amount-of-what", "of", "add of"),
        (amount("fixed = 1\nof = 'capital'"), "amount-of-what", "of", "add of"),
        (amount("share = '3%'\nof = 'kapital'"), "unknown-attribute", "of", "did you mean “capital”?"),
        (amount("each = 3\nof = 'capital'"), "attribute-kind", "of", "integer"),
        (amount("fixed = 'most'"), "unknown-parameter", "fixed", "known parameters"),
        (amount("fixed = 1.5"), "value-refused", "fixed", "holds"),
        (amount("of = 'capital'\nbands = [{ upto = 5, share = '3%' }]"), "bands-open", "bands", "upto"),
        (
            amount("of = 'staff'\nbands = [{ upto = 5, fixed = 1 }, { upto = 3, fixed = 1 }, { fixed = 1 }]"),
            "bands-order",
            "bands",
            "smallest",
        ),
        (amount("of = 'capital'\nsliced = true\nbands = [{ fixed = 1 }]"), "bands-one-of", "no. 1", "share"),
        (amount("fixed = 1", "cap = 3\nleast = 5"), "amount-crossed", "least", "lower"),
        (limit('order = ["staff"]'), "limit-empty", "limit", "add one"),
        (limit('quota = 3\norder = ["name"]'), "attribute-kind", "order", "integer"),
        (limit('quota = 3\norder = "-stuff"'), "unknown-attribute", "order", "did you mean “staff”?"),
        (
            policy(tail='[versions.limit]\nbudget = 3\norder = "staff"'),
            "budget-without-amount",
            "budget",
            "quota",
        ),
        (policy().replace('"instant"', '"instand"'), "value-unknown", "delivery", "did you mean “instant”?"),
        (policy() + "x = [", "toml-syntax", "end", "correct"),
        (policy(tail=f'[attributes.in]\nkind = "date"\ntitle = {BOTH}'), "name-reserved", "in", "another"),
        (
            policy(tail=f'[attributes.kind]\nkind = "choice"\ntitle = {BOTH}'),
            "options-missing",
            "kind",
            "options",
        ),
        (
            policy(tail=f'[attributes.staff]\nkind = "date"\ntitle = {BOTH}'),
            "attribute-differs",
            "staff",
            "once",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_place_and_remedy(text: str, code: str, place: str, hint: str) -> None:
    [problem] = problems(example=text)
    assert problem.code == code
    assert problem.place.startswith(("example.toml", "policy example"))
    assert place in problem.place
    assert hint in problem.hint
    assert problem.reason


def test_a_guard_stands_beside_what_it_guards_in_any_order() -> None:
    sound = [
        "has(penalty) && penalty < today",
        "penalty < today && has(penalty)",
        "!has(penalty) || penalty < today",
    ]
    sound += ["!(has(penalty) && (penalty < today || urgent))", "has(penalty)"]
    assert [problems(example=policy(text)) for text in sound] == [[]] * len(sound)


def test_circles_and_ties_between_policies_are_told() -> None:
    circle = problems(
        one=policy(id="one", more='requires = ["two"]'), two=policy(id="two", more='requires = ["three"]'),
        three=policy(id="three", more='requires = ["one"]'),
    )  # fmt: skip
    assert [p.code for p in circle] == ["policies-circular"]
    assert "one → two → three → one" in circle[0].reason
    # what goes before it must not need it
    knot = problems(
        one=policy(id="one", more='exclusions = [{ group = "g", rank = 1 }]\nrequires = ["two"]'),
        two=policy(id="two", more='exclusions = [{ group = "g", rank = 2 }]'),
    )
    assert [p.code for p in knot] == ["policies-circular"]
    rank = 'exclusions = [{ group = "g", rank = 1 }]'
    assert [p.code for p in problems(one=policy(id="one", more=rank), two=policy(id="two", more=rank))] == [
        "exclusion-tied"
    ]
    assert [p.code for p in problems(one=policy(), two=policy())] == ["policy-repeated"]


def test_every_fault_of_every_file_is_told_at_once() -> None:
    found = problems(one=policy("staff >", "rd > 3", id="one"), two=policy("nobody", id="two"))
    assert [p.code for p in found] == ["expression-syntax", "unit-differs", "expression-name"]


def test_a_parameter_is_what_it_was_on_the_day() -> None:
    found = policies(example=policy("rd >= least && founded < today", tail=SHARE))
    texts = [
        bind(found, day).rules["example"].conditions[0].expression.text
        for day in (date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert texts == ['rd >= 400 && founded < "2025-12-31"', 'rd >= 300 && founded < "2026-01-01"']


def test_a_policy_is_known_by_its_content() -> None:
    one, same, other = (
        policies(example=policy(text)).policies["example"] for text in ("true", "true", "urgent")
    )
    assert digest(one) == digest(same) != digest(other)


def test_what_is_not_in_force_is_idle_and_never_had() -> None:
    old = policy(id="old", version="effective_until = 2025-12-31")
    found = bind(policies(old=old, new=policy(id="new", more='requires = ["old"]')), TODAY)
    assert (found.idle, list(found.rules)) == (("old",), ["new"])
    assert bind(policies(old=old), date(2025, 12, 31)).idle == ()
    assert bind(policies(old=old), date(2023, 12, 31)).idle == ("old",)


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("today", "2026-11-21", "2026-11-21"),
        ("-3y", "2024-02-29", "2021-02-28"),
        ("-1nm", "2026-03-31", "2026-02-28"),
        ("+1nm", "2026-12-31", "2027-01-31"),
        ("-90nd", "2026-11-21", "2026-08-23"),
        # 14 February 2026 is a Saturday on which everybody works
        ("+3wd", "2026-02-11", "2026-02-14"),
        ("-1wd", "2026-02-15", "2026-02-14"),
    ],
)
def test_days_are_reckoned_by_the_calendar(text: str, today: str, day: str) -> None:
    assert relative_day(text, date.fromisoformat(today)).isoformat() == day


@pytest.mark.parametrize("text", ["3y", "-3", "-9999y", "+9999y", "tomorrow", ""])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        relative_day(text, TODAY)


def test_the_examples_of_the_pack_are_in_order_and_marked() -> None:
    texts = {
        str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.toml")
    }
    pack = read_pack(texts)
    assert check_pack(pack) == []
    assert len(pack.benefits.policies) == 6
    for found in pack.benefits.policies.values():
        assert found.generated
        assert found.title.zh_hans.startswith("示例")
    # a fault in one of them is the pack's
    texts["policies/example-rd-support.toml"] += "\nnonsense = 3"
    with pytest.raises(Refusal) as refusal:
        read_pack(texts)
    assert refusal.value.problems[0].place.startswith("policies/example-rd-support.toml")


def test_the_published_schema_is_current_and_takes_the_examples() -> None:
    import tomllib

    import jsonschema

    published = json.loads((ROOT / "docs/schema/policy.schema.json").read_text(encoding="utf-8"))
    hint = "run: lianqiao policy check --schema > docs/schema/policy.schema.json"
    assert published == policy_schema(), hint
    # TOML has dates, JSON has them as text
    for path in (FOLDER / "policies").glob("*.toml"):
        table = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
        if table.get("kind"):
            jsonschema.validate(table, published)


# ---- hostile rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "9" * 10_000,
        "staff > " + "1" * 5_000,
        "(" * 9_000 + "staff > 1" + ")" * 9_000,
        "!" * 10_000 + "urgent",
        "[" * 10_000,
        "urgent" + ".contains(name" * 1_000,
        "name" + ".contains(name)" * 1_000,
        "has(" * 5_000,
        '"' + "\\u0000" * 3_000,
        "staff > -" + "-" * 9_000 + "1",
    ],
)
def test_a_hostile_condition_is_refused_at_once(text: str) -> None:
    begun = time.process_time()
    found = problems(example=policy(text))
    assert found[0].code == "expression-syntax"
    assert time.process_time() - begun < 2


def test_ten_thousand_characters_of_honest_conditions_are_no_burden() -> None:
    text = " || ".join(f"staff == {n}" for n in range(720))
    assert len(text) > 10_000 - 200
    begun = time.process_time()
    assert problems(example=policy(text)) == []
    assert bind(policies(example=policy(text)), TODAY).rules["example"]
    assert time.process_time() - begun < 5
    assert [p.code for p in problems(example=policy("staff > 1" + " " * 20_000))] == ["value-range"]


def test_policies_that_blow_up_with_what_they_depend_on_are_refused() -> None:
    # each depends twice on the one before, by way of two: thirty of them would be a billion conditions
    texts = {"p0": policy("staff > 1 && staff < 9", id="p0")}
    for n in range(1, 30):
        texts[f"a{n}"] = policy(id=f"a{n}", more=f'requires = ["p{n - 1}"]')
        texts[f"b{n}"] = policy(id=f"b{n}", more=f'requires = ["p{n - 1}"]')
        texts[f"p{n}"] = policy(id=f"p{n}", more=f'requires = ["a{n}", "b{n}"]')
    begun = time.process_time()
    assert [p.code for p in problems(**texts)] == ["policies-tangled"]
    assert time.process_time() - begun < 5


def test_a_long_chain_of_policies_is_put_in_order_without_a_deep_stack() -> None:
    texts = {f"p{n}": policy(id=f"p{n}", more=f'requires = ["p{n + 1}"]') for n in range(80)} | {
        "p80": policy(id="p80")
    }
    assert problems(**texts) == []
    assert next(iter(bind(policies(**texts), TODAY).rules)) == "p80"


def test_a_file_that_is_no_table_is_refused() -> None:
    for text in ("", "format = 1", "[" * 3_000, "a." * 3_000 + "b = 1"):
        with pytest.raises(Refusal):
            read_policies({"example.toml": text})


def test_a_dot_reads_only_the_three_tests_of_texts() -> None:
    for text in (
        "name.lower()",
        "name.",
        "name.contains",
        "name.contains()",
        "name.contains('a', 'b')",
        "1.contains('a')",
    ):
        with pytest.raises(Refusal):
            parse(text)
