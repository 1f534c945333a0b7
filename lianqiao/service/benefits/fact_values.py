"""Facts as they are written and as they are kept: text to value, value to words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lianqiao.engine.policy.cells import Absent, Unusable, parse_cell
from lianqiao.engine.policy.shape import Attribute
from lianqiao.service.language import in_words, listed_words
from lianqiao.service.shown_values import date_words

_EPOCH = date(1970, 1, 1).toordinal()
# fen in a yuan, and in ten thousand
_YUAN, _WAN = 100, 1_000_000


@dataclass(frozen=True)
class FactRead:
    """What a text says: `state` value, absent, unknown (nothing is said) or unusable, with the `problem`."""

    state: str
    value: Any = None
    problem: str = ""


def read_fact(text: str, attribute: Attribute, *, unit: str, today: date) -> FactRead:
    """Return what a cell or a typed text says of an attribute; what may not decide is unusable."""
    try:
        found = parse_cell(text, attribute, unit, today)
    except Unusable as error:
        return FactRead("unusable", problem=error.code)
    if found is None:
        return FactRead("unknown")
    return FactRead("absent") if isinstance(found, Absent) else FactRead("value", _kept(attribute, found))


def _kept(attribute: Attribute, raw: Any) -> Any:
    options = list(attribute.options)
    match attribute.kind:
        case "date":
            return date.fromordinal(int(raw) + _EPOCH).isoformat()
        case "choice":
            return options[int(raw)]
        case "choices":
            return [option for bit, option in enumerate(options) if int(raw) >> bit & 1]
    return raw


def fact_words(attribute: Attribute | None, state: str, value: Any) -> str:
    """Return a fact in the active language; "" where nothing usable is said."""
    if state == "absent":
        return in_words(attribute.absent) if attribute and attribute.absent else _("Known to be absent")
    if state != "value":
        return ""
    words = _WORDS.get(attribute.kind) if attribute else None
    return words(attribute, value) if words else str(value)


def _option_words(attribute: Attribute | None, value: Any) -> str:
    chosen = [value] if isinstance(value, str) else value
    named = attribute.options if attribute else {}
    return listed_words(in_words(named[one].title) if one in named else one for one in chosen) or "—"


_WORDS: dict[str, Callable[[Attribute | None, Any], str]] = {
    "boolean": lambda attribute, value: _("Yes") if value else _("No"),
    "money": lambda attribute, value: money_words(value),
    "ratio": lambda attribute, value: f"{value / 100:g}%",
    "date": lambda attribute, value: date_words(value),
    "choice": _option_words,
    "choices": _option_words,
}


def source_words(source: str) -> str:
    """Return who said it as of which day, the day as people write it."""
    who, _space, day = source.rpartition(" ")
    return f"{who} {date_words(day)}".strip()


def money_words(fen: int) -> str:
    """Return a sum in yuan with what separates thousands; cents only where there are any."""
    yuan, cents = divmod(abs(fen), _YUAN)
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{yuan:,}.{cents:02}" if cents else f"{sign}¥{yuan:,}"
