"""What the document of a decision says: taken from the log entry and the promise's file, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.case_state import Body
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.engine.spans import Budget
from lianqiao.engine.words import budget_in_words

RESULTS = {"kept": "按期办结", "broken": "逾期办结", "ended": "不再计时"}


@dataclass(frozen=True)
class Decision:
    """Everything the document shows; `reasons` are (title, text) as decided, `times` (what, promised, kept).

    `decided_by` is the duty, never a person. `at` is the moment of the decision.
    """

    zone: str
    promise: str
    promise_en: str
    number: str
    seq: int
    firm: str
    title: str
    decision: str
    decision_en: str
    decided_by: str
    opened_at: datetime
    at: datetime
    times: tuple[tuple[str, str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    code: str
    address: str
    entry_hash: str
    example: bool


def of_entry(
    case: Case, mechanism: Mechanism, body: Body, entry_hash: str, *, code: str, address: str
) -> Decision:
    """Return what the document for the entry says; asked again, the same."""
    step = mechanism.steps[body["step"]]
    role = mechanism.roles.get(step.by)
    return Decision(
        zone=packs.current().district.title.zh_hans,
        promise=mechanism.title.zh_hans,
        promise_en=mechanism.title.en,
        number=case.number,
        seq=case.results.get(code=code).seq,
        firm=case.firm.name if case.firm else "",
        title=case.title,
        decision=(step.issued or step.title).zh_hans,
        decision_en=(step.issued or step.title).en,
        decided_by=role.title.zh_hans if role else "系统（期限届满）",
        opened_at=case.opened_at,
        at=datetime.fromisoformat(body["at"]),
        times=tuple(_times(mechanism, body)),
        reasons=tuple(_reasons(mechanism, step, body.get("data", {}))),
        code=code,
        address=address,
        entry_hash=entry_hash,
        example=case.example or mechanism.example,
    )


def _times(mechanism: Mechanism, body: Body) -> Iterator[tuple[str, str, str]]:
    """Yield each time the decision met or missed: what was promised, till when, and whether it was kept."""
    for name, run in body.get("clocks", {}).items():
        clock = mechanism.clocks.get(name)
        if clock is None or run["result"] not in RESULTS:
            continue
        promised = f"承诺 {_span(clock.budget)}"
        if clock.law:
            promised += f"（法定 {_span(clock.law.budget)}）"
        kept = RESULTS[run["result"]]
        if run["promise"]["due_date"]:
            due = date.fromisoformat(run["promise"]["due_date"])
            kept = f"应于 {day(due)} {run['promise']['due_time']} 前办结，{kept}"
        yield clock.title.zh_hans, promised, kept


def _span(budget: str) -> str:
    return budget_in_words(Budget.parse(budget))


def _reasons(mechanism: Mechanism, step: Step, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in step.needs:
        field, value = mechanism.fields[name], data.get(name)
        if not value:
            continue
        if field.type in ("text", "long_text"):
            yield field.title.zh_hans, str(value)
        elif field.type == "choice":
            yield field.title.zh_hans, field.options[value].title.zh_hans
        elif field.type == "items":
            lines = [f"{mechanism.fields[one['field']].title.zh_hans}：{one['reason']}" for one in value]
            yield field.title.zh_hans, "\n".join(lines)


def day(when: date) -> str:
    """Return a day as documents write it: 2026年2月14日."""
    return f"{when.year}年{when.month}月{when.day}日"


def moment(when: datetime) -> str:
    """Return a moment in Beijing as documents write it."""
    local = when.astimezone(BEIJING)
    return f"{day(local.date())} {local:%H:%M}"
