"""Tables as offices send them: found out what they are, read row by row, dirt told by line and column."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianqiao.bridge.tables import Layout, Row, open_table
from lianqiao.bridge.tables.records import LINES_IN_A_CELL, encoding_of, records
from lianqiao.bridge.tables.sheets import text_of
from lianqiao.engine.errors import Refusal

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "items"
LAYOUT = Layout(
    columns={"code": ("编码",), "name": ("名称", "事项名称"), "unit": ("部门",)}, required=("code", "name")
)


def written(folder: Path, content: str | bytes, name: str = "t.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(path: Path, layout: Layout = LAYOUT) -> list[Row]:
    return list(open_table(path, layout).rows)


def told(rows: list[Row]) -> list[tuple[int, str]]:
    return [(row.line, row.problem.code if row.problem else "|".join(row.cells.values())) for row in rows]


def refused(path: Path, layout: Layout = LAYOUT) -> Refusal:
    with pytest.raises(Refusal) as caught:
        open_table(path, layout)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["编码", "名称", "部门"], ["A1", "药品零售", "示例局"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    assert told(read(written(tmp_path, text, encoding=encoding))) == [(2, "A1|药品零售|示例局")]


def test_headings_below_a_title_starred_spaced_and_wide(tmp_path: Path) -> None:
    text = "清单（示例）,,\n2026年,,\n* 编 码 ,事项名称：,备注\nA1,甲,x\n"
    table = open_table(written(tmp_path, text), LAYOUT)
    assert (table.header.line, table.label("code"), table.unused, table.absent) == (
        3,
        "编 码",
        ("备注",),
        ("unit",),
    )
    assert told(list(table.rows)) == [(4, "A1|甲")]


def test_a_line_of_headings_that_is_named_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "编码,名称\n编码,名称\nA1,甲\n")
    layout = Layout(columns=LAYOUT.columns, required=LAYOUT.required, header_row=2)
    assert told(read(path, layout)) == [(3, "A1|甲")]


def test_a_quoted_cell_may_run_over_lines(tmp_path: Path) -> None:
    text = '编码,名称\r\nA1,"甲\r\n乙,丙"\r\nA2,"他说""好"""\r\n'
    assert told(read(written(tmp_path, text))) == [(2, "A1|甲\r\n乙,丙"), (4, 'A2|他说"好"')]


def test_a_quote_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = [f"A{number},甲" for number in range(1000)]
    rows[10] = 'A10,"甲'
    found = told(read(written(tmp_path, "编码,名称\n" + "\n".join(rows) + "\n")))
    assert len(found) == 1000
    assert [line for line, text in found if text == "row-quote"] == [12]


def test_a_quote_inside_a_cell_is_a_character(tmp_path: Path) -> None:
    text = '编码,名称\nA1,5" 管\nA2,甲\nA3,6" 管\nA4,7" 管\n'
    assert told(read(written(tmp_path, text))) == [
        (2, 'A1|5" 管'),
        (3, "A2|甲"),
        (4, 'A3|6" 管'),
        (5, 'A4|7" 管'),
    ]


def test_web_pages_between_rows_are_told_once_each(tmp_path: Path) -> None:
    page = "<html>\n<head><title>502</title></head>\n<body>nginx</body>\n</html>\n"
    text = f"编码,名称,部门\n{page}A1,甲,局\n<!DOCTYPE html><html></html>,,\n{page}A2,乙,局\n"
    found = told(read(written(tmp_path, text)))
    assert found == [(2, "row-html"), (6, "A1|甲|局"), (7, "row-html"), (8, "row-html"), (12, "A2|乙|局")]


def test_a_page_that_never_ends_hides_no_whole_row(tmp_path: Path) -> None:
    found = told(read(written(tmp_path, "编码,名称,部门\n<html><body>\nerror\nA1,甲,局\n")))
    assert found == [(2, "row-html"), (4, "A1|甲|局")]


def test_too_many_cells_and_headings_again(tmp_path: Path) -> None:
    found = told(read(written(tmp_path, "编码,名称\nA1,甲,多\nA2,乙,\n编码,名称\nA3\n")))
    assert found == [(2, "row-too-long"), (3, "A2|乙"), (4, "row-header"), (5, "A3|")]


def test_what_no_encoding_reads_is_told_by_column(tmp_path: Path) -> None:
    content = "编码,名称\nA1,甲\n".encode() + b"A2,\xff\xfe\xff\n" + "A3,丙\n".encode()
    rows = read(written(tmp_path, content))
    assert told(rows) == [(2, "A1|甲"), (3, "row-encoding"), (4, "A3|丙")]
    assert rows[1].problem is not None
    assert rows[1].problem.facts["column"] == "名称"


@pytest.mark.parametrize(
    ("name", "code"),
    [("locked.xlsx", "table-locked"), ("page.xls", "table-html"), ("empty.csv", "table-empty")],
)
def test_files_that_are_no_table(name: str, code: str) -> None:
    assert refused(FIXTURES / name).code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table-empty"),
        (b"%PDF-1.7\n1 0 obj", "table-type"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "table-type"),
        (b"PK\x03\x04 broken off", "table-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "table-type"),
        ("只有一列\n1\n".encode(), "header-missing"),
        ("编码,部门\n1,2\n".encode(), "column-missing"),
        ("编码,名称,编码\n1,2,3\n".encode(), "column-twice"),
    ],
)
def test_refused_as_a_whole(tmp_path: Path, content: bytes, code: str) -> None:
    problem = refused(written(tmp_path, content, name="x.csv")).problems[0]
    assert problem.code == code
    assert problem.place.startswith("x.csv")
    assert problem.hint


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv").code == "table-unreadable"
    assert refused(tmp_path).code == "table-unreadable"


def test_a_missing_column_names_those_there_are(tmp_path: Path) -> None:
    problem = refused(written(tmp_path, "编码,事项名\n1,2\n")).problems[0]
    assert problem.hint == "columns of the file: 编码, 事项名"


def workbook(folder: Path, rows: list[list[Any]], merged: tuple[str, ...] = (), sheet: str = "目录") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def test_a_workbook_with_merged_titles_headings_and_departments(tmp_path: Path) -> None:
    rows = [
        ["事项清单（示例）", None, None, None],
        [None, None, None, None],
        ["部门", "编码", "办理", None],
        [None, None, "事项名称", "时限"],
        ["示例局", "A1", "甲", 20.0],
        [None, "A2", "乙", 20.5],
        ["另一局", "A3", "丙", datetime.date(2026, 1, 2)],
    ]
    path = workbook(tmp_path, rows, ("A1:D1", "A3:A4", "B3:B4", "C3:D3", "A5:A6"))
    table = open_table(
        path, Layout(columns={**LAYOUT.columns, "limit": ("时限",)}, required=("code", "name", "limit"))
    )
    assert (table.sheet, table.header.line) == ("目录", 4)
    assert told(list(table.rows)) == [
        (5, "A1|甲|示例局|20"),
        (6, "A2|乙|示例局|20.5"),
        (7, "A3|丙|另一局|2026-01-02"),
    ]


def test_a_sheet_that_is_named_and_one_that_is_not_there(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["编码", "名称"], ["A1", "甲"]])
    named = Layout(columns=LAYOUT.columns, required=LAYOUT.required, sheet="目录")
    assert told(read(path, named)) == [(2, "A1|甲")]
    problem = refused(path, Layout(columns=LAYOUT.columns, sheet="目灵")).problems[0]
    assert problem.code == "sheet-unknown"
    assert "目录" in problem.hint


def test_numbers_that_lost_digits_do_not_pass_for_codes() -> None:
    assert text_of(5.116020000001235e17) == "5.11602E+17"
    assert text_of(511602000000.0) == "511602000000"
    assert text_of(True) == "TRUE"
    assert text_of(datetime.datetime(2026, 1, 2)) == "2026-01-02"  # noqa: DTZ001


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff\ufffd<"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_a_csv_writer_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    found = [record for record in records(path, "utf-8", ",") if isinstance(record, tuple)]
    assert [tuple(cells) for _, cells in found] == [row for row in rows]
    assert all(sum("\n" in cell for cell in row) <= LINES_IN_A_CELL for row in rows)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes("编码,名称\n".encode() + content)
    with contextlib.suppress(Refusal):
        read(path)
    assert encoding_of(path)
