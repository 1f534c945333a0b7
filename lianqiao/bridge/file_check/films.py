"""A film's container, its streams, and what its picture and sound show, read in one go from end to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import IO, Any

import av
from av.container import InputContainer

from lianqiao.bridge.file_check.limits import READERS
from lianqiao.bridge.file_check.unreadable import Unreadable
from lianqiao.labs.film_meter import PictureMeter, SoundMeter

# 8K; a picture beyond it is a bomb
MOST_PIXELS = 8192 * 4320
MOST_FAULTS = 500
# a second of video in flight for each; the web server needs the other cores
THREADS = 2

Progress = Callable[[float, float], None]


def film_report(file: IO[bytes], kind: str, *, progress: Progress) -> dict[str, Any]:
    """Return what is told of the film, as JSON. Raises Unreadable and PyAV's own errors."""
    with av.open(file, mode="r", format=READERS[kind], metadata_errors="ignore") as container:
        if not container.streams.video:
            raise Unreadable("no-picture")
        picture = container.streams.video[0]
        _check_size(picture.codec_context.width, picture.codec_context.height)
        told = _told(container)
        reading = _Reading(PictureMeter(), SoundMeter(), told["seconds"], progress)
        reading.run(container)
        return told | reading.told()


def _told(container: InputContainer) -> dict[str, Any]:
    picture = container.streams.video[0]
    rate = picture.average_rate
    told: dict[str, Any] = {
        "container": container.format.name,
        "seconds": round((container.duration or 0) / av.time_base, 2),
        "video": {
            "codec": picture.codec_context.name,
            "width": picture.codec_context.width,
            "height": picture.codec_context.height,
            "frames_a_second": round(float(rate), 3) if rate else None,
        },
        "audio": None,
    }
    if container.streams.audio:
        sound = container.streams.audio[0].codec_context
        told["audio"] = {"codec": sound.name, "hz": sound.sample_rate, "channels": sound.channels}
    return told


@dataclass
class _Reading:
    """One pass over a film; faults are counted and passed by, up to a point."""

    picture: PictureMeter
    sound: SoundMeter
    seconds: float
    progress: Progress
    faults: int = 0
    shape: tuple[int, int] = (0, 0)

    def run(self, container: InputContainer) -> None:
        streams = [container.streams.video[0], *container.streams.audio[:1]]
        for stream in streams:
            stream.codec_context.thread_type, stream.codec_context.thread_count = "AUTO", THREADS
        # pictures no other is built from are passed over: what is looked for lasts longer than they do
        container.streams.video[0].codec_context.skip_frame = "NONREF"
        packets = container.demux(streams)
        while self.faults < MOST_FAULTS:
            try:
                packet = next(packets)
            except (StopIteration, av.error.EOFError):
                return
            except av.error.InvalidDataError:
                self.faults += 1
                return
            self._decode(packet)

    def _decode(self, packet: Any) -> None:
        try:
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    self._see(frame)
                else:
                    self.sound.hear(frame)
        except (av.error.FFmpegError, ValueError):
            self.faults += 1
        if packet.pts is not None and packet.stream.type == "video":
            self.progress(float(packet.pts * packet.time_base), self.seconds)

    def _see(self, frame: av.VideoFrame) -> None:
        _check_size(frame.width, frame.height)
        if self.shape == (0, 0):
            self.shape = _shown_shape(frame)
        self.picture.see(frame)

    def told(self) -> dict[str, Any]:
        if not self.picture.frames:
            raise Unreadable("no-picture" if not self.faults else "damaged")
        wide, high = self.shape
        return {
            "shape": [wide, high],
            "read_s": round(max(self.picture.until_s, self.sound.until_s), 2),
            "faults": self.faults,
            **self.picture.told(),
            **self.sound.told(),
        }


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unreadable("picture-too-large")


def _shown_shape(frame: av.VideoFrame) -> tuple[int, int]:
    """Return how wide to how high the picture is shown, in lowest terms, turned as the film says."""
    wide, high = frame.width, frame.height
    if frame.rotation % 180:
        wide, high = high, wide
    divisor = gcd(wide, high) or 1
    return wide // divisor, high // divisor
