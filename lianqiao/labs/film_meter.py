"""What a film's picture and sound show: black and frozen stretches, silence, loudness by EBU R128.

The measuring is FFmpeg's own (`blackdetect`, `freezedetect`, `silencedetect`, `ebur128`), fed with frames as
PyAV decodes them. Times are seconds from the film's beginning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import av
from av.filter import Graph

# five looks a second find any stretch worth telling, at a fraction of the work
LOOKS_EVERY_S = 0.2
LOOKED_AT_WIDTH = 160
SEEN_AS = av.VideoFormat("yuv420p")
# a stretch shorter than this is an ordinary cut or pause
SHORTEST_S = 0.5
MOST_STRETCHES = 200
SOUND_HZ = 48_000
# below this a passage is silent, in dB below full scale
SILENT_DB = -60
Stretch = list[float]


class PictureMeter:
    """Looks at frames of one size after another, and tells the black and the frozen stretches."""

    def __init__(self) -> None:
        self.black, self.frozen = _Stretches("black"), _Stretches("freezedetect.freeze")
        self.graph: Graph | None = None
        self.size = (0, 0)
        self.next_s, self.until_s, self.frames = -math.inf, 0.0, 0

    def see(self, frame: av.VideoFrame) -> None:
        """Take in the next frame; those between two looks only count."""
        self.frames += 1
        if frame.time is None or frame.time < self.next_s:
            return
        self.next_s = frame.time + LOOKS_EVERY_S
        self.until_s = max(self.until_s, frame.time)
        if self.graph is None:
            self._begin(frame)
        assert self.graph is not None
        # whatever sizes a film changes to, the meter sees one
        small = frame.reformat(*self.size, format=SEEN_AS.name)
        small.pts, small.time_base = frame.pts, frame.time_base
        self.graph.vpush(small)
        self._read()

    def told(self) -> dict[str, list[Stretch]]:
        """Return the stretches once no more frames come."""
        if self.graph is not None:
            self.graph.vpush(None)
            self._read()
        return {"black": self.black.told(self.until_s), "frozen": self.frozen.told(self.until_s)}

    def _begin(self, frame: av.VideoFrame) -> None:
        height = max(2, round(LOOKED_AT_WIDTH * frame.height / frame.width / 2) * 2)
        self.size = (LOOKED_AT_WIDTH, min(height, 8 * LOOKED_AT_WIDTH))
        self.graph = Graph()
        source = self.graph.add_buffer(
            width=self.size[0], height=self.size[1], format=SEEN_AS, time_base=frame.time_base
        )
        black = self.graph.add("blackdetect", "d=0.01:pic_th=0.98:pix_th=0.10")
        frozen = self.graph.add("freezedetect", f"n=0.001:d={SHORTEST_S}")
        sink = self.graph.add("buffersink")
        source.link_to(black)
        black.link_to(frozen)
        frozen.link_to(sink)
        self.graph.configure()

    def _read(self) -> None:
        assert self.graph is not None
        for facts in _facts(self.graph.vpull):
            self.black.note(facts)
            self.frozen.note(facts)


class SoundMeter:
    """Hears frames one after another, and tells silence and loudness."""

    def __init__(self) -> None:
        self.silent = _Stretches("silence")
        self.graph: Graph | None = None
        self.resampler: av.AudioResampler | None = None
        self.until_s = 0.0
        self.last: dict[str, str] = {}

    def hear(self, frame: av.AudioFrame) -> None:
        """Take in the next frame."""
        if self.resampler is None:
            self._begin(frame)
        assert self.resampler is not None
        assert self.graph is not None
        for piece in self.resampler.resample(frame):
            if piece.time is not None:
                self.until_s = max(self.until_s, piece.time + piece.samples / SOUND_HZ)
            self.graph.push(piece)
            self._read()

    def told(self) -> dict[str, Any]:
        """Return `silent` stretches; `lufs`, `range_lu` and `peak_dbtp`, None where all is silent."""
        if self.graph is not None:
            self.graph.push(None)
            self._read()
        peak = _number(self.last.get("r128.true_peak"))
        lufs = _number(self.last.get("r128.I"))
        heard = lufs is not None and lufs > -70
        return {
            "silent": self.silent.told(self.until_s),
            "lufs": lufs if heard else None,
            "range_lu": _number(self.last.get("r128.LRA")) if heard else None,
            "peak_dbtp": round(20 * math.log10(peak), 2) if peak else None,
        }

    def _begin(self, frame: av.AudioFrame) -> None:
        layout = frame.layout.name
        self.resampler = av.AudioResampler(format="fltp", layout=layout, rate=SOUND_HZ)
        self.graph = Graph()
        source = self.graph.add_abuffer(sample_rate=SOUND_HZ, format="fltp", layout=layout)
        silence = self.graph.add("silencedetect", f"n={SILENT_DB}dB:d={SHORTEST_S}")
        loudness = self.graph.add("ebur128", "metadata=1:peak=true")
        sink = self.graph.add("abuffersink")
        source.link_to(silence)
        silence.link_to(loudness)
        loudness.link_to(sink)
        self.graph.configure()

    def _read(self) -> None:
        assert self.graph is not None
        for facts in _facts(self.graph.pull):
            self.silent.note(facts)
            self.last.update(facts)


class _Stretches:
    """Beginnings and ends as a filter tells them, `NAME_start` and `NAME_end`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Stretch] = []
        self.began: float | None = None

    def note(self, facts: dict[str, str]) -> None:
        if (begin := _number(facts.get(f"{self.name}_start"))) is not None and self.began is None:
            self.began = begin
        if (end := _number(facts.get(f"{self.name}_end"))) is not None and self.began is not None:
            self._add(end)

    def told(self, until_s: float) -> list[Stretch]:
        if self.began is not None:
            self._add(until_s)
        return self.found

    def _add(self, end: float) -> None:
        begin, self.began = max(0.0, self.began or 0.0), None
        if end - begin >= SHORTEST_S and len(self.found) < MOST_STRETCHES:
            self.found.append([round(begin, 2), round(end, 2)])


def _facts(pull: Any) -> Iterator[dict[str, str]]:
    while True:
        try:
            frame = pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        yield {name.removeprefix("lavfi."): value for name, value in frame.metadata.items()}


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None
