"""Verdicts and explanations as plain data for JSON: names and numbers, no objects."""

from __future__ import annotations

from typing import Any

from lianqiao.engine.mechanism import Text
from lianqiao.engine.policy.amounts import Amounted
from lianqiao.engine.policy.binding import RuleSet
from lianqiao.engine.policy.deciding import Way
from lianqiao.engine.policy.explaining import Explained, Explanation, Looked, Step


def told(explanation: Explanation, rules: RuleSet, language: str) -> dict[str, Any]:
    """Return one policy's explanation."""
    policy, version = explanation.rule.policy, explanation.rule.version
    return {
        "policy": policy.id,
        "title": policy.title.in_language(language),
        "generated": policy.generated,
        "in_force_since": version.effective_from.isoformat(),
        "verdict": explanation.verdict,
        "amount": _amount(explanation.amount, rules, language),
        "conditions": [_condition(one, rules, language) for one in explanation.conditions],
        "requires": dict(explanation.requires),
        "yields_to": dict(explanation.yields_to),
        "missing": [_attribute(name, rules, language) for name in explanation.missing],
        "smallest": [_way(way, rules, language) for way in explanation.smallest],
        "would_qualify": [_way(way, rules, language) for way in explanation.would_qualify],
    }


def _amount(amount: Amounted | None, rules: RuleSet, language: str) -> dict[str, Any] | None:
    if amount is None:
        return None
    name = "en" if language.startswith("en") else "zh-hans"
    return {
        "fen": amount.fen,
        "parts": [
            {"title": line.title[name], "article": line.article, "fen": line.fen} for line in amount.lines
        ],
        "missing": [_attribute(missing, rules, language) for missing in amount.missing],
    }


def _condition(one: Explained, rules: RuleSet, language: str) -> dict[str, Any]:
    return {
        "id": one.condition.id,
        "title": one.condition.title.in_language(language),
        "article": one.condition.article,
        "source": one.source,
        "written": one.condition.when,
        **_step(one.step, rules, language),
    }


def _step(step: Step, rules: RuleSet, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {"text": step.text, "verdict": step.verdict}
    if step.parts:
        found["parts"] = [_step(part, rules, language) for part in step.parts]
    else:
        found["facts"] = [_fact(fact, rules, language) for fact in step.facts]
    return found


def _fact(fact: Looked, rules: RuleSet, language: str) -> dict[str, Any]:
    found = {**_attribute(fact.attribute, rules, language), "state": fact.state, "source": fact.source}
    if fact.value is not None:
        found["value"] = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    if fact.note:
        found["note"] = fact.note
    absent = rules.attributes[fact.attribute].absent if fact.state == "absent" else None
    return {**found, "means": absent.in_language(language)} if absent else found


def _attribute(name: str, rules: RuleSet, language: str) -> dict[str, Any]:
    attribute = rules.attributes[name]
    proof: Text | None = attribute.proof
    return {
        "attribute": name,
        "title": attribute.title.in_language(language),
        "proof": proof.in_language(language) if proof else "",
    }


def _way(way: Way, rules: RuleSet, language: str) -> dict[str, Any]:
    return {
        "attributes": [_attribute(name, rules, language) for name in way.attributes],
        "papers": way.papers,
        "needs": list(way.needs),
        "tried": way.tried,
    }
