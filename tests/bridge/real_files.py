"""Real pictures, pages and films, as small as they can be; and a scanner that speaks as ClamAV's daemon
does."""

from __future__ import annotations

import io
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import av
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def photograph(width: int = 900, height: int = 600, *, place: str = "") -> bytes:
    """Return a JPEG that knows, where asked, at which place it was taken."""
    made = Image.new("RGB", (width, height), (30, 120, 180))
    exif = Image.Exif()
    if place:
        exif[0x010E] = place
        # 6: lying on its side
        exif[0x0112] = 6
    file = io.BytesIO()
    made.save(file, "JPEG", exif=exif)
    return file.getvalue()


def bomb() -> bytes:
    """Return a PNG of a few kilobytes that says it has 900 million pixels."""
    file = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG", optimize=True)
    return file.getvalue()


def pages(count: int = 2) -> bytes:
    """Return a PDF of so many pages."""
    file = io.BytesIO()
    first, *others = [Image.new("RGB", (300, 420), (255, 255 - 20 * one, 255)) for one in range(count)]
    first.save(file, "PDF", save_all=True, append_images=others)
    return file.getvalue()


def clip(path: Path, *, seconds: int = 2, size: tuple[int, int] = (320, 180)) -> bytes:
    """Return a film of so many seconds."""
    with av.open(str(path), "w", format="mp4") as film:
        stream = film.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(seconds * 10):
            frame = av.VideoFrame.from_image(Image.new("RGB", size, (number * 10 % 255, 80, 80)))
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return path.read_bytes()


@dataclass
class Clamd:
    """A scanner: what it was sent, how much it takes at most, and what it answers instead, if anything."""

    address: str = ""
    sent: list[bytes] = field(default_factory=list)
    longest: int = 2**40
    answers: str = ""


@contextmanager
def clamd() -> Iterator[Clamd]:
    """Serve while inside; finds EICAR as ClamAV does."""
    told = Clamd()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(self.rfile.read(4), "big"):
                content += self.rfile.read(length)
                if len(content) > told.longest:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            told.sent.append(content)
            verdict = "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"
            self.wfile.write((told.answers or verdict).encode() + b"\0")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", 0), Handler)
    told.address = f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
