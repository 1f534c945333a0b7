"""How alike two matters are by their words: the weight of the pairs of characters both hold, and which.

The rarer a pair is among all that is compared, the more it says: the same 用工难 in two demands of fifty
means much, 企业 in all of them nothing. Whole numbers, so that every machine finds the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lianqiao.engine.search_terms import plain, terms

# at least this share of what was typed must stand in the other, in hundredths
ENOUGH = 40
# one pair in common is chance
FEWEST = 2
MOST_WORDS = 6


class Alike(NamedTuple):
    """What is like the typing: its key, how much of it in hundredths, the words shared."""

    key: str
    share: int
    words: tuple[str, ...]


def alike(typed: str, others: Mapping[str, str], *, most: int = 5) -> list[Alike]:
    """Return what is like the typing, the likest first; `others` are texts by key."""
    asked = terms(typed)
    held = {key: frozenset(terms(text)) for key, text in others.items()}
    counts = Counter(term for found in held.values() for term in found)
    # a pair found nowhere may be no word at all, only where two words meet
    weights = {term: _weight(counts[term] or len(held) // 2, len(held)) for term in asked}
    whole = sum(weights.values())
    found = []
    for key, there in held.items():
        shared = [term for term in asked if term in there]
        share = 100 * sum(weights[term] for term in shared) // whole if whole else 0
        if share >= ENOUGH and len(shared) >= min(FEWEST, len(asked)):
            found.append(Alike(key, share, _words(typed, shared)))
    return sorted(found, key=lambda one: (-one.share, one.key))[:most]


def _weight(count: int, total: int) -> int:
    return round(100 * math.log(1 + (total + 1) / (count + 1)))


def _words(typed: str, shared: Iterable[str]) -> tuple[str, ...]:
    """Return the shared pairs put together again to the runs they make in the typing."""
    wanted, runs = set(shared), []
    for run in plain(typed).split():
        word = ""
        for start in range(max(1, len(run) - 1)):
            pair = run[start : start + 2]
            if pair in wanted or run in wanted:
                word = word + pair[-1] if word else run if run in wanted else pair
                if run in wanted:
                    break
            elif word:
                runs.append(word)
                word = ""
        if word:
            runs.append(word)
    return tuple(dict.fromkeys(runs))[:MOST_WORDS]
