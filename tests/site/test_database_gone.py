"""The database goes away under load and comes back: words meanwhile, and nobody has to restart anything.

`FAULT_S` sets how long it is away, in seconds; 30 were tried by hand.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.command_line.homes import POSTGRES, Home, postgres_database

FAULT_S = float(os.environ.get("FAULT_S", "5"))
pytestmark = pytest.mark.skipif(not POSTGRES, reason="TEST_POSTGRES_URL is not set")


class Wire:
    """A wire to a server that can be cut and mended; while cut, connections are refused."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start()

    def _start(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._server)
            self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while piece := one.recv(65536):
                other.sendall(piece)
        except OSError:
            pass
        for end in (one, other):
            # closed alone, an end that the other thread still reads would stay open and never answer
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._open.discard(end)

    def cut(self) -> None:
        """Close the wire and everything that runs over it."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Open it again at the same place."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._start()


class Served:
    """A server of the zone, asked without any library that would repeat a request."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, address: str) -> tuple[int, HTTPResponse, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            # whoever was here before has a session, which is looked up in the database
            visitor = (
                {} if address.startswith(("/health", "/metrics")) else {"Cookie": "sessionid=" + "x" * 32}
            )
            connection.request("GET", address, headers=visitor)
            answer = connection.getresponse()
            return answer.status, answer, answer.read().decode()

    def until(self, is_so: Callable[[], bool], *, within_s: float) -> None:
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            try:
                if is_so():
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"not so within {within_s} s")

    def measured(self, name: str) -> float:
        lines = self.get("/metrics")[2].splitlines()
        return float(next((line.split()[-1] for line in lines if line.startswith(name)), "0"))


@pytest.fixture
def wire() -> Iterator[tuple[Wire, str]]:
    with postgres_database() as url:
        server = urlsplit(url)
        made = Wire(server.hostname or "127.0.0.1", server.port or 5432)
        user = server.username or "postgres"
        yield made, urlunsplit(server._replace(netloc=f"{user}@127.0.0.1:{made.port}"))
        made.cut()


def test_database_gone_under_load(wire: tuple[Wire, str], tmp_path: Path) -> None:
    cable, url = wire
    home = Home(tmp_path / "var", url, {"LOG_FORMAT": "json"}).make(2)
    port = free_port()
    log = tmp_path / "log"
    with log.open("w") as file:
        process = home.start("serve", "--port", str(port), log=file)
    served = Served(port)
    try:
        served.until(lambda: served.get("/health/ready")[0] == 200, within_s=60)
        served.until(lambda: served.measured('lianqiao_worker_ticks_total{result="done"}') >= 1, within_s=30)
        statuses, slowest_s, stop = load(served)
        time.sleep(1)
        cable.cut()
        gone = time.monotonic()
        time.sleep(0.5)
        status, answer, page = served.get("/services/")
        assert (status, answer.headers["Retry-After"]) == (503, "10")
        assert "数据库" in page
        assert "Traceback" not in page
        assert "psycopg" not in page
        assert served.get("/health/live")[0] == 200
        status, _, reasons = served.get("/health/ready")
        assert status == 503
        assert '"database": false' in reasons
        assert served.measured("lianqiao_database_up") == 0
        time.sleep(max(0, FAULT_S - (time.monotonic() - gone)))
        cable.mend()
        served.until(lambda: served.get("/services/")[0] == 200, within_s=10)
        served.until(lambda: served.get("/health/ready")[0] == 200, within_s=10)
        statuses.clear()
        time.sleep(1)
        stop()
        assert set(statuses) == {200}, "after the database is back nobody sees the fault any more"
        assert max(slowest_s) < 12, "nobody waits for the database for long"
        ticks = served.measured('lianqiao_worker_ticks_total{result="done"}')
        served.until(
            lambda: served.measured('lianqiao_worker_ticks_total{result="done"}') > ticks, within_s=40
        )
        assert served.measured("lianqiao_worker_failures") == 0
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["status"] for line in lines if line["logger"] == "lianqiao.requests"} == {200, 503}
    assert not [line for line in lines if line["logger"] == "lianqiao.site.failures" and "errors" in line]
    home.verified()


def load(served: Served) -> tuple[Counter[int], list[float], Callable[[], None]]:
    """Ask from six sides at once until stopped; returns the statuses and times seen so far."""
    statuses: Counter[int] = Counter()
    slowest_s: list[float] = [0.0]
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            began = time.monotonic()
            statuses[served.get("/services/")[0]] += 1
            slowest_s.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()

    def stop() -> None:
        ended.set()
        for thread in threads:
            thread.join(30)

    return statuses, slowest_s, stop


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
