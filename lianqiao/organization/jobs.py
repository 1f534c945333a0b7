"""What a worker does for this room over and over: send letters, forget what is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lianqiao.organization.commands import letters, signing_in


def send_letters(*, now: datetime, link: Callable[[str], str]) -> int:
    """Send the letters due; returns how many went out. `link` makes a letter's secret an address."""
    return letters.send_letters(now=now, link=link)


def forget(*, now: datetime) -> int:
    """Delete sessions, counts and letters that are over; returns how many."""
    return signing_in.forget_sessions(now=now) + letters.forget_letters(now=now)
