"""Words of the district's files in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from lianqiao.engine.mechanism import Text


def in_words(text: Text) -> str:
    """Return the words of a text in the active language."""
    return text.in_language(get_language() or "zh-hans")


def chinese() -> bool:
    """True where the active language is Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def language() -> str:
    """Return the language the district's files are told in."""
    return "zh-hans" if chinese() else get_language() or "en"


def _told(words: Any, facts: dict[str, Any]) -> str:
    return str(words) % facts


_told_later = lazy(_told, str)


def told_later(words: Any, **facts: Any) -> Any:
    """Return lazy words with facts in them, still lazy: `%` alone fixes their language on import."""
    return _told_later(words, facts)


def listed_words(words: Iterable[str]) -> str:
    """Return several words as one list: 甲、乙 or “a, b”."""
    return ("、" if chinese() else ", ").join(words)
