"""`lianqiao policy import`: a spreadsheet of conditions on standard output as a policy, faults beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from lianqiao.command_line.main import main

HEADINGS = ("条件", "条款", "指标", "要求", "值", "任一组", "没有时")
ASKED = ["--id", "sheet-made", "--title", "示例政策", "--source", "示例文号", "--from", "2026-01-01"]


def sheet(folder: Path, *rows: tuple[str, ...]) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["示例条件表"])
    page.append(HEADINGS)
    for row in rows:
        page.append(row)
    book.save(folder / "conditions.xlsx")
    return folder / "conditions.xlsx"


def test_what_fits_passes_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(
        tmp_path,
        ("研发投入", "第三条", "研发费用占营业收入比例", "不低于", "3%", "", ""),
        ("无处罚", "第四条", "最近一次行政处罚日期", "早于", "三年前", "", "符合"),
    )
    assert main(["policy", "import", str(path), *ASKED]) == 0
    told = capsys.readouterr()
    policy = tmp_path / "sheet-made.toml"
    policy.write_text(told.out, encoding="utf-8")
    shipped = Path(__file__).parents[2] / "districts/ganjiang/policies/attributes.toml"
    (tmp_path / "attributes.toml").write_bytes(shipped.read_bytes())
    assert main(["policy", "check", str(policy)]) == 0
    assert "2 conditions fitted" in told.err


def test_what_does_not_fit_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(tmp_path, ("营收", "第二条", "年营业收入", "不低于", "500万元", "", ""))
    assert main(["policy", "import", str(path), *ASKED, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["fitted"] == 0
    assert told["problems"][0]["place"] == "line 3, column attribute"
    assert main(["policy", "import", str(tmp_path / "none.xlsx"), *ASKED]) == 2
