"""Where everything lies: lanes across, columns in the order a case comes to them, arrows at right angles.

Nodes stand in columns, those of a lane below one another. Arrows run only in the gaps between columns and in
tracks above lanes, and what hangs on a task lies within its column, so no arrow crosses a shape.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lianqiao.engine.bpmn import Aside, Diagram, Flow, Node, boundary
from lianqiao.engine.bpmn_columns import columns_of

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
# what bears its words below it needs room for them
WORDS = {"start": (60, 18), "end": (110, 32), "choice": (130, 32)}
LEFT, TOP, LANE_HEAD = 120, 80, 30
GAP, SLOT, TRACK, PAD = 24, 14, 16, 24
EVENT_STEP, RUNG_HEIGHT, RUNG_FIRST = 33, 40, 46
ASIDE = (330, 124)
CHINESE_WIDTH, LATIN_WIDTH = 12, 6.2


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
        self.told = {
            flow.source: flow for flow in diagram.flows if diagram.nodes[flow.target].kind == "escalation"
        }
        # boundary events and what rungs tell hang on their task; all others stand in columns
        self.standing = {
            name: node for name, node in diagram.nodes.items() if not node.host and node.kind != "escalation"
        }
        self.arrows = [flow for flow in diagram.flows if flow.source not in self.told]
        self.columns = columns_of(list(self.standing), [self.ends(flow) for flow in self.arrows])
        self.last = max(self.columns.values())
        self.lanes = list(diagram.lanes)

    def ends(self, flow: Flow) -> tuple[str, str]:
        """Return what an arrow joins, a boundary event's end being its task."""
        source = self.diagram.nodes[flow.source]
        return source.host or source.id, flow.target

    def layout(self) -> Layout:
        self.stack()
        self.plan_slots()
        self.place_columns()
        self.place_lanes()
        for name in self.standing:
            self.hang(name)
        for flow in self.arrows:
            self.found.flows[flow.id] = self.route(flow)
        return self.found

    # ---- down, within each lane --------------------------------------------------------------------------

    def stack(self) -> None:
        """Set every node's middle below its lane's top: level with what leads to it, where there is room."""
        self.level: dict[str, int] = {}
        self.depth = dict.fromkeys(self.lanes, 0)
        for column in range(self.last + 1):
            for lane in self.lanes:
                names = self.cell(lane, column)
                names.sort(key=self.wished)
                free = 0
                for name in names:
                    half = self.size(name)[1] // 2
                    level = max(self.wished(name), free + half)
                    self.level[name] = level
                    free = level + half + self.below(name) + GAP
                self.depth[lane] = max(self.depth[lane], free)

    def wished(self, name: str) -> int:
        """Return the level of what leads here from the column before in the same lane, else the first."""
        for flow in self.arrows:
            source, target = self.ends(flow)
            near = target == name and self.columns[source] == self.columns[name] - 1
            if near and self.same_lane(source, name) and not self.diagram.nodes[flow.source].host:
                return self.level[source]
        return TASK[1] // 2

    def cell(self, lane: str, column: int) -> list[str]:
        return [n for n, node in self.standing.items() if node.lane == lane and self.columns[n] == column]

    def same_lane(self, one: str, other: str) -> bool:
        return self.standing[one].lane == self.standing[other].lane

    def size(self, name: str) -> Point:
        return _size(self.diagram.nodes[name])

    def below(self, name: str) -> int:
        """Return the room a node needs below itself: for its words, or the events that hang on it."""
        node, events = self.standing[name], len(self.events.get(name, ()))
        words = WORDS[node.kind][1] + 4 if node.kind in WORDS and node.name else 0
        return RUNG_FIRST + RUNG_HEIGHT * events if events else words

    # ---- across ------------------------------------------------------------------------------------------

    def plan_slots(self) -> None:
        """Give what arrows leave from or come to its own slot in a gap, and arrows to far columns a track."""
        self.slots: dict[int, dict[str, int]] = defaultdict(dict)
        self.tracks: dict[int, dict[str, int]] = defaultdict(dict)
        for flow in self.arrows:
            if self.straight(flow):
                continue
            source, target = self.ends(flow)
            after, before = self.columns[source], self.columns[target] - 1
            self.slot(after, f"from {flow.source}")
            if after != before:
                self.slot(before, f"to {target}")
                tracks = self.tracks[self.track_lane(flow)]
                tracks.setdefault(self.track_name(flow), len(tracks))

    def slot(self, gap: int, name: str) -> None:
        self.slots[gap].setdefault(name, len(self.slots[gap]))

    def straight(self, flow: Flow) -> bool:
        """True where the arrow goes to the next column of the same lane at the same level."""
        source, target = self.ends(flow)
        level = self.level[source] == self.level[target] and self.same_lane(source, target)
        adjacent = self.columns[target] == self.columns[source] + 1
        return level and adjacent and not self.diagram.nodes[flow.source].host

    def track_lane(self, flow: Flow) -> int:
        """Return above which lane an arrow to a distant column runs."""
        source, target = (self.lanes.index(self.standing[end].lane) for end in self.ends(flow))
        return target if source <= target else target + 1

    def track_name(self, flow: Flow) -> str:
        back = self.columns[flow.target] <= self.columns[self.ends(flow)[0]]
        return f"to {flow.target}" if back else flow.id

    def place_columns(self) -> None:
        """Set the left edge and width of every column; the gap after it holds its slots."""
        self.column_x: dict[int, int] = {}
        self.column_width: dict[int, int] = {}
        x = LEFT + LANE_HEAD + GAP + SLOT * len(self.slots[-1])
        for column in range(self.last + 1):
            names = [name for name in self.standing if self.columns[name] == column]
            self.column_x[column] = x
            self.column_width[column] = max(self.width(name) for name in names)
            x += self.column_width[column] + 2 * GAP + SLOT * len(self.slots[column])
        self.asides_x = x
        most = max((sum(one.lane == lane for one in self.diagram.asides) for lane in self.lanes), default=0)
        self.right = x + most * (ASIDE[0] + GAP)

    def width(self, name: str) -> int:
        node, events = self.standing[name], self.events.get(name, [])
        own = max(self.size(name)[0], WORDS.get(node.kind, (0, 0))[0])
        return max([own, *(self.hanging_x(name) + 34 + self.told_width(event) for event in events)])

    def hanging_x(self, host: str) -> int:
        """Return how far right of its task's left edge lies what its events tell."""
        return EVENT_STEP * len(self.events[host]) + 16

    def told_width(self, event: Node) -> int:
        """Return the width in which an event's words fill two lines."""
        flow = self.told.get(event.id)
        words = self.diagram.nodes[flow.target].name if flow else event.name
        return min(260, max(90, round(_length(words) / 2) + 36))

    def gap_x(self, gap: int, name: str) -> int:
        left = LEFT + LANE_HEAD + GAP if gap < 0 else self.column_x[gap] + self.column_width[gap] + GAP
        return left + SLOT * self.slots[gap][name]

    # ---- down, lane after lane ---------------------------------------------------------------------------

    def place_lanes(self) -> None:
        y = TOP
        self.track_y: dict[int, int] = {}
        for number, lane in enumerate(self.lanes):
            top = y
            self.track_y[number] = y + PAD // 2
            y += PAD + TRACK * len(self.tracks[number])
            self.place_nodes(lane, y)
            y = max(y + self.depth[lane], self.place_asides(lane, y)) + PAD - GAP // 2
            if number == len(self.lanes) - 1:
                self.track_y[number + 1] = y
                y += TRACK * len(self.tracks[number + 1])
            self.found.lanes[lane] = Box(LEFT + 30, top, self.right - LEFT - 30, y - top)
        self.found.pool = Box(LEFT, TOP, self.right - LEFT, y - TOP)

    def place_nodes(self, lane: str, top: int) -> None:
        for name, node in self.standing.items():
            if node.lane != lane:
                continue
            width, height = self.size(name)
            column = self.columns[name]
            # a task with something hanging on it stands at the left, with room at its right
            spare = 0 if self.events.get(name) else (self.column_width[column] - width) // 2
            box = Box(self.column_x[column] + spare, top + self.level[name] - height // 2, width, height)
            self.found.nodes[name] = box
            if node.kind in WORDS and node.name:
                wide, high = WORDS[node.kind]
                self.found.labels[name] = Box(box.middle[0] - wide // 2, box.bottom + 4, wide, high)

    def place_asides(self, lane: str, y: int) -> int:
        """Place event sub-processes to the right of all columns; returns how far they reach."""
        mine = [one for one in self.diagram.asides if one.lane == lane]
        for number, aside in enumerate(mine):
            self.place_aside(aside, self.asides_x + number * (ASIDE[0] + GAP), y)
        return y + ASIDE[1] + GAP if mine else y

    def place_aside(self, aside: Aside, x: int, y: int) -> None:
        self.found.asides[aside.id] = Box(x, y, *ASIDE)
        middle = y + ASIDE[1] // 2 + 8
        for node, left in ((aside.start, x + 24), (aside.task, x + 92), (aside.end, x + 266)):
            width, height = _size(node)
            self.found.nodes[node.id] = Box(left, middle - height // 2, width, height)
        if aside.end.name:
            self.found.labels[aside.end.id] = Box(x + 244, middle + 22, 80, 16)
        for number, (one, other) in enumerate(((aside.start, aside.task), (aside.task, aside.end)), start=1):
            begin, end = self.found.nodes[one.id], self.found.nodes[other.id]
            self.found.flows[f"{aside.id}_flow_{number}"] = [(begin.right, middle), (end.x, middle)]

    def hang(self, name: str) -> None:
        """Set a task's events on its lower edge, each a step lower than the next, what they tell beside."""
        host = self.found.nodes[name]
        for number, event in enumerate(self.events.get(name, [])):
            x = host.x + 8 + number * EVENT_STEP
            self.found.nodes[event.id] = Box(x, host.bottom - 18, *_size(event))
            y, left = self.rung_y(name, number), host.x + self.hanging_x(name)
            told = self.told.get(event.id)
            if told is None:
                self.found.labels[event.id] = Box(left, y - 32, self.told_width(event), 30)
                continue
            width, height = SIZES["escalation"]
            box = Box(left, y - height // 2, width, height)
            self.found.nodes[told.target] = box
            self.found.labels[told.target] = Box(box.right + 6, y - 14, self.told_width(event), 28)
            self.found.flows[told.id] = [(x + 18, host.bottom + 18), (x + 18, y), (box.x, y)]

    def rung_y(self, host: str, number: int) -> int:
        # the last event hangs highest: no line crosses another
        below = len(self.events[host]) - 1 - number
        return self.found.nodes[host].bottom + RUNG_FIRST + below * RUNG_HEIGHT

    # ---- arrows ------------------------------------------------------------------------------------------

    def route(self, flow: Flow) -> list[Point]:
        source, target = self.ends(flow)
        points, y = self.leaving(flow)
        end = self.found.nodes[target]
        if not self.straight(flow):
            after, before = self.columns[source], self.columns[target] - 1
            x = self.gap_x(after, f"from {flow.source}")
            points.append((x, y))
            if after != before:
                lane = self.track_lane(flow)
                track = self.track_y[lane] + TRACK * self.tracks[lane][self.track_name(flow)]
                x_in = self.gap_x(before, f"to {target}")
                points += [(x, track), (x_in, track), (x_in, end.middle[1])]
            else:
                points.append((x, end.middle[1]))
        return _simplified([*points, (end.x, end.middle[1])])

    def leaving(self, flow: Flow) -> tuple[list[Point], int]:
        """Return an arrow's first points and the height at which it goes on to the right."""
        box, node = self.found.nodes[flow.source], self.diagram.nodes[flow.source]
        if not node.host:
            return [(box.right, box.middle[1])], box.middle[1]
        y = self.rung_y(node.host, self.events[node.host].index(node))
        return [(box.middle[0], box.bottom), (box.middle[0], y)], y


def _size(node: Node) -> Point:
    return SIZES.get(node.kind, TASK)


def _length(words: str) -> float:
    """Return about how long words are on one line, in pixels."""
    return sum(LATIN_WIDTH if ord(letter) < 0x2E80 else CHINESE_WIDTH for letter in words)


def _simplified(points: list[Point]) -> list[Point]:
    """Return the points without repetitions and without those in the middle of a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and any(kept[-2][axis] == kept[-1][axis] == point[axis] for axis in (0, 1)):
            kept[-1] = point
        else:
            kept.append(point)
    return kept
