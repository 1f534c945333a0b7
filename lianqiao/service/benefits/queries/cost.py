"""What a policy would cost, over all parties and before anybody is asked: how many, how much, who gains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from lianqiao.engine.errors import refuse
from lianqiao.engine.policy.amounts import amounts
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.service.benefits.queries.everyone import party_count, party_keys
from lianqiao.service.benefits.queries.facts import columns_of
from lianqiao.service.benefits.queries.lines import line_of
from lianqiao.service.benefits.queries.rules import Book, book_of

PARTIES_AT_ONCE = 2000
Told = Callable[[int, int], None]


@dataclass
class Cost:
    """What a policy comes to today. `fen` by party of those who have it and whose sum is known.

    `undecided` are those of whom too little is known; `granted` and `granted_fen` what is left of `count` and
    `fen` where the policy is limited.
    """

    policy: str
    parties: int = 0
    count: int = 0
    fen: int = 0
    undecided: int = 0
    open_sums: int = 0
    granted: int = 0
    granted_fen: int = 0
    by_party: dict[int, int] = field(default_factory=dict)

    @property
    def largest(self) -> list[tuple[int, int]]:
        """The parties that gain most, with their fen."""
        return sorted(self.by_party.items(), key=lambda one: (-one[1], one[0]))[:100]


@dataclass(frozen=True)
class Compared:
    """Two drafts of a policy side by side: how many parties get more, less, for the first time, no longer."""

    before: Cost
    after: Cost
    gain: int
    lose: int
    new: int
    gone: int


def cost_of(policies: PolicySet, policy: str, *, now: datetime, told: Told | None = None) -> Cost:
    """Return what a policy of a set, such as a draft, would cost over all parties of its kind today.

    `told` hears how many of how many parties are done, and may raise. Raises Refusal `policy-unknown` where
    the set has no such policy in force, and as `binding.bind`.
    """
    written = policies.policies.get(policy)
    book = book_of(written.party if written else "firm", now, policies=policies)
    if policy not in book.rules.rules:
        raise refuse("policy-unknown", f"no policy “{policy}” is in force", policy=policy)
    cost, after = Cost(policy), 0
    total = party_count(book.kind)
    while keys := party_keys(book.kind, after=after, size=PARTIES_AT_ONCE):
        _add(cost, book, keys)
        after = keys[-1]
        if told:
            told(cost.parties, total)
    cost.granted, cost.granted_fen = cost.count, cost.fen
    if book.rules.rules[policy].limit:
        line = [one for one in line_of(book, policy, closing=True).values() if one.standing == "granted"]
        cost.granted, cost.granted_fen = len(line), sum(one.fen or 0 for one in line)
    return cost


def _add(cost: Cost, book: Book, keys: list[int]) -> None:
    table, _ = columns_of(book.kind, keys, book.rules.day, attributes=book.rules.attributes)
    verdicts, rule = match(book.rules, table), book.rules.rules[cost.policy]
    yes = verdicts.is_yes(cost.policy)
    cost.parties += len(keys)
    cost.count += int(yes.sum())
    cost.undecided += int(verdicts.is_unknown(cost.policy).sum())
    money = amounts(rule, table, verdicts)
    fen, known = (np.zeros(len(keys), np.int64), yes) if money is None else money
    cost.open_sums += int((yes & ~known).sum())
    for row in np.flatnonzero(yes & known).tolist():
        cost.by_party[keys[row]] = int(fen[row])
        cost.fen += int(fen[row])


def compared(
    before: PolicySet, after: PolicySet, policy: str, *, now: datetime, told: Told | None = None
) -> Compared:
    """Return two drafts of a policy compared over all parties."""
    one, other = (cost_of(policies, policy, now=now, told=told) for policies in (before, after))
    had, has = one.by_party, other.by_party
    both = had.keys() & has.keys()
    return Compared(
        one,
        other,
        gain=sum(has[key] > had[key] for key in both),
        lose=sum(has[key] < had[key] for key in both),
        new=len(has.keys() - had.keys()),
        gone=len(had.keys() - has.keys()),
    )
