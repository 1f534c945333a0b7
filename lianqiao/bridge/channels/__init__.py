"""The ways a notice reaches a person outside the site; each takes a letter to an address, or says why not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """What is sent, in the language of who it is for.

    `title` and `text` name the matter and are for the person's own mailbox; `brief` says only what happened
    and
    the number of the case, for places others read too. `reference` stays the same however often it is sent.
    """

    title: str
    text: str
    brief: str
    link: str
    reference: str


class Failed(Exception):
    """A letter was not taken. `away`: nothing else would be either, so that the rest waits for later."""

    def __init__(self, reason: str, *, away: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.away = reason, away
