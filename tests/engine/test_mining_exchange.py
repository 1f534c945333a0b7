"""XES and OCEL out and in; readers not written here take what is written here."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import r4pm
from jsonschema import Draft202012Validator
from lxml import etree
from r4pm import bindings

from lianqiao.engine.errors import Refusal
from lianqiao.engine.mining import (
    LoggedCase,
    LoggedMandate,
    LogMap,
    logged_case,
    ocel_pieces,
    read_ocel,
    read_xes,
    variants,
    xes_pieces,
)
from tests.engine.simulated import logs, promise

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "logs"
SECRET = "张三"
GIVEN, ENDS, TAKEN_BACK = (datetime(2026, month, 1, 1, tzinfo=UTC) for month in (1, 9, 6))


def named(kind: str, name: str) -> str:
    return f"{kind}-{name}"


@pytest.fixture(scope="module")
def cases() -> list[LoggedCase]:
    found = []
    given = LoggedMandate("7", "agent", ("joint",), GIVEN, ENDS, TAKEN_BACK, firm="10", person="400")
    for name in ("microdrama-filing", "joint"):
        for number, bodies in enumerate(logs(name, days=10)):
            bodies[0]["data"] = {"contact": SECRET}
            bodies[-1]["note"] = SECRET
            # every fourth case was filed by mandate, and one by one of which nothing more is known
            if number % 4 == 0:
                bodies[0]["mandate"] = "7" if number else "8"
            known = logged_case(
                f"{name[:2].upper()}-{number:06}",
                bodies,
                mechanism=promise(name),
                firm=str(number % 9),
                named=named,
                mandates={"7": given},
            )
            found.append(known)
    return found


def xes(cases: list[LoggedCase]) -> str:
    return "".join(xes_pieces(cases))


def ocel(cases: list[LoggedCase]) -> str:
    return "".join(ocel_pieces(lambda: cases))


def events(cases: list[LoggedCase]) -> int:
    return sum(len(case.events) for case in cases)


def test_what_people_typed_stays_behind(cases: list[LoggedCase]) -> None:
    assert SECRET not in xes(cases)
    assert SECRET not in ocel(cases)


def test_another_reader_takes_the_xes(cases: list[LoggedCase], tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(xes(cases), encoding="utf-8")
    log = r4pm.import_item("EventLog", str(tmp_path / "log.xes"))
    counted = bindings.discover_dfg(event_log=log)["activities"]
    assert sum(counted.values()) == events(cases)


def test_another_reader_takes_the_ocel(cases: list[LoggedCase], tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(ocel(cases), encoding="utf-8")
    read = bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(tmp_path / "log.json")))
    assert bindings.num_events(ocel=read) == events(cases)
    assert bindings.num_objects(ocel=read) == len(json.loads(ocel(cases))["objects"])


def test_the_xes_keeps_to_the_standard(cases: list[LoggedCase]) -> None:
    schema = etree.XMLSchema(etree.parse(str(FIXTURES / "xes.xsd")))
    schema.assertValid(etree.fromstring(xes(cases).encode()))
    wrong = xes(cases).replace('name="Activity-and-role"', 'name="Activity and role"')
    assert not schema.validate(etree.fromstring(wrong.encode()))


def test_the_ocel_keeps_to_the_standard(cases: list[LoggedCase]) -> None:
    schema = Draft202012Validator(json.loads((FIXTURES / "ocel.schema.json").read_text()))
    document = json.loads(ocel(cases))
    assert next(schema.iter_errors(document), None) is None
    document["events"][0].pop("time")
    assert next(schema.iter_errors(document), None) is not None


def test_pm4py_takes_both(cases: list[LoggedCase], tmp_path: Path) -> None:
    """Only where it is installed: its licence and its size keep it out of the project's own environment."""
    pm4py = pytest.importorskip("pm4py", reason="pm4py is not part of this environment")
    (tmp_path / "log.xes").write_text(xes(cases), encoding="utf-8")
    (tmp_path / "log.jsonocel").write_text(ocel(cases), encoding="utf-8")
    assert len(pm4py.read_xes(str(tmp_path / "log.xes"))) == events(cases)
    assert len(pm4py.read_ocel2_json(str(tmp_path / "log.jsonocel")).events) == events(cases)


def test_the_ocel_names_only_what_it_declares(cases: list[LoggedCase]) -> None:
    document = json.loads(ocel(cases))
    declared = {one["name"]: {part["name"] for part in one["attributes"]} for one in document["objectTypes"]}
    kinds = {one["id"]: one["type"] for one in document["objects"]}
    assert len(kinds) == len(document["objects"])
    assert set(declared) == {"case", "firm", "person", "promise", "mandate"} == set(kinds.values())
    for one in document["objects"]:
        assert {part["name"] for part in one["attributes"]} <= declared[one["type"]]
        assert all(related["objectId"] in kinds for related in one["relationships"])
    types = {one["name"] for one in document["eventTypes"]}
    for event in document["events"]:
        assert event["type"] in types
        assert all(related["objectId"] in kinds for related in event["relationships"])
        assert event["time"].endswith("Z")


def test_what_was_done_by_mandate_says_by_which(cases: list[LoggedCase]) -> None:
    by_mandate = sum(event.mandate is not None for case in cases for event in case.events)
    document = json.loads(ocel(cases))
    related = [
        (event["id"], one["objectId"])
        for event in document["events"]
        for one in event["relationships"]
        if one["qualifier"] == "under"
    ]
    assert len(related) == by_mandate > 4
    assert {name for _, name in related} == {"mandate-7", "mandate-8"}
    # one object each, however many acts
    told = {one["id"]: one for one in document["objects"] if one["type"] == "mandate"}
    known, unknown = told["mandate-7"], told["mandate-8"]
    assert {part["name"]: part["value"] for part in known["attributes"]} == {
        "kind": "agent", "matters": "joint", "since": "2026-01-01T01:00:00Z", "until": "2026-09-01T01:00:00Z",
        "revoked": "2026-06-01T01:00:00Z",
    }  # fmt: skip
    assert known["relationships"] == [
        {"objectId": "firm-10", "qualifier": "given by"},
        {"objectId": "person-400", "qualifier": "given to"},
    ]
    assert (unknown["attributes"], unknown["relationships"]) == ([], [])
    text = xes(cases)
    assert text.count('key="mandate" ') == by_mandate
    assert text.count('key="mandate:until" value="2026-09-01T01:00:00.000+00:00"') == by_mandate - 2
    # another tool may look at the log mandate by mandate
    assert set(read_ocel(ocel(cases), object_type="mandate").cases) == set(told)


def test_a_promise_tells_its_due_time_as_it_changed(cases: list[LoggedCase]) -> None:
    document = json.loads(ocel(cases))
    returned = next(
        case.id for case in cases if any(event.activity == "return_incorrect" for event in case.events)
    )
    clock = next(one for one in document["objects"] if one["id"] == f"{returned}/first_review")
    states = [part["value"] for part in clock["attributes"] if part["name"] == "state"]
    assert states[:2] == ["running", "paused"]
    assert len([part for part in clock["attributes"] if part["name"] == "due"]) >= 1


def test_what_is_written_is_read_again(cases: list[LoggedCase]) -> None:
    log = read_xes(io.BytesIO(xes(cases).encode()), LogMap()).log
    assert log.cases == tuple(case.id for case in cases)
    assert len(log) == events(cases)
    at = [int(event.at.timestamp()) + 8 * 3600 for event in cases[0].events]
    assert log.at[log.case == 0].astype(np.int64).tolist() == at
    again = read_ocel(ocel(cases))
    assert [way.activities for way in variants(again)] == [way.activities for way in variants(log)]
    firms = read_ocel(ocel(cases), object_type="firm")
    assert set(firms.cases) == {case.firm for case in cases}


def test_xes_of_others_is_read_by_its_map() -> None:
    text = """<?xml version="1.0"?>
    <log><trace><string key="id" value="7"/><date key="deadline" value="2026-03-04T17:30:00+08:00"/>
      <event><string key="what" value="file"/><date key="time:timestamp" value="2026-03-02T02:00:00Z"/>
        <string key="lifecycle:transition" value="start"/></event>
      <event><string key="what" value="file"/><date key="time:timestamp" value="2026-03-02T03:00:00Z"/>
        <string key="lifecycle:transition" value="complete"/>
        <list key="x"><string key="y" value="z"/></list></event>
      <event><string key="what" value="pass"/><date key="time:timestamp" value="sometime"/>
        <string key="lifecycle:transition" value="complete"/></event>
      <event><date key="time:timestamp" value="2026-03-02T04:00:00Z"/>
        <string key="lifecycle:transition" value="complete"/></event>
    </trace></log>"""
    log_map = LogMap(case="id", activity="what", deadline="deadline", only=("complete",))
    reading = read_xes(io.BytesIO(text.encode()), log_map)
    assert reading.log.cases == ("7",)
    assert str(reading.log.at[0]) == "2026-03-02T11:00:00"
    assert str(reading.log.deadline[0]) == "2026-03-04T17:30:00"
    assert [problem.place for problem in reading.problems] == [
        "trace 1, event 3, attribute time:timestamp",
        "trace 1, event 4, attribute what",
    ]


BOMB = """<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<log><trace><string key="concept:name" value="&b;"/></trace></log>"""


@pytest.mark.parametrize("text", ["not xml", "<log><trace>", BOMB])
def test_what_is_not_xes_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_xes(io.BytesIO(text.encode()), LogMap())
    assert refused.value.code == "file-not-xes"


def test_empty_logs_are_refused() -> None:
    with pytest.raises(Refusal, match="no event"):
        read_xes(io.BytesIO(b"<log></log>"), LogMap())
    with pytest.raises(Refusal, match="no event"):
        read_ocel('{"events": [], "objects": []}')


@pytest.mark.parametrize("text", ["[]", "{}", "x", '{"events": [{}], "objects": []}'])
def test_what_is_not_ocel_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_ocel(text)
    assert refused.value.code in ("file-not-ocel", "log-empty")


def test_acts_without_a_step_are_told_too() -> None:
    bodies: list[dict[str, Any]] = [
        {
            "mechanism": "m@1",
            "step": "file",
            "by": "4",
            "role": "applicant",
            "at": "2026-03-02T09:00:00+08:00",
        },
        {"act": "hold", "by": "system", "at": "2026-03-02T10:00:00+08:00", "holders": {"officer": "9"}},
    ]
    case = logged_case("M-1", bodies, mechanism=None, firm="", named=named)
    assert case.events[1].activity == "hold"
    assert case.events[1].person == ""
    assert case.events[1].people == (("officer", "person-9"),)
    assert case.events[0].at == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert '"holds officer"' in ocel([case])
