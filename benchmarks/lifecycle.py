"""Lifecycles per second through the one door, beside SpiffWorkflow: `python -m benchmarks.lifecycle`.

Prints JSON. A lifecycle is open, assign, pause, resume, decide, close: `one_by_one` each step of each case is
a transaction of its own, `together` one step of many cases is one, for both sides. Beside `one_by_one` stands
what the database alone takes for six transactions with nothing decided (`bare_transactions`).
Two zones are kept at once, one with few cases and one with many, each in a process and database of its own;
rounds alternate between the zones and the peer, so that a busy machine slows all alike: a ratio is the median
of the rounds' own. Beside the time by the clock stands the processor time of the process that acts, which
neighbours on the machine disturb less; with PostgreSQL the server's own is not in it.
SQLite always; PostgreSQL where TEST_POSTGRES_URL names a server whose user may create databases.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

FEW, MANY = 1_000, 100_000
ROUNDS = 9
LIVES = 25  # a round; for the peer a fifth of them
TOGETHER = 100  # cases at a time, a round; for the peer as many
PEER_SHARE = 5


class Size(NamedTuple):
    """How much is measured: cases present, rounds, lifecycles a round, cases at a time."""

    few: int = FEW
    many: int = MANY
    rounds: int = ROUNDS
    lives: int = LIVES
    together: int = TOGETHER


def main(size: Size) -> dict[str, Any]:
    """Return, by database, lifecycles per second and their ratios."""
    found: dict[str, Any] = dict(size._asdict())
    with tempfile.TemporaryDirectory(prefix="lianqiao-bench-") as folder:
        urls = [f"sqlite:///{folder}/{count}.sqlite3" for count in (size.few, size.many)]
        found["sqlite"] = measured(urls, folder, size)
        if server := os.environ.get("TEST_POSTGRES_URL"):
            with databases(server, [f"lianqiao_bench_{count}" for count in (size.few, size.many)]) as urls:
                found["postgresql"] = measured(urls, folder, size)
        else:
            found["postgresql"] = "TEST_POSTGRES_URL is not set"
    return found


def measured(urls: list[str], folder: str, size: Size) -> dict[str, Any]:
    """Return the figures of one kind of database; `urls` of the small zone and of the large one."""
    with ExitStack() as stack:
        small = stack.enter_context(Zone(urls[0], size.few, folder))
        large = stack.enter_context(Zone(urls[1], size.many, folder))
        return {
            "one_by_one": compared(small, large, size.rounds, size.lives, at_once=False),
            "together": compared(small, large, size.rounds, size.together, at_once=True),
        }


def compared(small: Zone, large: Zone, rounds: int, lives: int, *, at_once: bool) -> dict[str, Any]:
    """Return how both zones and the peer compare, each step of a round's lives `at_once` or one by one."""
    fewer = lives if at_once else max(1, lives // PEER_SHARE)
    together = lives if at_once else 1
    sides: dict[str, Callable[[], Taken]] = {
        "few": lambda: small.run("ours", lives, together),
        "many": lambda: large.run("ours", lives, together),
        "spiffworkflow": lambda: small.run("peer", fewer, together),
        "spiffworkflow_specification_apart": lambda: small.run("apart", fewer, together),
    }
    if not at_once:
        # what the database alone takes for as many transactions
        sides["bare_transactions"] = lambda: small.run("bare", lives, together)
    for side in sides.values():
        side()  # warms it up
    rounds_of: dict[str, list[Taken]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            rounds_of[name].append(side())
    found: dict[str, Any] = {
        "lifecycles_per_s": {
            name: round(1000 / statistics.median(one.wall_ms for one in taken), 1)
            for name, taken in rounds_of.items()
        },
        "quickest_round_per_s": {
            name: round(1000 / min(one.wall_ms for one in taken), 1) for name, taken in rounds_of.items()
        },
        "processor_ms_a_lifecycle": {
            name: round(statistics.median(one.processor_ms for one in taken), 2)
            for name, taken in rounds_of.items()
        },
        "ratio_many_to_few": _ratios(rounds_of["few"], rounds_of["many"]),
        "ratio_to_spiffworkflow": _ratios(rounds_of["spiffworkflow"], rounds_of["few"]),
        "ratio_to_spiffworkflow_many": _ratios(rounds_of["spiffworkflow"], rounds_of["many"]),
        "ratio_to_spiffworkflow_specification_apart": _ratios(
            rounds_of["spiffworkflow_specification_apart"], rounds_of["few"]
        ),
    }
    if not at_once:
        bare = _ratios(rounds_of["spiffworkflow"], rounds_of["bare_transactions"])
        found["ratio_bare_transactions_to_spiffworkflow"] = bare
    return found


class Taken(NamedTuple):
    """What one lifecycle took in a round, on average."""

    wall_ms: float
    processor_ms: float


def _ratios(slower: list[Taken], quicker: list[Taken]) -> dict[str, float]:
    """Return how many times as quick the second is, by either time: the median of the rounds' ratios."""
    pairs = list(zip(slower, quicker, strict=True))
    return {
        "by_the_clock": round(statistics.median(a.wall_ms / b.wall_ms for a, b in pairs), 2),
        "by_the_processor": round(statistics.median(a.processor_ms / b.processor_ms for a, b in pairs), 2),
    }


class Zone:
    """A zone with so many cases in a process of its own; `run` has it carry some more to their end."""

    def __init__(self, url: str, count: int, folder: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": url,
            "LIANQIAO_HOME": tempfile.mkdtemp(dir=folder),
            "LIANQIAO_DISTRICT": str(district(Path(folder))),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.lifecycle_worker", url, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Self:
        self._answer()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()

    def run(self, side: str, lives: int, together: int) -> Taken:
        """Have so many lifecycles run by `ours`, `peer` or `apart`, `together` at a time."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{side} {lives} {together}\n")
        self.process.stdin.flush()
        wall_s, processor_s = map(float, self._answer().split())
        return Taken(wall_s * 1000 / lives, processor_s * 1000 / lives)

    def _answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the zone's process ended with {self.process.wait()}")
        return line


def district(folder: Path) -> Path:
    """Return a copy of the Ganjiang pack with the benchmark's promise in it."""
    import shutil

    made = folder / "district"
    if not made.exists():
        here = Path(__file__).parent
        shutil.copytree(here.parent / "districts" / "ganjiang", made)
        shutil.copy(here / "lifecycle.toml", made / "mechanisms" / "lifecycle.toml")
    return made


@contextmanager
def databases(server: str, names: list[str]) -> Iterator[list[str]]:
    """Make databases of these names on the server of this address, and drop them in the end."""
    import psycopg

    address = server.rpartition("/")[0]
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield [f"{address}/{name}" for name in names]
        finally:
            for name in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in Size._field_defaults.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    started = time.monotonic()
    answer = main(Size(**vars(given)))
    print(json.dumps(answer | {"took_s": round(time.monotonic() - started)}, indent=2))
