"""What is reckoned of a text by a long job, and kept on the row that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from lianqiao.engine.errors import Refusal


class Question(Protocol):
    """A row that asks: `found` is null until it is answered, `error` the code of what went wrong."""

    found: Any
    error: Any

    def save(self, *, update_fields: list[str]) -> None: ...


def answer(asked: Question, reckon: Callable[[], dict[str, Any]]) -> None:
    """Keep what `reckon` returns; a Refusal on the way is kept as the error, and raised on."""
    try:
        asked.found, asked.error = reckon(), ""
    except Refusal as refusal:
        asked.error = refusal.code[:64]
        asked.save(update_fields=["error"])
        raise
    asked.save(update_fields=["found", "error"])
