"""Promises and scenarios the tests of the simulation share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.case import Act, Actor, Chosen, Surroundings, decide, expiry_step
from lianqiao.engine.case_state import Body, CaseState, apply
from lianqiao.engine.file_reading import read
from lianqiao.engine.mechanism import Mechanism
from lianqiao.engine.simulation import Arrivals, Duration, Scenario, staff_for, traced
from lianqiao.engine.simulation.office_time import as_moment, as_second

TESTS = Path(__file__).parents[1]
FOLDERS = {
    "promise": TESTS / "engine" / "good_packs",
    "inspection": TESTS / "engine" / "good_packs",
    "joint": TESTS / "bridge" / "zone" / "mechanisms",
    "gathered": TESTS / "bridge" / "zone" / "mechanisms",
    "microdrama-filing": TESTS.parent / "districts" / "ganjiang" / "mechanisms",
}
CALENDAR = Calendar.known_on(date(2026, 6, 1))
# one office, one queue, nothing else: what queueing theory speaks of
COUNTER = """
format = 1
id = "counter"
version = 1
number_prefix = "CO"
subject = "name"
title = { zh-hans = "窗口", en = "Counter" }
summary = { zh-hans = "一步办结。", en = "One step." }
roles.applicant = { title = { zh-hans = "企业", en = "Firm" }, kind = "applicant" }
roles.clerk = { title = { zh-hans = "窗口", en = "Clerk" }, kind = "officer", duty = "clerk" }
fields.name = { type = "text", title = { zh-hans = "名称", en = "Name" } }
states.waiting = { title = { zh-hans = "待办", en = "Waiting" }, waits_for = "clerk" }
states.done = { title = { zh-hans = "办结", en = "Done" }, end = "done" }
clocks.serve = { title = { zh-hans = "办理", en = "Serve" }, owner = "clerk", budget = "1wd" }

[steps.come]
title = { zh-hans = "来办", en = "Come" }
by = "applicant"
to = "waiting"
needs = ["name"]
assigns = ["clerk"]
starts = ["serve"]

[steps.serve]
title = { zh-hans = "办理", en = "Serve" }
by = "clerk"
from = "waiting"
to = "done"
stops = ["serve"]
"""


def promise(name: str) -> Mechanism:
    """Return one of the promises used by the tests."""
    if name == "counter":
        return read(Mechanism, COUNTER, name)
    return read(Mechanism, (FOLDERS[name] / f"{name}.toml").read_text(encoding="utf-8"), name)


def scenario(name: str, **changes: Any) -> Scenario:
    """Return a small scenario of a promise: one month, a few people, what is asked for changed."""
    mechanism = promise(name)
    asked = Scenario(
        mechanism=mechanism,
        staff=staff_for(mechanism, 3),
        arrivals=Arrivals.parse("10/wd"),
        start=date(2026, 1, 5),
        calendar=CALENDAR,
        days=30,
        warm_up_days=0,
        assumed_handling=Duration.parse("lognormal:0.8,1"),
    )
    return replace(asked, **changes)


def listed(*texts: str) -> Arrivals:
    """Return arrivals at these moments in Beijing."""
    return Arrivals.listed(
        [as_second(datetime.fromisoformat(text).replace(tzinfo=BEIJING)) for text in texts]
    )


def undemanding(mechanism: Mechanism) -> Mechanism:
    """Return the promise with steps that ask for nothing and always may be taken: data is not simulated."""
    bare = {"needs": (), "asks_again": None, "when": ""}
    steps = {name: step.model_copy(update=bare) for name, step in mechanism.steps.items()}
    return mechanism.model_copy(update={"steps": steps, "derived": {}})


def carried(mechanism: Mechanism, acts: list[tuple[int, str]], person: str = "1") -> list[Body]:
    """Carry one simulated case through the real `decide` and `fold`; returns the bodies of its log."""
    state: CaseState | None = None
    bodies: list[Body] = []
    for second, name in acts:
        step = mechanism.steps[name]
        around = Surroundings(
            at=as_moment(second),
            calendar=CALENDAR,
            choose=lambda duty, data: Chosen(person, person),
            derive=lambda policy, data: "",
        )
        if step.by == "clock":
            assert state is not None
            assert expiry_step(mechanism, state, as_moment(second)) == name
        by = step.by if step.by in ("clock", "sub-case") else f"{step.by}-{person}"
        act = Act(name, Actor(by, frozenset({step.by})), sub_case=step.after or "")
        body = decide(mechanism, state, act, around)
        bodies.append(body)
        state = apply(state, body)
    return bodies


def logs(name: str, **changes: Any) -> list[list[Body]]:
    """Return the logs of simulated cases of a promise, as the product would have written them."""
    asked = scenario(name, **changes)
    setting, history = traced(asked)
    bare = undemanding(asked.mechanism)
    by_case: dict[int, list[tuple[int, str]]] = {}
    for second, case, step in history.acts.tolist():
        by_case.setdefault(case, []).append((second, setting.net.steps[step]))
    return [carried(bare, acts, str(case % 7)) for case, acts in by_case.items()]
