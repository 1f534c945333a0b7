"""Packs on disk: read when they change, refused as a whole, and only with formats the bridge can tell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lianqiao.bridge import file_types
from lianqiao.bridge.pack_files import load_pack, read_texts
from lianqiao.engine.check_parts import FILE_FORMATS
from lianqiao.engine.errors import Refusal
from lianqiao.site.environment import default_district


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_district(), tmp_path / "zone"))


def test_the_same_files_give_the_same_pack(folder: Path) -> None:
    assert load_pack(folder) is load_pack(folder)


def test_a_changed_file_gives_a_new_pack(folder: Path) -> None:
    before = load_pack(folder)
    file = folder / "mechanisms" / "microdrama-filing.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('budget = "3wd"', 'budget = "2wd"'), encoding="utf-8"
    )
    after = load_pack(folder)
    assert before.newest("microdrama-filing").clocks["first_review"].budget == "3wd"
    assert after.newest("microdrama-filing").clocks["first_review"].budget == "2wd"


def test_a_pack_that_may_not_serve_is_refused_with_every_problem(folder: Path) -> None:
    file = folder / "mechanisms" / "microdrama-filing.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('owner = "steward"', 'owner = "stewart"').replace(
        'to = "production"', 'to = "produktion"'
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        load_pack(folder)
    places = {problem.place.split(" › ", 1)[1] for problem in refusal.value.problems}
    assert places == {"clocks.first_review › owner", "clocks.film_review › owner", "steps.pass_review › to"}


def test_hidden_and_binary_files_are_left_out(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config.toml").write_text("x", encoding="utf-8")
    (folder / "logo.png").write_bytes(b"\x89PNG")
    assert not {".git/config.toml", "logo.png"} & set(read_texts(folder))


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "policies" / "gbk.toml").write_bytes("标题".encode("gbk"))
    with pytest.raises(Refusal) as refusal:
        read_texts(folder)
    assert refusal.value.code == "pack-not-utf8"
    assert refusal.value.problems[0].place == "policies/gbk.toml"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        load_pack(tmp_path / "nowhere")
    assert refusal.value.code == "pack-not-found"


def test_a_promise_names_only_formats_the_bridge_can_tell() -> None:
    assert set(FILE_FORMATS) == set(file_types.TYPES)


def test_packs_are_read_without_django() -> None:
    code = "import sys, lianqiao.bridge.pack_files; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
