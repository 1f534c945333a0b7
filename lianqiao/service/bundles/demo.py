"""Two bundles of the demonstration, one with its first matter done, made through commands."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianqiao.bridge import commands as bridge
from lianqiao.bridge.queries import state_of
from lianqiao.engine.beijing import beijing
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Person
from lianqiao.service.bundles.commands.runs import advance_runs, start_run
from lianqiao.service.bundles.models import Run

BUNDLE = "launch-drug"
ANSWERS = {"tested": "true", "own_line": "true"}
# (who, product, its kind, days ago); bundles of assisted matters would add to the year's own count of those
STARTED = (
    ("drug-firm-02", "示例神经信号采集器", "device", 1),
    ("drug-firm-03", "示例清肺合剂", "tcm-preparation", 3),
)


def enter_bundles(*, now: datetime) -> None:
    """Start the bundles for firms the demonstration has people for; the older one is a step further."""
    for username, product, kind, days in STARTED:
        agent = organization.person_named(username)
        if agent is None:
            continue
        run = _started(agent, product, kind, _morning(now, days), now)
        if days > 1:
            _guided(run, _morning(now, days))
            advance_runs(now=_morning(now, days) + timedelta(hours=4))


def _started(agent: Person, product: str, kind: str, at: datetime, now: datetime) -> Run:
    ready = beijing(now).date() + timedelta(days=60)
    typed = {
        "product": product, "kind": kind, "wish": "示例：请看注册资料", "scope": "sample",
        "batches": "3", "site": "示例路 1 号一车间", "ready_on": ready.isoformat(),
    }  # fmt: skip
    firm = organization.firms_of(agent.pk, at=now)[0]
    return start_run(BUNDLE, firm=firm, by=agent, answers=ANSWERS, data=typed, now=at)


def _guided(run: Run, begun: datetime) -> None:
    """Let the steward give the opinion on the same day."""
    case = run.matters.get(name="guidance").case
    assert case is not None
    holder = organization.person(int(state_of(case).holders["steward"]))
    assert holder is not None
    day = {"meeting_on": beijing(begun).date().isoformat()}
    bridge.act(case.number, "arrange", by=holder, data=day, now=begun + timedelta(hours=1))
    opinion = {"guidance": "示例：资料齐全，可以送检。"}
    bridge.act(case.number, "guide", by=holder, data=opinion, now=begun + timedelta(hours=3))


def _morning(now: datetime, days: int) -> datetime:
    """Return nine in the morning so many days ago."""
    day = beijing(now) - timedelta(days=days)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)
