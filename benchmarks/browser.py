"""A browser as far as a server can tell: one connection kept open, cookies, redirects followed.

Two hundred of them share the processors with the server they measure. A client library takes several times
the processor for a request that this takes, and people's browsers run elsewhere.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

MOST_REDIRECTS = 5
WITHIN_S = 60
MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Answer:
    """The last answer after redirects; `path` is where it came from."""

    status: int
    path: str
    text: str


@dataclass
class Browser:
    """Asks one server, `host:port`, for pages; every answer is read to its end."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        """Return the page at a path; raises OSError or TimeoutError where none comes."""
        return await asyncio.wait_for(self._follow("GET", path, b""), WITHIN_S)

    async def post(self, path: str, typed: dict[str, Any]) -> Answer:
        """Send a form and return the page it leads to."""
        return await asyncio.wait_for(self._follow("POST", path, urlencode(typed).encode()), WITHIN_S)

    async def close(self) -> None:
        """Leave."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _follow(self, method: str, path: str, body: bytes) -> Answer:
        for _ in range(MOST_REDIRECTS):
            status, headers, page = await self._ask(method, path, body)
            if status not in MOVED:
                return Answer(status, urlsplit(path).path, page.decode())
            leads = urlsplit(urljoin(path, headers["location"]))
            method, path, body = "GET", leads.path + (f"?{leads.query}" if leads.query else ""), b""
        raise OSError("redirected without end")

    async def _ask(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Accept-Language: zh-CN",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}",
        ]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = self._headers(head[1:])
            page = await reader.readexactly(int(headers.get("content-length", "0")))
        except asyncio.IncompleteReadError as error:
            await self.close()
            raise OSError("the server hung up") from error
        except asyncio.CancelledError:
            # half an answer is on its way: the next must not be read behind it
            await self.close()
            raise
        if headers.get("connection") == "close":
            await self.close()
        return int(head[0].split()[1]), headers, page

    def _headers(self, lines: list[str]) -> dict[str, str]:
        """Return the headers of an answer; its cookies are kept."""
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
            else:
                headers[name.lower()] = value
        return headers
