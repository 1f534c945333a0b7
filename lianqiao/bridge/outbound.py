"""Messages sent to addresses that people typed: only to where a stranger could send them too.

The name is looked up once, every address it has is judged, and the connection goes to the very address that
was judged, so that a name which changes its mind in between leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from lianqiao.engine.errors import Refusal, refuse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = {"http": 80, "https": 443}
LOWEST_OPEN_PORT = 1024
LONGEST_URL = 500
CONNECT_S, WHOLE_S = 5.0, 10.0
# addresses of version 6 that stand for one of version 4
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Outcome:
    """What became of a message: the status answered, 0 where there was no answer, and what went wrong.

    `answer` is the beginning of what was answered, where it was asked for.
    """

    status: int
    error: str = ""
    answer: bytes = b""

    @property
    def delivered(self) -> bool:
        """True where the receiver took it."""
        return 200 <= self.status < 300


def checked_url(url: str) -> SplitResult:
    """Return the parts of an address messages may be sent to.

    Raises Refusal `hook-url`: not http or https, a name or password in it, a port of the system, or an
    address that cannot be read.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna")
    except (ValueError, UnicodeError):
        raise _bad_url() from None
    plain = url.isprintable() and not any(character.isspace() for character in url)
    in_parts = parts.scheme in PORTS and host and not (parts.username or parts.password or parts.fragment)
    if not plain or not in_parts or len(url) > LONGEST_URL:
        raise _bad_url()
    if port not in PORTS.values() and port < LOWEST_OPEN_PORT:
        raise _bad_url()
    return parts


def allowed(address: Address, allow: Iterable[Network] = ()) -> bool:
    """Return whether messages may go to an address: one of the open internet, or of a network allowed."""
    true = _behind(address)
    if any(true in network for network in allow if true.version == network.version):
        return True
    return true.is_global and not (true.is_multicast or true.is_reserved or true.is_unspecified)


def send(
    url: str, body: bytes, headers: Mapping[str, str], *, allow: Iterable[Network] = (), read_bytes: int = 0
) -> Outcome:
    """Post the body; returns what became of it, and never raises for what the other side does.

    A receiver has 10 seconds for everything. Of its answer the status is read, and `read_bytes` at most.
    """
    try:
        parts = checked_url(url)
        port = parts.port or PORTS[parts.scheme]
        address = _address_of(parts.hostname or "", port, tuple(allow))
    except (OSError, ValueError) as error:
        return Outcome(0, f"the name cannot be looked up: {error}")
    if address is None:
        return Outcome(0, "this address is not on the open internet, and not allowed here")
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    connection = _connection(parts, address, port)
    # a receiver that answers one byte a second must not hold us longer than one that does not answer
    watchdog = threading.Timer(WHOLE_S, _cut, (connection,))
    watchdog.start()
    try:
        connection.request("POST", target, body, {"Host": parts.netloc, **headers})
        return _read(connection.getresponse(), read_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(0, f"{type(error).__name__}: {error}"[:300])
    finally:
        watchdog.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, most_bytes: int) -> Outcome:
    if 200 <= response.status < 300:
        return Outcome(response.status, answer=response.read(most_bytes) if most_bytes else b"")
    moved = " (redirects are not followed)" if 300 <= response.status < 400 else ""
    return Outcome(response.status, f"answered {response.status}{moved}")


def _address_of(host: str, port: int, allow: tuple[Network, ...]) -> Address | None:
    found = socket.getaddrinfo(host.encode("idna").decode(), port, type=socket.SOCK_STREAM)
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if allowed(address, allow):
            return address
    return None


def _behind(address: Address) -> Address:
    """Return the address of version 4 that one of version 6 stands for; any other as it is."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _connection(parts: SplitResult, address: Address, port: int) -> http.client.HTTPConnection:
    if parts.scheme == "http":
        return _Pinned(str(address), port, timeout=CONNECT_S)
    return _PinnedTls(str(address), port, timeout=CONNECT_S, name=parts.hostname or "")


class _Pinned(http.client.HTTPConnection):
    """A connection to an address, whatever the name in `Host`."""


class _PinnedTls(http.client.HTTPSConnection):
    """A connection to an address whose certificate must be for the name."""

    def __init__(self, host: str, port: int, *, timeout: float, name: str) -> None:
        super().__init__(host, port, timeout=timeout, context=ssl.create_default_context())
        self.name = name

    def connect(self) -> None:
        """Connect to the address and check the certificate against the name."""
        plain = socket.create_connection((self.host, self.port), self.timeout)
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(plain, server_hostname=self.name)


def _cut(connection: Any) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is gone already


def _bad_url() -> Refusal:
    return refuse(
        "hook-url",
        "messages cannot be sent to this address",
        place="url",
        hint="an http or https address without name and password, on the usual port or one above 1023",
        field="url",
    )
