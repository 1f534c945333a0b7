"""Many parties matched with the rules at once: yes, nearly with what is lacking, or neither."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lianqiao.engine.policy.amounts import amounts
from lianqiao.engine.policy.binding import Rule, RuleSet, attribute_of
from lianqiao.engine.policy.bulk import Verdicts, match
from lianqiao.engine.policy.columns import Booleans, FactTable
from lianqiao.engine.policy.explaining import Explainer, Explanation
from lianqiao.engine.policy.planes import Planes
from lianqiao.service.benefits.queries.facts import Known
from lianqiao.service.benefits.queries.rules import Book


@dataclass(frozen=True)
class Found:
    """What a policy comes to for a party: `verdict` is yes or nearly; `lacks` are attributes of one paper."""

    party: int
    policy: str
    verdict: str
    fen: int | None
    facts: dict[str, Any]
    how: str = ""
    lacks: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """What tells these facts from others."""
        return digest_of(self.facts)


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return what tells the values of some facts from others, whoever said them."""
    said = {name: [one["state"], one.get("value")] for name, one in facts.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seen_by(book: Book, policy: str, known: Known) -> dict[str, Any]:
    """Return the facts a decision about a policy rests on, as they are stored with it."""
    facts, found = known.facts, {}
    for name in sorted(book.looked_at(policy)):
        if name in facts.values:
            value = facts.values[name]
            said: dict[str, Any] = {
                "state": "value",
                "value": list(value) if isinstance(value, tuple) else value,
            }
        elif name in facts.absent:
            said = {"state": "absent"}
        else:
            said = {"state": "unknown"}
        if name in known.rows:
            said |= {"row": known.rows[name], "source": facts.sources[name]}
        if name in facts.notes:
            said["why"] = facts.notes[name]
        found[name] = said
    return found


@dataclass
class Matcher:
    """Matches chunk after chunk of parties with one book of rules."""

    book: Book
    explainer: Explainer = field(init=False)
    singles: RuleSet = field(init=False)
    papers: dict[str, list[frozenset[str]]] = field(init=False)

    def __post_init__(self) -> None:
        rules = self.book.rules
        self.explainer = Explainer(rules)
        self.singles = _single_conditions(rules)
        self.papers = {name: _papers(self.book, name) for name in rules.rules}

    def found(self, table: FactTable, known: Mapping[int, Known]) -> Iterator[Found]:
        """Yield what is yes or nearly for the parties of a table."""
        planes = Planes(table)
        verdicts, singles = match(self.book.rules, planes), match(self.singles, planes)
        explained: dict[int, dict[str, Explanation]] = {}
        keys = [int(party) for party in table.parties]
        for name, rule in self.book.rules.rules.items():
            fen = _fen(rule, table, verdicts)
            yes = verdicts.is_yes(name)
            for row in np.flatnonzero(yes).tolist():
                one = known[keys[row]]
                yield Found(keys[row], name, "yes", fen[row], seen_by(self.book, name, one))
            for row in np.flatnonzero(self.perhaps_nearly(name, singles) & ~yes).tolist():
                if row not in explained:
                    explained[row] = self.explainer.explain(known[keys[row]].facts)
                how, lacks = nearly(explained[row][name])
                if how:
                    seen = seen_by(self.book, name, known[keys[row]])
                    yield Found(keys[row], name, "nearly", fen[row], seen, how, lacks)

    def perhaps_nearly(self, policy: str, singles: Verdicts) -> Booleans:
        """Return for whom all conditions hold but those that speak of one paper: nobody else can be near."""
        found = np.zeros(singles.rows, np.bool_)
        conditions = [name for name in self.singles.rules if _whose(name) in _own(self.book, policy)]
        held = {name: singles.is_yes(name) for name in conditions}
        for paper in self.papers[policy]:
            fits = np.ones(singles.rows, np.bool_)
            for name in conditions:
                names = self.singles.rules[name].conditions[0].expression.names
                if paper.isdisjoint(map(attribute_of, names)):
                    fits &= held[name]
            found |= fits
        return found


def nearly(explanation: Explanation) -> tuple[str, tuple[str, ...]]:
    """Return how a party is near a policy, unknown or failing, and what it lacks; "" where it is not near.

    Near is who lacks one paper, or who would qualify if one thing were other.
    """
    if "yes" in explanation.yields_to.values():
        # it has a better one of the group: nothing that is lacking would give it this one
        return "", ()
    for way in explanation.smallest if explanation.verdict == "unknown" else ():
        if way.papers == 1:
            return "unknown", way.attributes
    for way in explanation.would_qualify if explanation.verdict == "no" else ():
        if len(way.attributes) == 1:
            return "failing", way.attributes
    return "", ()


def _single_conditions(rules: RuleSet) -> RuleSet:
    single = {
        f"{name}/{place}": Rule(rule.policy, rule.version, (condition,))
        for name, rule in rules.rules.items()
        for place, condition in enumerate(rule.conditions)
    }
    return RuleSet(rules.day, single, rules.attributes)


def _whose(single: str) -> str:
    return single.partition("/")[0]


def _own(book: Book, policy: str) -> set[str]:
    """Return the policy and those it requires, whose conditions are its own too."""
    rule = book.rules.rules.get(policy)
    below = rule.requires if rule else ()
    return {policy}.union(*(_own(book, other) for other in below))


def _papers(book: Book, policy: str) -> list[frozenset[str]]:
    """Return the attributes of a policy, grouped by the paper that shows them."""
    groups: dict[str, set[str]] = {}
    for name in book.looked_at(policy):
        proof = book.rules.attributes[name].proof
        groups.setdefault(proof.zh_hans if proof else f"/{name}", set()).add(name)
    return [frozenset(group) for group in groups.values()]


def _fen(rule: Rule, table: FactTable, verdicts: Verdicts) -> list[int | None]:
    found = amounts(rule, table, verdicts)
    if found is None:
        return [0] * len(table)
    return [int(value) if known else None for value, known in zip(*found, strict=True)]
