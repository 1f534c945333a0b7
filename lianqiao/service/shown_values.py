"""A case's values as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lianqiao.engine.beijing import beijing
from lianqiao.engine.masking import masked_numbers
from lianqiao.engine.mechanism import CaseField, Mechanism
from lianqiao.service.language import chinese, in_words, listed_words


def value_words(field: CaseField, value: Any, *, plain: bool = False) -> str:
    """Return a value of a field in words; "" for files and remarks, which are shown as lists.

    People's numbers in texts are masked unless `plain`.
    """
    if value is None or value == "" or field.type in ("file", "items"):
        return ""
    match field.type:
        case "money":
            words = money_words(int(value))
        case "boolean":
            words = _("Yes") if value is True else _("No")
        case "choice":
            words = _option(field, value)
        case "choices":
            words = listed_words(_option(field, one) for one in value)
        case "date":
            words = date_words(str(value))
        case _:
            words = str(value) if plain else masked_numbers(str(value))
    return words


def money_words(fen: int) -> str:
    """Return an amount of fen: “¥1,200,000（120 万元）”, “¥1,200,000.50 (1.20 million yuan)”."""
    sign, amount = ("-" if fen < 0 else ""), abs(fen)
    plain = f"{sign}¥{amount // 100:,}" + (f".{amount % 100:02}" if amount % 100 else "")
    rounded = ten_thousands(fen)
    if not rounded:
        return plain
    return f"{plain}（{rounded}）" if chinese() else f"{plain} ({rounded})"


def ten_thousands(fen: int) -> str:
    """Return the amount in 万元 (in English in million yuan) where it is exact to two places, else ""."""
    if abs(fen) < 1_000_000:
        return ""
    unit = 1_000_000 if chinese() else 100_000_000
    if fen % (unit // 100):
        return ""
    number = f"{fen / unit:,.2f}".rstrip("0").rstrip(".")
    return _("%(number)s million yuan") % {"number": number}


def date_words(text: str) -> str:
    """Return an ISO day as people write it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日" if chinese() else f"{day.day} {day:%b %Y}"


def moment_words(at: datetime) -> str:
    """Return a moment in Beijing time, day and time of day."""
    local = beijing(at)
    return f"{day_words(local.date())} {local:%H:%M}"


def remarks(
    mechanism: Mechanism, items: Iterable[Mapping[str, str]], *, plain: bool = False
) -> list[tuple[str, str]]:
    """Return what a clerk ticked as (title of the field, reason), people's numbers masked unless `plain`."""
    return [
        (
            in_words(mechanism.fields[item["field"]].title),
            item["reason"] if plain else masked_numbers(item["reason"]),
        )
        for item in items
        if item["field"] in mechanism.fields
    ]


def _option(field: CaseField, value: Any) -> str:
    option = field.options.get(value)
    return in_words(option.title) if option else str(value)


def day_words(day: date) -> str:
    """Return a day with its weekday: “2026年2月14日（周六）”, “Sat 14 Feb 2026”."""
    if chinese():
        return f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
    return f"{day:%a} {day.day} {day:%b %Y}"
