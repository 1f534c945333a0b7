"""Two hundred people at once on the demonstration: `python -m benchmarks.load --database postgres://…`.

Prints JSON: by page requests, failures and milliseconds until the whole answer (median, 95th, slowest); and
the processor time a request takes of web processes, database and the people themselves (Linux). Every
user is a browser of its own, signed in as one of the demonstration's people, that opens what such a person
opens, writes a message now and then, and thinks in between. First all of them sign in, within `--arrive`
seconds and measured apart; then they are walked with for `--seconds`. Server and users share this machine's
cores, so the figures are on the slow side. It runs for as long as asked, so `make bench` leaves it out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from benchmarks.browser import Answer, Browser
from benchmarks.processor import serving_database, spent_s

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

USERS, SECONDS, ARRIVE_S, THINK_S, RETRY_S = 200, 300, 60.0, 5.0, 1.0
READY_WITHIN_S = 120
SEED = 20261121
CASE = re.compile(r'href="(/cases/[A-Z]+-\d{4}-\d+/)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PERSONA = re.compile(r'action="(/personas/\d+/)"')
# what each kind of person opens, most used first; a page they may not see is not among them
WALKS = {
    "/overview/": ("/overview/", "/worklist/", "case", "message", "/notices/"),
    "/worklist/": ("/worklist/", "case", "case", "message", "/worklist/?q=示例", "/notices/"),
    "/matters/": ("/matters/", "case", "message", "/notices/", "/", "/services/"),
    "/": ("/", "/services/", "/notices/", "/progress/"),
}


class Measured:
    """Milliseconds by page, and what went wrong."""

    def __init__(self) -> None:
        self.took_ms: defaultdict[str, list[float]] = defaultdict(list)
        self.failed: defaultdict[str, int] = defaultdict(int)

    def report(self, seconds: float) -> dict[str, Any]:
        """Return the figures over all pages and by page."""
        every = [one for taken in self.took_ms.values() for one in taken]
        return {
            "requests": len(every),
            "requests_per_s": round(len(every) / seconds, 1),
            "failures": dict(self.failed),
            "ms": figures(every),
            "pages": {
                name: {"requests": len(taken), "ms": figures(taken)} for name, taken in self.took_ms.items()
            },
        }


def figures(taken: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and slowest, in milliseconds."""
    if len(taken) < 2:
        return {"slowest": round(max(taken, default=0.0), 1)}
    cuts = statistics.quantiles(taken, n=20)
    return {"median": round(cuts[9], 1), "p95": round(cuts[18], 1), "slowest": round(max(taken), 1)}


class User:
    """One browser of one person; what it waits for is told to `measured`."""

    def __init__(self, address: str, number: int, measured: Measured) -> None:
        self.chance = random.Random(SEED + number)
        parts = urlsplit(address)
        self.browser = Browser(str(parts.hostname), int(parts.port or 80))
        self.number, self.measured = number, measured
        self.walk = WALKS["/"]

    async def arrive(self, within_s: float) -> None:
        """Sign in at some moment of the next seconds: people do not come all at once."""
        await asyncio.sleep(self.chance.uniform(0, within_s))
        self.walk = WALKS[await self.sign_in()]

    async def go_about(self, measured: Measured, until: float, think_s: float) -> None:
        """Open one page after another until `until` on the monotonic clock."""
        self.measured, walk = measured, self.walk
        await asyncio.sleep(self.chance.uniform(0, think_s))
        cases: list[str] = []
        while time.monotonic() < until:
            step = self.chance.choice(walk)
            if step in ("case", "message"):
                cases = cases or CASE.findall(await self.open(walk[0], walk[0]))
                if cases:
                    page = await self.open(self.chance.choice(cases), "case")
                    await (self.write(page) if step == "message" else asyncio.sleep(0))
            else:
                cases = CASE.findall(await self.open(step, step.partition("?")[0])) or cases
            await asyncio.sleep(self.chance.expovariate(1 / think_s))
        await self.browser.close()

    async def sign_in(self) -> str:
        while not (personas := PERSONA.findall(page := await self.open("/sign-in/", "sign-in"))):
            await asyncio.sleep(RETRY_S)  # counted as a failure, and tried again as a person would
        form = dict(HIDDEN.findall(page))
        asked = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}
        answer = await self.browser.post(personas[self.number % len(personas)], asked)
        return answer.path if answer.path in WALKS else "/"

    async def open(self, path: str, name: str) -> str:
        return await self.timed(name, self.browser.get(quote(path, safe="/?=&%")))

    async def write(self, page: str) -> None:
        """Send the message form of a case's page, where the person may write."""
        action = re.search(r'action="(/cases/[^"]+/messages/)"', page)
        if action:
            form = dict(HIDDEN.findall(page[action.start() :])) | {"text": f"示例留言 {self.number}"}
            await self.timed("message", self.browser.post(action[1], form))

    async def timed(self, name: str, asking: Awaitable[Answer]) -> str:
        before = time.perf_counter()
        try:
            answer = await asking
        except (OSError, TimeoutError) as error:
            self.measured.failed[f"{name}: {type(error).__name__}"] += 1
            return ""
        self.measured.took_ms[name].append((time.perf_counter() - before) * 1000)
        if answer.status >= 400:
            self.measured.failed[f"{name}: {answer.status}"] += 1
        return answer.text


@contextmanager
def served(database: str, servers: int) -> Iterator[dict[str, int]]:
    """Serve the demonstration with so many processes until the block is left; yields them by address."""
    with tempfile.TemporaryDirectory(prefix="lianqiao-load-") as home, ExitStack() as stack:
        environment = os.environ | {"LIANQIAO_HOME": home, "LIANQIAO_DEMO": "1", "LOG_LEVEL": "ERROR"}
        if database:
            environment["DATABASE_URL"] = database
        processes: dict[str, int] = {}
        for number in range(servers):
            port = free_port()
            # the first also ticks, as docs/operate.md has it for a zone that outgrew one process
            arguments = ["serve", "--port", str(port), *(["--no-worker"] if number else [])]
            command = [sys.executable, "-m", "lianqiao", *arguments]
            address = f"http://127.0.0.1:{port}"
            processes[address] = stack.enter_context(running(command, environment))
            wait_for(address)
        yield processes


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """Run a server until the block is left; yields the number of its process."""
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    try:
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    """Return when the site answers; raises RuntimeError where it does not in time."""
    for _ in range(READY_WITHIN_S * 2):
        try:
            with urlopen(f"{address}/health/ready") as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise RuntimeError("the site was not ready in time")


async def everyone(
    addresses: list[str], users: int, *, arrive_s: float, seconds: float, think_s: float
) -> tuple[Measured, Measured]:
    """Let so many users sign in and then walk for so long; returns what they measured of either."""
    arriving, walking = Measured(), Measured()
    people = [User(addresses[number % len(addresses)], number, arriving) for number in range(users)]
    await asyncio.gather(*(one.arrive(arrive_s) for one in people))
    until = time.monotonic() + seconds
    await asyncio.gather(*(one.go_about(walking, until, think_s) for one in people))
    return arriving, walking


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Many people at once on the demonstration.")
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--arrive", type=float, default=ARRIVE_S, help="seconds in which all sign in")
    parser.add_argument("--think", type=float, default=THINK_S, help="seconds between two pages, on average")
    parser.add_argument(
        "--settle", type=int, default=60, help="seconds the worker has for the first day's work"
    )
    parser.add_argument("--servers", type=int, default=2, help="web processes")
    parser.add_argument("--database", default="", help="an empty database; SQLite in a new folder without it")
    given = parser.parse_args()
    with served(given.database, given.servers) as at:
        time.sleep(given.settle)
        before = [spent_s(at.values()), spent_s([os.getpid()]), spent_s(serving_database(given.database))]
        arrived, found = asyncio.run(
            everyone(list(at), given.users, arrive_s=given.arrive, seconds=given.seconds, think_s=given.think)
        )
        # the database's processes stay with the connections of the web's threads
        after = [spent_s(at.values()), spent_s([os.getpid()]), spent_s(serving_database(given.database))]
    kind = given.database.partition(":")[0] or "sqlite"
    told = {
        "users": given.users,
        "seconds": given.seconds,
        "think_s": given.think,
        "servers": given.servers,
        "database": kind,
    }
    report, signing = found.report(given.seconds), arrived.report(given.arrive)
    told["processor_ms_a_request"] = {
        who: round((end - begin) * 1000 / max(1, report["requests"] + signing["requests"]), 1)
        for who, begin, end in zip(("web", "people", "database"), before, after, strict=True)
    }
    told["signing_in"] = {name: signing[name] for name in ("requests", "failures", "ms")}
    print(json.dumps(told | report, ensure_ascii=False, indent=2))
