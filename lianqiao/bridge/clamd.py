"""Ask ClamAV about bytes: its daemon's INSTREAM command, over TCP or a local socket."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

PIECE = 256 * 1024
LONGEST_ANSWER = 4096
CONNECT_S = 5.0


@dataclass(frozen=True)
class Verdict:
    """What the scanner says: `virus` is the name of what it found, "" where it found nothing."""

    virus: str = ""


class ScannerAway(Exception):
    """The scanner did not answer, or could not look at all of it; the words say which."""


def scanned(address: str, pieces: Iterable[bytes], *, wait_s: float) -> Verdict:
    """Return the scanner's verdict on bytes given in pieces; raises ScannerAway.

    `address` is tcp://host:port or unix:/path; `wait_s` the longest any one answer may take, in seconds.
    """
    try:
        with _connection(address) as scanner:
            scanner.settimeout(wait_s)
            _send(scanner, pieces)
            return _verdict(_answer(scanner))
    except OSError as error:
        raise ScannerAway(str(error) or type(error).__name__) from error


def _send(scanner: socket.socket, pieces: Iterable[bytes]) -> None:
    scanner.sendall(b"zINSTREAM\0")
    try:
        for piece in pieces:
            for begin in range(0, len(piece), PIECE):
                part = piece[begin : begin + PIECE]
                scanner.sendall(len(part).to_bytes(4, "big") + part)
        scanner.sendall(b"\0\0\0\0")
    except (BrokenPipeError, ConnectionResetError):
        # it hangs up on what is larger than it takes, and has said so before
        return


def _connection(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme != "unix":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), CONNECT_S)
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(CONNECT_S)
    try:
        made.connect(parts.path)
    except OSError:
        made.close()
        raise
    return made


def _answer(scanner: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        piece = scanner.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode(errors="replace").strip()


def _verdict(said: str) -> Verdict:
    """Read `stream: OK`, `stream: <name> FOUND`; all else means that it did not look at everything."""
    words = said.removeprefix("stream:").strip()
    if words == "OK":
        return Verdict()
    if words.endswith(" FOUND"):
        return Verdict(words.removesuffix(" FOUND").strip() or "?")
    raise ScannerAway(said or "no answer")
