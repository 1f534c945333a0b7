"""The web server's loop: told to stop, it takes no new requests and answers those it has."""

from __future__ import annotations

import resource
import signal
import threading
import time
from typing import Any

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

# what is under way may take so long, in seconds; with the worker that is less than systemd and Docker wait
ANSWERS_WITHIN_S = 15.0
LOOK_EVERY_S = 0.5
MOST_CONNECTIONS = 10_000


def serve(application: Any, *, answers_within_s: float = ANSWERS_WITHIN_S, **options: Any) -> None:
    """Serve until SIGTERM or Ctrl-C; then answer what was begun and return, at the latest after so long.

    Whoever asks from then on is refused the connection, so that a proxy asks another process.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        application, map=channels, connection_limit=_connections(), asyncore_use_poll=True, **options
    )
    while not stop.is_set():
        wasyncore.loop(timeout=LOOK_EVERY_S, map=channels, use_poll=True, count=1)
    for one in [one for one in channels.values() if isinstance(one, BaseWSGIServer)]:
        # the listening socket alone: answers still go out through the loop
        wasyncore.dispatcher.close(one)
    end = time.monotonic() + answers_within_s
    while any(map(_busy, list(channels.values()))) and time.monotonic() < end:
        wasyncore.loop(timeout=LOOK_EVERY_S, map=channels, use_poll=True, count=1)
    server.task_dispatcher.shutdown(timeout=max(0.0, end - time.monotonic()))
    wasyncore.close_all(channels)


def _connections() -> int:
    """Return how many may be connected at once: every browser keeps up to six, and most of them idle.

    Half of the files this process may have open are left for attachments and the database.
    """
    may_open = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_CONNECTIONS if may_open == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, may_open // 2)


def _busy(channel: Any) -> bool:
    """Return whether a connection has a request that is being received, worked on or answered."""
    if not isinstance(channel, HTTPChannel):
        return False
    return bool(channel.requests or channel.request is not None or channel.total_outbufs_len)
