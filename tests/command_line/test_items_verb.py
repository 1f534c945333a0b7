"""`lianqiao import items`: exit status, what is printed, and the file of problems."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from lianqiao.command_line.main import main
from lianqiao.service.models import ServiceItem

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "items"
CLEAN, DIRTY = str(FIXTURES / "clean.csv"), str(FIXTURES / "dirty.csv")
DIRTY_MAP = str(FIXTURES / "map-dirty.toml")

pytestmark = pytest.mark.django_db


def test_a_clean_file_by_a_map_of_the_district(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "items", CLEAN, "--map", "five-columns"]) == 0
    assert capsys.readouterr().out == "clean.csv: 8 rows, 8 added, 0 updated, 0 unchanged, 0 refused\n"
    assert main(["import", "items", CLEAN, "--map", "five-columns", "--complete"]) == 0
    assert "8 unchanged, 0 refused, 0 withdrawn" in capsys.readouterr().out


def test_dirt_is_told_and_leaves_status_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    problems = tmp_path / "problems.csv"
    assert main(["import", "items", DIRTY, "--map", DIRTY_MAP, "--problems", str(problems)]) == 1
    printed = capsys.readouterr()
    assert "6 added, 0 updated, 0 unchanged, 13 refused" in printed.out
    assert "item-name-missing  line 5, column 事项名称: there is no name" in printed.err
    assert "(the item is kept)" in printed.err
    with problems.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 18
    # a spreadsheet program opening the list runs nothing of it
    assert next(row["value"] for row in rows if row["code"] == "cell-formula").startswith("'=HYPERLINK")


def test_a_dry_run_as_json_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "items", DIRTY, "--map", DIRTY_MAP, "--dry-run", "--complete", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["added"], told["refused"], told["remarks"]) == (19, 6, 13, 5)
    assert told["blocked"]
    assert told["problems"][0] == {
        "line": 5,
        "column": "事项名称",
        "value": "",
        "key": "SL-0002",
        "outcome": "refused",
        "code": "item-name-missing",
        "reason": "there is no name",
        "hint": "give the item's name",
        "detail": "",
        "first": "",
    }
    assert not ServiceItem.objects.exists()


def test_a_department_can_be_given(tmp_path: Path) -> None:
    path, item_map = tmp_path / "t.csv", tmp_path / "m.toml"
    path.write_text("编码,名称\nSL-1,甲\n", encoding="utf-8")
    item_map.write_text(
        'format = 1\nid = "m"\nsource = "示例"\ntitle = { zh-hans = "甲", en = "a" }\n'
        '[columns]\ncode = "编码"\nname = "名称"\ndepartment = "部门"\n',
        encoding="utf-8",
    )
    words = ["import", "items", str(path), "--map", str(item_map)]
    assert main(words) == 2
    assert main([*words, "--default-department", "示例一局", "--example"]) == 0
    item = ServiceItem.objects.get()
    assert (item.department.name, item.example) == ("示例一局", True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([CLEAN, "--map", "five-colums"], "maps/five-colums.toml: the district has no map"),
        ([CLEAN, "--map", "none.toml"], "the map cannot be read"),
        ([CLEAN, "--map", str(FIXTURES / "gbk.csv")], "the map is not UTF-8"),
        (["none.csv", "--map", "five-columns"], "none.csv: the file cannot be read"),
        ([str(FIXTURES / "locked.xlsx"), "--map", "five-columns"], "protected by a password"),
        ([DIRTY, "--map", "five-columns"], "no row has the headings asked for"),
        ([DIRTY, "--map", DIRTY_MAP, "--complete"], "row(s) could not be read"),
    ],
)
def test_what_is_refused_names_place_and_remedy(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "items", *words]) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.rstrip().endswith(")")
    assert not ServiceItem.objects.exists()
