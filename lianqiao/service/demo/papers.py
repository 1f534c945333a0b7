"""Small real files for the demonstration: a PDF page and a PNG made from bytes, a film of two seconds."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np


def pdf(*lines: str) -> bytes:
    """Return a one-page A4 PDF showing the lines in the reader's own Song font; nothing is embedded."""
    text = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    stream = f"BT /F 16 Tf 28 TL 72 760 Td {text} ET".encode()
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 "
        b"/FontBBox [-25 -254 1000 880] /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>] >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font,
    ]
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, item in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + tail % (size, table, size, len(body))


def png(seed: int, *, width: int = 420, height: int = 297) -> bytes:
    """Return a PNG that looks like a framed certificate without words; `seed` varies its colour."""
    shade = 200 + seed % 40
    paper, frame = bytes((250, 248, 240)), bytes((shade, 120 + seed % 60, 60))
    rows = []
    for y in range(height):
        if y < 12 or y >= height - 12:
            rows.append(b"\0" + frame * width)
        else:
            rows.append(b"\0" + frame * 12 + paper * (width - 24) + frame * 12)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def mp4(note: str) -> bytes:
    """Return a film of two seconds, a bar that wanders, with a tone; `note` makes it differ from others."""
    return _film() + _box(b"free", note.encode())


@lru_cache(maxsize=1)
def _film() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as made:
        picture = made.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 720, 1280, "yuv420p"
        tone = made.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(20):
            bar = np.full((1280, 720, 3), 90, np.uint8)
            bar[:, number * 30 : number * 30 + 120] = (200, 120, 60)
            frame = av.VideoFrame.from_ndarray(bar, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            made.mux(picture.encode(frame))
        made.mux(picture.encode(None))
        wave = (0.07 * np.sin(2 * np.pi * 997 / 48_000 * np.arange(96_000))).astype(np.float32)
        for at in range(0, len(wave), 1000):
            sound = av.AudioFrame.from_ndarray(np.stack([wave[at : at + 1000]] * 2), "fltp", "stereo")
            sound.sample_rate, sound.pts, sound.time_base = 48_000, at, Fraction(1, 48_000)
            made.mux(tone.encode(sound))
        made.mux(tone.encode(None))
    return file.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + name + data
