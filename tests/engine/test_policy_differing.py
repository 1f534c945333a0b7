"""Two policies asked of the same parties: who moves, who gains and loses, and what cannot be told."""

from __future__ import annotations

import pytest

from lianqiao.engine.policy import differing
from lianqiao.engine.policy.binding import RuleSet, bind
from lianqiao.engine.policy.columns import PartyFacts, table_of
from lianqiao.engine.policy.differing import Differences, ask
from tests.engine.policies import BOTH, SHARED, TODAY, policies, policy


def rules(when: str, share: str) -> RuleSet:
    money = f'[[versions.amount.parts]]\ntitle = {BOTH}\nof = "capital"\nshare = "{share}"'
    return bind(policies(example=policy(when, tail=money)), TODAY)


def between(before: RuleSet, after: RuleSet, *facts: PartyFacts) -> Differences:
    table = table_of([str(row) for row in range(len(facts))], facts, SHARED)
    found = Differences()
    found.add(range(len(facts)), ask(before, "example", table), ask(after, "example", table))
    return found


def firm(**values: int) -> PartyFacts:
    return PartyFacts(dict(values))


def test_who_moves_who_gains_and_who_loses() -> None:
    before, after = rules("staff >= 5", "10%"), rules("staff >= 10", "20%")
    found = between(
        before, after, firm(staff=20, capital=1000), firm(staff=20, capital=5000), firm(staff=7, capital=300),
        firm(staff=1, capital=900), firm(capital=900), firm(staff=20),
    )  # fmt: skip
    moved = {move: count for move, count in found.moves.items() if count}
    assert moved == {("yes", "yes"): 3, ("yes", "no"): 1, ("no", "no"): 1, ("unknown", "unknown"): 1}
    assert (found.gain.count, found.gain.fen, found.gain.largest) == (2, 600, [(1, 500), (0, 100)])
    assert (found.lose.count, found.lose.fen, found.lose.largest) == (1, 30, [(2, 30)])
    # of one it is not known whether, of the other how much: neither is counted as nothing
    assert found.open == 2
    back = between(after, before, firm(staff=7, capital=300), firm(staff=20, capital=1000))
    assert (back.gain.largest, back.lose.largest) == ([(0, 30)], [(1, 100)])


def test_the_largest_are_the_largest_of_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing, "MOST_NAMED", 2)
    before, after = rules("staff >= 5", "0%"), rules("staff >= 5", "10%")
    found = Differences()
    for first, capitals in ((0, (100, 400, 200)), (3, (300, 400))):
        table = table_of([*map(str, capitals)], [firm(staff=9, capital=one) for one in capitals], SHARED)
        keys = range(first, first + len(capitals))
        found.add(keys, ask(before, "example", table), ask(after, "example", table))
    assert (found.gain.count, found.gain.fen) == (5, 140)
    assert found.gain.largest == [(1, 40), (4, 40)]
