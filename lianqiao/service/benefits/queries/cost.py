"""What a policy would cost, over all parties and before anybody is asked: how many, how much, who gains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from lianqiao.engine.errors import refuse
from lianqiao.engine.policy.columns import table_of
from lianqiao.engine.policy.differing import Asked, Differences, ask
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.service.benefits.queries.everyone import party_count, party_keys
from lianqiao.service.benefits.queries.facts import facts_of_many
from lianqiao.service.benefits.queries.lines import line_of
from lianqiao.service.benefits.queries.rules import Book, book_of

PARTIES_AT_ONCE = 2000
Told = Callable[[int, int], None]
Heard = Callable[[list[int], Sequence[Asked]], None]


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
class Wanted:
    """A policy of a set, such as a draft, whose cost is asked for."""

    policies: PolicySet
    policy: str

    def book(self, now: datetime) -> Book:
        """Return the rules it is asked by today. Raises Refusal `policy-unknown`, and as `binding.bind`."""
        written = self.policies.policies.get(self.policy)
        book = book_of(written.party if written else "firm", now, policies=self.policies)
        if self.policy not in book.rules.rules:
            raise refuse("policy-unknown", f"no policy “{self.policy}” is in force", policy=self.policy)
        return book


def cost_of(policies: PolicySet, policy: str, *, now: datetime, told: Told | None = None) -> Cost:
    """Return what a policy of a set, such as a draft, would cost over all parties of its kind today.

    `told` hears how many of how many parties are done, and may raise. Raises Refusal `policy-unknown` where
    the set has no such policy in force, and as `binding.bind`.
    """
    return _costs([Wanted(policies, policy)], now=now, told=told)[0]


def compared(
    before: Wanted, after: Wanted, *, now: datetime, told: Told | None = None
) -> tuple[Cost, Cost, Differences]:
    """Return what each of two policies would cost, and what becomes of all parties from one to the other.

    Both are asked of each party's same facts. Raises Refusal as `cost_of`, and `other-parties` where one is
    for firms and the other for people.
    """
    found = Differences()
    one, other = _costs(
        [before, after], now=now, told=told, heard=lambda keys, asked: found.add(keys, asked[0], asked[1])
    )
    return one, other, found


def _costs(
    wanted: Sequence[Wanted], *, now: datetime, told: Told | None = None, heard: Heard | None = None
) -> list[Cost]:
    """Return what each would cost, walking all parties once; `heard` is given what some of them came to."""
    books = [one.book(now) for one in wanted]
    if len({book.kind for book in books}) > 1:
        raise refuse("other-parties", "one is for firms, the other for people", hint="compare alike")
    costs, after = [Cost(one.policy) for one in wanted], 0
    kind = books[0].kind
    total = party_count(kind)
    while keys := party_keys(kind, after=after, size=PARTIES_AT_ONCE):
        asked = _asked(books, wanted, keys)
        for cost, one in zip(costs, asked, strict=True):
            _add(cost, one, keys)
        if heard:
            heard(keys, asked)
        after = keys[-1]
        if told:
            told(costs[0].parties, total)
    for cost, book in zip(costs, books, strict=True):
        _within_limit(cost, book)
    return costs


def _asked(books: Sequence[Book], wanted: Sequence[Wanted], keys: list[int]) -> list[Asked]:
    known = facts_of_many(books[0].kind, keys, books[0].rules.day)
    names, facts = [str(key) for key in keys], [known[key].facts for key in keys]
    table, asked = table_of(names, facts, books[0].rules.attributes), []
    for book, one in zip(books, wanted, strict=True):
        # a draft may speak of attributes in a way of its own
        if table.attributes != book.rules.attributes:
            table = table_of(names, facts, book.rules.attributes)
        asked.append(ask(book.rules, one.policy, table))
    return asked


def _add(cost: Cost, asked: Asked, keys: list[int]) -> None:
    cost.parties += len(keys)
    cost.count += int(asked.yes.sum())
    cost.undecided += int(asked.unknown.sum())
    cost.open_sums += int((asked.yes & ~asked.known).sum())
    for row in np.flatnonzero(asked.yes & asked.known).tolist():
        cost.by_party[keys[row]] = int(asked.fen[row])
        cost.fen += int(asked.fen[row])


def _within_limit(cost: Cost, book: Book) -> None:
    cost.granted, cost.granted_fen = cost.count, cost.fen
    if book.rules.rules[cost.policy].limit:
        line = [one for one in line_of(book, cost.policy, closing=True).values() if one.standing == "granted"]
        cost.granted, cost.granted_fen = len(line), sum(one.fen or 0 for one in line)
