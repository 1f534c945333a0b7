"""What a look into a file says to whoever decides: hints made of what was measured and what was filed.

Plain functions of the promise's check, the report of `bridge.file_check` and the case's data, so that one
report can be read again when the data or the bounds change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from lianqiao.engine.file_checks import FileCheck, FilmCheck, Loudness, TextCheck, Within

Report = Mapping[str, Any]
Data = Mapping[str, Any]
# a film that ends this much earlier than it says was cut off, in seconds and in parts of the whole
CUT_SHORT_S, CUT_SHORT_PART = 2.0, 0.02
# a frozen stretch of which this part is black is told as black only
MOSTLY = 0.8


@dataclass(frozen=True)
class Spot:
    """Where something is: `at` a page, paragraph or line, or a time in seconds with `until`."""

    at: float
    until: float | None = None
    word: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Finding:
    """One hint. `facts` are the numbers and names its words speak of."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    spots: tuple[Spot, ...] = ()


def findings(check: FileCheck, report: Report, data: Data) -> list[Finding]:
    """Return what stands out in one file; empty where nothing does."""
    if reason := report.get("unreadable"):
        return [Finding("unreadable", {"reason": reason})]
    if "video" in report:
        return _film(check.film, report) if check.film else []
    return _text(check.text, report, data) if check.text else []


def findings_together(check: FileCheck, reports: Sequence[Report], data: Data) -> list[Finding]:
    """Return what stands out in all the files of a field together."""
    lengths = [report["seconds"] for report in reports if "video" in report]
    if check.film is None or not check.film.minutes_of or not lengths:
        return []
    factors = [int(data[name]) for name in check.film.minutes_of if isinstance(data.get(name), int)]
    if len(factors) < len(check.film.minutes_of):
        return []
    wanted, found = prod(factors), sum(lengths) / 60
    if abs(found - wanted) <= wanted * check.film.tolerance_percent / 100:
        return []
    return [Finding("film-total", {"minutes": round(found, 1), "wanted": wanted, "files": len(lengths)})]


def _text(check: TextCheck, report: Report, data: Data) -> list[Finding]:
    characters = report["characters"]
    if not characters:
        # a scan has pictures of pages, nothing that can be looked into
        return [Finding("text-none", {"pieces": report["pieces"], "unit": report["unit"]})]
    found = _outside("text", check.characters, characters)
    found += [
        Finding("part-missing", {"part": name, "headings": part.headings})
        for name, part in check.parts.items()
        if report["parts"].get(name) is None
    ]
    wanted = data.get(check.episodes) if check.episodes else None
    if isinstance(wanted, int):
        found += _episodes(report["episodes"], wanted)
    if report["words"]:
        spots = tuple(
            Spot(place["at"], None, place["word"], place["before"], place["after"])
            for place in report["places"]
        )
        found.append(Finding("words-found", {"words": report["words"], "unit": report["unit"]}, spots))
    return found


def _episodes(numbers: Sequence[int], wanted: int) -> list[Finding]:
    if not numbers:
        return [Finding("episodes-unmarked", {"wanted": wanted})]
    missing = [number for number in range(1, wanted + 1) if number not in set(numbers)]
    if not missing and len(numbers) == wanted:
        return []
    return [Finding("episodes-differ", {"found": len(numbers), "wanted": wanted, "missing": missing[:20]})]


def _film(check: FilmCheck, report: Report) -> list[Finding]:
    found = _outside("film", check.seconds, report["seconds"])
    if report["seconds"] - report["read_s"] > max(CUT_SHORT_S, report["seconds"] * CUT_SHORT_PART):
        found.append(Finding("film-cut-short", {"seconds": report["seconds"], "read_s": report["read_s"]}))
    elif report["faults"]:
        found.append(Finding("film-faults", {"faults": report["faults"]}))
    return [*found, *_picture(check, report), *_stretches(check, report), *_sound(check, report)]


def _picture(check: FilmCheck, report: Report) -> list[Finding]:
    video = report["video"]
    found = []
    if check.short_side_px and min(video["width"], video["height"]) < check.short_side_px:
        size = {"width": video["width"], "height": video["height"]}
        found.append(Finding("picture-small", {**size, "wanted": check.short_side_px}))
    wide, high = report["shape"]
    if check.shapes and not any(_same_shape(wide, high, shape) for shape in check.shapes):
        found.append(Finding("picture-shape", {"shape": f"{wide}:{high}", "wanted": check.shapes}))
    if check.video_codecs and video["codec"] not in check.video_codecs:
        found.append(Finding("video-codec", {"codec": video["codec"], "wanted": check.video_codecs}))
    return found


def _stretches(check: FilmCheck, report: Report) -> list[Finding]:
    black = report["black"]
    still = [one for one in report["frozen"] if _shared(one, black) < MOSTLY * (one[1] - one[0])]
    return [
        *_longer("film-black", black, check.most_black_s),
        *_longer("film-frozen", still, check.most_frozen_s),
        *(_longer("film-silent", report["silent"], check.most_silent_s) if report["audio"] else []),
    ]


def _sound(check: FilmCheck, report: Report) -> list[Finding]:
    audio = report["audio"]
    if audio is None:
        return [Finding("sound-none")]
    found = []
    if check.audio_codecs and audio["codec"] not in check.audio_codecs:
        found.append(Finding("audio-codec", {"codec": audio["codec"], "wanted": check.audio_codecs}))
    if check.loudness and report["lufs"] is not None:
        found += _loudness(check.loudness, report)
    return found


def _loudness(check: Loudness, report: Report) -> list[Finding]:
    found, lufs = [], report["lufs"]
    if abs(lufs - check.target_lufs) > check.tolerance_lu:
        facts = {"lufs": lufs, "wanted": check.target_lufs, "tolerance": check.tolerance_lu}
        found.append(Finding("sound-loud" if lufs > check.target_lufs else "sound-quiet", facts))
    peak, span = report["peak_dbtp"], report["range_lu"]
    if peak is not None and peak > check.most_peak_dbtp:
        found.append(Finding("sound-peak", {"peak": peak, "wanted": check.most_peak_dbtp}))
    if check.most_range_lu and span is not None and span > check.most_range_lu:
        found.append(Finding("sound-range", {"range": span, "wanted": check.most_range_lu}))
    return found


def _outside(what: str, within: Within | None, number: float) -> list[Finding]:
    if within is None:
        return []
    if within.least is not None and number < within.least:
        return [Finding(f"{what}-short", {"found": number, "wanted": within.least})]
    if within.most is not None and number > within.most:
        return [Finding(f"{what}-long", {"found": number, "wanted": within.most})]
    return []


def _longer(code: str, stretches: Iterable[Sequence[float]], most_s: float | None) -> list[Finding]:
    if most_s is None:
        return []
    long = [Spot(begin, end) for begin, end in stretches if end - begin > most_s]
    return [Finding(code, {"count": len(long), "most": most_s}, tuple(long))] if long else []


def _shared(one: Sequence[float], others: Iterable[Sequence[float]]) -> float:
    return sum(max(0.0, min(one[1], end) - max(one[0], begin)) for begin, end in others)


def _same_shape(wide: int, high: int, shape: str) -> bool:
    """True within 1 %: a picture of 1080 by 1920 is 9:16, and so is one of 720 by 1278."""
    first, second = (int(part) for part in shape.split(":"))
    return abs(wide * second / (high * first) - 1) <= 0.01
