"""Two evaluators and an independent one agree; knowing more flips no answer; what would decide it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

import cel
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lianqiao.engine.expression import parse
from lianqiao.engine.policy.binding import RuleSet
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.columns import PartyFacts, Texts, table_of
from lianqiao.engine.policy.explaining import Explainer, Explanation, Step, explain
from lianqiao.engine.policy.planes import Planes
from lianqiao.engine.policy.written import written
from tests.engine.policies import CONDITIONS, SHARED, VALUES, parties, rules

laws = settings(max_examples=60, deadline=None)


def both(found: RuleSet, facts: list[PartyFacts]) -> Iterator[tuple[dict[str, str], dict[str, Explanation]]]:
    """The verdicts of either evaluator, party by party."""
    verdicts = match(found, table_of([str(n) for n in range(len(facts))], facts, SHARED))
    explainer = Explainer(found)
    for row, fact in enumerate(facts):
        yield dict(verdicts.of(row)), explainer.explain(fact)


@laws
@given(texts=st.lists(CONDITIONS, min_size=1, max_size=4), facts=st.lists(parties(), min_size=1, max_size=70))
def test_bulk_and_explanation_are_pinned_to_each_other(texts: list[str], facts: list[PartyFacts]) -> None:
    for fast, slow in both(rules(*texts), facts):
        assert fast == {name: one.verdict for name, one in slow.items()}


@laws
@given(text=CONDITIONS, less=parties(), data=st.data())
def test_filling_in_an_unknown_never_flips_a_decided_answer(text: str, less: PartyFacts, data: Any) -> None:
    open_names = [name for name in VALUES if name not in less.values and name not in less.absent]
    filled = {name: data.draw(VALUES[name]) for name in open_names if data.draw(st.booleans())}
    more = replace(less, values={**less.values, **filled})
    found = rules(text)
    before, after = (
        {name: one.verdict for name, one in explain(found, facts).items()} for facts in (less, more)
    )
    assert before["p0"] in ("unknown", after["p0"])
    verdicts = match(found, table_of(["less", "more"], [less, more], SHARED))
    assert verdicts.of(0)["p0"] in ("unknown", verdicts.of(1)["p0"])


@laws
@given(text=CONDITIONS, facts=parties())
def test_an_independent_cel_agrees_cell_by_cell(text: str, facts: PartyFacts) -> None:
    found = rules(text)
    expression = found.rules["p0"].conditions[0].expression.text
    for name in SHARED:
        # a known absence is a known answer; CEL's own has( ) knows only missing keys
        expression = expression.replace(f"has({name})", f"has_{name}")
    data: dict[str, Any] = {name: list(v) if isinstance(v, tuple) else v for name, v in facts.values.items()}
    data |= {f"has_{name}": True for name in facts.values} | {f"has_{name}": False for name in facts.absent}
    assert explain(found, facts)["p0"].verdict == independent(expression, data)


# this implementation counts the bytes of a text where the specification counts characters: the sizes compared
# with here are such that both come to the same
def independent(text: str, data: dict[str, Any]) -> str:
    try:
        answer = cel.evaluate(text, data)
    except (RuntimeError, ValueError, TypeError):
        return "unknown"
    return {True: "yes", False: "no"}[answer]


@laws
@given(text=CONDITIONS)
def test_a_tree_is_written_back_as_text_that_means_the_same(text: str) -> None:
    root = parse(text).root
    assert parse(written(root)).root == root


@laws
@given(text=CONDITIONS, facts=parties(), data=st.data())
def test_what_is_told_to_decide_it_decides_it(text: str, facts: PartyFacts, data: Any) -> None:
    found = rules(text)
    one = explain(found, facts)["p0"]
    if one.verdict == "unknown":
        # with everything still in play known, it is decided: unless what is absent is compared with something
        filled = {name: data.draw(VALUES[name]) for name in one.missing}
        after = explain(found, replace(facts, values={**facts.values, **filled}))["p0"]
        assert after.verdict != "unknown" or not set(after.missing)
    for way in one.smallest:
        assert set(way.attributes) <= set(one.missing)
    if one.verdict == "no":
        assert one.smallest == ()
        assert all(
            not SHARED[name].fixed or name not in facts.values
            for w in one.would_qualify
            for name in w.attributes
        )
    if one.verdict == "yes":
        assert one.missing == ()
        assert one.would_qualify == ()


# every value a random condition can tell from its neighbours: what stands in one, and one beside it
_LARGE = (-(2**63), -(2**63) + 1, 2**63 - 2, 2**63 - 1)
_NUMBERS = [*range(-3, 8), *range(2**31 - 1, 2**31 + 2), *range(-(2**31) - 2, -(2**31) + 1), *_LARGE]
_DAYS = [
    "2019-12-31", "2020-01-01", "2020-01-02", "2023-11-20", "2023-11-21", "2023-11-22", "2026-11-19",
    "2026-11-20", "2026-11-21",
]  # fmt: skip
DOMAINS: dict[str, list[Any]] = {
    "staff": _NUMBERS,
    "patents": _NUMBERS,
    "capital": _NUMBERS,
    "revenue": _NUMBERS,
    "rd": [0, 500],
    "founded": _DAYS,
    "penalty": _DAYS,
    "urgent": [True, False],
    "name": [
        "",
        "a",
        "ab",
        "aab",
        "aba",
        "abab",
        "科技",
        "a科技",
        "科技a",
        "b",
        "ba",
        "科技ab",
        "ab科技",
        "a科技ab",
        "ab科技a",
        "ab科技ab",
        "科技ab科技",
    ],
    "zone": ["east", "west", "outside"],
    "papers": [(), ("drug",), ("device",), ("food",), ("drug", "food"), ("drug", "device", "food")],
}


def tried(name: str, facts: PartyFacts) -> list[Any]:
    """The values to try for an unknown attribute: conditions compare it with known ones too."""
    alike = [
        facts.values[other]
        for other, domain in DOMAINS.items()
        if domain is DOMAINS[name] and other in facts.values
    ]
    if DOMAINS[name] is _NUMBERS:
        return [*_NUMBERS, *(value + near for value in alike for near in (-1, 0, 1))]
    if DOMAINS[name] is _DAYS:
        days = [date.fromisoformat(value) for value in alike]
        return [*_DAYS, *((day + timedelta(near)).isoformat() for day in days for near in (-1, 0, 1))]
    return DOMAINS[name]


def could_be_yes(explainer: Explainer, facts: PartyFacts, names: tuple[str, ...]) -> bool:
    """Whether some values of these unknown attributes make it yes."""
    for row in islice(product(*(tried(name, facts) for name in names)), 2000):
        values = {**facts.values, **dict(zip(names, row, strict=True))}
        if explainer.explain(PartyFacts(values, facts.absent))["p0"].verdict == "yes":
            return True
    return False


@laws
@example(text="!(0 <= staff && capital != 2147483648)", facts=PartyFacts({"staff": 1}))
@given(text=CONDITIONS, facts=parties())
def test_no_fewer_papers_would_do_and_those_told_do(text: str, facts: PartyFacts) -> None:
    explainer = Explainer(rules(text))
    one = explainer.explain(facts)["p0"]
    may_lack = {name for name in one.missing if SHARED[name].absent}
    for way in one.smallest:
        if way.tried and len(way.attributes) <= 2 and may_lack.isdisjoint(way.attributes):
            assert could_be_yes(explainer, facts, way.attributes), (text, way)
    fewest = one.smallest[0].papers if one.smallest else 99
    if one.verdict == "unknown" and fewest > 1:
        # capital and revenue stand in one paper, so that the two together are one
        papers = [(name,) for name in one.missing if name not in ("capital", "revenue")]
        papers.append(tuple(name for name in one.missing if name in ("capital", "revenue")))
        assert not any(could_be_yes(explainer, facts, names) for names in papers if names), text


def verdict(text: str, **values: Any) -> Explanation:
    return explain(rules(text), PartyFacts(values))["p0"]


@pytest.mark.parametrize(
    ("text", "values", "smallest"),
    [
        ("staff > 3 && patents > 1", {"staff": 5}, [("patents",)]),
        ("staff > 3 && (patents > 1 || urgent)", {"staff": 5}, [("patents",), ("urgent",)]),
        # two attributes, one paper: better than two papers
        ("(capital > 3 && revenue > 3) || (staff > 3 && urgent)", {}, [("capital", "revenue")]),
        # no value at all would do
        ("staff > 5 && staff < 3 || urgent && patents > 9", {"patents": 1}, []),
        ("staff > 5 && staff < 7", {}, [("staff",)]),
        # what is refused whatever else comes is not asked for
        ("staff > 3 && urgent", {"staff": 1}, []),
        ('zone == "east" && zone == "west"', {}, []),
    ],
)
def test_the_fewest_papers_are_asked_for(
    text: str, values: dict[str, Any], smallest: list[tuple[str, ...]]
) -> None:
    assert [way.attributes for way in verdict(text, **values).smallest] == smallest


def test_a_near_miss_says_what_would_have_to_be_other() -> None:
    one = verdict('staff >= 50 && zone == "east"', staff=42, zone="east")
    assert one.verdict == "no"
    assert [(way.attributes, way.needs) for way in one.would_qualify] == [(("staff",), ("staff >= 50",))]
    denied = verdict("!urgent", urgent=True)
    assert [way.needs for way in denied.would_qualify] == [("!urgent",)]
    # nobody can be founded on another day, and nobody is told to
    assert verdict('founded > "2025-01-01"', founded="2020-01-01").would_qualify == ()


def test_every_condition_is_told_with_value_and_verdict_none_passed_over() -> None:
    facts = PartyFacts(
        {"staff": 1}, frozenset({"penalty"}), {"staff": "firms.csv, line 2"}, {"rd": "two sources"}
    )
    found = rules('staff > 3 && (!has(penalty) || penalty < "2020-01-01") && rd > capital')
    [condition] = explain(found, facts)["p0"].conditions
    assert condition.condition.article == "示例第0条"
    leaves = list(under(condition.step))
    assert [(leaf.text, leaf.verdict) for leaf in leaves] == [
        ("staff > 3", "no"),
        ("has(penalty)", "no"),
        ('penalty < "2020-01-01"', "unknown"),
        ("rd > capital", "unknown"),
    ]
    assert (leaves[0].facts[0].value, leaves[0].facts[0].source) == (1, "firms.csv, line 2")
    assert [fact.state for leaf in leaves for fact in leaf.facts] == [
        "value",
        "absent",
        "absent",
        "unknown",
        "unknown",
    ]
    assert leaves[3].facts[0].note == "two sources"


def under(step: Step) -> Iterator[Step]:
    if not step.parts:
        yield step
    for part in step.parts:
        yield from under(part)


def test_a_block_and_a_word_that_end_early_change_nothing() -> None:
    text = "staff > 3 || urgent && zone == 'east'"
    for count in (1, 63, 64, 65, 4096, 4097):
        facts = [PartyFacts({"staff": n % 7, "urgent": n % 2 == 0, "zone": "east"}) for n in range(count)]
        verdicts = match(rules(text), table_of([str(n) for n in range(count)], facts, SHARED), threads=2)
        assert verdicts.counts("p0")["yes"] == sum(n % 7 > 3 or n % 2 == 0 for n in range(count))
        assert verdicts.counts("p0")["unknown"] == 0


def test_nobody_at_all_is_no_fault() -> None:
    assert match(rules("staff > 3"), table_of([], [], SHARED)).counts("p0") == {
        "yes": 0,
        "no": 0,
        "unknown": 0,
    }


def test_what_no_column_tells_of_is_unknown_not_false() -> None:
    table = table_of(["one"], [PartyFacts({"staff": 5})], {"staff": SHARED["staff"]})
    verdicts = match(rules("staff > 3 && urgent", "!urgent", "has(penalty)", "staff > 3 || urgent"), table)
    assert verdicts.of(0) == {"p0": "unknown", "p1": "unknown", "p2": "unknown", "p3": "yes"}


def test_what_has_no_quick_way_is_answered_all_the_same_and_named() -> None:
    table = table_of(["one", "two"], [PartyFacts({"name": "链桥"}), PartyFacts({})], SHARED)
    verdicts = match(rules("size(name) == 2", "urgent"), table)
    assert [verdicts.of(row)["p0"] for row in range(2)] == ["yes", "unknown"]
    assert verdicts.slow == ("size(name) == 2",)


def test_planes_serve_many_questions() -> None:
    table = table_of(["one", "two"], [PartyFacts({"name": "示例科技"}), PartyFacts({"name": "科"})], SHARED)
    planes = Planes(table)
    before = planes.nbytes
    for _ in range(2):
        assert match(rules('name.contains("科技")'), planes).is_yes("p0").tolist() == [True, False]
    # looked for once, kept for the next question
    assert planes.nbytes > before
    assert len(planes.bits[0]) == 3 + sum(a.kind == "boolean" for a in SHARED.values())


@given(texts=st.lists(st.text(max_size=6), max_size=8), part=st.text(min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_texts_are_looked_through_as_python_does(texts: list[str], part: str) -> None:
    column = Texts(texts)
    assert list(column) == texts
    assert column.that("contains", part).tolist() == [part in text for text in texts]
    assert column.that("startsWith", part).tolist() == [text.startswith(part) for text in texts]
    assert column.that("endsWith", part).tolist() == [text.endswith(part) for text in texts]
    for whole in (part, ""):
        assert column.that("equal", whole).tolist() == [text == whole for text in texts]


def test_verdicts_take_two_bits_a_cell() -> None:
    verdicts = match(rules("staff > 3"), table_of(["a"] * 640, [PartyFacts({})] * 640, SHARED))
    assert verdicts.yes.nbytes + verdicts.unknown.nbytes == 2 * 640 // 8
    assert np.bitwise_count(verdicts.unknown).sum() == 640
