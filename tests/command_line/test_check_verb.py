"""`lianqiao check`: words and 0 where a promise may serve, every problem and 1 where not."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from lianqiao.command_line import check
from lianqiao.engine.errors import Refusal
from lianqiao.site.environment import default_district

GOOD = Path(__file__).parents[1] / "engine" / "good_packs"
BAD = Path(__file__).parents[1] / "engine" / "bad_packs"

Captured = pytest.CaptureFixture[str]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    check.add_parser(parser.add_subparsers())
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))


def test_the_shipped_district_is_told_in_chinese(capsys: Captured) -> None:
    assert main(["check"]) == 0
    assert "承诺“备案初审”：剧管家 3 个工作日内办结（法定时限 20 个工作日" in capsys.readouterr().out


def test_the_words_come_in_english_too(capsys: Captured) -> None:
    assert main(["check", "--language", "en"]) == 0
    assert "Promise “First review”: Drama steward, within 3 working days" in capsys.readouterr().out


def test_json_carries_the_words(capsys: Captured) -> None:
    assert main(["check", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    assert answer["problems"] == []
    assert answer["promises"]["microdrama-filing@1"][0].startswith("网络微短剧备案")


def test_every_problem_is_printed_with_place_and_remedy(capsys: Captured, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(default_district(), tmp_path / "zone"))
    shutil.copy(BAD / "law-shorter.toml", folder / "mechanisms" / "promise.toml")
    assert main(["check", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "mechanisms/promise.toml › clocks.review › budget" in told
    assert "promise 20wd at most" in told
    assert "unknown-policy" in told
    assert "nothing of this may serve" in told


def test_json_carries_the_problems(capsys: Captured) -> None:
    assert main(["check", "--json", str(BAD / "toml-syntax.toml")]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["problems"][0]["code"] == "toml-syntax"
    assert answer["problems"][0]["place"] == "toml-syntax.toml, line 3, column 6"
    assert answer["promises"] == {}


def test_one_file_is_checked_beside_the_pack_it_lies_in(capsys: Captured) -> None:
    assert main(["check", str(default_district() / "mechanisms" / "microdrama-filing.toml")]) == 0
    assert "分层" in capsys.readouterr().out


def test_one_file_alone_knows_no_policy(capsys: Captured) -> None:
    assert main(["check", str(GOOD / "promise.toml")]) == 1
    assert "unknown-policy" in capsys.readouterr().err


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no such file or folder"):
        main(["check", str(tmp_path / "nowhere")])


def test_the_schema_is_printed(capsys: Captured) -> None:
    assert main(["check", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Lianqiao mechanism"
