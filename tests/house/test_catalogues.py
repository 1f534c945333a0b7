"""Every word a page shows has its Chinese, and the compiled catalogue is the one that can be read."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [path.parent for path in sorted((ROOT / "lianqiao").glob("**/locale"))]


def entries(po: Path) -> dict[str, str]:
    """Return id → translation of a catalogue; plural forms count as one."""
    found: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", po.read_text()):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        texts: dict[str, str] = {}
        key = ""
        for line in lines:
            if match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) "(.*)"$', line):
                key = match[1]
                texts[key] = match[2]
            elif key and (match := re.match(r'"(.*)"$', line)):
                texts[key] += match[1]
        if texts.get("msgid"):
            found[texts["msgid"]] = texts.get("msgstr", texts.get("msgstr[0]", ""))
    return found


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: p.name)
def test_chinese_is_complete(room: Path) -> None:
    po = room / "locale/zh_Hans/LC_MESSAGES/django.po"
    assert [key for key, text in entries(po).items() if not text] == []
    assert "fuzzy" not in po.read_text()


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: p.name)
def test_compiled_catalogue_is_current(room: Path) -> None:
    folder = room / "locale/zh_Hans/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    texts = {str(text) for text in compiled.values()}
    for text in entries(folder / "django.po").values():
        plain = text.replace(r"\"", '"').replace(r"\n", "\n").replace("\\\\", "\\")
        assert plain in texts, f"{plain!r} is missing from {room.name}'s django.mo: run `make messages`"


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: p.name)
def test_nothing_said_is_missing_from_the_catalogue(room: Path, tmp_path: Path) -> None:
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is not installed")
    copy = tmp_path / room.name
    shutil.copytree(room, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    subprocess.run(
        [
            Path(sys.executable).with_name("django-admin"), "makemessages",
            "-l", "zh_Hans", "--no-location", "--no-obsolete",
        ],
        cwd=copy, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    said = entries(copy / "locale/zh_Hans/LC_MESSAGES/django.po")
    known = entries(room / "locale/zh_Hans/LC_MESSAGES/django.po")
    assert [key for key in said if not known.get(key)] == []


def test_one_message_has_one_translation() -> None:
    """Django shows the first application's everywhere: another meaning needs another message or a context."""
    said: dict[str, dict[str, list[str]]] = {}
    for room in ROOMS:
        for block in re.split(r"\n\s*\n", (room / "locale/zh_Hans/LC_MESSAGES/django.po").read_text())[1:]:
            lines = [line for line in block.splitlines() if not line.startswith("#")]
            message, _, words = "\n".join(lines).partition("msgstr")
            # how a text is wrapped says nothing
            message, words = (part.replace('"\n"', "") for part in (message, words))
            said.setdefault(message, {}).setdefault(words, []).append(room.name)
    assert {message: found for message, found in said.items() if len(found) > 1} == {}
