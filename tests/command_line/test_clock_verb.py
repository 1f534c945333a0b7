"""`lianqiao clock`: answers on standard output, refusals on standard error, and nothing heavy imported."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lianqiao.command_line import clock

START = ["--start", "2026-02-11T10:00", "--budget", "3wd", "--as-of", "2026-06-01"]


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="lianqiao")
    clock.add_parser(parser.add_subparsers())
    args = parser.parse_args(["clock", *arguments])
    code: int = args.run(args)
    return code


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert call(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_one_deadline_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    answer = answered(capsys, *START)
    assert {
        key: answer[key] for key in ("state", "remaining", "due_date", "due_time", "due", "provisional")
    } == {
        "state": "due",
        "remaining": None,
        "due_date": "2026-02-14",
        "due_time": "17:30",
        "due": "2026-02-14T17:30:00+08:00",
        "provisional": False,
    }
    assert answer["calendar"] == "cn@2025-11-04"
    assert [day["counted"] for day in answer["walk"]] == [None, 1, 2, 3]
    assert answer["walk"][-1]["notice"] == "国办发明电〔2025〕7号"


def test_one_deadline_as_text_tells_each_day_and_its_notice(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*START, "--pause", "2026-02-13T10:00/2026-02-24T10:00", "--pause", "2026-05-06/") == 0
    text = capsys.readouterr().out
    assert "2026-02-25 17:30" in text.splitlines()[0]
    assert "2026-02-17" in text
    assert "国办发明电〔2025〕7号" in text
    assert "国务院办公厅关于2026年部分节假日安排的通知" in text
    assert "cures nothing" in text


def test_a_suspended_clock_says_what_remains(capsys: pytest.CaptureFixture[str]) -> None:
    answer = answered(capsys, *START, "--pause", "2026-02-12T10:00/")
    assert (answer["state"], answer["remaining"], answer["due"]) == ("suspended", "2wd", None)
    assert call(*START, "--pause", "2026-02-12T10:00/") == 0
    assert "2wd remaining" in capsys.readouterr().out


def test_extension_receipt_and_as_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(capsys, *START, "--extend", "10wd@2026-02-14T09:00")["due_date"] == "2026-03-06"
    late = answered(capsys, *START, "--extend", "10wd@2026-02-24T09:00")
    assert (late["due_date"], late["ignored"][0]["code"]) == ("2026-02-14", "after-expiry")
    evening = ["--start", "2026-03-06T18:00", "--budget", "1wd", "--receipt", "office-hours"]
    assert answered(capsys, *evening)["due_date"] == "2026-03-10"
    revised = ["--start", "2019-04-26T10:00", "--budget", "3wd"]
    assert answered(capsys, *revised)["due_date"] == "2019-04-30"
    assert answered(capsys, *revised, "--as-of", "2019-03-01")["due_date"] == "2019-05-02"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--start", "2026-02-11", "--budget", "soon"], "--budget"),
        (["--start", "2026-02-11", "--budget", "3days"], "--budget"),
        (["--start", "2026-02-11", "--budget", "0wd"], "--budget"),
        (["--start", "2036-12-30", "--budget", "9wd"], "--budget"),
        (["--start", "yesterday", "--budget", "3wd"], "--start"),
        (["--start", "2014-12-31", "--budget", "3wd"], "--start"),
        (["--start", "2026-02-11"], "--budget"),
        (["--budget", "3wd"], "--start"),
        ([*START, "--pause", "2026-02-12"], "--pause"),
        ([*START, "--pause", "2026-02-13/2026-02-12"], "--pause"),
        ([*START, "--pause", "2040-02-13/"], "--pause"),
        ([*START, "--extend", "10wd"], "--extend"),
        ([*START, "--extend", "10nd@2026-02-12"], "--extend"),
        ([*START, "--extend", "10wd@2026-02-10"], "--extend"),
        ([*START, "--receipt", "later"], "--receipt"),
        ([*START[:4], "--as-of", "now"], "--as-of"),
        (["--cases", "no-such-file.csv"], "no-such-file.csv"),
        (["--cases", "x.csv", "--start", "2026-02-11"], "--cases"),
    ],
)
def test_refusals_name_place_reason_and_remedy(
    arguments: list[str], place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"lianqiao clock: {place}: ")
    assert told.err.rstrip().endswith(")")
    assert "Traceback" not in told.err


CASES = """\
id,start,budget,extend,pause,as_of,receipt
a,2026-02-11T10:00,3wd,,,,
b,2026-02-11T10:00,three,,,,

c,2026-03-02T10:00,3wd,,2026-03-03T10:00/2026-03-05T10:00;2026-03-05T15:00/2026-03-09T10:00,,
d,2026-03-02T10:00,3wd,2wd@2026-03-04T10:00,,2025-12-01,office-hours
e,,3wd,,,,
f,2026-03-02T10:00,3wd,,2026-03-04/2026-03-03,,
g,2026-03-02T10:00,3wd,,2026-03-04/
"""


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_is_answered_in_order(mark: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(mark + CASES, encoding="utf-8", newline="\r\n")
    assert call("--cases", str(file), "--json") == 1
    answers = json.loads(capsys.readouterr().out)
    assert [answer["id"] for answer in answers] == list("abcdefg")
    told = [
        answer.get("due_date") or answer.get("remaining") or answer["error"]["place"] for answer in answers
    ]
    assert told == [
        "2026-02-14",
        "line 3, column budget",
        "2026-03-11",
        "2026-03-09",
        "line 7, column start",
        "line 8, column pause",
        "1wd",
    ]
    assert set(answers[1]["error"]) >= {"place", "reason", "hint"}
    assert "walk" in answers[0]


def test_a_file_as_text_is_one_line_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    assert call("--cases", str(file)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == list("abcdefg")
    assert "2026-02-14 17:30" in lines[0]


def test_a_file_without_bad_rows_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("budget,start,id,remark\n3wd,2026-02-11,a,x\n", encoding="utf-8")
    assert call("--cases", str(file), "--json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)[0]["due_date"] == "2026-02-14"
    assert "column remark is not used" in told.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no column id, start, budget"),
        (b"id,start\na,2026-02-11\n", "no column budget"),
        (b"id,start,budget,pause,pause\n", "more than one column pause"),
        ("id,start,budget,备注\n".encode("gbk"), "not UTF-8"),
        (b'id,start,budget\n"a,2026-02-11,3wd\n', "not CSV"),
    ],
)
def test_files_that_cannot_be_read_are_refused(
    content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(content)
    assert call("--cases", str(file), "--json") == 2
    error = capsys.readouterr().err
    assert str(file) in error
    assert told in error


def test_a_row_with_too_many_cells_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("id,start,budget\na,2026-02-11,3wd,2026-02-12/\n", encoding="utf-8")
    assert call("--cases", str(file), "--json") == 1
    assert json.loads(capsys.readouterr().out)[0]["error"]["place"] == "line 2"


def test_the_verb_needs_neither_django_nor_numpy() -> None:
    probe = (
        "import sys, lianqiao.command_line.clock; print([m for m in ('django', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
