"""How much a look into files costs, as JSON: processor seconds by size of picture, length, length of script.

The pictures are noise under a moving bar, which is harder to decode than a drama.
"""

from __future__ import annotations

import json
import resource
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from lianqiao.bridge.file_check.child import look_over

SIZES = ((360, 640), (720, 1280), (1080, 1920))
FPS, SECONDS = 25, 40


def main() -> None:
    """Measure and print."""
    found: dict[str, Any] = {"film_seconds_a_processor_second": {}, "processor_s": {}}
    with tempfile.TemporaryDirectory() as folder:
        for width, height in SIZES:
            path = _film(Path(folder) / "film.mp4", width, height, SECONDS)
            spent_s, report = _spent(path, "film", "video/mp4")
            assert report["read_s"] > SECONDS - 1
            found["film_seconds_a_processor_second"][f"{width}x{height}"] = round(SECONDS / spent_s, 1)
        for seconds in (SECONDS, 4 * SECONDS):
            path = _film(Path(folder) / "film.mp4", *SIZES[0], seconds)
            found["processor_s"][f"film of {seconds} s"] = round(_spent(path, "film", "video/mp4")[0], 2)
        for episodes in (80, 800):
            path = Path(folder) / "script.txt"
            path.write_text("\n".join(_lines(episodes)), encoding="utf-8")
            spent_s, report = _spent(path, "text", "text/plain")
            found["processor_s"][f"script of {report['characters']} characters"] = round(spent_s, 2)
    print(json.dumps(found, ensure_ascii=False, indent=2))


def _spent(path: Path, kind: str, media_type: str) -> tuple[float, dict[str, Any]]:
    rules = {"parts": {}, "words": [f"词{number}语" for number in range(1000)]}
    before = _children_s()
    report = look_over(path, kind=kind, media_type=media_type, rules=rules, go_on=lambda done, total: None)
    return _children_s() - before, report


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _lines(episodes: int) -> Iterator[str]:
    for number in range(1, episodes + 1):
        yield f"第{number}集"
        yield from ["示例甲：今天说的话，今天做到，不等明天，也不推给别人。"] * 60


def _film(path: Path, width: int, height: int, seconds: int) -> Path:
    random = np.random.default_rng(7)
    noise = random.integers(0, 60, (height, width, 3), dtype=np.uint8)
    with av.open(str(path), "w") as made:
        picture = made.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "26"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        tone = made.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(FPS * seconds):
            shown = np.roll(noise, number, axis=1)
            shown[:, number * 9 % width :][:, :60] = (200, 150, 90)
            frame = av.VideoFrame.from_ndarray(shown, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            made.mux(picture.encode(frame))
        made.mux(picture.encode(None))
        wave = (0.1 * np.sin(np.arange(48_000 * seconds) / 8)).astype(np.float32)
        for at in range(0, len(wave), 1024):
            sound = av.AudioFrame.from_ndarray(np.stack([wave[at : at + 1024]] * 2), "fltp", "stereo")
            sound.sample_rate, sound.pts, sound.time_base = 48_000, at, Fraction(1, 48_000)
            made.mux(tone.encode(sound))
        made.mux(tone.encode(None))
    return path


if __name__ == "__main__":
    main()
