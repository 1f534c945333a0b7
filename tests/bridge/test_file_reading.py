"""What is found in files, sound and hostile: read in the child process, as in service."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.bridge.file_check import child, limits
from lianqiao.bridge.file_check.limits import DOCX, PDF, TXT, Limits
from lianqiao.labs.script_text import by_first_letter, chinese_number, measure_text, occurrences
from tests import media

RULES = {"parts": {"characters": ["人物小传"], "outline": ["故事梗概"]}, "words": ["示例提示词", "Risky"]}
MP4 = "video/mp4"


def look(path: Path, media_type: str, **more: Any) -> dict[str, Any]:
    kind = "film" if media_type.startswith("video/") else "text"
    asked = {"kind": kind, "media_type": media_type, "rules": RULES, "go_on": lambda done, total: None}
    return child.look_over(path, **(asked | more))


def look_at(folder: Path, content: bytes, media_type: str) -> dict[str, Any]:
    path = folder / "file"
    path.write_bytes(content)
    return look(path, media_type)


def test_a_script_in_every_format(tmp_path: Path) -> None:
    text = media.script([1, 2, 4]) + "\n示例\n提示词在两行\n"
    for content, media_type, unit in (
        (text.encode(), TXT, "line"),
        (text.encode("gb18030"), TXT, "line"),
        (media.docx(text), DOCX, "paragraph"),
    ):
        report = look_at(tmp_path, content, media_type)
        assert report["unit"] == unit
        assert report["episodes"] == [1, 2, 4]
        assert report["parts"] == {"characters": 2, "outline": 4}
        assert report["characters"] == len("".join(text.split()))
    pages = ["EP 1\nA risky word here.", "Episode 2\nand RISKY again", "nothing"]
    report = look_at(tmp_path, media.pdf(pages), PDF)
    assert (report["unit"], report["pieces"], report["episodes"]) == ("page", 3, [1, 2])
    assert report["words"] == {"Risky": 2}
    assert [place["at"] for place in report["places"]] == [1, 2]
    assert report["places"][0]["before"].endswith("A ")


@pytest.fixture(scope="module")
def marked_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parts = [("moving", 3, 0.1), ("black", 2, 0.1), ("moving", 2, 0), ("still", 4, 0), ("moving", 2, 0.1)]
    return media.film(tmp_path_factory.mktemp("film") / "film.mp4", parts, options={"movflags": "faststart"})


def test_a_film_by_picture_and_sound(marked_film: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = look(marked_film, MP4, go_on=lambda done, total: seen.append((done, total)))
    assert report["seconds"] == pytest.approx(13, abs=0.1)
    assert report["read_s"] == pytest.approx(13, abs=0.3)
    assert report["video"] | {"frames_a_second": 10} == report["video"]
    assert (report["video"]["codec"], report["shape"]) == ("h264", [9, 16])
    assert report["audio"] == {"codec": "aac", "hz": 48000, "channels": 2}
    assert report["black"] == [pytest.approx([3, 5], abs=0.3)]
    assert pytest.approx([7, 11], abs=0.3) in report["frozen"]
    assert report["silent"] == [pytest.approx([5, 11], abs=0.1)]
    assert report["faults"] == 0


@pytest.mark.parametrize(("tone", "lufs"), [(0.1, -20.0), (0.0708, -23.0), (0.5, -6.0)])
def test_loudness_as_ebu_tech_3341_says(tmp_path: Path, tone: float, lufs: float) -> None:
    """A stereo sine of 1 kHz at −23 dBFS in both channels has −23 LUFS (EBU Tech 3341, case 1), here ±0.3."""
    report = look(media.film(tmp_path / "tone.mp4", [("moving", 5, tone)]), MP4)
    assert report["lufs"] == pytest.approx(lufs, abs=0.3)
    assert report["peak_dbtp"] == pytest.approx(lufs, abs=1.6), "a sine's peak, with what the codec adds"
    assert report["range_lu"] == pytest.approx(0, abs=0.3)


def test_other_containers_and_a_film_without_sound(tmp_path: Path) -> None:
    silent = media.film(tmp_path / "a.mkv", [("moving", 1, 0)], sound=False, container="matroska")
    report = look(silent, "video/x-matroska")
    assert (report["audio"], report["lufs"], report["silent"]) == (None, None, [])
    quick = media.film(tmp_path / "a.mov", [("moving", 1, 0)], container="mov")
    assert look(quick, "video/quicktime")["lufs"] is None, "silence has no loudness"


def test_hostile_files_are_told_as_unreadable(tmp_path: Path, marked_film: Path) -> None:
    whole = marked_film.read_bytes()
    index_last = media.film(tmp_path / "last.mp4", [("moving", 2, 0.1)]).read_bytes()
    text = media.docx("示例")
    bombs: dict[str, tuple[bytes, str]] = {
        "a zip bomb": (media.zip_bomb(400), DOCX),
        "half a document": (text[: len(text) // 2], DOCX),
        "an archive that is none": (b"PK\x03\x04" + os.urandom(200), DOCX),
        "a document without a document": (_archive({"word/other.xml": b"<a/>"}), DOCX),
        "entities without end": (_archive(_laughing()), DOCX),
        "half a PDF": (media.pdf(["one"])[:300], PDF),
        "no PDF": (b"%PDF-1.7\n" + os.urandom(2000), PDF),
        "a film without its index": (index_last[: len(index_last) // 2], MP4),
        "no film": (os.urandom(5000), MP4),
        "a list that names other files": (b"ffconcat version 1.0\nfile /etc/passwd\n", MP4),
        "a playlist of addresses": (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n", MP4),
        "bytes that are no text": (bytes([0x81, 0x20, 0xFF]) * 50, TXT),
    }
    for name, (content, media_type) in bombs.items():
        assert "unreadable" in look_at(tmp_path, content, media_type), name
    assert look_at(tmp_path, *bombs["a zip bomb"])["unreadable"] == "too-large"
    # what can be read of a film cut in the middle is told, and that it ends early
    cut = look_at(tmp_path, whole[: len(whole) * 2 // 3], MP4)
    assert cut["read_s"] < 11
    assert cut["seconds"] == pytest.approx(13, abs=0.1)


def test_endless_files_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF whose content unpacks without end meets the bounds of memory and time, and nothing else does."""
    import zlib

    stream = zlib.compress(b"(a) Tj " * 40_000_000, 9)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    head += b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    body = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n" % (len(stream), stream)
    content = head + page + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    monkeypatch.setitem(limits.LIMITS, "text", Limits(1024, 200, 120, wall_s=10))
    began = time.monotonic()
    assert look_at(tmp_path, content, PDF)["unreadable"] in ("damaged", "memory", "too-large", "time")
    assert time.monotonic() - began < 13


def test_a_stopped_reading_leaves_no_process(tmp_path: Path) -> None:
    path = media.film(tmp_path / "long.mp4", [("moving", 20, 0.1)])

    started: list[Any] = []
    really = subprocess.Popen

    def begin(*asked: Any, **how: Any) -> Any:
        started.append(really(*asked, **how))
        return started[-1]

    def stop(done: int, total: int) -> None:
        os.kill(started[0].pid, 0)
        raise KeyError("stopped")

    with mock.patch.object(subprocess, "Popen", begin), pytest.raises(KeyError):
        look(path, MP4, go_on=stop)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)


def test_the_reader_knows_no_secrets_and_has_no_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    assert not {"SECRET_KEY", "DATABASE_URL", "LIANQIAO_HOME"} & set(child._environment())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        program = (
            "import json, signal, socket, sys\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "from lianqiao.bridge.file_check.limits import LIMITS, bind\n"
            "bind(LIMITS['text'])\n"
            "facts = {'django': 'django' in sys.modules}\n"
            "try:\n with open('written', 'w') as file:\n  file.write('x' * 9)\n facts['wrote'] = True\n"
            "except OSError:\n facts['wrote'] = False\n"
            f"try:\n socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 2)\n"
            " facts['network'] = True\n"
            "except OSError:\n facts['network'] = False\n"
            "try:\n bytearray(3 << 30)\n facts['memory'] = True\n"
            "except MemoryError:\n facts['memory'] = False\n"
            "print(json.dumps(facts))\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env=child._environment(),
            cwd=tmp_path,
            check=True,
        )
    facts = json.loads(ran.stdout)
    assert not facts["django"]
    assert not facts["wrote"]
    assert not facts["memory"]
    if facts["network"]:
        pytest.skip("this system lets no process give up its network; the other bounds hold")


@given(st.integers(1, 2000))
def test_numbers_in_characters(number: int) -> None:
    digits = "零一二三四五六七八九"
    places = [(1000, "千"), (100, "百"), (10, "十"), (1, "")]
    text, rest, gap = "", number, False
    for size, name in places:
        digit, rest = divmod(rest, size)
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + name
            gap = False
        else:
            gap = bool(text)
    assert chinese_number(text) == number
    assert chinese_number(str(number)) == number


@given(st.text("ab示例 ", max_size=60), st.lists(st.text("ab示例", min_size=1, max_size=3), max_size=5))
def test_words_are_found_where_they_are(text: str, words: list[str]) -> None:
    plainly = {(at, word) for word in words for at in range(len(text)) if text.startswith(word, at)}
    assert set(occurrences(text, by_first_letter(words))) == plainly


def test_words_counted_whole_though_few_places_are_told() -> None:
    report = measure_text(["示例提示词" * 30], parts={}, words=["示例提示词"])
    assert report["words"] == {"示例提示词": 30}
    assert len(report["places"]) == 5


def _archive(members: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", 8) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def _laughing() -> dict[str, bytes]:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{entities}]><d>&l11;</d>'
    with zipfile.ZipFile(BytesIO(media.docx("示例"))) as good:
        members = {name: good.read(name) for name in good.namelist()}
    return members | {"word/document.xml": xml.encode()}
