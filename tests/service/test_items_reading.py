"""A catalogue made out: limits, types, texts, maps and each kind of dirt, told by line and column."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from lianqiao.bridge import packs
from lianqiao.bridge.pack_files import load_pack
from lianqiao.engine.errors import Refusal
from lianqiao.service.item_import import cleaning
from lianqiao.service.item_import.kinds import KINDS, kind_title, read_kind
from lianqiao.service.item_import.limits import read_limit
from lianqiao.service.item_import.mapping import map_of, maps_of, read_map
from lianqiao.service.item_import.pack_files import check_item_files
from lianqiao.service.item_import.rows import ItemRow, open_catalogue
from lianqiao.service.queries.items import thesaurus

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "items"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20个工作日", "20wd"), ("20 个 工作日", "20wd"), ("２０", "20wd"), ("20.0", "20wd"),
        ("二十日", "20wd"),
        ("十五个工作日", "15wd"), ("一百八十天", "180wd"), ("一百零五日", "105wd"), ("廿五日", "25wd"),
        ("十日内", "10wd"),
        ("60个自然日", "60nd"), ("3个月", "3nm"), ("1年", "12nm"), ("24小时", "24h"), ("2个工作小时", "2wh"),
        ("承诺5个工作日内办结", "5wd"), ("即办", "0wd"), ("即时办结", "0wd"), ("当场办结", "0wd"),
        ("0", "0wd"), ("0工作日", "0wd"),
        ("", ""), ("无", ""), ("/", ""), ("—", ""),
    ],
)  # fmt: skip
def test_limits_as_catalogues_write_them(text: str, limit: str) -> None:
    assert read_limit(text, unit="wd") == limit


@pytest.mark.parametrize(
    "text", ["20-30个工作日", "另行通知", "-5", "20个工作日（可延长10日）", "一二三日", "20.5", "工作日"]
)
def test_what_is_no_single_span_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="limit-unclear"):
        read_limit(text, unit="wd")


def test_a_bare_day_counts_as_the_map_says() -> None:
    assert read_limit("45天", unit="nd") == "45nd"
    assert read_limit("45", unit="nd") == "45nd"
    assert read_limit("45个工作日", unit="nd") == "45wd"
    with pytest.raises(ValueError, match="limit-too-long"):
        read_limit("9999天", unit="wd")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "01"), ("01", "01"), ("１", "01"), ("行政许可", "01"), ("01-行政许可", "01"), ("20", "20"),
        ("公共服务", "20"), ("", ""), ("31", "31"),
    ],
)  # fmt: skip
def test_types_as_catalogues_write_them(text: str, code: str) -> None:
    assert read_kind(text) == code


def test_types_have_titles_and_an_unknown_code_is_shown() -> None:
    assert list(KINDS) == [*(f"{n:02}" for n in range(1, 11)), "20"]
    assert kind_title("07", "zh-hans") == "行政确认"
    assert kind_title("31", "en") == "31"
    with pytest.raises(ValueError, match="kind-unknown"):
        read_kind("许可类")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("　公司　设立登记 ", "公司设立登记"), ("ＡＢＣ１２认证", "ABC12认证"),
        ("许可（县级）", "许可（县级）"), ("第 1 类 A 型", "第 1 类 A 型"),
        ("道路运输\r\n许可", "道路运输许可"), ("零\u200b宽\ufeff字\u00ad符", "零宽字符"), ("a\n b", "a b"),
        ("甲\x00乙", "甲乙"),
    ],
)  # fmt: skip
def test_texts_are_made_clean(text: str, clean: str) -> None:
    assert cleaning.clean_text(text) == clean


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "=HYPERLINK(1)"])
def test_what_a_spreadsheet_would_run_is_seen(text: str) -> None:
    assert cleaning.is_formula(text)
    assert not cleaning.is_formula(f"办{text}")


# --- maps -------------------------------------------------------------------------------------------------


def map_text(**more: str) -> str:
    parts = {
        "top": 'format = 1\nid = "m"\nsource = "清单"\ntitle = { zh-hans = "甲", en = "a" }',
        "columns": '[columns]\ncode = "编码"\nname = "名称"\ndepartment = "部门"',
        "rest": "",
    }
    return "\n".join((parts | more).values())


@pytest.mark.parametrize(
    ("more", "place", "hint"),
    [
        ({"columns": '[columns]\ncode = "编码"'}, "m.toml › columns › name", "add name"),
        (
            {"columns": '[columns]\ncode = "编码"\nname = "名称"\nnmae = "名称"'},
            "m.toml › columns › nmae",
            "name",
        ),
        ({"rest": "[value.kind]"}, "m.toml › value", "values"),
        ({"rest": '[values.knd]\n"甲" = "01"'}, "m.toml › values › knd", "kind"),
        ({"rest": '[defaults]\nunit = "days"'}, "m.toml › defaults › unit", "wd, nd"),
        ({"rest": '[table]\nencoding = "gbkk"'}, "m.toml › table › encoding", "change it"),
        ({"rest": "[table]\nheader_row = -1"}, "m.toml › table › header_row", ""),
        ({"rest": "[defaults\nunit = 1"}, "m.toml, line 9", "correct the line"),
        ({"columns": '[columns]\ncode = []\nname = "名称"'}, "m.toml › columns › code", ""),
    ],
)
def test_a_wrong_map_names_file_key_and_what_is_known(more: dict[str, str], place: str, hint: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_map(map_text(**more), "m.toml")
    problem = caught.value.problems[0]
    assert problem.place.startswith(place)
    assert hint in problem.hint


def test_the_maps_of_the_district_can_be_read() -> None:
    found = maps_of(packs.current())
    assert {"five-columns", "implementation-list"} <= set(found)
    assert map_of(packs.current(), "five-columns").layout.required == ("key", "code", "name", "department")
    with pytest.raises(Refusal) as caught:
        map_of(packs.current(), "five-colums")
    assert "five-columns" in caught.value.problems[0].hint


def test_a_pack_with_wrong_maps_or_synonyms_is_told_of(tmp_path: Path) -> None:
    folder = shutil.copytree(settings.ENVIRONMENT.district, tmp_path / "zone")
    (folder / "synonyms.toml").write_text('format = 1\nalik = [["甲", "乙"]]\n', encoding="utf-8")
    (folder / "maps" / "other.toml").write_text(map_text(), encoding="utf-8")
    pack = load_pack(folder)
    places = [(problem.place, problem.code) for problem in check_item_files(pack)]
    assert places == [("synonyms.toml › alik", "key-unknown"), ("maps/other.toml › id", "file-name-differs")]
    # the search goes on without them
    assert thesaurus(pack).read("药店").wishes
    assert check_item_files(packs.current()) == []


# --- rows -------------------------------------------------------------------------------------------------


def rows_of(path: Path, text: str) -> list[ItemRow]:
    return list(
        open_catalogue(path, read_map(text, "m.toml"), promises=frozenset({"microdrama-filing"})).rows
    )


def test_every_kind_of_dirt_is_told_and_the_rest_is_read() -> None:
    text = (FIXTURES / "map-dirty.toml").read_text(encoding="utf-8")
    rows = rows_of(FIXTURES / "dirty.csv", text)
    said = {row.line: row.refusal.code if row.refusal else "" for row in rows}
    assert said == {
        4: "", 5: "item-name-missing", 6: "item-key-missing", 7: "", 8: "", 9: "row-html", 12: "row-html",
        13: "",
        15: "item-department-missing", 16: "cell-formula", 17: "item-digits-lost", 18: "row-too-long", 19: "",
        20: "row-header", 22: "item-key-malformed", 23: "", 24: "cell-error", 25: "row-quote", 26: "",
    }  # fmt: skip
    remarks = {(row.line, problem.code, problem.facts["column"]) for row in rows for problem in row.remarks}
    assert remarks == {
        (19, "kind-unknown", "事项类型"),
        (19, "limit-unclear", "法定时限"),
        (19, "limit-too-long", "承诺时限"),
        (19, "audience-unknown", "服务对象"),
        (23, "promise-longer", "承诺时限"),
    }
    wide = next(row for row in rows if row.line == 8)
    assert (wide.key, wide.values["name"], wide.values["department"]) == (
        "SL-0003",
        "公司设立登记",
        "示例二局",
    )
    assert (wide.values["statutory_limit"], wide.values["promised_limit"]) == ("20wd", "0wd")
    assert (wide.values["kind"], wide.values["audience"]) == ("01", "both")


def test_a_refusal_names_line_column_and_an_excerpt() -> None:
    text = (FIXTURES / "map-dirty.toml").read_text(encoding="utf-8")
    row = next(row for row in rows_of(FIXTURES / "dirty.csv", text) if row.line == 17)
    assert row.refusal is not None
    assert row.refusal.place == "line 17, column 事项编码"
    assert row.refusal.facts == {"line": "17", "column": "事项编码", "value": "5.11602E+17"}
    assert "text" in row.refusal.hint


def test_what_the_file_does_not_say_is_not_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("编码,名称,部门\nA1,甲,局\n", encoding="utf-8")
    assert rows_of(path, map_text())[0].values == {"code": "A1", "name": "甲", "department": "局"}
    given = map_text(rest='[defaults]\nkind = "20"\nmechanism = "microdrama-filing"')
    assert rows_of(path, given)[0].values["kind"] == "20"
    assert rows_of(path, given)[0].values["mechanism"] == "microdrama-filing"


def test_units_in_a_column_of_their_own_and_procedures_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "主键,编码,名称,部门,天数,单位,环节\n1,A1,甲,局,3,2,专家评审；检验检测\n2,A1,乙,局,3,1,无\n",
        encoding="utf-8",
    )
    text = map_text(
        top='format = 1\nid = "m"\nkey = "主键"\nsource = "清单"\ntitle = { zh-hans = "甲", en = "a" }',
        columns='[columns]\ncode = "编码"\nname = "名称"\ndepartment = "部门"\n'
        'statutory_limit = "天数"\nstatutory_unit = "单位"\nexcluded = "环节"',
        rest='[values.statutory_unit]\n"1" = "工作日"\n"2" = "个月"',
    )
    first, second = rows_of(path, text)
    assert (first.key, first.values["code"], first.values["statutory_limit"]) == ("1", "A1", "3nm")
    assert first.values["excluded"] == ["专家评审", "检验检测"]
    assert (second.key, second.values["statutory_limit"], second.values["excluded"]) == ("2", "3wd", [])
