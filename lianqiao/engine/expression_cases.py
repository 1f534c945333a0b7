"""Stand-ins for all data an expression can meet: enough values to take every comparison both ways.

A number is tried at, just below and just above every number the expressions name, a choice at every option,
a text at every text they name and at one they do not. Where the product grows too large nothing is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, product
from math import prod

from lianqiao.engine.expression_tree import Expression, Literal, Value, nodes
from lianqiao.engine.expression_types import ValueType

MOST_CASES = 50_000
_OTHER_TEXT = "…"
# stands for a file or a list of remarks: only its presence matters
_SOMETHING = "attached"
# more members than this and only the empty and the full list are tried
_MOST_MEMBERS = 4

Case = dict[str, Value]


def stand_ins(
    expressions: Iterable[Expression],
    types: Mapping[str, ValueType],
    *,
    may_lack: frozenset[str] = frozenset(),
) -> Iterator[Case] | None:
    """Return data to try the expressions on, or None where there would be more than 50 000 of them.

    Names in `may_lack` are also tried absent; names without a type are left out.
    """
    read = list(expressions)
    written = {node.value for e in read for node in nodes(e.root) if isinstance(node, Literal)}
    names = [name for name in dict.fromkeys(name for e in read for name in e.names) if name in types]
    values: list[list[Value | None]] = [[*_values(types[name], written)] for name in names]
    for name, column in zip(names, values, strict=True):
        if name in may_lack:
            column.append(None)
    if prod(map(len, values)) > MOST_CASES:
        return None
    return (
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in product(*values)
    )


def _values(kind: ValueType, written: set[bool | int | str]) -> list[Value]:
    texts = sorted(value for value in written if isinstance(value, str))
    match kind.kind:
        case "boolean":
            return [True, False]
        case "integer":
            return [*_numbers(kind, {v for v in written if not isinstance(v, bool | str)})]
        case "date":
            return [*_dates(texts)]
        case "list":
            return _lists(kind.options or tuple(texts))
        case "file":
            return [_SOMETHING]
    return list(kind.options) if kind.options else [*texts, _OTHER_TEXT]


def _numbers(kind: ValueType, written: set[int]) -> list[int]:
    low = min(written, default=0) - 1 if kind.minimum is None else kind.minimum
    high = max(written, default=0) + 1 if kind.maximum is None else kind.maximum
    near = {low, high} | {number + step for number in written for step in (-1, 0, 1)}
    return sorted(number for number in near if low <= number <= high)


def _dates(texts: list[str]) -> list[str]:
    near: set[date] = {date(2000, 1, 1)}
    for text in texts:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        near |= {day + timedelta(days=step) for step in (-1, 0, 1)}
    return [day.isoformat() for day in sorted(near)]


def _lists(members: tuple[str, ...]) -> list[Value]:
    if len(members) > _MOST_MEMBERS:
        return [(), *((member,) for member in members), members]
    return [chosen for count in range(len(members) + 1) for chosen in combinations(members, count)]
