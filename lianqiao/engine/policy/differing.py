"""What becomes of parties between two rules: who moves, who gains, who loses, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lianqiao.engine.policy.amounts import amounts
from lianqiao.engine.policy.binding import RuleSet
from lianqiao.engine.policy.bulk import match
from lianqiao.engine.policy.columns import Booleans, FactTable

STANDINGS = ("no", "unknown", "yes")
MOST_NAMED = 20
Fen = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """One policy asked of some parties: for whom yes, for whom not known, their fen and whose are `known`.

    Who does not have it has 0 fen, and that is known; of whom it is not known whether, the fen are not.
    """

    yes: Booleans
    unknown: Booleans
    fen: Fen
    known: Booleans

    @property
    def standing(self) -> npt.NDArray[np.int64]:
        """Each party's place in `STANDINGS`."""
        return np.where(self.yes, 2, np.where(self.unknown, 1, 0))


def ask(rules: RuleSet, policy: str, table: FactTable) -> Asked:
    """Return what a policy of some rules comes to for each party of a table.

    A policy that gives no money gives 0 fen to whoever has it.
    """
    verdicts = match(rules, table)
    yes, unknown = verdicts.is_yes(policy), verdicts.is_unknown(policy)
    money = amounts(rules.rules[policy], table, verdicts)
    fen, known = (np.zeros(len(table), np.int64), yes) if money is None else money
    return Asked(yes, unknown, np.where(yes & known, fen, 0), ~unknown & (~yes | known))


@dataclass
class Side:
    """Those who gain, or those who lose: how many, how much together, and the largest with their fen."""

    count: int = 0
    fen: int = 0
    largest: list[tuple[int, int]] = field(default_factory=list)

    def add(self, keys: npt.NDArray[np.int64], fen: Fen) -> None:
        """Count some parties more, each with what it gains or loses."""
        self.count += len(keys)
        self.fen += sum(fen.tolist())
        first = np.lexsort((keys, -fen))[:MOST_NAMED]
        found = [*self.largest, *zip(keys[first].tolist(), fen[first].tolist(), strict=True)]
        self.largest = sorted(found, key=lambda one: (-one[1], one[0]))[:MOST_NAMED]


@dataclass
class Differences:
    """What becomes of all parties from one policy to another.

    `moves` counts parties by where they stood and where they stand, such as ("no", "yes"). Of whom too little
    is known on either side to say a sum is in neither `gain` nor `lose` but in `open`.
    """

    moves: dict[tuple[str, str], int] = field(
        default_factory=lambda: {(one, other): 0 for one in STANDINGS for other in STANDINGS}
    )
    gain: Side = field(default_factory=Side)
    lose: Side = field(default_factory=Side)
    open: int = 0

    def add(self, keys: Sequence[int], before: Asked, after: Asked) -> None:
        """Compare what two policies came to for the same parties, in the order of their keys."""
        pairs = np.bincount(before.standing * len(STANDINGS) + after.standing, minlength=len(self.moves))
        for move, count in zip(self.moves, pairs.tolist(), strict=True):
            self.moves[move] += count
        known = before.known & after.known
        self.open += int((~known).sum())
        change, who = np.where(known, after.fen - before.fen, 0), np.array(keys, np.int64)
        for side, gained in ((self.gain, change), (self.lose, -change)):
            side.add(who[gained > 0], gained[gained > 0])
