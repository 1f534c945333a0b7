"""Where everything lies: lanes across, columns in the order a case comes to them, arrows at right angles.

Nodes stand in columns, each lane's column packed from its top. Arrows run only in the gaps between columns and
in tracks above lanes, so none crosses a shape.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lianqiao.engine.bpmn import Aside, Diagram, Flow, Node, boundary

Point = tuple[int, int]
SIZES = {
    "start": (36, 36),
    "end": (36, 36),
    "timer": (36, 36),
    "message": (36, 36),
    "escalation": (28, 28),
    "choice": (50, 50),
    "split": (50, 50),
    "join": (50, 50),
}
TASK = (140, 80)
# room for the words below or beside what bears its words outside
ROOM = {"start": (36, 66), "end": (90, 76), "choice": (130, 130), "split": (50, 50), "join": (50, 50)}
LEFT, TOP, LANE_HEAD = 120, 80, 30
GAP, SLOT, TRACK, PAD = 24, 14, 16, 24
RUNG_HEIGHT, RUNG_FIRST = 40, 44
LABEL_WIDTH, LABEL_HEIGHT = 190, 34
ASIDE = (420, 130)


@dataclass(frozen=True)
class Box:
    """A rectangle: its upper left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Point:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass
class Layout:
    """Boxes of nodes, labels, lanes and event sub-processes by id, and each arrow's points."""

    pool: Box = Box(0, 0, 0, 0)
    nodes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    asides: dict[str, Box] = field(default_factory=dict)
    flows: dict[str, list[Point]] = field(default_factory=dict)


def laid_out(diagram: Diagram) -> Layout:
    """Return where everything of a diagram lies."""
    return _Layouter(diagram).layout()


class _Layouter:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.found = Layout()
        self.events = boundary(diagram.nodes.values())
        told = {flow.target for flow in diagram.flows if diagram.nodes[flow.source].host}
        told = {name for name in told if diagram.nodes[name].kind == "escalation"}
        # boundary events and what rungs tell hang on their task; all others stand in columns
        self.standing = {
            name: node for name, node in diagram.nodes.items() if not node.host and name not in told
        }
        self.arrows = [flow for flow in diagram.flows if flow.target not in told]
        self.columns = _columns(self.standing, [self.lifted(flow) for flow in self.arrows])
        self.lanes = list(diagram.lanes)

    def lifted(self, flow: Flow) -> tuple[str, str]:
        """Return an arrow's ends, a boundary event's being its task."""
        source = self.diagram.nodes[flow.source]
        return source.host or source.id, flow.target

    def layout(self) -> Layout:
        self.plan_slots()
        self.place_columns()
        self.place_lanes()
        for name in self.standing:
            self.hang(name)
        for flow in self.arrows:
            self.found.flows[flow.id] = self.route(flow)
        return self.found

    # ---- across ---------------------------------------------------------------------------------------

    def plan_slots(self) -> None:
        """Give every node arrows leave or reach through a gap its own slot there, and every track its arrows."""
        self.slots: dict[int, dict[str, int]] = defaultdict(dict)
        self.tracks: dict[int, dict[str, int]] = defaultdict(dict)
        for flow in self.arrows:
            source, target = self.lifted(flow)
            after, before = self.columns[source], self.columns[target] - 1
            if self.straight(flow):
                continue
            self.slot(after, f"from {flow.source}")
            if after != before:
                self.slot(before, f"to {target}")
                tracks = self.tracks[self.track_lane(flow)]
                tracks.setdefault(self.track_name(flow), len(tracks))

    def slot(self, gap: int, name: str) -> None:
        self.slots[gap].setdefault(name, len(self.slots[gap]))

    def straight(self, flow: Flow) -> bool:
        """True where the arrow goes to the next column of the same lane at the same height."""
        source, target = self.lifted(flow)
        if self.diagram.nodes[flow.source].host or self.columns[target] != self.columns[source] + 1:
            return False
        return self.first_of_cell(source) and self.first_of_cell(target) and self.same_lane(source, target)

    def same_lane(self, one: str, other: str) -> bool:
        return self.standing[one].lane == self.standing[other].lane

    def first_of_cell(self, name: str) -> bool:
        return self.cell(self.standing[name].lane, self.columns[name])[0] == name

    def cell(self, lane: str, column: int) -> list[str]:
        return [n for n, node in self.standing.items() if node.lane == lane and self.columns[n] == column]

    def track_lane(self, flow: Flow) -> int:
        """Return above which lane an arrow to a distant column runs."""
        source, target = (self.lanes.index(self.standing[end].lane) for end in self.lifted(flow))
        return target if source <= target else target + 1

    def track_name(self, flow: Flow) -> str:
        return (
            f"to {flow.target}"
            if self.columns[flow.target] <= self.columns[self.lifted(flow)[0]]
            else flow.id
        )

    def place_columns(self) -> None:
        """Set the left edge and width of every column and of the gap after it."""
        self.column_x: dict[int, int] = {}
        self.column_width: dict[int, int] = {}
        x = LEFT + LANE_HEAD
        last = max(self.columns.values())
        x += SLOT * len(self.slots[-1])
        for column in range(last + 1):
            names = [name for name in self.standing if self.columns[name] == column]
            self.column_x[column] = x
            self.column_width[column] = max(_room(self.standing[name])[0] for name in names)
            x += self.column_width[column] + 2 * GAP + SLOT * len(self.slots[column])
        asides = [len([one for one in self.diagram.asides if one.lane == lane]) for lane in self.lanes]
        self.right = max(x, LEFT + LANE_HEAD + GAP + max(asides, default=0) * (ASIDE[0] + GAP))

    def gap_x(self, gap: int, name: str) -> int:
        left = LEFT + LANE_HEAD if gap < 0 else self.column_x[gap] + self.column_width[gap] + GAP
        return left + SLOT * self.slots[gap][name]

    # ---- down -----------------------------------------------------------------------------------------

    def place_lanes(self) -> None:
        y = TOP
        self.track_y: dict[int, int] = {}
        for number, lane in enumerate(self.lanes):
            top = y
            self.track_y[number] = y + PAD // 2
            y += PAD + TRACK * len(self.tracks[number])
            y = max([self.place_cell(lane, column, y) for column in self.column_x], default=y) + PAD
            y = self.place_asides(lane, y)
            if number == len(self.lanes) - 1:
                self.track_y[number + 1] = y
                y += TRACK * len(self.tracks[number + 1])
            self.found.lanes[lane] = Box(LEFT + 30, top, self.right - LEFT - 30, y - top)
        self.found.pool = Box(LEFT, TOP, self.right - LEFT, y - TOP)

    def place_cell(self, lane: str, column: int, top: int) -> int:
        """Pack one lane's column from its top, middles of the first ones in a row; returns how far it reaches."""
        y = top
        for name in self.cell(lane, column):
            width, height = _size(self.standing[name])
            # the first of every column has its middle at the same height, so that the main way is straight
            at = (
                top + TASK[1] // 2 - height // 2
                if y == top
                else y + max(0, _room(self.standing[name])[1] - height) // 4
            )
            x = self.column_x[column] + (self.column_width[column] - width) // 2
            self.found.nodes[name] = Box(x, at, width, height)
            self.label(name)
            y = at + max(height, _room(self.standing[name])[1] - height // 2) + self.ladder(name) + GAP
        return y

    def ladder(self, name: str) -> int:
        rungs = len(self.events.get(name, ()))
        return RUNG_FIRST + RUNG_HEIGHT * rungs if rungs else 0

    def place_asides(self, lane: str, y: int) -> int:
        mine = [one for one in self.diagram.asides if one.lane == lane]
        for number, aside in enumerate(mine):
            self.place_aside(aside, LEFT + LANE_HEAD + GAP + number * (ASIDE[0] + GAP), y)
        return y + ASIDE[1] + GAP if mine else y

    def place_aside(self, aside: Aside, x: int, y: int) -> None:
        self.found.asides[aside.id] = Box(x, y, *ASIDE)
        middle = y + ASIDE[1] // 2 + 4
        places = ((aside.start, x + 40), (aside.task, x + 126), (aside.end, x + 322))
        for node, left in places:
            width, height = _size(node)
            self.found.nodes[node.id] = Box(left, middle - height // 2, width, height)
            if node.kind != "user" and node.name:
                self.found.labels[node.id] = Box(left + 18 - 45, middle + 22, 90, 28)
        for number, (one, other) in enumerate(((aside.start, aside.task), (aside.task, aside.end)), start=1):
            begin, end = self.found.nodes[one.id], self.found.nodes[other.id]
            self.found.flows[f"{aside.id}_flow_{number}"] = [(begin.right, middle), (end.x, middle)]

    def label(self, name: str) -> None:
        node, box = self.standing[name], self.found.nodes[name]
        if node.kind in ("start", "end", "choice") and node.name:
            width = ROOM[node.kind][0] if node.kind != "start" else 60
            self.found.labels[name] = Box(box.middle[0] - width // 2, box.bottom + 4, width, LABEL_HEIGHT)

    def hang(self, name: str) -> None:
        """Set a task's boundary events on its lower edge, each rung a step lower with what it tells beside it."""
        host, events = self.found.nodes[name], self.events.get(name, [])
        for number, event in enumerate(events):
            x = host.x + 8 + number * 33
            self.found.nodes[event.id] = Box(x, host.bottom - 18, *_size(event))
            y = self.rung_y(name, number)
            told = next(
                (flow for flow in self.diagram.flows if flow.source == event.id and flow not in self.arrows),
                None,
            )
            if told is None:
                self.found.labels[event.id] = Box(host.right + 12, y - 17, LABEL_WIDTH, LABEL_HEIGHT - 17)
                continue
            end = self.diagram.nodes[told.target]
            width, height = _size(end)
            box = Box(host.right + 12, y - height // 2, width, height)
            self.found.nodes[end.id] = box
            self.found.labels[end.id] = Box(box.right + 6, y - 8, LABEL_WIDTH, 16)
            self.found.flows[told.id] = [(x + 18, host.bottom + 18), (x + 18, y), (box.x, y)]

    def rung_y(self, host: str, number: int) -> int:
        # the last event hangs highest: no line crosses another
        below = len(self.events[host]) - 1 - number
        return self.found.nodes[host].bottom + RUNG_FIRST + below * RUNG_HEIGHT

    # ---- arrows ---------------------------------------------------------------------------------------

    def route(self, flow: Flow) -> list[Point]:
        source, target = self.lifted(flow)
        points, y = self.leaving(flow)
        end = self.found.nodes[target]
        if self.straight(flow):
            return [*points, (end.x, end.middle[1])]
        after, before = self.columns[source], self.columns[target] - 1
        x = self.gap_x(after, f"from {flow.source}")
        points.append((x, y))
        if after != before:
            lane = self.track_lane(flow)
            track = self.track_y[lane] + TRACK * self.tracks[lane][self.track_name(flow)]
            inward = self.gap_x(before, f"to {target}")
            points += [(x, track), (inward, track), (inward, end.middle[1])]
        else:
            points.append((x, end.middle[1]))
        return _simplified([*points, (end.x, end.middle[1])])

    def leaving(self, flow: Flow) -> tuple[list[Point], int]:
        """Return an arrow's first points and the height at which it goes on to the right."""
        box = self.found.nodes[flow.source]
        node = self.diagram.nodes[flow.source]
        if not node.host:
            return [(box.right, box.middle[1])], box.middle[1]
        number = self.events[node.host].index(node)
        y = self.rung_y(node.host, number)
        return [(box.middle[0], box.bottom), (box.middle[0], y)], y


def _columns(nodes: dict[str, Node], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """Return each node's column: one after the last of those that lead to it, ways back left out."""
    following: dict[str, list[str]] = {name: [] for name in nodes}
    for source, target in arrows:
        following[source].append(target)
    order, back = _depth_first(following)
    columns = dict.fromkeys(nodes, 0)
    for name in order:
        for target in following[name]:
            if (name, target) not in back:
                columns[target] = max(columns[target], columns[name] + 1)
    return columns


def _depth_first(following: dict[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the nodes so that each comes before those it leads to, and the arrows that lead back."""
    finished: list[str] = []
    seen: set[str] = set()
    above: set[str] = set()
    back: set[tuple[str, str]] = set()
    for first in following:
        stack = [(first, iter(following[first]))] if first not in seen else []
        seen.add(first)
        above.add(first)
        while stack:
            name, ahead = stack[-1]
            target = next(ahead, None)
            if target is None:
                stack.pop()
                above.discard(name)
                finished.append(name)
            elif target in above:
                back.add((name, target))
            elif target not in seen:
                seen.add(target)
                above.add(target)
                stack.append((target, iter(following[target])))
    return finished[::-1], back


def _size(node: Node) -> Point:
    return SIZES.get(node.kind, TASK)


def _room(node: Node) -> Point:
    return ROOM.get(node.kind, _size(node))


def _simplified(points: list[Point]) -> list[Point]:
    """Return the points without repetitions and without those in the middle of a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept[-1] = point
            continue
        kept.append(point)
    return kept
