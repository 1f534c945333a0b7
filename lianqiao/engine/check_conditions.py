"""Check that the conditions of the steps leave no case stuck: in every situation one of them holds."""

from __future__ import annotations

from collections import deque
from functools import cache

from lianqiao.engine.check_report import Report
from lianqiao.engine.expression import Expression, evaluate
from lianqiao.engine.expression_cases import stand_ins
from lianqiao.engine.expression_parser import parse
from lianqiao.engine.mechanism import Mechanism, Step
from lianqiao.engine.walk import Situation, Walk, progresses


def check_conditions(report: Report, found: Walk) -> None:
    """Report states in which every step that moves the case on has a condition and all may fail at once.

    A field counts as known where every way there has asked for it without `optional` or `required_when`.
    """
    mechanism = report.mechanism
    known = _surely_known(mechanism, found)

    @cache
    def gap(conditions: tuple[str, ...], may_lack: frozenset[str]) -> str:
        return _gap([parse(text) for text in conditions], report, may_lack)

    for here, moves in found.moves.items():
        steps = {move.step for move in moves if progresses(mechanism, move.step, here)}
        conditions = tuple(sorted(mechanism.steps[name].when for name in steps))
        if not conditions or not all(conditions):
            continue
        names = {name for text in conditions for name in parse(text).names}
        example = gap(conditions, frozenset(names - known[here]))
        if example:
            state = min(here.marking)
            reason = f"no step's condition holds with {example} (after {found.way(here)})"
            hint = "widen a condition, or add a step without one: " + " | ".join(conditions)
            report.add("conditions-leave-gap", reason, ("states", state), hint)


def _gap(conditions: list[Expression], report: Report, may_lack: frozenset[str]) -> str:
    """Return data, in words, with which no condition holds; "" where one always does."""
    for case in stand_ins(conditions, report.types, may_lack=may_lack) or ():
        if not any(evaluate(condition, case) is True for condition in conditions):
            names = dict.fromkeys(name for condition in conditions for name in condition.names)
            return ", ".join(f"{name} = {case.get(name, 'not known')}" for name in names)
    return ""


def _surely_known(mechanism: Mechanism, found: Walk) -> dict[Situation, frozenset[str]]:
    """Return the names known in each situation whichever way the case came there."""
    asked = {name: _surely_asked(mechanism, step) for name, step in mechanism.steps.items()}
    known = {move.after: asked[move.step] | set(mechanism.derived) for move in found.openings}
    ahead = deque(known)
    while ahead:
        here = ahead.popleft()
        for move in found.moves.get(here, ()):
            then = known[here] | asked[move.step]
            if move.after not in known:
                known[move.after] = then
            elif known[move.after] <= then:
                continue
            else:
                known[move.after] &= then
            ahead.append(move.after)
    return known


def _surely_asked(mechanism: Mechanism, step: Step) -> frozenset[str]:
    fields = ((name, mechanism.fields[name]) for name in step.needs)
    return frozenset(name for name, field in fields if not field.optional and not field.required_when)
