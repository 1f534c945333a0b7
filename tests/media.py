"""Scripts and films made up for tests, small and quick: everything in them is said by the caller."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from docx import Document

# frames a second, and samples of sound
FPS, HZ = 10, 48_000


def film(
    path: Path,
    parts: Sequence[tuple[str, float, float]],
    *,
    size: tuple[int, int] = (90, 160),
    sound: bool = True,
    container: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Make a film of parts (`moving`, `black` or `still`; seconds; height of a 997 Hz tone, 0 silent)."""
    width, height = size
    with av.open(str(path), "w", format=container, options=options or {}) as made:
        picture = made.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        tone = made.add_stream("aac", rate=HZ, layout="stereo") if sound else None
        frames = 0
        for kind, seconds, _ in parts:
            for _ in range(round(seconds * FPS)):
                frame = av.VideoFrame.from_ndarray(_picture(kind, frames, width, height), "rgb24")
                frame.pts, frame.time_base = frames, Fraction(1, FPS)
                frames += 1
                made.mux(picture.encode(frame))
        made.mux(picture.encode(None))
        if tone is not None:
            for frame in _sound(parts):
                made.mux(tone.encode(frame))
            made.mux(tone.encode(None))
    return path


def _picture(kind: str, number: int, width: int, height: int) -> np.ndarray:
    picture = np.full((height, width, 3), 0 if kind == "black" else 90, np.uint8)
    if kind != "black":
        left = 0 if kind == "still" else number * 7 % width
        picture[:, left : left + width // 3] = (200, 120, 60)
    return picture


def _sound(parts: Sequence[tuple[str, float, float]]) -> list[av.AudioFrame]:
    heights = np.concatenate([np.full(round(seconds * HZ), tone) for _, seconds, tone in parts])
    wave = (heights * np.sin(2 * np.pi * 997 / HZ * np.arange(len(heights)))).astype(np.float32)
    frames = []
    for at in range(0, len(wave), 1024):
        piece = wave[at : at + 1024]
        frame = av.AudioFrame.from_ndarray(np.stack([piece, piece]), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = HZ, at, Fraction(1, HZ)
        frames.append(frame)
    return frames


def script(episodes: Sequence[int], *, lines: int = 3, heading: str = "第{}集") -> str:
    """Return a script with its usual parts and these episodes."""
    text = ["示例剧《桥上的人》", "人物小传", "示例甲：桥边开店的人。", "故事梗概", "一座桥，两岸人。"]
    for number in episodes:
        text += [heading.format(number), *["示例甲：今天的话，今天做到。"] * lines]
    return "\n".join(text)


def docx(text: str) -> bytes:
    """Return a Word document with a paragraph for each line."""
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF whose pages say these words, in letters every reader knows."""
    from fpdf import FPDF

    made = FPDF()
    made.set_font("Helvetica", size=12)
    for page in pages:
        made.add_page()
        made.multi_cell(0, text=page)
    return bytes(made.output())


def zip_bomb(megabytes: int) -> bytes:
    """Return a Word document that unpacks to so much."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx("示例"))) as good, zipfile.ZipFile(file, "w", 8) as made:
        for name in good.namelist():
            if name != "word/document.xml":
                made.writestr(name, good.read(name))
        made.writestr("word/document.xml", b" " * (megabytes * 1024 * 1024))
    return file.getvalue()
