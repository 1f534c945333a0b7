"""BPMN 2.0 text with its diagram interchange, as standard viewers open it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from lianqiao.engine.bpmn import Aside, Diagram, Node, drawn
from lianqiao.engine.bpmn_layout import Box, Layout, Point, laid_out
from lianqiao.engine.mechanism import Mechanism

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="definitions" targetNamespace="urn:lianqiao:promise" exporter="Lianqiao">
"""
_TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "escalation": "endEvent",
    "user": "userTask",
    "work": "task",
    "service": "serviceTask",
    "call": "callActivity",
    "choice": "exclusiveGateway",
    "split": "parallelGateway",
    "join": "parallelGateway",
    "timer": "boundaryEvent",
    "message": "boundaryEvent",
}
# budgets of working days are no ISO 8601 durations: the clock that reckons them is the engine's
_BUDGETS = "urn:lianqiao:budget"


def bpmn_text(mechanism: Mechanism, language: str = "zh-hans") -> str:
    """Return a promise that passed its check as BPMN 2.0 with a diagram, its words in `language`."""
    diagram = drawn(mechanism, language)
    layout = laid_out(diagram)
    return "".join(_Writer(diagram, layout, mechanism.key).lines())


class _Writer:
    def __init__(self, diagram: Diagram, layout: Layout, key: str) -> None:
        self.diagram, self.layout, self.key = diagram, layout, key
        self.incoming: dict[str, list[str]] = {}
        self.outgoing: dict[str, list[str]] = {}
        for flow in diagram.flows:
            self.outgoing.setdefault(flow.source, []).append(flow.id)
            self.incoming.setdefault(flow.target, []).append(flow.id)

    def lines(self) -> Iterator[str]:
        yield _HEAD
        yield '  <bpmn:collaboration id="collaboration">\n'
        yield (
            f'    <bpmn:participant id="pool" name={quoteattr(f"{self.diagram.name} {self.key}")}'
            f" processRef={quoteattr(self.process)}/>\n  </bpmn:collaboration>\n"
        )
        yield f"  <bpmn:process id={quoteattr(self.process)} name={quoteattr(self.diagram.name)}"
        yield ' isExecutable="false">\n'
        yield self.note(self.diagram.note, 4)
        yield from self.lanes()
        for node in self.diagram.nodes.values():
            yield from self.node(node, 4)
        for flow in self.diagram.flows:
            yield _flow(flow.id, flow.source, flow.target, 4)
        for aside in self.diagram.asides:
            yield from self.aside(aside)
        yield "  </bpmn:process>\n"
        yield from self.pictures()
        yield "</bpmn:definitions>\n"

    @property
    def process(self) -> str:
        return f"promise_{self.diagram.id}"

    def lanes(self) -> Iterator[str]:
        yield '    <bpmn:laneSet id="lanes">\n'
        for lane, name in self.diagram.lanes.items():
            yield f'      <bpmn:lane id="lane_{lane}" name={quoteattr(name)}>\n'
            members = [node.id for node in self.diagram.nodes.values() if node.lane == lane]
            members += [aside.id for aside in self.diagram.asides if aside.lane == lane]
            for member in members:
                yield f"        <bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>\n"
            yield "      </bpmn:lane>\n"
        yield "    </bpmn:laneSet>\n"

    def node(self, node: Node, indent: int) -> Iterator[str]:
        tag, space = _TAGS[node.kind], " " * indent
        inner = self.note(node.note, indent + 2)
        inner += "".join(
            f"{space}  <bpmn:incoming>{flow}</bpmn:incoming>\n" for flow in self.incoming.get(node.id, ())
        )
        inner += "".join(
            f"{space}  <bpmn:outgoing>{flow}</bpmn:outgoing>\n" for flow in self.outgoing.get(node.id, ())
        )
        inner += _definition(node, indent + 2)
        head = f"{space}<bpmn:{tag} id={quoteattr(node.id)}{_attributes(node)}"
        yield f"{head}>\n{inner}{space}</bpmn:{tag}>\n" if inner else f"{head}/>\n"

    def aside(self, aside: Aside) -> Iterator[str]:
        yield f'    <bpmn:subProcess id="{aside.id}" name={quoteattr(aside.name)} triggeredByEvent="true">\n'
        first, second = f"{aside.id}_flow_1", f"{aside.id}_flow_2"
        self.outgoing |= {aside.start.id: [first], aside.task.id: [second]}
        self.incoming |= {aside.task.id: [first], aside.end.id: [second]}
        for node in (aside.start, aside.task, aside.end):
            yield from self.node(node, 6)
        yield _flow(first, aside.start.id, aside.task.id, 6)
        yield _flow(second, aside.task.id, aside.end.id, 6)
        yield "    </bpmn:subProcess>\n"

    def note(self, text: str, indent: int) -> str:
        return f"{' ' * indent}<bpmn:documentation>{escape(text)}</bpmn:documentation>\n" if text else ""

    # ---- the picture ----------------------------------------------------------------------------------

    def pictures(self) -> Iterator[str]:
        yield '  <bpmndi:BPMNDiagram id="diagram">\n'
        yield '    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">\n'
        yield self.shape("pool", self.layout.pool, ' isHorizontal="true"')
        for lane, box in self.layout.lanes.items():
            yield self.shape(f"lane_{lane}", box, ' isHorizontal="true"')
        for aside in self.diagram.asides:
            yield self.shape(aside.id, self.layout.asides[aside.id], ' isExpanded="true"')
        for name, box in self.layout.nodes.items():
            node = self.diagram.nodes.get(name)
            marked = ' isMarkerVisible="true"' if node and node.kind == "choice" else ""
            yield self.shape(name, box, marked)
        for flow, points in self.layout.flows.items():
            yield self.edge(flow, points)
        yield "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"

    def shape(self, name: str, box: Box, more: str = "") -> str:
        label = self.layout.labels.get(name)
        told = f"        <bpmndi:BPMNLabel>\n  {_bounds(label)}        </bpmndi:BPMNLabel>\n" if label else ""
        return (
            f'      <bpmndi:BPMNShape id="{name}_shape" bpmnElement="{name}"{more}>\n'
            f"{_bounds(box)}{told}      </bpmndi:BPMNShape>\n"
        )

    def edge(self, name: str, points: list[Point]) -> str:
        way = "".join(f'        <di:waypoint x="{x}" y="{y}"/>\n' for x, y in points)
        return (
            f'      <bpmndi:BPMNEdge id="{name}_edge" bpmnElement="{name}">\n{way}      </bpmndi:BPMNEdge>\n'
        )


def _flow(name: str, source: str, target: str, indent: int) -> str:
    return f'{" " * indent}<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>\n'


def _bounds(box: Box) -> str:
    return f'        <dc:Bounds x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"/>\n'


def _attributes(node: Node) -> str:
    told = f" name={quoteattr(node.name)}" if node.name else ""
    if node.host:
        told += f' attachedToRef="{node.host}"'
        if not node.interrupting:
            told += ' cancelActivity="false"'
    elif node.kind == "start" and not node.interrupting:
        told += ' isInterrupting="false"'
    if node.called:
        told += f' calledElement="promise_{node.called}"'
    return told


def _definition(node: Node, indent: int) -> str:
    """Return what makes an event the kind it is."""
    space = " " * indent
    if node.kind == "timer":
        return (
            f'{space}<bpmn:timerEventDefinition id="{node.id}_timer">\n'
            f'{space}  <bpmn:timeDuration xsi:type="bpmn:tFormalExpression" language="{_BUDGETS}">'
            f"{escape(node.timer)}</bpmn:timeDuration>\n{space}</bpmn:timerEventDefinition>\n"
        )
    if node.kind == "escalation":
        return f'{space}<bpmn:escalationEventDefinition id="{node.id}_definition"/>\n'
    if node.kind == "message" or node.id.startswith("aside_start"):
        return f'{space}<bpmn:messageEventDefinition id="{node.id}_message"/>\n'
    return ""
