"""A server on this machine that takes webhooks, and answers as it is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

HERE = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class Receiver:
    """What was received, and what is answered: `status` and `answer`, after `wait_s` seconds."""

    port: int = 0
    status: int = 200
    wait_s: float = 0.0
    drip: bool = False
    answer: bytes = b""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?zone=1"

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.received]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Serve while inside."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            told.paths.append(self.path)
            time.sleep(told.wait_s)
            if told.drip:
                self._drip()
                return
            self.send_response(told.status)
            if 300 <= told.status < 400:
                self.send_header("Location", f"http://127.0.0.1:{told.port}/elsewhere")
            self.end_headers()
            self.wfile.write(told.answer)

        def _drip(self) -> None:
            for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
                try:
                    self.wfile.write(bytes([letter]))
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Return whether a message is signed with the secret, as Standard Webhooks says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{right}"


@pytest.fixture
def far(settings: Any) -> Iterator[Receiver]:
    """A receiver the office allowed."""
    settings.WEBHOOK_ALLOW = HERE
    with receiver() as one:
        yield one
