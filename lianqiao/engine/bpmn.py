"""A promise as a BPMN 2.0 process: who does which step, where ways part and join, what time does by itself.

A state several steps lead out of is a task and a choice; each step is a user task in the lane of its role.
Rungs and expiry are timers on the task during which the clock runs. What may happen at any time, such as
withdrawing, is an event sub-process.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from lianqiao.engine.mechanism import Clock, Mechanism, Rung, State, Step, Text
from lianqiao.engine.spans import Budget, parse_offset
from lianqiao.engine.walk import RUNNING, walk
from lianqiao.engine.words import END_WORDS, LEVEL_WORDS, budget_in_words

Kind = Literal[
    "start",
    "end",
    "user",
    "work",
    "service",
    "call",
    "choice",
    "split",
    "join",
    "timer",
    "message",
    "escalation",
]
SYSTEM = "system"


@dataclass
class Node:
    """One shape. `host` is the task an event sits on, `timer` what it waits for, `called` a sub-case."""

    id: str
    kind: Kind
    name: str
    lane: str
    note: str = ""
    host: str = ""
    interrupting: bool = True
    timer: str = ""
    called: str = ""


@dataclass(frozen=True)
class Flow:
    """An arrow from one node to another."""

    id: str
    source: str
    target: str


@dataclass(frozen=True)
class Aside:
    """An event sub-process: a start, one task, an end, in the lane of who takes the step."""

    id: str
    name: str
    lane: str
    interrupting: bool
    start: Node
    task: Node
    end: Node


@dataclass
class Diagram:
    """A promise drawn: lanes in the file's order (`system` last), nodes in the order a case meets them."""

    id: str
    name: str
    note: str
    lanes: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)


def drawn(mechanism: Mechanism, language: str = "zh-hans") -> Diagram:
    """Return the diagram of a promise that passed its check, its words in `language`."""
    return _Drawer(mechanism, language).diagram()


class _Drawer:
    def __init__(self, mechanism: Mechanism, language: str) -> None:
        self.mechanism, self.language = mechanism, language
        self.english = language.startswith("en")
        self.steps = mechanism.steps
        self.drawn = Diagram(mechanism.id, self.text(mechanism.title), self.text(mechanism.summary))
        self.asides = {name: self.interrupts(step) for name, step in self.steps.items() if self.aside(step)}
        self.ahead: list[str] = []
        self.met: set[str] = set()

    def text(self, text: Text) -> str:
        return text.in_language(self.language)

    def say(self, chinese: str, english: str) -> str:
        return english if self.english else chinese

    def diagram(self) -> Diagram:
        """Draw from the opening step on, state after state as steps lead to them."""
        m = self.mechanism
        opening = m.opening_step
        start = self.node("start", "start", self.say("开始", "Start"), self.lane(self.steps[opening]))
        self.flow(start, self.step(opening))
        self.go_on()
        for name, clock in m.clocks.items():
            self.clock(name, clock)
        for name, interrupting in self.asides.items():
            self.draw_aside(name, interrupting=interrupting)
        used = {node.lane for node in self.drawn.nodes.values()} | {one.lane for one in self.drawn.asides}
        lanes = {name: self.text(role.title) for name, role in m.roles.items() if name in used}
        if SYSTEM in used:
            lanes[SYSTEM] = self.say("系统", "System")
        self.drawn.lanes = lanes
        return self.drawn

    def go_on(self) -> None:
        while self.ahead:
            self.state(self.ahead.pop(0))

    # ---- parts ---------------------------------------------------------------------------------------

    def node(self, name: str, kind: Kind, title: str, lane: str, note: str = "") -> Node:
        node = self.drawn.nodes[name] = Node(name, kind, title, lane, note)
        return node

    def flow(self, source: Node, target: Node) -> None:
        number = len(self.drawn.flows) + 1
        self.drawn.flows.append(Flow(f"flow_{number}", source.id, target.id))

    def lane(self, step: Step) -> str:
        return step.by if step.by in self.mechanism.roles else SYSTEM

    def aside(self, step: Step) -> bool:
        """True for what may happen beside the work: clearing everything, or changing nothing but a clock."""
        if step.opening or step.by not in self.mechanism.roles:
            return False
        left = {*step.from_, *step.from_all}
        others = all(self.mechanism.states[state].waits_for != step.by for state in left)
        return step.clears or (left == set(step.to) and others)

    def interrupts(self, step: Step) -> bool:
        return step.clears

    def own(self, state: str) -> list[str]:
        """Return the steps that whoever the state waits for can take from it, and those of its sub-cases."""
        waits = self.mechanism.states[state].waits_for
        return [
            name
            for name, step in self.steps.items()
            if name not in self.asides
            and step.by in (waits, "sub-case")
            and state in (*step.from_, *step.from_all)
        ]

    def others(self, state: str) -> list[str]:
        """Return the steps somebody else can take from the state, moving the case on."""
        own = self.own(state)
        return [
            name
            for name, step in self.steps.items()
            if name not in own
            and name not in self.asides
            and step.by in self.mechanism.roles
            and state in (*step.from_, *step.from_all)
        ]

    def entry(self, state: str) -> Node:
        """Return the node at which a case comes into the state, drawing it where it is new."""
        if state not in self.met:
            self.met.add(state)
            self.ahead.append(state)
        own = self.own(state)
        if len(own) == 1:
            return self.done_at(own[0])
        known = self.drawn.nodes.get(f"state_{state}")
        if known:
            return known
        part = self.mechanism.states[state]
        return self.node(f"state_{state}", "work", self.text(part.title), part.waits_for or SYSTEM)

    def done_at(self, step: str) -> Node:
        """Return where a step begins: at its task, or at the gate where branches join before it."""
        return self.join(step) if len(self.steps[step].from_all) > 1 else self.step(step)

    def state(self, state: str) -> None:
        """Draw what follows a state: a choice among its steps, and what somebody else can do meanwhile."""
        work = self.drawn.nodes.get(f"state_{state}")
        own = self.own(state)
        if work and own:
            choice = self.node(f"choice_{state}", "choice", self.question(state), work.lane)
            self.flow(work, choice)
            for name in own:
                self.flow(choice, self.done_at(name))
        host = self.host(state)
        for name in self.others(state) if host else ():
            assert host is not None
            event = self.node(
                f"by_other_{name}_{state}", "message", self.text(self.steps[name].title), host.lane
            )
            event.host = host.id
            self.flow(event, self.step(name))

    def question(self, state: str) -> str:
        title = self.text(self.mechanism.states[state].title)
        return self.say(f"{title}：结果？", f"{title}: outcome?")

    def join(self, name: str) -> Node:
        known = self.drawn.nodes.get(f"join_{name}")
        if known:
            return known
        gate = self.node(f"join_{name}", "join", "", self.lane(self.steps[name]))
        self.flow(gate, self.step(name))
        return gate

    def step(self, name: str) -> Node:
        """Return the task of a step, drawing it and where it leads to where it is new."""
        known = self.drawn.nodes.get(f"step_{name}")
        if known:
            return known
        step = self.steps[name]
        kind: Kind = {"clock": "service", "sub-case": "call"}.get(step.by, "user")  # type: ignore[assignment]
        node = self.node(f"step_{name}", kind, self.text(step.title), self.lane(step), self.asked(step))
        if kind == "call":
            node.called = self.sub_case(step)
        source = node
        if len(step.to) > 1:
            source = self.node(f"split_{name}", "split", "", node.lane)
            self.flow(node, source)
        for state in step.to:
            self.flow(self.asking(name, state, source), self.reached(name, state, node.lane))
        return node

    def asking(self, name: str, state: str, source: Node) -> Node:
        """Return what leads into a branch: a choice where it opens on a condition only."""
        branch = self.steps[name].branches.get(state)
        if branch is None:
            return source
        title = self.text(self.mechanism.states[state].title)
        question = self.say(f"需要{title}？", f"{title}: needed?")
        gate = self.node(f"branch_{name}_{state}", "choice", question, source.lane, branch.when)
        self.flow(source, gate)
        self.flow(gate, self.reached(name, branch.otherwise, source.lane))
        return gate

    def reached(self, step: str, state: str, lane: str) -> Node:
        part = self.mechanism.states[state]
        return self.entry(state) if part.end is None else self.end(f"end_{step}_{state}", part, lane)

    def end(self, name: str, part: State, lane: str) -> Node:
        assert part.end is not None
        chinese, english = END_WORDS[part.end]
        return self.node(name, "end", self.text(part.title), lane, self.say(chinese, english))

    def sub_case(self, step: Step) -> str:
        opened = (opens for part in self.steps.values() for opens in part.opens if opens.name == step.after)
        return next((opens.mechanism for opens in opened), "")

    def asked(self, step: Step) -> str:
        """Return what a step asks for, told with its task."""
        fields = self.mechanism.fields
        names = self.say("、", ", ").join(self.text(fields[name].title) for name in step.needs)
        parts = [self.say(f"填报：{names}", f"Asks for: {names}")] if names else []
        if step.when:
            parts.append(self.say(f"条件：{step.when}", f"Only when: {step.when}"))
        if step.at_most:
            parts.append(self.say(f"至多 {step.at_most} 次", f"At most {step.at_most} time(s)"))
        return self.say("；", "; ").join(parts)

    # ---- what time and others do ---------------------------------------------------------------------

    def host(self, state: str) -> Node | None:
        """Return the task a case is at while in the state."""
        nodes = self.drawn.nodes
        own = self.own(state)
        return nodes.get(f"state_{state}") or (nodes.get(f"step_{own[0]}") if len(own) == 1 else None)

    def clock(self, name: str, clock: Clock) -> None:
        """Hang the rungs on the first task during which the clock runs, its expiry on each it can end."""
        budget = budget_in_words(Budget.parse(clock.budget), self.language)
        running = self.running(name, clock)
        hosts = [host for state in running if (host := self.host(state))]
        if hosts:
            promise = self.say(f"承诺时限 {budget}", f"Promised within {budget}")
            if clock.law:
                law = budget_in_words(Budget.parse(clock.law.budget), self.language)
                promise += self.say(
                    f"；法定时限 {law}（{clock.law.basis}）", f"; the law's limit {law} ({clock.law.basis})"
                )
            hosts[0].note = "；".join(part for part in (promise, hosts[0].note) if part)
            hosts[0].name += self.say(f"（{budget}）".replace(" ", ""), f" ({budget})")
        for number, rung in enumerate(clock.rungs if hosts else ()):
            self.rung(name, number, rung, hosts[0])
        if clock.on_expiry:
            step = self.steps[clock.on_expiry]
            for state in (*step.from_, *step.from_all):
                if host := self.host(state):
                    self.expiry(name, clock, state, host, budget)

    def running(self, name: str, clock: Clock) -> list[str]:
        """Return the states in which the clock runs and its owner is waited for; any where it runs, else."""
        found = {
            state
            for here in walk(self.mechanism).moves
            if here.clock(name) == RUNNING
            for state in here.marking
            if not self.mechanism.states[state].end
        }
        runs = [state for state in self.mechanism.states if state in found]
        owed = [state for state in runs if self.mechanism.states[state].waits_for == clock.owner]
        return owed or runs

    def rung(self, clock: str, number: int, rung: Rung, host: Node) -> None:
        sign, size = parse_offset(rung.at)
        span = budget_in_words(size, self.language)
        if not size.amount:
            when = self.say("到期时", "When due")
        elif sign < 0:
            when = self.say(f"到期前 {span}", f"{span} before")
        else:
            when = self.say(f"逾期 {span}", f"{span} overdue")
        roles = self.say("、", ", ").join(self.text(self.mechanism.roles[role].title) for role in rung.tell)
        level = self.say(*LEVEL_WORDS[rung.level])
        timer = self.node(f"rung_{clock}_{number}", "timer", "", host.lane)
        timer.host, timer.interrupting, timer.timer = host.id, False, f"{clock} due {rung.at}"
        # viewers break lines at spaces, which Chinese does without
        name = self.say(f"{when}：{level}{roles}".replace(" ", ""), f"{when}: {level} {roles}")
        told = self.node(f"told_{clock}_{number}", "escalation", name, host.lane)
        self.flow(timer, told)

    def expiry(self, clock_name: str, clock: Clock, state: str, host: Node, budget: str) -> None:
        assert clock.on_expiry is not None
        title = self.text(clock.title)
        timer = self.node(f"expiry_{clock_name}_{state}", "timer", "", host.lane)
        timer.name = self.say(f"{title}{budget}届满".replace(" ", ""), f"{title}: {budget} run out")
        timer.host, timer.timer = host.id, clock.budget
        self.flow(timer, self.step(clock.on_expiry))
        self.go_on()

    def draw_aside(self, name: str, *, interrupting: bool) -> None:
        step = self.steps[name]
        lane, title = self.lane(step), self.text(step.title)
        when = self.say("随时可以", "At any time") if interrupting else self.say("办理期间", "Meanwhile")
        start = Node(f"aside_start_{name}", "start", "", lane, interrupting=interrupting)
        task = Node(f"step_{name}", "user", title, lane, self.asked(step))
        ends = [self.mechanism.states[state] for state in step.to if self.mechanism.states[state].end]
        end = Node(f"aside_end_{name}", "end", self.text(ends[0].title) if ends else "", lane)
        told = self.say(f"{when}：{title}", f"{when}: {title}")
        self.drawn.asides.append(Aside(f"aside_{name}", told, lane, interrupting, start, task, end))


def boundary(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    """Return the events that sit on each task, in order."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if node.host:
            found.setdefault(node.host, []).append(node)
    return found
