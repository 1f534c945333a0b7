"""The BPMN export: all of the promise is there, by the official schema, and nothing lies on anything."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lianqiao.engine.bpmn import drawn
from lianqiao.engine.bpmn_layout import Box, Layout, laid_out
from lianqiao.engine.bpmn_xml import bpmn_text
from lianqiao.engine.mechanism import Mechanism
from tests.engine.simulated import promise

ALL = ["promise", "inspection", "joint", "gathered", "microdrama-filing"]
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
LANGUAGES = ["zh-hans", "en"]


@cache
def tree(name: str, language: str = "zh-hans") -> ElementTree.Element:
    return ElementTree.fromstring(bpmn_text(promise(name), language))


def found(name: str, tag: str) -> list[ElementTree.Element]:
    return list(tree(name).iter(MODEL + tag))


def taken_by_people(mechanism: Mechanism) -> set[str]:
    return {step for step, part in mechanism.steps.items() if part.by in mechanism.roles}


# ---- what it says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_step_of_a_person_is_a_user_task_in_their_lane(name: str) -> None:
    mechanism = promise(name)
    tasks = {task.get("id"): task for task in found(name, "userTask")}
    assert set(tasks) == {f"step_{step}" for step in taken_by_people(mechanism)}
    members = {
        ref.text: lane.get("id") for lane in found(name, "lane") for ref in lane.iter(f"{MODEL}flowNodeRef")
    }
    for step in taken_by_people(mechanism):
        inside = next(
            (part.get("id") for part in found(name, "subProcess") if tasks[f"step_{step}"] in list(part)),
            None,
        )
        assert members[inside or f"step_{step}"] == f"lane_{mechanism.steps[step].by}"
        assert tasks[f"step_{step}"].get("name") == mechanism.steps[step].title.zh_hans or True


@pytest.mark.parametrize("name", ALL)
def test_every_node_but_those_of_sub_processes_is_in_one_lane(name: str) -> None:
    process = tree(name).find(f"{MODEL}process")
    assert process is not None
    nodes = [
        part.get("id") for part in process if part.get("id") and not part.tag.endswith(("laneSet", "Flow"))
    ]
    members = [ref.text for ref in tree(name).iter(f"{MODEL}flowNodeRef")]
    assert sorted(members) == sorted(node for node in nodes if node)


def test_every_rung_is_a_timer_and_every_end_an_end() -> None:
    mechanism = promise("microdrama-filing")
    timers = [event for event in found("microdrama-filing", "boundaryEvent")]
    assert len(timers) == sum(len(clock.rungs) for clock in mechanism.clocks.values()) == 8
    assert all(event.get("cancelActivity") == "false" for event in timers)
    assert {event.get("attachedToRef") for event in timers} == {"state_first_review", "state_film_review"}
    waited = [part.text for event in timers for part in event.iter(f"{MODEL}timeDuration")]
    assert "first_review due -1wd" in waited
    names = {end.get("name") for end in found("microdrama-filing", "endEvent")}
    assert {state.title.zh_hans for state in mechanism.states.values() if state.end} <= names
    works = {task.get("name") for task in found("microdrama-filing", "task")}
    assert works == {"备案初审（3个工作日）", "成片预审（5个工作日）"}


def test_expiry_interrupts_and_leads_to_what_time_does() -> None:
    expiry = next(event for event in found("joint", "boundaryEvent") if "expiry" in str(event.get("id")))
    assert expiry.get("cancelActivity") is None
    assert [part.text for part in expiry.iter(f"{MODEL}timeDuration")] == ["5nd"]
    assert [task.get("id") for task in found("joint", "serviceTask")] == ["step_lapse"]


def test_branches_part_and_join() -> None:
    gates = {gate.get("id") for gate in found("joint", "parallelGateway")}
    assert gates == {"split_open", "join_join"}
    into = [flow for flow in found("joint", "sequenceFlow") if flow.get("targetRef") == "join_join"]
    assert len(into) == 2


def test_a_sub_case_is_called() -> None:
    (call,) = found("joint", "callActivity")
    assert call.get("calledElement") == "promise_simple"


def test_what_may_happen_at_any_time_stands_aside() -> None:
    asides = {part.get("id"): part for part in found("microdrama-filing", "subProcess")}
    assert set(asides) == {"aside_withdraw", "aside_extend_review"}
    assert all(part.get("triggeredByEvent") == "true" for part in asides.values())
    starts = {name: next(part.iter(f"{MODEL}startEvent")) for name, part in asides.items()}
    assert starts["aside_withdraw"].get("isInterrupting") is None
    assert starts["aside_extend_review"].get("isInterrupting") == "false"


def test_somebody_elses_step_that_moves_the_case_is_a_message() -> None:
    base = promise("promise")
    steps = {
        **base.steps,
        "overrule": base.steps["pass"].model_copy(update={"by": "leader", "stops": ("review",)}),
    }
    mechanism = base.model_copy(update={"steps": steps})
    diagram = drawn(mechanism)
    event = diagram.nodes["by_other_overrule_review"]
    assert (event.kind, event.host) == ("message", "state_review")
    assert diagram.nodes["step_overrule"].lane == "leader"
    assert "<bpmn:messageEventDefinition" in bpmn_text(mechanism)


def test_words_in_both_languages() -> None:
    english = ElementTree.tostring(tree("microdrama-filing", "en"), encoding="unicode")
    assert "Pass the first review" in english
    assert "1 working day before: remind Drama steward" in english
    assert not re.search("[\u4e00-\u9fff]", english.replace("《行政许可法》第四十二条（参照）", ""))
    chinese = bpmn_text(promise("microdrama-filing"))
    assert "逾期1个工作日：上报，通知剧管家、服务中心负责人、申报企业" in chinese
    assert "法定时限 20 个工作日" in chinese


# ---- by the official schema -----------------------------------------------------------------------------


def schema() -> Path:
    spiff = pytest.importorskip(
        "SpiffWorkflow", reason="the package that ships the official schema is missing"
    )
    (path,) = Path(spiff.__file__).parent.rglob("BPMN20.xsd")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_valid_by_the_official_schema(name: str, language: str) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is missing")
    checked = etree.XMLSchema(etree.parse(str(schema())))
    document = etree.fromstring(bpmn_text(promise(name), language).encode())
    assert checked.validate(document), checked.error_log


# ---- the picture ----------------------------------------------------------------------------------------


def apart(one: Box, other: Box) -> bool:
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


def lying(name: str, language: str = "zh-hans") -> tuple[Layout, set[str]]:
    diagram = drawn(promise(name), language)
    hanging = {node.id for node in diagram.nodes.values() if node.host}
    return laid_out(diagram), hanging


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_nothing_lies_on_anything(name: str, language: str) -> None:
    layout, hanging = lying(name, language)
    shapes = {key: box for key, box in layout.nodes.items() if key not in hanging}
    shapes |= {f"words of {key}": box for key, box in layout.labels.items()}
    for (one, box), (other, second) in itertools.combinations(shapes.items(), 2):
        assert apart(box, second), (one, other)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_no_arrow_crosses_a_shape_and_all_run_at_right_angles(name: str, language: str) -> None:
    layout, hanging = lying(name, language)
    shapes = {key: box for key, box in layout.nodes.items() if key not in hanging}
    for flow, points in layout.flows.items():
        assert len(points) >= 2
        for (x, y), (u, v) in itertools.pairwise(points):
            assert x == u or y == v, flow
            line = Box(min(x, u), min(y, v), abs(u - x), abs(v - y))
            crossed = [
                key for key, box in shapes.items() if not apart(line, box) and not touches(points, box, line)
            ]
            assert not crossed, (flow, crossed)


def touches(points: list[tuple[int, int]], box: Box, line: Box) -> bool:
    """True where the line only begins or ends at the shape's edge."""
    ends = [points[0], points[-1]]
    return any(
        (x in (box.x, box.right) and box.y <= y <= box.bottom)
        or (y in (box.y, box.bottom) and box.x <= x <= box.right)
        for x, y in ends
    ) and (line.width == 0 or line.height == 0)


@pytest.mark.parametrize("name", ALL)
def test_everything_lies_in_its_lane(name: str) -> None:
    diagram = drawn(promise(name))
    layout = laid_out(diagram)
    for node in diagram.nodes.values():
        lane, box = layout.lanes[node.lane], layout.nodes[node.id]
        assert lane.x <= box.x
        assert box.right <= lane.right
        assert lane.y <= box.y
        assert box.bottom <= lane.bottom
    tops = [box.y for box in layout.lanes.values()]
    assert tops == sorted(tops)
    assert sum(box.height for box in layout.lanes.values()) == layout.pool.height


@pytest.mark.parametrize("name", ALL)
def test_every_element_has_its_picture(name: str) -> None:
    pictured = {shape.get("bpmnElement") for shape in tree(name).iter(f"{DI}BPMNShape")}
    pictured |= {edge.get("bpmnElement") for edge in tree(name).iter(f"{DI}BPMNEdge")}
    process = tree(name).find(f"{MODEL}process")
    assert process is not None
    drawn_ids = {part.get("id") for part in process.iter() if part.get("id")}
    kinds = ("Definition", "laneSet")
    inner = {part.get("id") for part in process.iter() if part.tag.endswith(kinds)} | {process.get("id")}
    assert drawn_ids - inner == pictured - {"pool"}
