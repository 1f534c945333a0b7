"""`lianqiao export`: diagrams and logs go out whole, to a file, without the name of anybody."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import r4pm
from lxml import etree
from r4pm import bindings

from lianqiao.bridge.models import Entry
from lianqiao.command_line.main import main
from lianqiao.engine.mining import LogMap, read_ocel
from lianqiao.organization import commands as organization
from lianqiao.service.log_import.files import read_log_file
from tests.world import FILING, World, person

Captured = pytest.CaptureFixture[str]
NAMES = ("示例企业甲", "示例剧管家", "示例剧《桥上的人》", "示例梗概")


@pytest.fixture
def filed(world: World) -> World:
    for number in range(3):
        case = world.file()
        if number:
            world.act(case, "pass_review", by=world.steward_of(case), review_opinion="示例：同意")
    return world


def test_a_diagram_in_either_language(capsys: Captured, tmp_path: Path) -> None:
    assert main(["export", "bpmn", FILING]) == 0
    said = capsys.readouterr().out
    assert etree.fromstring(said.encode()).tag.endswith("definitions")
    assert "初审" in said
    file = tmp_path / "filing.bpmn"
    assert main(["export", "bpmn", FILING, "--language", "en", "--to", str(file)]) == 0
    assert "First review" in file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["filing.bpmn"]


def test_a_promise_nobody_has_and_a_folder_that_is_not(capsys: Captured, tmp_path: Path) -> None:
    assert main(["export", "bpmn", "microdrama-filling"]) == 2
    assert "microdrama-filing" in capsys.readouterr().err
    assert main(["export", "bpmn", FILING, "--to", str(tmp_path / "no" / "file.bpmn")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.django_db
def test_logs_go_out_whole_and_nameless(filed: World, tmp_path: Path) -> None:
    xes, ocel = tmp_path / "log.xes", tmp_path / "log.json"
    assert main(["export", "xes", "--to", str(xes), "--promise", FILING]) == 0
    assert main(["export", "ocel", "--to", str(ocel)]) == 0
    for file in (xes, ocel):
        text = file.read_text(encoding="utf-8")
        assert not [name for name in NAMES if name in text]
    entries = Entry.objects.count()
    # readers not written here
    seen = bindings.discover_dfg(event_log=r4pm.import_item("EventLog", str(xes)))
    assert sum(seen["activities"].values()) == entries
    read = bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(ocel)))
    assert bindings.num_events(ocel=read) == entries
    # and ours: the same people under the same pseudonyms in both
    back = read_log_file(xes, LogMap()).log
    assert len(back) == entries
    other = read_ocel(ocel.read_text(encoding="utf-8"))
    assert set(back.people) == set(other.people)
    assert all(name.startswith("person-") for name in back.people)


@pytest.mark.django_db
def test_what_an_agent_did_by_mandate_is_told(
    filed: World, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    agent = person("agent-01", "示例代办员01", filed.now)
    given = [
        organization.give_mandate(
            filed.firm.pk, person_id=agent.pk, kind="agent", matters=[FILING], since=filed.now + days,
            until=filed.now + days + timedelta(days=20), actor=filed.agent, now=filed.now,
        )
        for days in (timedelta(), timedelta(days=1))
    ]  # fmt: skip
    filed.file(by=agent)
    ocel, xes, named = (tmp_path / name for name in ("log.json", "log.xes", "named.json"))
    # two see that the zone is there; read twice; one more each time for the cases read at once, none a case
    with django_assert_max_num_queries(12):
        assert main(["export", "ocel", "--to", str(ocel)]) == 0
    assert main(["export", "xes", "--to", str(xes)]) == 0
    assert main(["export", "ocel", "--names", "--to", str(named)]) == 0
    for file in (ocel, named):
        document = json.loads(file.read_text(encoding="utf-8"))
        (told,) = [one for one in document["objects"] if one["type"] == "mandate"]
        assert {part["name"]: part["value"] for part in told["attributes"]}["matters"] == FILING
        assert told["id"].startswith("mandate-")
        acts = [one for one in document["events"] if told["id"] in str(one["relationships"])]
        assert [one["type"] for one in acts] == ["file"]
    since = given[0].since.isoformat(timespec="milliseconds")
    assert f'key="mandate:since" value="{since}"' in xes.read_text(encoding="utf-8")
    read = bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(ocel)))
    assert bindings.num_events(ocel=read) == Entry.objects.count()


@pytest.mark.django_db
def test_names_go_out_when_asked_for(filed: World, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    assert main(["export", "ocel", "--names", "--to", str(file)]) == 0
    firms = {one["id"] for one in json.loads(file.read_text())["objects"] if one["type"] == "firm"}
    assert firms == {f"示例企业甲有限公司 (firm {filed.firm.pk})"}


@pytest.mark.django_db
def test_only_the_days_asked_for(filed: World, capsys: Captured) -> None:
    for days, traces in (
        (["--from", "2026-02-11", "--until", "2026-02-11"], 3),
        (["--from", "2026-02-12"], 0),
    ):
        assert main(["export", "xes", *days]) == 0
        assert capsys.readouterr().out.count("<trace>") == traces
