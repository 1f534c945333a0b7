"""A server that is told to stop loses no request: what was begun is answered, nothing new is taken."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

# answers when something comes on its standard input
SLOW = """
import socket, sys, threading
from lianqiao.command_line.answering import serve
go = threading.Event()
threading.Thread(target=lambda: sys.stdin.readline() and go.set(), daemon=True).start()
def slow(environ, start_response):
    environ["wsgi.input"].read()
    sys.stdout.write("asked\\n"); sys.stdout.flush()
    go.wait()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "300000")])
    return [b"x" * 300000]
listening = socket.create_server(("127.0.0.1", 0))
sys.stdout.write(f"{listening.getsockname()[1]}\\n"); sys.stdout.flush()
serve(slow, sockets=[listening], threads=4, answers_within_s=float(sys.argv[1]))
"""


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    within = getattr(request, "param", "20")
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, within], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        yield started
        started.kill()


@pytest.fixture
def port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def asking(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=20)


def refused(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_what_is_under_way_is_answered(process: subprocess.Popen[str], port: int) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with closing(asking(port)) as one, closing(asking(port)) as arriving:
        one.request("POST", "/", b"begun")
        # another is still being received when the word to stop comes
        arriving.putrequest("POST", "/")
        arriving.putheader("Content-Length", "4")
        arriving.endheaders(b"ha")
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGTERM)
        while not refused(port):
            assert process.poll() is None
        arriving.send(b"lf")
        assert process.stdout.readline() == "asked\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        for connection in (one, arriving):
            answer = connection.getresponse()
            assert (answer.status, len(answer.read())) == (200, 300000)
    assert process.wait(10) == 0


@pytest.mark.parametrize("process", ["0.1"], indirect=True)
def test_it_ends_all_the_same_where_something_never_ends(process: subprocess.Popen[str], port: int) -> None:
    assert process.stdout is not None
    with closing(asking(port)) as one:
        one.request("POST", "/", b"begun")
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGTERM)
        # the thread that hangs waits for a line that never comes
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(15) == 0


def test_people_who_keep_their_connection_keep_nobody_out(process: subprocess.Popen[str], port: int) -> None:
    assert process.stdin is not None
    with ExitStack() as idle:
        for _ in range(300):
            idle.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=20)))
        with closing(asking(port)) as one:
            one.request("POST", "/", b"begun")
            process.stdin.write("go\n")
            process.stdin.flush()
            assert one.getresponse().status == 200


def test_with_nothing_to_do_it_stops_at_once(process: subprocess.Popen[str], port: int) -> None:
    assert process.stdin is not None
    with closing(asking(port)) as one:
        one.request("POST", "/", b"begun")
        process.stdin.write("go\n")
        process.stdin.flush()
        assert one.getresponse().status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
