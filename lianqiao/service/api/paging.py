"""Lists that are not rows of a table, cut by name."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from lianqiao.organization.api.cursors import malformed
from lianqiao.organization.api.offering import Cut

Thing = TypeVar("Thing")


def named_page(
    things: Sequence[Thing], cut: Cut, *, name: Callable[[Thing], str]
) -> tuple[list[Thing], str | None]:
    """Return the things of the page asked for, at most `cut.limit`, and the cursor of the next page.

    The things come sorted by `name`. Raises Refusal `cursor-malformed`.
    """
    after = _opened(cut.cursor)
    left = [thing for thing in things if not cut.cursor or name(thing) > after]
    page = left[: cut.limit]
    if len(left) <= cut.limit:
        return page, None
    return page, base64.urlsafe_b64encode(name(page[-1]).encode()).decode()


def _opened(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor).decode()
    except ValueError:
        raise malformed() from None
