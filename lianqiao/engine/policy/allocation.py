"""Who gets it where there is not enough for all: in the stated order, certain where nobody can come between.

A party that is still unknown may come first tomorrow. So those behind it are granted only what would be left
in any case, and the others are open: filling in an unknown never takes back what was granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from lianqiao.engine.policy.amounts import amounts
from lianqiao.engine.policy.binding import Rule
from lianqiao.engine.policy.bulk import Verdicts
from lianqiao.engine.policy.columns import FactTable

Standing: TypeAlias = Literal["granted", "short", "open"]


@dataclass(frozen=True)
class Grant:
    """What one party gets: `granted` with its fen, `short` (too little was left), or `open` with why."""

    standing: Standing
    fen: int | None
    reason: str = ""


@dataclass(frozen=True)
class _Claim:
    """One who may be in line: `rank` None where it is not known who comes before."""

    row: int
    sure: bool
    fen: int | None
    rank: tuple[int, ...] | None

    @property
    def decided(self) -> bool:
        """Whether verdict, amount and place in line are all known."""
        return self.sure and self.fen is not None and self.rank is not None


def allocate(rule: Rule, table: FactTable, verdicts: Verdicts, *, closing: bool = False) -> dict[int, Grant]:
    """Return what each party with a yes or an unknown gets of one policy, by row of the table.

    Order: the attributes of the limit, then the party's number. A party whose place in line is not known is
    open, and so is whoever it could push out. On the `closing` day those undecided hold nobody up any more:
    they stay open, out of line, and what is granted may differ from what knowing more would have given.
    """
    claims = list(_claims(rule, table, verdicts))
    if rule.limit is None:
        return {claim.row: _without_limit(claim, rule) for claim in claims}
    late = [claim for claim in claims if closing and not claim.decided]
    grants = _Line(rule, [claim for claim in claims if not closing or claim.decided]).grants()
    return grants | {claim.row: Grant("open", None, "not decided on the closing day") for claim in late}


def _claims(rule: Rule, table: FactTable, verdicts: Verdicts) -> Iterator[_Claim]:
    name = rule.policy.id
    yes, unknown = verdicts.is_yes(name), verdicts.is_unknown(name)
    money = amounts(rule, table, verdicts)
    rows = np.flatnonzero(yes | unknown)
    by_number = {row: place for place, row in enumerate(sorted(rows.tolist(), key=table.parties.__getitem__))}
    order = rule.limit.order if rule.limit else ()
    for row in rows.tolist():
        rank = _rank(order, table, row)
        fen = 0 if money is None else int(money[0][row]) if money[1][row] else None
        yield _Claim(row, bool(yes[row]), fen, None if rank is None else (*rank, by_number[row]))


def _rank(order: tuple[str, ...], table: FactTable, row: int) -> tuple[int, ...] | None:
    found = []
    for name in order:
        column = table.columns.get(name.removeprefix("-"))
        if column is None or not column.known[row]:
            return None
        value = int(column.values[row])
        found.append(-value if name.startswith("-") else value)
    return tuple(found)


def _without_limit(claim: _Claim, rule: Rule) -> Grant:
    if not claim.sure:
        return Grant("open", None, "not yet decided")
    if claim.fen is None:
        return Grant("open", None, "amount not yet known")
    return Grant("granted", claim.fen if rule.parts else None)


class _Line:
    """The claims in their order, and what is left as each is reached."""

    def __init__(self, rule: Rule, claims: list[_Claim]) -> None:
        self.rule = rule
        self.quota, self.budget = rule.quota, rule.budget
        self.placed = sorted((c for c in claims if c.rank is not None), key=lambda c: c.rank or ())
        self.unplaced = [claim for claim in claims if claim.rank is None]
        # of those whose place is unknown each may come first
        self.most = _Taken(len(self.unplaced), _sum(self.unplaced))
        # what is certainly taken by now, and what is taken at most
        self.least = _Taken(0, 0)
        self.certain = not self.unplaced
        self.closed = False
        # what would be taken if nobody undecided took anything
        self.best = _Taken(0, 0)
        self.best_closed = False

    def grants(self) -> dict[int, Grant]:
        found = {claim.row: Grant("open", None, "place in line not known") for claim in self.unplaced}
        for claim in self.placed:
            found[claim.row] = self.next(claim)
        return found

    def next(self, claim: _Claim) -> Grant:
        """Decide the next in line, and count what it takes."""
        grant = self.decided(claim)
        if claim.sure and self.best.leaves(claim.fen or 0, self.quota, self.budget):
            self.best = self.best.plus(claim.fen or 0)
        elif claim.sure:
            self.best_closed = True
        return grant

    def decided(self, claim: _Claim) -> Grant:
        """Decide a claim by what is taken before it at least and at most."""
        if not claim.sure or claim.fen is None:
            self.certain = False
            self.most = self.most.plus(claim.fen)
            return Grant("open", None, "not yet decided" if not claim.sure else "amount not yet known")
        if self.certain:
            return self.certainly(claim, claim.fen)
        # a line once closed stays closed, whatever becomes of those undecided behind
        if not self.closed and self.most.leaves(claim.fen, self.quota, self.budget):
            self.most, self.least = self.most.plus(claim.fen), self.least.plus(claim.fen)
            return self.granted(claim.fen)
        self.most = self.most.plus(claim.fen)
        if self.hopeless(claim.fen):
            return Grant("short", 0, "not enough is left for this place in line")
        return Grant("open", None, "hangs on those before who are not yet decided")

    def certainly(self, claim: _Claim, fen: int) -> Grant:
        """Decide a claim before which everybody is decided."""
        if not self.closed and self.least.leaves(fen, self.quota, self.budget):
            self.least, self.most = self.least.plus(fen), self.least.plus(fen)
            return self.granted(fen)
        left = None if self.budget is None or self.least.fen is None else self.budget - self.least.fen
        way = self.rule.limit.when_short if self.rule.limit else "stop"
        of_money = self.quota is None or self.least.count < self.quota
        if way == "rest" and left and of_money and not self.closed:
            self.least = self.most = self.least.plus(left)
            self.closed = True
            return self.granted(left)
        self.closed = self.closed or way != "skip"
        return Grant("short", 0, "not enough is left for this place in line")

    def hopeless(self, fen: int) -> bool:
        """Whether there is nothing left even if nobody undecided comes before."""
        if self.closed or (self.quota is not None and self.least.count >= self.quota):
            return True
        way = self.rule.limit.when_short if self.rule.limit else "stop"
        if way == "stop" or self.budget is None:
            # one more before it could only leave less
            return self.best_closed or not self.best.leaves(fen, self.quota, self.budget)
        if way == "rest":
            # whatever is left would be for this one
            return self.budget is not None and fen > 0 and (self.least.fen or 0) >= self.budget
        return not self.least.leaves(fen, self.quota, self.budget)

    def granted(self, fen: int) -> Grant:
        return Grant("granted", fen if self.rule.parts else None)


@dataclass(frozen=True)
class _Taken:
    """How many places and how many fen are taken; None for no end known."""

    count: int
    fen: int | None

    def plus(self, fen: int | None) -> _Taken:
        return _Taken(self.count + 1, None if fen is None or self.fen is None else self.fen + fen)

    def leaves(self, fen: int, quota: int | None, budget: int | None) -> bool:
        """Whether one more fits."""
        if quota is not None and self.count >= quota:
            return False
        return budget is None or (self.fen is not None and self.fen + fen <= budget)


def _sum(claims: list[_Claim]) -> int | None:
    total = 0
    for claim in claims:
        if claim.fen is None:
            return None
        total += claim.fen
    return total


def totals(grants: Mapping[int, Grant]) -> dict[str, int]:
    """Return how many are granted, short and open, and the fen granted."""
    found = {"granted": 0, "short": 0, "open": 0, "fen": 0}
    for grant in grants.values():
        found[grant.standing] += 1
        found["fen"] += grant.fen or 0
    return found
