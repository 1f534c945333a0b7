"""How often one caller may ask: a steady rate with room for a burst, counted in this process."""

from __future__ import annotations

import time
from threading import Lock

from django.conf import settings

from lianqiao.engine.errors import refuse

# a fifth of a minute's requests may come at once
BURST_SHARE = 5
REMEMBERED = 10_000


class Meter:
    """Lets each caller ask `per_minute` times a minute on average, and a fifth of that at once.

    Kept in memory, for each process alone: it is there to stop a runaway program, not to bill anyone.
    """

    def __init__(self, *, per_minute: int) -> None:
        self.per_minute, self.burst = per_minute, max(1, per_minute // BURST_SHARE)
        self._due: dict[str, float] = {}
        self._lock = Lock()

    def take(self, who: str, *, at_s: float | None = None) -> None:
        """Count one request; raises Refusal `rate` with the seconds to wait where it is one too many."""
        now_s = time.monotonic() if at_s is None else at_s
        each_s = 60 / self.per_minute
        with self._lock:
            if len(self._due) > REMEMBERED:
                self._due = {one: due for one, due in self._due.items() if due > now_s}
            due_s = max(self._due.get(who, 0.0), now_s)
            wait_s = due_s - now_s - self.burst * each_s
            if wait_s > 0:
                seconds = str(int(wait_s) + 1)
                raise refuse("rate", "too many requests", hint=f"wait {seconds} s", seconds=seconds)
            self._due[who] = due_s + each_s

    def forget(self) -> None:
        """Begin anew, as a process just started does."""
        with self._lock:
            self._due.clear()


METER = Meter(per_minute=settings.API_RATE)
