"""How far a long run has come, on standard error: one line rewritten, where somebody is watching."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

EVERY_S = 0.2


class Progress:
    """`with Progress("reading") as told: told("20000 rows")`; silent without a terminal."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.watched = sys.stderr.isatty()
        self.next_s = 0.0

    def __call__(self, how_far: object) -> None:
        if self.watched and time.monotonic() >= self.next_s:
            self.next_s = time.monotonic() + EVERY_S
            sys.stderr.write(f"\r\x1b[K{self.what}: {how_far}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.watched and self.next_s:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
