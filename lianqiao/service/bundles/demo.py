"""Two bundles of the demonstration, one with its first matter done, made through commands."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianqiao.bridge import commands as bridge
from lianqiao.bridge.queries import state_of
from lianqiao.engine.beijing import beijing
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.bundles.commands.runs import advance_runs, start_run
from lianqiao.service.bundles.models import Run

DRUG_ANSWERS = {"tested": "true", "own_line": "true"}
FACTORY_ANSWERS = {"registered": "false", "premises": "rent", "staff_services": "true"}
PEOPLE = ("drug-firm-02", "drug-firm-03")


def enter_bundles(*, now: datetime) -> None:
    """Start the two bundles for firms the demonstration has people for."""
    found = [person for name in PEOPLE if (person := organization.person_named(name))]
    if len(found) < len(PEOPLE):
        return
    _drug(found[0], organization.firms_of(found[0].pk, at=now)[0], now)
    _factory(found[1], organization.firms_of(found[1].pk, at=now)[0], now)


def _drug(agent: Person, firm: Firm, now: datetime) -> None:
    ready = beijing(now).date() + timedelta(days=60)
    typed = {
        "product": "示例神经信号采集器", "kind": "device", "wish": "示例：请看注册资料", "scope": "sample",
        "batches": "3", "site": "示例路 1 号一车间", "ready_on": ready.isoformat(),
    }  # fmt: skip
    start_run("launch-drug", firm=firm, by=agent, answers=DRUG_ANSWERS, data=typed, now=_morning(now, 1))


def _factory(agent: Person, firm: Firm, now: datetime) -> None:
    typed = {
        "project": "示例制剂厂", "about": "示例：租用现成厂房，员工 120 人。", "people": "120",
        "contents": ["housing", "food"],
    }  # fmt: skip
    begun = _morning(now, 3)
    run = start_run("open-factory", firm=firm, by=agent, answers=FACTORY_ANSWERS, data=typed, now=begun)
    _finish(run, begun + timedelta(hours=3))
    advance_runs(now=begun + timedelta(hours=3))


def _finish(run: Run, at: datetime) -> None:
    """Let the agent of the zone do the registration on the spot."""
    case = run.matters.get(name="register").case
    assert case is not None
    holder = organization.person(int(state_of(case).holders["agent"]))
    assert holder is not None
    bridge.act(case.number, "finish_at_once", by=holder, data={"outcome": "示例：已登记"}, now=at)


def _morning(now: datetime, days: int) -> datetime:
    day = beijing(now) - timedelta(days=days)
    return min(day.replace(hour=10, minute=0, second=0, microsecond=0), now)
