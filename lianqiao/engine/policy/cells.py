"""One cell of a table of facts: a value of the attribute's kind, absence, unknown, or not to be used."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from lianqiao.engine.expression import Value
from lianqiao.engine.nearest import meant
from lianqiao.engine.policy.amounts import MOST_FEN
from lianqiao.engine.policy.binding import RATIO_UNITS
from lianqiao.engine.policy.columns import days_since_epoch
from lianqiao.engine.policy.shape import Attribute

UNKNOWN = frozenset({"", "未知", "unknown"})
ABSENT = frozenset({"无", "none", "absent"})
# fen in one of each
UNITS: Final = {
    "fen": 1, "分": 1, "yuan": 100, "元": 100, "cny": 100, "rmb": 100, "人民币": 100, "¥": 100, "￥": 100,
    "万元": 1_000_000, "万": 1_000_000, "wan": 1_000_000, "亿元": 10_000_000_000, "亿": 10_000_000_000,
}  # fmt: skip
_SHARES = {"%": 100, "percent": 100, "fraction": RATIO_UNITS, "小数": RATIO_UNITS}
_TRUE = frozenset({"true", "yes", "1", "是"})
_FALSE = frozenset({"false", "no", "0", "否"})
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_MONEY = re.compile(r"([^\d\s.,+-]*)\s*([+-]?[\d,]+(?:\.\d+)?)\s*([^\d\s.,]*)")
_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"[;；、|,，]")
# also the blanks of Chinese typing
BLANKS = " \t\r\n\u3000\xa0"
EARLIEST = date(1800, 1, 1)
# more digits than any fact needs; a thousand of them would keep the processor busy
_LONGEST = 64


class Unusable(Exception):
    """A cell that may not decide anything: `code`, the reason, and what to do."""

    def __init__(self, code: str, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.hint = code, reason, hint


class Absent:
    """Known not to be there."""


def parse_cell(text: str, attribute: Attribute, unit: str, today: date) -> Value | Absent | None:
    """Return a cell's value as columns hold it (dates as days, choices by place), `Absent`, or None: unknown.

    `unit` is what the column's head says of money or shares, empty where it says nothing.
    Raises Unusable: `fact-malformed`, `fact-out-of-range`, `fact-in-future`, `currency-missing`,
    `currency-foreign`, `unit-missing`, `option-unknown`, `absence-unforeseen`.
    """
    cleaned = text.strip(BLANKS)
    if attribute.kind == "text":
        # a firm may well be called 无; only where absence has a meaning is it one
        return _textual(cleaned, attribute)
    if cleaned.lower() in UNKNOWN:
        return None
    if cleaned.lower() in ABSENT and cleaned not in attribute.options:
        return _absent(attribute)
    return _within(_READERS[attribute.kind](cleaned, attribute, unit, today), attribute)


def _textual(text: str, attribute: Attribute) -> Value | Absent | None:
    if not text:
        return None
    return Absent() if attribute.absent and text.lower() in ABSENT else text


def _absent(attribute: Attribute) -> Absent:
    if attribute.absent is None:
        raise Unusable(
            "absence-unforeseen",
            "this cannot be absent: it is a value or unknown",
            "leave the cell empty where it is unknown, or say in the policy what its absence means",
        )
    return Absent()


def _within(value: Value, attribute: Attribute) -> Value:
    if type(value) is not int or attribute.kind not in ("integer", "money", "ratio"):
        return value
    low = -MOST_FEN if attribute.minimum is None else attribute.minimum
    high = MOST_FEN if attribute.maximum is None else attribute.maximum
    if not low <= value <= high:
        raise Unusable("fact-out-of-range", f"{value} is not between {low} and {high}", "check the figure")
    return value


def _decimal(text: str) -> Decimal:
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise Unusable("fact-malformed", f"“{text[:_LONGEST]}” is not a number", "write digits: 1234.56")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise Unusable("fact-malformed", f"“{text}” is not a number", "write digits: 1234.56") from error


def _whole(value: Decimal, text: str, what: str) -> int:
    if value != value.to_integral_value():
        raise Unusable("fact-malformed", f"“{text}” is no whole number of {what}", "round it at its source")
    return int(value)


def _integer(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    return _whole(_decimal(text), text, "units")


def _money(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    found = _MONEY.fullmatch(text)
    if found is None:
        raise Unusable("fact-malformed", f"“{text[:_LONGEST]}” is not a sum", "write 1234.56元")
    signs = [sign.lower() for sign in (found[1], found[3]) if sign] or ([unit] if unit else [])
    if not signs:
        raise Unusable(
            "currency-missing",
            f"“{text}” says neither currency nor unit",
            "write 100元 or 100万元, or put the unit into the column's head: revenue [元]",
        )
    unknown = [sign for sign in signs if sign not in UNITS]
    if unknown:
        reason = f"“{unknown[0]}” is not renminbi"
        raise Unusable("currency-foreign", reason, "state it in renminbi, with the rate used")
    return _whole(_decimal(found[2]) * max(UNITS[sign] for sign in signs), text, "fen")


def _ratio(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    sign = "%" if text.endswith("%") else unit
    if sign not in _SHARES:
        hint = "write 3.5%, or put the unit into the column's head: [%] or [fraction]"
        raise Unusable("unit-missing", f"“{text}” may be a share or a percentage", hint)
    return _whole(_decimal(text.removesuffix("%").strip()) * _SHARES[sign], text, "hundredths of a percent")


def _day(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    found = _DAY.fullmatch(text.removesuffix(" 00:00:00").removesuffix("T00:00:00"))
    parts = [int(part) for part in found.groups() if part] if found else []
    try:
        day = date(*parts)
    except (TypeError, ValueError):
        raise Unusable("fact-malformed", f"“{text[:_LONGEST]}” is not a date", "write 2026-01-31") from None
    check_day(day, attribute, today)
    return days_since_epoch(day)


def check_day(day: date, attribute: Attribute, today: date) -> None:
    """Raise Unusable where a date is after today though it may not be, or older than any register."""
    if day > today and not attribute.may_be_future:
        raise Unusable("fact-in-future", f"{day} has not come yet", "check the date at its source")
    if day < EARLIEST:
        raise Unusable("fact-out-of-range", f"{day} is older than any register", "check the date")


def _boolean(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise Unusable("fact-malformed", f"“{text[:_LONGEST]}” is neither yes nor no", "write 是 or 否")


def _choice(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    for place, (name, option) in enumerate(attribute.options.items()):
        if text in (name, option.title.zh_hans, option.title.en):
            return place
    hint = meant(text[:_LONGEST], attribute.options, what="known options")
    raise Unusable("option-unknown", f"“{text[:_LONGEST]}” is not among the options", hint)


def _choices(text: str, attribute: Attribute, unit: str, today: date) -> Value:
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    return sum(1 << place for place in {int(str(_choice(p, attribute, unit, today))) for p in parts})


_READERS: dict[str, Callable[[str, Attribute, str, date], Value]] = {
    "integer": _integer,
    "money": _money,
    "ratio": _ratio,
    "date": _day,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
}
