"""Expressions: how they read, what they mean, and that knowing more never turns an answer round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.errors import Refusal
from lianqiao.engine.expression import (
    And,
    Comparison,
    Has,
    In,
    ListOf,
    Literal,
    Name,
    Not,
    Or,
    Size,
    ValueType,
    check,
    evaluate,
    holds,
    missing,
    nodes,
    parse,
)
from lianqiao.engine.expression_cases import stand_ins

TYPES = {
    "count": ValueType("integer", minimum=0),
    "title": ValueType("text"),
    "tier": ValueType("text", ("key", "ordinary", "other")),
    "begun": ValueType("date"),
    "urgent": ValueType("boolean"),
    "topics": ValueType("list", ("law", "war")),
    "paper": ValueType("file"),
}


def test_it_reads_into_plain_nodes() -> None:
    assert parse('a >= -1 && (b in ["x"] || !has(c))').root == And(
        (
            Comparison(">=", Name("a"), Literal(-1)),
            Or((In(Name("b"), ListOf((Literal("x"),))), Not(Has(Name("c"))))),
        )
    )
    assert parse("size(a) == 0x10").root == Comparison("==", Size(Name("a")), Literal(16))


def test_joined_parts_lie_flat_and_bind_as_they_should() -> None:
    assert parse("a || b && c || d").root == Or((Name("a"), And((Name("b"), Name("c"))), Name("d")))
    assert parse("!a == b").root == Comparison("==", Not(Name("a")), Name("b"))
    assert parse("(a || b) && c").root == And((Or((Name("a"), Name("b"))), Name("c")))


def test_names_stand_once_in_order_of_appearance() -> None:
    assert parse("b > 1 && a > 1 && has(c) && b < 9").names == ("b", "a", "c")


def test_texts_take_the_escapes_and_both_quotes() -> None:
    assert parse(r'"say \"yes\"\n"').root == Literal('say "yes"\n')
    assert parse(r"'\u94fe\x41'").root == Literal("链A")
    assert parse("'链' // a remark\n == x").root == Comparison("==", Literal("链"), Name("x"))


# Source: cel-spec conformance tests (logic, comparisons, lists, string, macros), Apache-2.0
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("true && true", True),
        ("false && absent", False),
        ("absent && false", False),
        ("true && absent", None),
        ("true || absent", True),
        ("absent || true", True),
        ("false || absent", None),
        ("'horses' && false", False),
        ("false && 32", False),
        ("true || 'horses'", True),
        ("!true", False),
        ("!!true", True),
        ("!0", None),
        ("1 == 1", True),
        ("-1 == 1", False),
        ("'' == \"\"", True),
        ("'abc' == 'ABC'", False),
        ("true == 1", False),
        ("1 == '1'", False),
        ("[1, 2] == [1, 2]", True),
        ("[1, true] == [1, 1]", False),
        ("'a' != 'b'", True),
        ("false < true", True),
        ("'a' < 'b'", True),
        ("'z' < 'A'", False),
        ("1 < '1'", None),
        ("-9223372036854775808 < 9223372036854775807", True),
        ("2 in [1, 2, 3]", True),
        ("2 in []", False),
        ("'1' in [1, 2]", False),
        ("size('πέντε') == 5", True),
        ("size([]) == 0", True),
        ("has(absent)", False),
        ("has(here) && here == 7", True),
    ],
)
def test_it_means_what_cel_means(text: str, answer: bool | None) -> None:
    assert holds(text, {"here": 7}) is answer


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ({}, None),
        ({"x": None}, None),
        ({"x": 3.5}, None),
        ({"x": True}, None),
        ({"x": 4}, True),
        ({"x": 3}, False),
    ],
)
def test_what_is_absent_or_of_another_kind_is_unknown(data: dict[str, Any], answer: bool | None) -> None:
    assert holds("x > 3", data) is answer


def test_negation_of_unknown_membership_is_unknown_not_true() -> None:
    assert holds('!(x in ["a"])', {}) is None
    assert holds('x != "a"', {}) is None


def test_a_list_of_tables_is_there_and_counted_though_not_compared() -> None:
    data = {"paper": [{"sha256": "…"}, {"sha256": "…"}]}
    assert holds("has(paper) && size(paper) == 2", data) is True
    assert holds('"a" in paper', data) is None


def test_missing_names_only_what_still_matters() -> None:
    expression = parse("a > 1 && (b == 'x' || c > 2)")
    assert missing(expression, {}) == ("a", "b", "c")
    assert missing(expression, {"a": 5, "b": "y"}) == ("c",)
    assert missing(expression, {"a": 5, "b": "x"}) == ()
    assert missing(expression, {"a": 0}) == ()


@pytest.mark.parametrize(
    ("text", "column", "fragment"),
    [
        ("", 1, "empty"),
        ("a = 1", 3, "means nothing"),
        ("a == ", 6, "breaks off"),
        ("a == 'x", 6, "never closed"),
        ("(a == 1", 8, "never closed"),
        ("[1, 2", 6, "never closed"),
        ("a == 1.5", 6, "not a whole number"),
        ("a == 3wd", 6, "not a whole number"),
        ("a b", 3, "follows a complete expression"),
        ("1 < 2 < 3", 7, "cannot be chained"),
        ("a == null", 6, "null"),
        ("in == 1", 1, "reserved"),
        ("lower(a)", 1, "no function"),
        ("has(1)", 5, "name"),
        ("size(a, b)", 7, "one argument"),
        ("-a", 2, "minus"),
        ("a && && b", 6, "stands where a value should"),
        (r"'\q'", 2, "no escape"),
        ("99999999999999999999", 1, "64 bits"),
        ("(" * 200 + "a", 65, "deeper"),
        ("a + 1", 3, "means nothing"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(text: str, column: int, fragment: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(text)
    assert refusal.value.code == "expression-syntax"
    assert refusal.value.problems[0].place == f"column {column}"
    assert fragment in refusal.value.problems[0].reason
    assert refusal.value.problems[0].hint


@pytest.mark.parametrize(
    "text",
    [
        "count >= 10 && urgent",
        'tier in ["key", "other"]',
        '"law" in topics && size(topics) < 3',
        'begun >= "2026-01-01"',
        "has(paper) && !urgent",
        'title != "" && size(title) > 3',
        "urgent == true",
    ],
)
def test_a_sound_condition_passes_the_check(text: str) -> None:
    assert check(text, TYPES, "here") == []


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("count >", "expression-syntax", "here, column 8", "known"),
        ("cuont > 3", "expression-name", "here, column 1", "did you mean “count”?"),
        ('count > "3"', "expression-types", "here, column 7", "without quotation marks"),
        ('tier == "kay"', "expression-choice", "here, column 9", "did you mean “key”?"),
        ('"peace" in topics', "expression-choice", "here, column 1", "law, war"),
        ('tier > "key"', "expression-types", "here, column 6", "=="),
        ('begun > "soon"', "expression-types", "here, column 9", "2026-01-31"),
        ("count", "expression-not-condition", "here, column 1", "compare"),
        ("urgent && count", "expression-types", "here, column 11", "compare"),
        ("size(count) > 1", "expression-types", "here, column 6", "size"),
        ("count in title", "expression-types", "here, column 10", "list"),
        ('paper == "x"', "expression-types", "here, column 7", "has"),
        ('topics == "law"', "expression-types", "here, column 8", "in"),
    ],
)
def test_the_check_names_column_and_remedy(text: str, code: str, place: str, hint: str) -> None:
    [problem] = check(text, TYPES, "here")
    assert (problem.code, problem.place) == (code, place)
    assert hint in problem.hint


def test_the_check_finds_every_problem_at_once() -> None:
    found = check('cuont > 3 || tier == "kay" || count == "3"', TYPES, "")
    assert [problem.code for problem in found] == ["expression-name", "expression-choice", "expression-types"]


def test_stand_ins_take_every_comparison_both_ways() -> None:
    cases = stand_ins([parse("count >= 10 && urgent")], TYPES)
    assert cases is not None
    tried = list(cases)
    assert {case["count"] for case in tried} >= {9, 10, 11}
    assert {holds("count >= 10 && urgent", case) for case in tried} == {True, False}


def test_stand_ins_also_lack_what_may_be_absent_and_give_up_where_too_many() -> None:
    lacking = stand_ins([parse("urgent")], TYPES, may_lack=frozenset({"urgent"}))
    assert lacking is not None
    assert {} in list(lacking)
    many = {f"b{n}": ValueType("boolean") for n in range(20)}
    assert stand_ins([parse(" && ".join(many))], many) is None


# ---- laws -----------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.one_of(st.integers(-3, 3), st.booleans(), st.sampled_from(["", "x", "y"]))
ATOMS = st.one_of(
    NAMES,
    st.sampled_from(["true", "false", "1", "'x'"]),
    NAMES.map("has({})".format),
    NAMES.map("size({}) > 0".format),
    st.builds(
        "{} {} {}".format,
        NAMES,
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.sampled_from(["1", "'x'", "true", "b"]),
    ),
    st.builds("{} in [1, 'x', {}]".format, NAMES, NAMES),
)
TEXTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map("!({})".format),
        st.builds("({}) && ({})".format, inner, inner),
        st.builds("({}) || ({})".format, inner, inner),
    ),
    max_leaves=8,
)
DATA = st.dictionaries(NAMES, VALUES)


def without_has(text: str) -> bool:
    return not any(isinstance(node, Has) for node in nodes(parse(text).root))


quick = settings(max_examples=60, deadline=None)


@quick
@given(text=TEXTS.filter(without_has), data=DATA, more=DATA)
def test_filling_in_an_unknown_never_flips_a_decided_answer(
    text: str, data: dict[str, Any], more: dict[str, Any]
) -> None:
    before = evaluate(parse(text), data)
    after = evaluate(parse(text), {**more, **data})
    assert before is None or after == before


@quick
@given(text=TEXTS, data=DATA)
def test_an_answer_is_open_exactly_where_something_can_be_missing(text: str, data: dict[str, Any]) -> None:
    expression = parse(text)
    lacking = missing(expression, data)
    assert not set(lacking) & set(data)
    if evaluate(expression, data) is not None:
        assert lacking == ()


@quick
@given(one=TEXTS, other=TEXTS, data=DATA)
def test_de_morgan_holds_with_unknowns_too(one: str, other: str, data: dict[str, Any]) -> None:
    assert holds(f"!(({one}) && ({other}))", data) is holds(f"!({one}) || !({other})", data)


@quick
@given(one=TEXTS, other=TEXTS, data=DATA)
def test_order_of_parts_does_not_matter(one: str, other: str, data: dict[str, Any]) -> None:
    assert holds(f"({one}) && ({other})", data) is holds(f"({other}) && ({one})", data)
    assert holds(f"({one}) || ({other})", data) is holds(f"({other}) || ({one})", data)


@quick
@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    code, count = "", 0
    try:
        count = len(list(nodes(parse(text).root)))
    except Refusal as refusal:
        code = refusal.code
    assert (code == "expression-syntax") != (count > 0)
