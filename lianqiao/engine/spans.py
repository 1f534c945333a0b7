"""Budgets of time: "3wd", "21wh", "24h", "30nd", "1nm"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from lianqiao.engine.errors import refuse

UNITS = {
    "wd": "working days",
    "wh": "working hours",
    "h": "natural hours",
    "nd": "natural days",
    "nm": "natural months",
}
SYNONYMS = {"nh": "h"}
HOUR_UNITS = frozenset({"h", "wh"})
_FORM = re.compile(r"(\d{1,6}(?:\.\d{1,4})?|\d{1,6}:[0-5]\d(?::[0-5]\d)?)\s*([A-Za-z]+)")
_HINT = "write a whole number and a unit: 3wd, 21wh, 24h, 30nd or 1nm; hours may have decimals, as in 1.5wh"


@dataclass(frozen=True)
class Budget:
    """An amount of time in one unit: wd, wh, h, nd or nm.

    `amount` counts days, months or hours; hours may be fractions of whole seconds, days and months are whole.
    `str()` gives the short form and `Budget.parse` takes it back unchanged.
    """

    amount: int | Fraction
    unit: str

    @classmethod
    def parse(cls, text: str, *, place: str = "") -> Budget:
        """Return the budget a short form names.

        Errors: Refusal `budget-malformed`, `budget-unit-unknown` or `budget-not-positive`.
        """
        budget = _parse(text, place)
        if budget.amount <= 0:
            raise refuse(
                "budget-not-positive",
                f"“{text}” promises no time at all",
                place=place,
                hint=_HINT,
                given=text,
            )
        return budget

    @classmethod
    def of_seconds(cls, seconds: int, unit: str) -> Budget:
        """Return a budget of hours from whole seconds."""
        return cls(Fraction(seconds, 3600), unit)

    @property
    def in_hours(self) -> bool:
        """True for working hours and natural hours."""
        return self.unit in HOUR_UNITS

    @property
    def seconds(self) -> int:
        """The amount of a budget of hours in whole seconds."""
        return int(self.amount * 3600)

    @property
    def whole(self) -> int:
        """The amount as the clock counts it: seconds for hours, else days or months."""
        return self.seconds if self.in_hours else int(self.amount)

    def __str__(self) -> str:
        amount = self.amount
        return f"{amount if isinstance(amount, int) else _amount_text(amount)}{self.unit}"


def parse_offset(text: str, *, place: str = "") -> tuple[int, Budget]:
    """Return the sign (−1 or +1) and the size of a signed span such as "-1wd", "+2wd" or "0wd".

    Errors: Refusal `budget-malformed` or `budget-unit-unknown`.
    """
    cleaned = text.strip()
    sign = -1 if cleaned[:1] in {"-", "−"} else 1
    return sign, _parse(cleaned[1:] if cleaned[:1] in {"-", "−", "+"} else cleaned, place)


@lru_cache(maxsize=1024)
def _parse(text: str, place: str) -> Budget:
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise refuse(
            "budget-malformed", f"“{text}” is not an amount of time", place=place, hint=_HINT, given=text
        )
    number, unit = form[1], SYNONYMS.get(form[2].lower(), form[2].lower())
    if unit not in UNITS:
        known = ", ".join(f"{code} ({meaning})" for code, meaning in UNITS.items())
        raise refuse(
            "budget-unit-unknown",
            f"“{form[2]}” is not a unit of time",
            place=place,
            hint=f"use one of {known}",
            given=text,
        )
    amount = _amount(number)
    if unit not in HOUR_UNITS and amount.denominator != 1:
        raise refuse(
            "budget-malformed",
            f"“{text}” is not a whole number of {UNITS[unit]}",
            place=place,
            hint=_HINT,
            given=text,
        )
    return Budget(amount if unit in HOUR_UNITS else int(amount), unit)


def _amount(number: str) -> Fraction:
    if ":" in number:
        hours, minutes, *seconds = (int(part) for part in number.split(":"))
        return Fraction(hours * 3600 + minutes * 60 + sum(seconds), 3600)
    # Cut to the whole second: nothing here is measured finer, and 0.3333h must not become a third of an hour.
    return Fraction(int(Fraction(Decimal(number)) * 3600), 3600)


def _amount_text(amount: Fraction) -> str:
    if amount.denominator == 1:
        return str(amount.numerator)
    decimals = amount * 10_000
    if decimals.denominator == 1:
        return f"{decimals.numerator / 10_000:.4f}".rstrip("0")
    seconds = int(amount * 3600)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
