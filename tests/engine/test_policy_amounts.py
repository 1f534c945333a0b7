"""How much, and who gets it: exact to the fen, the same for one and all, never taken back by knowing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianqiao.engine.policy.allocation import Grant, allocate, totals
from lianqiao.engine.policy.amounts import amount, amounts
from lianqiao.engine.policy.binding import RuleSet, bind
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.checking import check_policies
from lianqiao.engine.policy.columns import PartyFacts, table_of
from lianqiao.engine.policy.explaining import explain
from tests.engine.policies import BOTH, SHARED, TODAY, parties, policies, policy

YUAN = 100


def giving(*parts: str, amount: str = "", limit: str = "", when: str = "true", more: str = "") -> RuleSet:
    """A policy that gives the sum of the parts."""
    tail = f"[versions.amount]\n{amount}\n" + "".join(
        f"[[versions.amount.parts]]\ntitle = {BOTH}\narticle = '示例第{n}条'\n{part}\n"
        for n, part in enumerate(parts)
    )
    tail += f"\n[versions.limit]\n{limit}\n" if limit else ""
    found = policies(example=policy(when, tail=tail + more))
    assert check_policies(found) == []
    return bind(found, TODAY)


def given_fen(found: RuleSet, **values: Any) -> int | None:
    result = amount(found.rules["example"], PartyFacts(values).data)
    assert result is not None
    return result.fen


BANDS = "bands = [{ upto = 1000, share = '10%' }, { upto = 5000, share = '5%' }, { share = '1%' }]"


@pytest.mark.parametrize(
    ("part", "capital", "fen"),
    [
        ("fixed = 5", 0, 5),
        ("of = 'capital'\nshare = '3.33%'", 10_000, 333),
        ("of = 'capital'\nshare = '3.33%'", 9_999, 332),
        ("of = 'capital'\nshare = '50%'\ncap = 100", 10_000, 100),
        ("of = 'capital'\nshare = '9999.99%'", 10**15, 10**15),
        # a loss is no ground for asking money back
        ("of = 'capital'\nshare = '50%'", -10_000, 0),
        (f"of = 'capital'\n{BANDS}", 1_000, 100),
        (f"of = 'capital'\n{BANDS}", 1_001, 50),
        (f"of = 'capital'\n{BANDS}", 6_000, 60),
        (f"of = 'capital'\nsliced = true\n{BANDS}", 1_001, 100),
        (f"of = 'capital'\nsliced = true\n{BANDS}", 6_000, 100 + 200 + 10),
        ("of = 'capital'\nbands = [{ upto = 10, fixed = 1 }, { fixed = 2 }]", 11, 2),
    ],
)
def test_a_part_is_exact_to_the_fen(part: str, capital: int, fen: int) -> None:
    assert given_fen(giving(part), capital=capital) == fen


def test_so_much_for_each_sums_caps_and_rounding() -> None:
    assert given_fen(giving("of = 'staff'\neach = 300"), staff=7) == 2_100
    assert given_fen(giving("of = 'staff'\neach = 1_000_000_000_000"), staff=2**31) == 10**15
    assert given_fen(giving("fixed = 250", "fixed = 99"), staff=7) == 349
    assert given_fen(giving("fixed = 250", "fixed = 99", amount="cap = 300")) == 300
    assert given_fen(giving("fixed = 250", amount="least = 1000")) == 1_000
    assert given_fen(giving("fixed = 12345", amount="whole = 100")) == 123 * YUAN


def test_parameters_stand_for_sums_and_shares() -> None:
    values = f"""
[parameters.part]
kind = "ratio"
title = {BOTH}
values = [{{ effective_from = 2024-01-01, value = "10%", article = "示例" }}]
[parameters.most]
kind = "money"
title = {BOTH}
values = [{{ effective_from = 2024-01-01, value = 500, article = "示例" }}]
"""
    found = giving("of = 'capital'\nshare = 'part'", amount="cap = 'most'", more=values)
    assert [given_fen(found, capital=capital) for capital in (1_000, 100_000)] == [100, 500]


def test_what_is_unknown_leaves_the_amount_open_and_says_which_fact() -> None:
    found = giving("fixed = 100\nwhen = 'urgent'", "of = 'capital'\nshare = '10%'\nwhen = 'staff > 3'")
    rule = found.rules["example"]
    result = amount(rule, PartyFacts({"staff": 9}).data)
    assert result is not None
    assert (result.fen, result.missing) == (None, ("urgent", "capital"))
    # a part that does not apply needs nothing to be known
    assert given_fen(found, urgent=False, staff=1) == 0
    assert given_fen(found, urgent=True, staff=1) == 100


PARTS = st.lists(
    st.sampled_from(
        [
            "fixed = 777", "fixed = 50\nwhen = 'urgent'", "of = 'capital'\nshare = '3.33%'\ncap = 200",
            "of = 'revenue'\nshare = '12.5%'\nwhen = 'zone == \"east\" || urgent'", "of = 'staff'\neach = 13",
            f"of = 'capital'\nsliced = true\n{BANDS}", f"of = 'revenue'\n{BANDS}\nwhen = 'has(penalty)'",
        ]
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    parts=PARTS,
    facts=st.lists(parties(), min_size=1, max_size=20),
    extra=st.sampled_from(["", "cap = 900", "least = 30\nwhole = 100"]),
)
def test_one_and_all_come_to_the_same_fen(parts: list[str], facts: list[PartyFacts], extra: str) -> None:
    found = giving(*parts, amount=extra, when="staff > 1")
    table = table_of([str(n) for n in range(len(facts))], facts, SHARED)
    result = amounts(found.rules["example"], table, match(found, table))
    assert result is not None
    for row, fact in enumerate(facts):
        one = amount(found.rules["example"], fact.data)
        assert one is not None
        assert (int(result[0][row]) if result[1][row] else None) == one.fen


@settings(max_examples=60, deadline=None)
@given(parts=PARTS, less=parties(), more=parties())
def test_an_amount_once_known_stays(parts: list[str], less: PartyFacts, more: PartyFacts) -> None:
    rule = giving(*parts).rules["example"]
    filled = {name: value for name, value in more.values.items() if name not in less.absent}
    before, after = (
        amount(rule, less.data),
        amount(rule, replace(less, values={**filled, **less.values}).data),
    )
    assert before is not None
    assert after is not None
    assert before.fen is None or before.fen == after.fen


# ---- who gets it ----------------------------------------------------------------------------------------


def grants(found: RuleSet, facts: Sequence[PartyFacts]) -> dict[str, Grant]:
    table = table_of([f"{n:03}" for n in range(len(facts))], list(facts), SHARED)
    result = allocate(found.rules["example"], table, match(found, table))
    return {table.parties[row]: grant for row, grant in result.items()}


def standings(found: RuleSet, *facts: PartyFacts) -> str:
    return " ".join(
        f"{party.lstrip('0') or '0'}:{grant.standing[0]}"
        for party, grant in sorted(grants(found, facts).items())
    )


def firm(**values: Any) -> PartyFacts:
    return PartyFacts(values)


def test_a_quota_goes_by_the_stated_order_and_ties_by_number() -> None:
    found = giving("fixed = 100", limit='quota = 2\norder = "-staff"', when="urgent")
    assert (
        standings(found, firm(urgent=True, staff=1), firm(urgent=True, staff=5), firm(urgent=True, staff=1))
        == "0:g 1:g 2:s"
    )
    assert standings(found, firm(urgent=False, staff=9), firm(urgent=True, staff=5)) == "1:g"


@pytest.mark.parametrize(
    ("way", "expected", "fen"),
    [("stop", "0:g 1:s 2:s", 60), ("skip", "0:g 1:s 2:g", 90), ("rest", "0:g 1:g 2:s", 100)],
)
def test_when_money_does_not_suffice(way: str, expected: str, fen: int) -> None:
    found = giving(
        "of = 'capital'\nshare = '100%'", limit=f'budget = 100\norder = "staff"\nwhen_short = "{way}"'
    )
    facts = [firm(staff=n, capital=capital) for n, capital in enumerate((60, 50, 30))]
    assert standings(found, *facts) == expected
    assert sum(grant.fen or 0 for grant in grants(found, facts).values()) == fen


def test_an_undecided_party_holds_up_only_those_it_could_push_out() -> None:
    found = giving("fixed = 100", limit='quota = 3\norder = "staff"', when="urgent")
    sure = [firm(urgent=True, staff=n) for n in (1, 3, 4, 5)]
    assert standings(found, firm(staff=2), *sure) == "0:o 1:g 2:g 3:o 4:s"
    # where its own place in line is unknown it could come before anybody
    assert standings(found, firm(urgent=True), *sure) == "0:o 1:g 2:g 3:o 4:s"


def test_on_the_closing_day_nobody_is_held_up_any_more() -> None:
    found = giving("fixed = 100", limit='quota = 2\norder = "staff"', when="urgent")
    facts = [firm(staff=1), firm(urgent=True, staff=2), firm(urgent=True, staff=3), firm(urgent=True)]
    table = table_of(["0", "1", "2", "3"], facts, SHARED)
    rule, verdicts = found.rules["example"], match(found, table)
    held, closed = (allocate(rule, table, verdicts, closing=closing) for closing in (False, True))
    assert [held[row].standing for row in range(4)] == ["open"] * 4
    assert [closed[row].standing for row in range(4)] == ["open", "granted", "granted", "open"]
    assert closed[0].reason == "not decided on the closing day"


def test_an_amount_not_yet_known_is_not_counted_as_nothing() -> None:
    found = giving("of = 'capital'\nshare = '100%'", limit='budget = 100\norder = "staff"')
    assert standings(found, firm(staff=1), firm(staff=2, capital=10)) == "0:o 1:o"


def test_without_a_limit_whoever_has_it_gets_it() -> None:
    found = giving("fixed = 100", when="urgent")
    result = grants(found, [firm(urgent=True), firm(), firm(urgent=False)])
    assert {party: grant.standing for party, grant in result.items()} == {"000": "granted", "001": "open"}
    assert totals({0: Grant("granted", 5), 1: Grant("open", None), 2: Grant("short", 0)}) == {
        "granted": 1, "short": 1, "open": 1, "fen": 5,
    }  # fmt: skip


CLAIMS = st.builds(
    lambda urgent, staff, capital: PartyFacts(
        {k: v for k, v in (("urgent", urgent), ("staff", staff), ("capital", capital)) if v is not None}
    ),
    st.sampled_from([True, True, False, None]),
    st.sampled_from([0, 1, 2, 3, None]),
    st.sampled_from([0, 20, 30, 60, None]),
)
LIMITS = st.sampled_from(
    [f'{limit}\norder = "staff"\nwhen_short = "{way}"' for way in ("stop", "skip", "rest")
     for limit in ("quota = 2", "budget = 100", "quota = 3\nbudget = 90")]
)  # fmt: skip


def test_a_line_once_closed_stays_closed_behind_somebody_undecided() -> None:
    limit = 'budget = 100\norder = "staff"\nwhen_short = "stop"'
    found = giving("of = 'capital'\nshare = '100%'", limit=limit, when="urgent")
    first, second = (firm(urgent=True, staff=1, capital=60) for _ in range(2))
    undecided, last = firm(staff=1, capital=0), firm(urgent=True, staff=3, capital=20)
    assert standings(found, first, second, undecided, last) == "0:g 1:s 2:o 3:s"


@settings(max_examples=150, deadline=None)
@given(limit=LIMITS, facts=st.lists(CLAIMS, min_size=1, max_size=7), data=st.data())
def test_knowing_more_never_takes_back_a_grant_and_the_limit_holds(
    limit: str, facts: list[PartyFacts], data: Any
) -> None:
    found = giving("of = 'capital'\nshare = '100%'", limit=limit, when="urgent")
    before = grants(found, facts)
    filled = []
    for fact in facts:
        values = dict(fact.values)
        for name, options in (
            ("urgent", [True, False]),
            ("staff", [0, 1, 2, 3]),
            ("capital", [0, 20, 30, 60]),
        ):
            if name not in values and data.draw(st.booleans()):
                values[name] = data.draw(st.sampled_from(options))
        filled.append(PartyFacts(values))
    after = grants(found, filled)
    for party, grant in before.items():
        if grant.standing != "open":
            assert after[party] == grant, (party, grant, after[party])
    rule = found.rules["example"]
    for result in (before, after):
        taken = totals(dict(enumerate(result.values())))
        assert rule.quota is None or taken["granted"] <= rule.quota
        assert rule.budget is None or taken["fen"] <= rule.budget


def test_prerequisites_and_exclusions_are_three_valued_too() -> None:
    found = bind(
        policies(
            base=policy("urgent", id="base"),
            more=policy(
                "staff > 3", id="more", more='requires = ["base"]\nexclusions = [{ group = "g", rank = 2 }]'
            ),
            rival=policy('zone == "east"', id="rival", more='exclusions = [{ group = "g", rank = 1 }]'),
        ),
        TODAY,
    )
    facts = [
        firm(urgent=True, staff=9, zone="west"),
        firm(urgent=True, staff=9, zone="east"),
        firm(urgent=True, staff=9),
        firm(staff=9, zone="west"),
        firm(urgent=False),
    ]
    table = table_of([str(n) for n in range(len(facts))], facts, SHARED)
    verdicts = match(found, table)
    assert [verdicts.of(row)["more"] for row in range(len(facts))] == [
        "yes",
        "no",
        "unknown",
        "unknown",
        "no",
    ]
    for row, fact in enumerate(facts):
        explained = explain(found, fact)
        assert {name: one.verdict for name, one in explained.items()} == verdicts.of(row)
    assert explain(found, facts[1])["more"].yields_to == {"rival": "yes"}
    # nobody is advised to lose one benefit for another
    assert explain(found, facts[1])["more"].would_qualify == ()
    assert explain(found, facts[3])["more"].smallest[0].attributes == ("urgent",)
