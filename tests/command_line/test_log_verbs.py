"""`lianqiao import log` and `lianqiao report late`: dirt told, good rows kept, clocks reckoned anew."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lianqiao.bridge.models import Case, Promise
from lianqiao.command_line.main import main
from lianqiao.service.models import HistoricCase, HistoricLog
from lianqiao.service.queries.historic_logs import events_of, historic_log, stored_log
from lianqiao.site.environment import default_district
from tests.world import FILING, NOW, World, at

Captured = pytest.CaptureFixture[str]
MAP = """
case = "编号"
activity = "环节"
time = "时间"
person = "经办人"
deadline = "承诺期限"
[promise]
budget = "3wd"
start = "受理"
end = ["办结"]
"""
# three working days from 11 February 2026 end on Saturday the 14th, a make-up day; the file says the 16th
LOG = """\
编号,环节,时间,经办人,承诺期限
A1,受理,2026-02-11 10:00,张三,2026-02-16 17:30
A1,办结,2026-02-14 18:00,张三,
A2,受理,2026-02-11 10:00,李四,2026-02-16 17:30
A2,补正,2026-02-12 10:00,,
A2,办结,2026-02-13 10:00,李四,
A3,受理,昨天,李四,
,受理,2026-02-11 10:00,李四,
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "filings.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    return str(tmp_path / "filings.csv"), str(tmp_path / "map.toml")


def told(capsys: Captured) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.django_db
def test_a_log_comes_in_again_and_again(files: tuple[str, str], capsys: Captured, tmp_path: Path) -> None:
    problems = tmp_path / "problems.csv"
    again = ["import", "log", files[0], "--map", files[1], "--json"]
    assert main([*again, "--problems", str(problems)]) == 1
    report = told(capsys)
    counts = {name: report[name] for name in ("rows", "left_out", "cases", "events", "added")}
    assert counts == {"rows": 7, "left_out": 2, "cases": 2, "events": 5, "added": 2}
    assert [one["place"] for one in report["problems"]] == ["line 7, column 时间", "line 8, column 编号"]
    assert "line 7, column 时间" in problems.read_text(encoding="utf-8-sig")
    assert main(again) == 1
    assert (told(capsys)["unchanged"], HistoricCase.objects.count()) == (2, 2)
    # a later file: one case went on, one is new, one is not in it
    more = "编号,环节,时间,经办人,承诺期限\nA2,受理,2026-02-11 10:00,李四,\nA4,受理,2026-02-12 09:00,王五,\n"
    Path(files[0]).write_text(more, encoding="utf-8")
    assert main(again) == 0
    report = told(capsys)
    assert {name: report[name] for name in ("added", "updated", "unchanged", "cases", "events")} == {
        "added": 1, "updated": 1, "unchanged": 0, "cases": 3, "events": 4,
    }  # fmt: skip
    log = historic_log("filings")
    assert set(stored_log(log).cases) == {"A1", "A2", "A4"}
    # nothing of it is a case of ours, and nobody's name came in
    assert not Case.objects.exists()
    assert not [
        name for name in ("张三", "李四", "王五") if name in json.dumps(log.people, ensure_ascii=False)
    ]
    case = HistoricCase.objects.get(number="A1")
    assert [one.activity for one in events_of(log, case)] == ["受理", "办结"]
    assert events_of(log, case)[0].person.startswith("officer-")


@pytest.mark.django_db
def test_late_cases_of_a_file_and_of_what_was_kept(files: tuple[str, str], capsys: Captured) -> None:
    assert main(["report", "late", "--log", files[0], "--map", files[1], "--json"]) == 0
    of_file = told(capsys)
    assert of_file["late"] == 1
    assert of_file["stated_wrong"] == 2
    assert of_file["rows_left_out"] == 2
    (late,) = of_file["cases"]
    assert (late["case"], late["due"], late["late_h"]) == ("A1", "2026-02-14T17:30:00+08:00", 0.5)
    assert main(["import", "log", files[0], "--map", files[1], "--name", "备案 2026"]) == 1
    capsys.readouterr()
    assert main(["report", "late", "--log", "备案 2026", "--json"]) == 0
    assert told(capsys)["cases"] == of_file["cases"]
    kept = HistoricCase.objects.get(number="A1")
    assert (kept.late_s, kept.owed) == (1800, True)
    assert HistoricLog.objects.get().findings["late"]["late"] == 1
    assert main(["report", "late", "--log", "备案 2026"]) == 0
    assert "1 late of 2 with a deadline (50.0 % kept)" in capsys.readouterr().out
    assert main(["report", "late", "--log", "备案"]) == 2
    assert "备案 2026" in capsys.readouterr().err


@pytest.mark.django_db
def test_late_promises_of_our_own(world: World, capsys: Captured) -> None:
    world.file()
    other = world.file()
    world.act(other, "pass_review", by=world.steward_of(other), review_opinion="示例：同意")
    late = ["report", "late", "--promise", FILING, "--json"]
    assert main(late) == 0
    assert told(capsys)["late"] == 0
    with at(NOW + timedelta(days=14)):
        assert main(late) == 0
        found = told(capsys)
    assert (found["late"], found["with_deadline"]) == (1, 2)
    assert found["cases"][0]["promise"] == f"{FILING}/first_review"
    assert found["cases"][0]["due"] == found["cases"][0]["recorded_due"]
    # a row that says otherwise than its clock is told
    Promise.objects.filter(result="").update(due_at=NOW)
    with at(NOW + timedelta(days=14)):
        assert main(late) == 0
    assert told(capsys)["recorded_otherwise"] == 1


def test_what_cannot_be_read_is_refused(files: tuple[str, str], capsys: Captured, tmp_path: Path) -> None:
    packed = tmp_path / "cut.csv.gz"
    packed.write_bytes(gzip.compress(LOG.encode())[:-20])
    (tmp_path / "gb.csv").write_bytes(LOG.encode("gb18030"))
    (tmp_path / "other.toml").write_text(MAP.replace("编号", "号码"), encoding="utf-8")
    for arguments, reason in (
        ([files[0]], "a CSV log needs a map"),
        ([files[0], "--map", str(tmp_path / "other.toml")], "no column “号码”"),
        ([files[0], "--map", "nowhere"], "no map “nowhere”"),
        ([str(packed), "--map", files[1]], "breaks off"),
        ([str(tmp_path / "gb.csv"), "--map", files[1]], "utf-8 or gb18030"),
        ([str(tmp_path / "no.csv"), "--map", files[1]], "cannot be read"),
    ):
        assert main(["import", "log", *arguments, "--dry-run"]) == 2
        assert reason in capsys.readouterr().err


def test_maps_of_a_pack_are_checked_with_it(tmp_path: Path, capsys: Captured) -> None:
    pack = shutil.copytree(default_district(), tmp_path / "zone")
    (pack / "log-maps").mkdir()
    (pack / "log-maps" / "old.toml").write_text(MAP, encoding="utf-8")
    assert main(["check", str(pack)]) == 0
    (pack / "log-maps" / "old.toml").write_text('cse = "x"', encoding="utf-8")
    assert main(["check", str(pack)]) == 1
    assert "log-maps/old.toml" in capsys.readouterr().err


@pytest.mark.django_db
def test_real_logs_come_in(shared: Path, capsys: Captured, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(
        'case = "case_id"\nactivity = "activity"\ntime = "timestamp"\nperson = "resource"\n', encoding="utf-8"
    )
    file = str(shared / "eventlogs" / "traffic_fines_10k.csv.gz")
    assert main(["import", "log", file, "--map", str(tmp_path / "map.toml"), "--json"]) == 0
    report = told(capsys)
    assert (report["name"], report["cases"], report["events"]) == ("traffic_fines_10k", 10_000, 34_724)
    log = historic_log("traffic_fines_10k")
    assert len(stored_log(log)) == 34_724
    assert log.findings["variants"]["count"] == 44
