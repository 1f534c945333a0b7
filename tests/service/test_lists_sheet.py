"""Workbooks: text that looks like a formula stays text, any length is written, times are Beijing's."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from lianqiao.organization.lists.spreadsheets import MOST_CHARACTERS, Value, spreadsheet, write_workbook

COLUMNS = [("名称", 20), ("值", 10)]


def written(rows: Iterable[Sequence[Value]], **more: Any) -> BytesIO:
    file = BytesIO()
    write_workbook(file, "清单", columns=COLUMNS, rows=rows, **more)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://example.org")', "+86 791", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"],
)
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    file = written([(text, 1)])
    cell = load_workbook(file).active["A2"]  # type: ignore[index]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix
    with zipfile.ZipFile(file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_characters_a_workbook_cannot_hold_are_left_out() -> None:
    rows = [("甲\x00\x0b\x1f乙\ufffe", 1), ("长" * (MOST_CHARACTERS + 5), 1)]
    sheet = load_workbook(written(rows)).active
    assert sheet["A2"].value == "甲乙"  # type: ignore[index]
    assert len(sheet["A3"].value) == MOST_CHARACTERS  # type: ignore[index]


def test_times_are_beijing_times_and_days_stay_days() -> None:
    rows = [(datetime(2026, 2, 14, 9, 30, tzinfo=UTC), date(2026, 2, 14)), (None, None)]
    sheet = load_workbook(written(rows)).active
    assert sheet["A2"].value == datetime(2026, 2, 14, 17, 30)  # type: ignore[index]  # noqa: DTZ001
    assert sheet["A2"].number_format == "yyyy-mm-dd hh:mm"  # type: ignore[index]
    assert sheet["B2"].value == datetime(2026, 2, 14)  # type: ignore[index]  # noqa: DTZ001
    assert sheet["A3"].value is None  # type: ignore[index]


def test_what_one_sheet_cannot_hold_goes_on_in_the_next() -> None:
    rows = [(f"行{n}", n) for n in range(7)]
    workbook = load_workbook(written(rows, most_rows=4))
    assert workbook.sheetnames == ["清单", "清单 2", "清单 3"]
    assert [sheet.max_row for sheet in workbook] == [4, 4, 2]
    assert [sheet["A1"].value for sheet in workbook] == ["名称"] * 3
    assert workbook["清单 2"]["A2"].value == "行3"


def test_rows_are_read_once_and_never_held() -> None:
    alive = 0

    def rows() -> Iterable[Sequence[Value]]:
        nonlocal alive
        for n in range(3000):
            alive = n
            yield f"行{n}", n

    assert load_workbook(written(rows())).active.max_row == 3001  # type: ignore[union-attr]
    assert alive == 2999


@pytest.mark.django_db  # closing a response looks at the database's connections
def test_the_download_is_named_and_typed() -> None:
    response = spreadsheet("我的事项/清单", columns=COLUMNS, rows=[("甲", 1)])
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    body = b"".join(response.streaming_content)  # type: ignore[arg-type]
    response.close()
    assert load_workbook(BytesIO(body)).sheetnames == ["我的事项 清单"]
