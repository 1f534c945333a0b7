"""That a worker is alive: in memory for its own process, in a small file for all others.

Each worker keeps `workers/HOST-PROCESS.json` in the home folder, which web and workers share already for the
attachments, and takes it away when it stops. A file no longer written tells of a worker that was killed.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

FRESH_S = 60  # four ticks missed: time for someone to look
FORGOTTEN_S = 24 * 60 * 60


@dataclass
class Pulse:
    """This process's worker: None while none runs. A tick under way counts from its beginning."""

    began_at: datetime | None = None
    ticked_at: datetime | None = None
    took_s: float = 0.0
    failures: int = 0

    def age_s(self, now: datetime) -> float | None:
        """Return how long ago the worker last began or ended a tick, in seconds; None where none runs."""
        moments = [moment for moment in (self.began_at, self.ticked_at) if moment]
        return (now - max(moments)).total_seconds() if moments else None


@dataclass(frozen=True)
class Seen:
    """The newest pulse any worker left: when its tick ended, how long it took, how often it failed on end."""

    at: datetime
    took_s: float
    failures: int


HERE = Pulse()


def began(now: datetime) -> None:
    """Keep that this process's worker begins a tick."""
    HERE.began_at = now


def ended(now: datetime, *, took_s: float, done: bool) -> None:
    """Keep that the tick ended, and tell other processes."""
    HERE.ticked_at, HERE.took_s = now, took_s
    HERE.failures = 0 if done else HERE.failures + 1
    facts = {"at": now.isoformat(), "took_s": round(took_s, 3), "failures": HERE.failures}
    mine = _mine()
    mine.parent.mkdir(parents=True, exist_ok=True)
    part = mine.with_suffix(".part")
    part.write_text(json.dumps(facts))
    os.replace(part, mine)


def stopped() -> None:
    """Take this worker's file away."""
    HERE.began_at = HERE.ticked_at = None
    _mine().unlink(missing_ok=True)


def newest(*, host: str = "") -> Seen | None:
    """Return the newest pulse of all workers, or of those on one host."""
    seen = [found for path in _folder().glob(f"{host + '-' if host else ''}*.json") if (found := _read(path))]
    return max(seen, key=lambda one: one.at, default=None)


def forget_the_lost(now: datetime) -> None:
    """Take away the files of workers that were killed a day ago or longer."""
    for path in _folder().glob("*.json"):
        seen = _read(path)
        if seen and (now - seen.at).total_seconds() > FORGOTTEN_S:
            path.unlink(missing_ok=True)


def this_host() -> str:
    """Return the name under which this machine's workers leave their pulse."""
    return "".join(letter if letter.isalnum() else "_" for letter in socket.gethostname())


def _folder() -> Path:
    return Path(settings.ENVIRONMENT.home) / "workers"


def _mine() -> Path:
    return _folder() / f"{this_host()}-{os.getpid()}.json"


def _read(path: Path) -> Seen | None:
    try:
        facts = json.loads(path.read_text())
        return Seen(datetime.fromisoformat(facts["at"]), float(facts["took_s"]), int(facts["failures"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # taken away or replaced while we looked
