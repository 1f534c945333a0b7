"""Values an attribute could have, enough of them to take every condition both ways where that can be done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from lianqiao.engine.expression import Value
from lianqiao.engine.policy.shape import Attribute

# of texts and long lists only some are tried
MOST_VALUES = 64
_LONGEST = 200
_OTHER = "…"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def conceivable(attribute: Attribute, beside: Iterable[Value]) -> tuple[list[Value], bool]:
    """Return values about all those beside the attribute, and whether no other could make a difference."""
    found = set(beside)
    numbers = sorted(value for value in found if type(value) is int)
    texts = sorted(value for value in found if isinstance(value, str))
    values = list(islice(_values(attribute, numbers, texts), MOST_VALUES + 1))
    whole = attribute.kind != "text" and len(values) <= MOST_VALUES
    if attribute.kind == "choices":
        whole = len(attribute.options) < _FEW
    return values[:MOST_VALUES], whole


# so many options can be held in all ways
_FEW = 6


def _values(attribute: Attribute, numbers: list[int], texts: list[str]) -> Iterator[Value]:
    match attribute.kind:
        case "boolean":
            yield from (True, False)
        case "choice":
            yield from attribute.options
        case "choices":
            yield from _held(list(attribute.options))
        case "text":
            yield from _texts(texts, numbers)
        case "date":
            yield from _days(texts)
        case _:
            yield from _numbers(attribute, numbers)


def _held(options: list[str]) -> Iterator[Value]:
    """Yield what could be held: of few options every selection, of many the first so many, and each alone."""
    if len(options) < _FEW:
        for chosen in range(2 ** len(options)):
            yield tuple(option for bit, option in enumerate(options) if chosen >> bit & 1)
        return
    yield from ((option,) for option in options)
    yield from (tuple(options[:count]) for count in range(len(options) + 1))


def _texts(texts: list[str], numbers: list[int]) -> Iterator[str]:
    yield from texts
    yield _OTHER
    yield from (one + other for one in texts for other in texts)
    for number in numbers:
        yield from (_OTHER * size for size in (number - 1, number, number + 1) if 0 <= size <= _LONGEST)


def _numbers(attribute: Attribute, written: list[int]) -> Iterator[int]:
    numbers = written or [0]
    low = attribute.minimum if attribute.minimum is not None else min(numbers) - 1
    high = attribute.maximum if attribute.maximum is not None else max(numbers) + 1
    near = {number + step for number in numbers for step in (-1, 0, 1)} | {low, high}
    yield from sorted(number for number in near if low <= number <= high)


def _days(texts: list[str]) -> Iterator[str]:
    for text in filter(_DAY.fullmatch, texts or ["2000-01-01"]):
        day = date.fromisoformat(text)
        for step in (0, -1, 1):
            yield (day + timedelta(days=step)).isoformat()
