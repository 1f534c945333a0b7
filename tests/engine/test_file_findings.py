"""Hints made of what was measured: each bound says so on its own side, and nothing else stands out."""

from __future__ import annotations

from typing import Any

import pytest

from lianqiao.engine.file_checks import FileCheck
from lianqiao.engine.file_findings import findings, findings_together

TITLE = {"zh-hans": "人物小传", "en": "Characters"}
CHECK = FileCheck.model_validate(
    {
        "text": {
            "characters": {"least": 100, "most": 1000},
            "parts": {"characters": {"title": TITLE, "headings": ["人物小传"]}},
            "episodes": "episodes",
        },
        "film": {
            "seconds": {"least": 10, "most": 600},
            "minutes_of": ["episodes", "minutes"],
            "tolerance_percent": 10,
            "short_side_px": 720,
            "shapes": ["9:16"],
            "video_codecs": ["h264"],
            "audio_codecs": ["aac"],
            "most_black_s": 2,
            "most_frozen_s": 5,
            "most_silent_s": 5,
            "loudness": {
                "target_lufs": -23,
                "tolerance_lu": 2,
                "most_range_lu": 15,
                "most_peak_dbtp": -1,
            },
        },
    }
)
TEXT: dict[str, Any] = {
    "unit": "page", "pieces": 3, "characters": 500, "parts": {"characters": 1}, "episodes": [1, 2, 3],
    "words": {}, "places": [],
}  # fmt: skip
FILM: dict[str, Any] = {
    "seconds": 60.0, "read_s": 60.0, "faults": 0, "shape": [9, 16],
    "video": {"codec": "h264", "width": 1080, "height": 1920},
    "audio": {"codec": "aac"}, "black": [[3.0, 4.0]], "frozen": [[3.0, 4.0]], "silent": [[1.0, 5.0]],
    "lufs": -22.5, "range_lu": 6.0, "peak_dbtp": -2.0,
}  # fmt: skip
DATA = {"episodes": 3, "minutes": 1}


def codes(report: dict[str, Any], data: dict[str, Any] | None = None) -> list[str]:
    return [finding.code for finding in findings(CHECK, report, DATA if data is None else data)]


def test_nothing_stands_out_in_what_is_as_expected() -> None:
    assert codes(TEXT) == []
    assert codes(FILM) == []
    assert findings(FileCheck(), TEXT, DATA) == [] == findings(FileCheck(), FILM, DATA)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"characters": 99}, "text-short"),
        ({"characters": 1001}, "text-long"),
        ({"characters": 0}, "text-none"),
        ({"parts": {"characters": None}}, "part-missing"),
        ({"parts": {}}, "part-missing"),
        ({"episodes": []}, "episodes-unmarked"),
        ({"episodes": [1, 3]}, "episodes-differ"),
        ({"episodes": [1, 2, 3, 4]}, "episodes-differ"),
        (
            {"words": {"词": 2}, "places": [{"word": "词", "at": 2, "before": "a", "after": "b"}]},
            "words-found",
        ),
    ],
)
def test_each_hint_about_a_text(changed: dict[str, Any], expected: str) -> None:
    assert codes({**TEXT, **changed}) == [expected]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"seconds": 9.0, "read_s": 9.0}, "film-short"),
        ({"seconds": 601.0, "read_s": 601.0}, "film-long"),
        ({"read_s": 57.0}, "film-cut-short"),
        ({"faults": 2}, "film-faults"),
        ({"video": {"codec": "h264", "width": 540, "height": 960}}, "picture-small"),
        ({"video": {"codec": "hevc", "width": 1080, "height": 1920}}, "video-codec"),
        ({"shape": [16, 9]}, "picture-shape"),
        ({"shape": [540, 959]}, ""),  # within 1 %
        ({"audio": {"codec": "opus"}}, "audio-codec"),
        ({"audio": None, "lufs": None}, "sound-none"),
        ({"black": [[1.0, 3.5]], "frozen": [[1.0, 9.0]]}, "film-black film-frozen"),
        ({"black": [[1.0, 9.0]], "frozen": [[1.0, 9.0]]}, "film-black"),  # black is not told twice
        ({"frozen": [[10.0, 16.0]]}, "film-frozen"),
        ({"silent": [[0.0, 6.0]]}, "film-silent"),
        ({"lufs": -20.9}, "sound-loud"),
        ({"lufs": -25.1}, "sound-quiet"),
        ({"peak_dbtp": -0.9}, "sound-peak"),
        ({"range_lu": 15.1}, "sound-range"),
        ({"lufs": None, "range_lu": None, "peak_dbtp": None}, ""),
    ],
)
def test_each_hint_about_a_film(changed: dict[str, Any], expected: str) -> None:
    assert codes({**FILM, **changed}) == expected.split()


def test_what_was_not_filed_is_not_compared() -> None:
    assert codes({**TEXT, "episodes": [1]}, {}) == []
    assert codes({**TEXT, "episodes": [1]}, {"episodes": "three"}) == []
    assert findings_together(CHECK, [FILM], {"episodes": 3}) == []


def test_all_files_together_against_what_was_filed() -> None:
    assert findings_together(CHECK, [FILM, FILM, FILM], DATA) == []
    short = findings_together(CHECK, [FILM, FILM], DATA)
    assert [finding.code for finding in short] == ["film-total"]
    assert short[0].facts == {"minutes": 2.0, "wanted": 3, "files": 2}
    assert findings_together(CHECK, [{"unreadable": "damaged"}], DATA) == []


def test_what_could_not_be_read_says_only_that() -> None:
    found = findings(CHECK, {"unreadable": "encrypted"}, DATA)
    assert [(one.code, one.facts) for one in found] == [("unreadable", {"reason": "encrypted"})]


def test_places_lead_to_the_spot() -> None:
    spot = findings(CHECK, {**FILM, "black": [[5.0, 8.0], [9.0, 9.5]]}, DATA)[0].spots
    assert [(one.at, one.until) for one in spot] == [(5.0, 8.0)]
