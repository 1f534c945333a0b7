"""What the dated rules in force make of a case's data: the values it works out, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lianqiao.bridge import packs
from lianqiao.engine.dated_rules import Policy, derive
from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import parse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.service.language import in_words, listed_words

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Derivation:
    """One derived value and the rule behind it.

    `words` is the value's title, "" while it cannot be told; then `missing` names the fields still needed.
    `sure` is false where the rule was transcribed from a single secondary report.
    """

    name: str
    title: str
    value: str = ""
    words: str = ""
    missing: tuple[str, ...] = ()
    since: date | None = None
    basis: str = ""
    source: str = ""
    note: str = ""
    sure: bool = True

    @property
    def missing_words(self) -> str:
        """The fields still needed as one list."""
        return listed_words(self.missing)


def derived_values(mechanism: Mechanism, data: Data, *, on: date) -> dict[str, str]:
    """Return the value of every derived field under the rules in force on the day `on`.

    Raises Refusal with the problems of all of them, as `engine.dated_rules.derive` does.
    """
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for name, derived in mechanism.derived.items():
        try:
            values[name] = derive(packs.current().policies[derived.policy], data, on=on)
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(*problems)
    return values


def derivations(mechanism: Mechanism, data: Data, *, on: date) -> list[Derivation]:
    """Return each derived value as far as `data` lets it be told; what the case already holds stands."""
    found = []
    for name, derived in mechanism.derived.items():
        policy = packs.current().policies.get(derived.policy)
        title = in_words(derived.title)
        if policy is None:
            # the rule's file is gone; what it once decided is in the case
            found.append(Derivation(name, title, str(data.get(name, "")), str(data.get(name, ""))))
        else:
            found.append(_derivation(mechanism, policy, Derivation(name, title), data=data, on=on))
    return found


def rule_names(mechanism: Mechanism, *, on: date) -> set[str]:
    """Return the fields the rules in force and the conditions of the fields ask about."""
    names: set[str] = set()
    for field in mechanism.fields.values():
        if field.required_when:
            names |= set(parse(field.required_when).names)
    for derived in mechanism.derived.values():
        policy = packs.current().policies.get(derived.policy)
        if policy and policy.versions[0].effective_from <= on:
            names |= set(policy.in_force(on).names)
    return names & set(mechanism.fields)


def _derivation(
    mechanism: Mechanism, policy: Policy, bare: Derivation, *, data: Data, on: date
) -> Derivation:
    if policy.versions[0].effective_from > on:
        return bare
    version = policy.in_force(on)
    value = str(data.get(bare.name, ""))
    missing: tuple[str, ...] = ()
    if not value:
        value, missing = _worked_out(mechanism, policy, data, on)
    words = policy.titles.get(value)
    return replace(
        bare,
        value=value,
        words=in_words(words) if words else value,
        missing=missing,
        since=version.effective_from,
        basis=in_words(version.basis.title),
        source=version.basis.source,
        note=in_words(version.note) if version.note else "",
        sure=version.confidence != "low",
    )


def _worked_out(mechanism: Mechanism, policy: Policy, data: Data, on: date) -> tuple[str, tuple[str, ...]]:
    try:
        return derive(policy, data, on=on), ()
    except Refusal as refusal:
        names = [problem.facts.get("field", "") for problem in refusal.problems]
        return "", tuple(in_words(mechanism.fields[n].title) for n in names if n in mechanism.fields)
