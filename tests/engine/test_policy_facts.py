"""Facts are read as they are meant, and dirty ones are reported with line and column and decide nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.errors import Refusal
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.cells import Absent, Unusable, parse_cell
from lianqiao.engine.policy.columns import days_since_epoch
from lianqiao.engine.policy.explaining import explain
from lianqiao.engine.policy.facts import Facts, read_facts
from lianqiao.engine.policy.quick import quickly
from tests.engine.policies import SHARED, TODAY, rules


def read(text: str, name: str = "firms.csv") -> Facts:
    return read_facts(text.encode(), name, SHARED, TODAY)


def told(facts: Facts) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in facts.problems]


def known(facts: Facts, row: int = 0) -> dict[str, Any]:
    return dict(facts.table.party(row).values)


def test_a_table_is_read_by_names_and_titles_with_units_in_the_head() -> None:
    facts = read(
        "party,staff,capital [万元],revenue（元）,rd [%],founded,penalty,urgent,name,zone,papers\n"
        "示例一厂,1200,1.5,100,3.25,2020-01-31,无,是,示例科技,west,drug;food\n"
    )
    assert told(facts) == []
    party = facts.table.party(0)
    assert party.values == {
        "staff": 1200, "capital": 1_500_000, "revenue": 10_000, "rd": 325, "founded": "2020-01-31",
        "urgent": True, "name": "示例科技", "zone": "west", "papers": ("drug", "food"),
    }  # fmt: skip
    assert party.absent == {"penalty"}
    assert party.sources["staff"] == "firms.csv, line 2"


def test_empty_absent_and_unknown_are_three_things() -> None:
    facts = read('party,penalty,staff\none,无,\ntwo,,0\nthree,未知,""\n')
    assert [sorted(facts.table.party(row).absent) for row in range(3)] == [["penalty"], [], []]
    assert [known(facts, row) for row in range(3)] == [{}, {"staff": 0}, {}]
    found = rules('!has(penalty) || penalty < "2020-01-01"', "staff >= 0")
    assert [match(found, facts.table).of(row) for row in range(3)] == [
        {"p0": "yes", "p1": "unknown"},
        {"p0": "unknown", "p1": "yes"},
        {"p0": "unknown", "p1": "unknown"},
    ]


@pytest.mark.parametrize(
    ("head", "cell", "code", "hint"),
    [
        ("capital", "100", "currency-missing", "revenue [元]"),
        ("capital", "USD 100", "currency-foreign", "rate"),
        ("capital", "$100", "currency-foreign", "rate"),
        ("capital [usd]", "100", "currency-foreign", "rate"),
        ("capital", "0.001元", "fact-malformed", "round"),
        ("capital", "1e9元", "fact-malformed", "1234.56"),
        ("capital", "很多", "fact-malformed", "1234.56"),
        ("capital [亿元]", "99999999", "fact-out-of-range", "check"),
        ("staff", "12.5", "fact-malformed", "round"),
        ("staff", "twelve", "fact-malformed", "digits"),
        ("staff", "9" * 5_000, "fact-malformed", "digits"),
        ("staff", "1_000", "fact-malformed", "digits"),
        ("staff", "无", "absence-unforeseen", "empty"),
        ("rd", "0.03", "unit-missing", "[%]"),
        ("rd", "3.333%", "fact-malformed", "round"),
        ("founded", "2027-01-01", "fact-in-future", "source"),
        ("founded", "2026-02-30", "fact-malformed", "2026-01-31"),
        ("founded", "45000", "fact-malformed", "2026-01-31"),
        ("founded", "0001-01-01", "fact-out-of-range", "check"),
        ("urgent", "maybe", "fact-malformed", "是"),
        ("zone", "eest", "option-unknown", "known options: east"),
        ("papers", "drug;dug", "option-unknown", "did you mean “drug”?"),
    ],
)
def test_a_dirty_fact_is_reported_with_line_and_column_and_decides_nothing(
    head: str, cell: str, code: str, hint: str
) -> None:
    facts = read(f'party,{head}\nclean,\ndirty,"{cell}"\n')
    [problem] = facts.problems
    assert (problem.code, problem.place) == (code, f"firms.csv, line 3, column {head}")
    assert hint in problem.hint
    assert known(facts, 1) == {}
    assert facts.dirty == {code: 1}
    name = head.split(maxsplit=1)[0]
    assert code in {"absence-unforeseen"} or "line 3" in facts.table.party(1).notes[name]


def test_what_is_dirty_holds_a_decision_up_and_says_why() -> None:
    facts = read("party,founded,staff\none,2030-01-01,9\n")
    found = rules('founded > "2025-01-01" && staff > 3')
    assert match(found, facts.table).of(0) == {"p0": "unknown"}
    one = explain(found, facts.table.party(0))["p0"]
    assert one.missing == ("founded",)
    looked = one.conditions[0].step.parts[0].facts[0]
    assert (looked.state, looked.note) == ("unknown", "2030-01-01 has not come yet (line 2)")


def test_two_sources_that_disagree_leave_it_unknown() -> None:
    facts = read(
        "party,staff,capital [元],source,as_of\n"
        "one,9,100,税务,2026-01-01\ntwo,1,,税务,2026-01-01\none,10,100,人社,2026-02-01\n"
    )
    assert list(facts.table.parties) == ["one", "two"]
    assert known(facts) == {"capital": 10_000}
    [problem] = facts.problems
    assert (problem.code, problem.place) == ("facts-disagree", "firms.csv, line 4, column staff")
    assert "line 2 (税务)" in problem.reason
    assert "line 4 (人社)" in problem.reason
    assert "disagree" in facts.table.party(0).notes["staff"]


def test_the_newest_of_one_source_counts_and_rows_fill_each_other_up() -> None:
    facts = read(
        "party,staff,name,source,as_of\none,9,甲,税务,2026/1/9\none,10,,税务,2026-10-01\none,,甲,人社,2026-02-01\n"
    )
    assert told(facts) == []
    party = facts.table.party(0)
    assert party.values == {"staff": 10, "name": "甲"}
    # each fact is told with the row it comes from
    assert party.sources == {"staff": "firms.csv, line 3 (税务)", "name": "firms.csv, line 2 (税务)"}


def test_where_the_newest_word_is_dirty_an_older_one_does_not_decide() -> None:
    facts = read("party,staff,source,as_of\none,9,税务,2026-01-09\none,many,税务,2026-10-01\n")
    assert told(facts) == [("fact-malformed", "firms.csv, line 3, column staff")]
    assert known(facts) == {}
    # an older dirty word does no harm once its source has said it better
    facts = read("party,staff,source,as_of\none,many,税务,2026-01-09\none,9,税务,2026-10-01\n")
    assert known(facts) == {"staff": 9}


def test_a_title_two_attributes_share_means_neither() -> None:
    assert read("party,示例,staff\none,3,4\n").ignored == ("示例",)


def test_present_and_absent_disagree_too() -> None:
    facts = read("party,penalty\none,无\none,2025-01-01\n")
    assert [problem.code for problem in facts.problems] == ["facts-disagree"]
    assert facts.table.party(0).absent == frozenset()
    assert known(facts) == {}


def test_facts_of_tomorrow_and_of_yesterday_are_not_used() -> None:
    facts = read(
        "party,staff,as_of,valid_until\n"
        "one,9,2026-12-01,\ntwo,9,2026-01-01,2026-06-30\nthree,9,soon,\nfour,9,2026-01-01,2026-11-21\n,9,,\n"
    )
    assert sorted(told(facts)) == [
        ("fact-expired", "firms.csv, line 3, column valid_until"),
        ("fact-in-future", "firms.csv, line 2, column as_of"),
        ("fact-malformed", "firms.csv, line 4, column as_of"),
        ("party-missing", "firms.csv, line 6, column party"),
    ]
    assert [known(facts, row) for row in range(4)] == [{}, {}, {}, {"staff": 9}]
    assert list(facts.table.parties) == ["one", "two", "three", "four"]


def test_lines_are_those_of_the_file_whatever_texts_hold() -> None:
    facts = read('party,name,staff\none,"two\nlines",1\n\ntwo,"a,b",x\n')
    assert told(facts) == [("fact-malformed", "firms.csv, line 5, column staff")]
    assert known(facts)["name"] == "two\nlines"


def test_a_parquet_file_says_the_same_as_a_csv_file() -> None:
    frame = pl.DataFrame(
        {
            "party": ["one", "two"],
            "staff": [9, None],
            "capital [元]": [1.5, None],
            "rd [%]": ["3.25", None],
            "founded": [date(2020, 1, 31), date(2030, 1, 1)],
            "penalty": ["无", "2025-01-01"],
            "urgent": [True, None],
            "zone": ["east", "nowhere"],
        }
    )
    content = io.BytesIO()
    frame.write_parquet(content)
    facts = read_facts(content.getvalue(), "firms.parquet", SHARED, TODAY)
    csv = read(frame.write_csv())
    for row in range(2):
        assert facts.table.party(row).values == csv.table.party(row).values
        assert facts.table.party(row).absent == csv.table.party(row).absent
    assert (
        {code for code, _ in told(facts)} == {"fact-in-future", "option-unknown"} == {c for c, _ in told(csv)}
    )
    assert ("fact-in-future", "firms.parquet, row 2, column founded") in told(facts)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "firms.csv", "facts-unreadable"),
        (b"PAR1 not really", "firms.parquet", "facts-unreadable"),
        ("party,name\n一,二\n".encode("gb18030"), "firms.csv", "facts-unreadable"),
        (b"a,b\n1,2,3,4\n", "firms.csv", "facts-unreadable"),
        (b"firm,staff\none,3\n", "firms.csv", "column-missing"),
        (b"party,staff,staff [x]\none,3,4\n", "firms.csv", "column-twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_facts(content, name, SHARED, TODAY)
    assert refusal.value.code == code
    assert refusal.value.problems[0].hint


def test_columns_no_policy_speaks_of_are_named() -> None:
    assert read("party,staff,telephone\none,3,1\n").ignored == ("telephone",)


def test_problems_are_counted_beyond_the_thousand_told() -> None:
    facts = read("party,staff\n" + "".join(f"p{n},x\n" for n in range(1_500)))
    assert (len(facts.problems), facts.dirty["fact-malformed"]) == (1_000, 1_500)


CELLS = st.one_of(
    st.sampled_from(
        [
            "0",
            "-0",
            "-1",
            "1.5",
            "3%",
            "无",
            "none",
            "1,000",
            "1e3",
            "NaN",
            "inf",
            "true",
            "是",
            "No",
            "east",
            "EAST",
            "",
            "2026-11-21",
            "2026-11-22",
            "2026-02-29",
            "1799-12-31",
            "20260101",
            "2026/1/1",
            "999999999999",
            "0.005",
            "100元",
            "999999999999.5601",
        ]
    ),
    st.integers(-(10**18), 10**18).map(str),
    st.decimals(-(10**9), 10**9, places=3).map(str),
    # nearly whole, which one may be tempted to take for it
    st.builds("{}.{}".format, st.integers(-(10**12), 10**12), st.sampled_from(["999", "0001", "9999", "01"])),
    st.text(max_size=5),
)
UNITS = {"money": ["", "元", "fen", "亿元"], "ratio": ["", "%", "fraction"]}


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(SHARED)), cells=st.lists(CELLS, min_size=1, max_size=6), data=st.data())
def test_what_is_read_quickly_is_what_is_read_one_by_one(name: str, cells: list[str], data: Any) -> None:
    attribute = SHARED[name]
    unit = data.draw(st.sampled_from(UNITS.get(attribute.kind, [""])))
    values, plain, rest = quickly(pl.Series(cells, dtype=pl.String), attribute, unit, TODAY)
    for row, cell in enumerate(cells):
        slowly: Any
        try:
            slowly = parse_cell(cell, attribute, unit, TODAY)
        except Unusable:
            slowly = Unusable
        if plain[row]:
            assert values[row] == slowly, (name, unit, cell)
        elif row not in rest:
            assert slowly is None, (name, unit, cell)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(sorted(SHARED)), cell=st.text(max_size=12))
def test_any_cell_is_read_or_refused(name: str, cell: str) -> None:
    refused: Unusable | None = None
    value: Any = None
    try:
        value = parse_cell(cell, SHARED[name], "", TODAY)
    except Unusable as error:
        refused = error
    assert value is None or isinstance(value, bool | int | str | Absent)
    assert refused is None or (refused.code and refused.hint)


def test_a_day_counts_from_1970() -> None:
    assert days_since_epoch(date(1970, 1, 1) + timedelta(days=5)) == 5
