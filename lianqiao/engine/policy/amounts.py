"""How much: fixed sums, shares, so much for each, bands, caps; in whole fen, for one party and for all.

Everything is rounded down, slice by slice, so that no order of summing gives another result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lianqiao.engine.expression import Value, evaluate, missing
from lianqiao.engine.policy.binding import MOST_WHOLE, RATIO_UNITS, BoundPart, Rule, attribute_of
from lianqiao.engine.policy.columns import Booleans, FactTable

if TYPE_CHECKING:
    from lianqiao.engine.policy.bulk import Verdicts

MOST_FEN = MOST_WHOLE


@dataclass(frozen=True)
class Line:
    """One part of an amount: what it is called, by which article, how many fen; None for not yet known."""

    title: Mapping[str, str]
    article: str
    fen: int | None


@dataclass(frozen=True)
class Amounted:
    """An amount and how it comes about; `fen` is None where a fact is unknown, `missing` names those."""

    fen: int | None
    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()


def amount(rule: Rule, data: Mapping[str, Value]) -> Amounted | None:
    """Return what a rule gives a party that has it, or None where the rule gives no money."""
    if not rule.parts:
        return None
    lines: list[Line] = []
    lacking: dict[str, None] = {}
    for part in rule.parts:
        fen, names = _part(part, data)
        lacking.update(dict.fromkeys(names))
        title = {"zh-hans": part.part.title.zh_hans, "en": part.part.title.en}
        lines.append(Line(title, part.part.article, fen))
    known = [line.fen for line in lines if line.fen is not None]
    total = _rounded(sum(known), rule) if len(known) == len(lines) else None
    return Amounted(total, tuple(lines), tuple(lacking))


def _rounded(total: int, rule: Rule) -> int:
    if rule.cap is not None:
        total = min(total, rule.cap)
    if rule.least is not None:
        total = max(total, rule.least)
    whole = rule.version.amount.whole if rule.version.amount else 1
    return total // whole * whole


def _part(part: BoundPart, data: Mapping[str, Value]) -> tuple[int | None, tuple[str, ...]]:
    applies = evaluate(part.when, data) if part.when else True
    if applies is False:
        return 0, ()
    names = [attribute_of(name) for name in missing(part.when, data)] if part.when and applies is None else []
    base: int | None = 0
    if part.part.of:
        value = data.get(part.part.of)
        base = value if isinstance(value, int) else None
        names += [part.part.of] if base is None else []
    if applies is not True or base is None:
        return None, tuple(names)
    fen = int(_sum(part, np.array([base], np.int64))[0])
    return fen, ()


def _sum(part: BoundPart, base: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return a part's fen for each value it is reckoned of, its own cap applied."""
    base = np.clip(base, 0, MOST_FEN)
    if part.fixed is not None:
        found = np.full(len(base), part.fixed, np.int64)
    elif part.share is not None:
        found = _share(base, part.share)
    elif part.each is not None:
        found = np.minimum(base, MOST_FEN // max(part.each, 1)) * part.each
    else:
        found = _sliced(part, base) if part.part.sliced else _banded(part, base)
    capped: npt.NDArray[np.int64] = np.minimum(found, MOST_FEN if part.cap is None else part.cap)
    return capped


def _share(base: npt.NDArray[np.int64], units: int) -> npt.NDArray[np.int64]:
    # taken apart, because the product of the two could leave 64 bits
    whole, rest = np.divmod(base, RATIO_UNITS)
    found: npt.NDArray[np.int64] = np.minimum(whole * units + rest * units // RATIO_UNITS, MOST_FEN)
    return found


def _banded(part: BoundPart, base: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    found = np.zeros(len(base), np.int64)
    left = np.ones(len(base), np.bool_)
    for upto, share, fixed in part.bands:
        here = left & (base <= upto) if upto is not None else left
        given = _share(base, share) if share is not None else np.full(len(base), fixed or 0, np.int64)
        found = np.where(here, given, found)
        left = left & ~here
    return found


def _sliced(part: BoundPart, base: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    found = np.zeros(len(base), np.int64)
    low = 0
    for upto, share, _ in part.bands:
        high = MOST_FEN if upto is None else upto
        found += _share(np.clip(base, low, high) - low, share or 0)
        low = high
    return found


def amounts(
    rule: Rule, table: FactTable, verdicts: Verdicts
) -> tuple[npt.NDArray[np.int64], Booleans] | None:
    """Return each party's fen and for whom they are known, whether or not it has the policy.

    None where the rule gives no money.
    """
    if not rule.parts:
        return None
    rows = len(table)
    total, known = np.zeros(rows, np.int64), np.ones(rows, np.bool_)
    for number, part in enumerate(rule.parts):
        base, base_known = _base(part, table)
        applies, applies_known = np.ones(rows, np.bool_), np.ones(rows, np.bool_)
        if part.when:
            applies, unknown = verdicts.part(rule.policy.id, number)
            applies_known = ~unknown
        total += np.where(applies, _sum(part, base), 0)
        known &= applies_known & (base_known | ~applies)
    if rule.cap is not None:
        total = np.minimum(total, rule.cap)
    if rule.least is not None:
        total = np.maximum(total, rule.least)
    whole = rule.version.amount.whole if rule.version.amount else 1
    return np.where(known, total // whole * whole, 0), known


def _base(part: BoundPart, table: FactTable) -> tuple[Any, Booleans]:
    rows = len(table)
    column = table.columns.get(part.part.of or "")
    if part.part.of is None:
        return np.zeros(rows, np.int64), np.ones(rows, np.bool_)
    if column is None:
        return np.zeros(rows, np.int64), np.zeros(rows, np.bool_)
    return column.values.astype(np.int64), column.known
