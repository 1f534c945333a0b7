"""`lianqiao log export`: whoever holds an export can verify it with nothing of this program."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lianqiao.bridge.models import Case
from lianqiao.command_line.main import main
from tests.bridge.town import Town

pytestmark = pytest.mark.django_db


def faults(lines: list[str]) -> list[str]:
    """Verify an export as docs/walk.md tells an outsider to; knows SHA-256 and JSON and nothing else."""
    wrong, heads, seals = [], {}, "0" * 64
    for line in map(json.loads, lines):
        if "seal" not in line:
            seen = heads.setdefault(line["case"], ["0" * 64])
            text = "\n".join([line["case"], str(line["seq"]), line["body"], line["previous"]])
            if line["seq"] != len(seen) or line["previous"] != seen[-1]:
                wrong.append(f"{line['case']}: entry {line['seq']} does not follow")
            if hashlib.sha256(text.encode()).hexdigest() != line["hash"]:
                wrong.append(f"{line['case']}: entry {line['seq']} was altered")
            seen.append(line["hash"])
            continue
        text = "\n".join([line["seal"], line["heads"], line["previous"]])
        if line["previous"] != seals or hashlib.sha256(text.encode()).hexdigest() != line["hash"]:
            wrong.append(f"the seal of {line['seal']} was altered")
        seals = line["hash"]
        for number, seq, head in json.loads(line["heads"]):
            if head not in heads.get(number, [])[seq : seq + 1]:
                wrong.append(f"{number}: entry {seq} was sealed and is gone")
    return wrong


@pytest.fixture
def zone() -> Town:
    """Two filings and two seals, the second over part of them."""
    town = Town()
    first = town.file_drama("《行＼n间》“引号”\t😀")
    town.file_drama("乙")
    town.tick()
    town.later(hours=1).pass_review(first)
    town.tick()
    return town


def exported(capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    capsys.readouterr()
    assert main(["log", "export", *more]) == 0
    return capsys.readouterr().out.splitlines()


def test_an_export_verifies_without_the_program(zone: Town, capsys: pytest.CaptureFixture[str]) -> None:
    lines = exported(capsys)
    assert ["seal" in json.loads(line) for line in lines] == [False, False, False, True, True]
    assert faults(lines) == []


def test_an_export_shows_what_was_done_to_it(zone: Town, capsys: pytest.CaptureFixture[str]) -> None:
    lines = exported(capsys)
    assert faults([lines[0].replace("乙", "丙"), lines[1].replace("示例", "别的"), *lines[2:]])
    assert faults(lines[1:])
    assert faults([lines[1], lines[0], *lines[2:]])
    assert faults([*lines[:2], *lines[3:]])
    assert faults([*lines[:3], lines[4]])
    assert faults([*lines[:3], lines[4], lines[3]])


def test_one_case_is_exported_alone(zone: Town, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    number = Case.objects.order_by("pk")[0].number
    lines = exported(capsys, "--case", number)
    assert {json.loads(line)["case"] for line in lines} == {number}
    assert faults(lines) == []
    file = tmp_path / "log.jsonl"
    assert exported(capsys, "--to", str(file)) == []
    assert file.read_text(encoding="utf-8").splitlines() == exported(capsys)


@pytest.mark.parametrize("number", ["WDJ-2026-999999", "' OR 1=1", "\x00"])
def test_a_number_nobody_has_is_refused_and_leaves_no_file(
    zone: Town, capsys: pytest.CaptureFixture[str], tmp_path: Path, number: str
) -> None:
    file = tmp_path / "log.jsonl"
    assert main(["log", "export", "--case", number, "--to", str(file)]) == 2
    assert not file.exists()
    assert "there is no case" in capsys.readouterr().err
