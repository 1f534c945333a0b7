"""A promise's diagram as shapes with words broken into lines, for whatever draws them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lianqiao.engine.bpmn import Aside, Diagram, Node, drawn
from lianqiao.engine.bpmn_layout import (
    CHINESE_WIDTH,
    LANE_HEAD,
    LATIN_WIDTH,
    Box,
    Layout,
    Point,
    laid_out,
)
from lianqiao.engine.mechanism import Mechanism

LINE_HEIGHT, MARGIN = 15, 12
TASKS = ("user", "work", "service", "call")
GATES = {"choice": "×", "split": "+", "join": "+"}
MOST_LINES = 5


@dataclass(frozen=True)
class Words:
    """One line of words at a point; `anchor` is start or middle, `turned` runs upwards."""

    text: str
    x: int
    y: int
    anchor: str = "middle"
    turned: bool = False


@dataclass(frozen=True)
class Shape:
    """One shape: `form` is box, circle or diamond; `kind` that of the node, `note` what is told of it."""

    form: str
    kind: str
    box: Box
    note: str = ""

    @property
    def points(self) -> str:
        """The corners of a diamond."""
        x, y = self.box.middle
        corners = ((x, self.box.y), (self.box.right, y), (x, self.box.bottom), (self.box.x, y))
        return " ".join(f"{across},{down}" for across, down in corners)

    @property
    def radius(self) -> int:
        return self.box.width // 2


@dataclass
class Picture:
    """Everything to draw, what lies below first; `left` and `top` begin the view of `width` × `height`."""

    left: int
    top: int
    width: int
    height: int
    lanes: list[Box] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


def pictured(mechanism: Mechanism, language: str = "zh-hans") -> Picture:
    """Return the picture of a promise that passed its check, its words in `language`."""
    diagram = drawn(mechanism, language)
    return _Painter(diagram, laid_out(diagram)).picture()


class _Painter:
    def __init__(self, diagram: Diagram, layout: Layout) -> None:
        self.diagram, self.layout = diagram, layout

    def picture(self) -> Picture:
        pool = self.layout.pool
        made = Picture(
            pool.x - MARGIN, pool.y - MARGIN, pool.width + 2 * MARGIN, pool.height + 2 * MARGIN,
            lanes=[pool, *self.layout.lanes.values()],
            arrows=[_points(points) for points in self.layout.flows.values()],
        )  # fmt: skip
        made.words.append(_turned(self.diagram.name, pool))
        made.words += [_turned(self.diagram.lanes[name], box) for name, box in self.layout.lanes.items()]
        for aside in self.diagram.asides:
            self.aside(aside, made)
        for name, node in self.nodes():
            self.node(node, self.layout.nodes[name], made)
        return made

    def nodes(self) -> Iterator[tuple[str, Node]]:
        yield from self.diagram.nodes.items()
        for aside in self.diagram.asides:
            for node in (aside.start, aside.task, aside.end):
                yield node.id, node

    def aside(self, aside: Aside, made: Picture) -> None:
        box = self.layout.asides[aside.id]
        made.shapes.append(Shape("box", "aside", box))
        made.words.append(Words(aside.name, box.x + 12, box.y + 20, "start"))

    def node(self, node: Node, box: Box, made: Picture) -> None:
        form = "box" if node.kind in TASKS else "diamond" if node.kind in GATES else "circle"
        kind = "aside-start" if node.id.startswith("aside_start") else node.kind
        made.shapes.append(Shape(form, kind, box, node.note))
        if sign := GATES.get(node.kind):
            made.words.append(Words(sign, box.middle[0], box.middle[1] + 7))
        if node.kind in TASKS:
            made.words += _inside(node.name, box)
        elif node.name and (label := self.layout.labels.get(node.id)):
            hanging = node.kind in ("timer", "message", "escalation")
            made.words += _below(node.name, label, anchor="start" if hanging else "middle")


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _turned(text: str, box: Box) -> Words:
    return Words(text, box.x + LANE_HEAD // 2 + 5, box.middle[1], turned=True)


def _inside(text: str, box: Box) -> Iterator[Words]:
    lines = broken(text, box.width - 12)
    first = box.middle[1] - LINE_HEIGHT * (len(lines) - 1) // 2 + 4
    for number, line in enumerate(lines):
        yield Words(line, box.middle[0], first + number * LINE_HEIGHT)


def _below(text: str, box: Box, *, anchor: str) -> Iterator[Words]:
    x = box.x if anchor == "start" else box.middle[0]
    for number, line in enumerate(broken(text, box.width)):
        yield Words(line, x, box.y + 12 + number * LINE_HEIGHT, anchor)


def broken(text: str, width: int) -> list[str]:
    """Return words as lines no wider than `width`: English at spaces, Chinese anywhere."""
    lines, line, used = [], "", 0.0
    for piece in _pieces(text):
        size = sum(LATIN_WIDTH if ord(letter) < 0x2E80 else CHINESE_WIDTH for letter in piece)
        if line and used + size > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = (line + piece).lstrip(), used + size
    lines.append(line.rstrip())
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    return lines


def _pieces(text: str) -> Iterator[str]:
    """Yield what must stay on one line: a word with its space, or one Chinese character."""
    word = ""
    for letter in text:
        if ord(letter) >= 0x2E80:
            if word:
                yield word
            yield letter
            word = ""
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word
