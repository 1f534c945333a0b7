"""What a worker does for licences over and over; any number of workers may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lianqiao.service.licences.commands import following, nights, telling
from lianqiao.service.licences.models import Word
from lianqiao.service.licences.wording import letter_of


def look_after(*, now: datetime, link: Callable[[int], str]) -> int:
    """Ask for the night when it is time, follow decided cases, write to holders; returns letters sent.

    `link` makes a licence's number in the register an address.
    """
    nights.ask_scheduled(now=now)
    following.follow_cases(now=now)
    return telling.send_words(now=now, letter=letter_of, link=lambda word: link(_licence(word)))


def _licence(word: Word) -> int:
    return word.licence_id
