"""Lists that are not rows of a table, cut by name."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from lianqiao.organization.api.cursors import malformed

Thing = TypeVar("Thing")


def cut(
    things: Sequence[Thing], *, name: Callable[[Thing], str], cursor: str, limit: int
) -> tuple[list[Thing], str | None]:
    """Return up to `limit` things after the one the cursor names, and the cursor of the next page.

    The things come sorted by `name`. Raises Refusal `cursor-malformed`.
    """
    after = _opened(cursor)
    left = [thing for thing in things if not cursor or name(thing) > after]
    page = left[:limit]
    if len(left) <= limit:
        return page, None
    return page, base64.urlsafe_b64encode(name(page[-1]).encode()).decode()


def _opened(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor).decode()
    except ValueError:
        raise malformed() from None
