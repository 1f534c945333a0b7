"""The explaining evaluator: one party, every condition with its value, source and verdict, none passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lianqiao.engine.expression import And, Expression, Name, Node, Not, Or, Value, children, evaluate, missing, nodes
from lianqiao.engine.policy.amounts import Amounted, amount
from lianqiao.engine.policy.binding import BoundCondition, Rule, RuleSet, attribute_of, has_name
from lianqiao.engine.policy.bulk import Verdict
from lianqiao.engine.policy.columns import PartyFacts
from lianqiao.engine.policy.deciding import Deciding, Way
from lianqiao.engine.policy.shape import Condition
from lianqiao.engine.policy.written import written


@dataclass(frozen=True)
class Looked:
    """A fact a condition looked at: `state` is value, absent or unknown."""

    attribute: str
    state: str
    value: Value | None
    source: str


@dataclass(frozen=True)
class Step:
    """One node of a condition: its text with the day's parameters put in, its verdict, and what lies under it."""

    text: str
    verdict: Verdict
    facts: tuple[Looked, ...] = ()
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Explained:
    """One condition of a policy, and how it came out."""

    condition: Condition
    source: str
    step: Step


@dataclass(frozen=True)
class Change:
    """A way a refused party would qualify: what would have to be other, and the conditions it would meet."""

    way: Way
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a party has a policy, has it not, or cannot be told yet.

    `missing`: unknown attributes still in play; with all of them it is decided for certain. `smallest`: the
    fewest of them with which it could become yes. `would_qualify`: for a refused one, the nearest changes.
    """

    rule: Rule
    verdict: Verdict
    conditions: tuple[Explained, ...]
    requires: Mapping[str, Verdict]
    yields_to: Mapping[str, Verdict]
    missing: tuple[str, ...]
    smallest: tuple[Way, ...]
    would_qualify: tuple[Change, ...]
    amount: Amounted | None


def explain(rules: RuleSet, facts: PartyFacts) -> dict[str, Explanation]:
    """Return the explanation of every policy in force for one party, by policy.

    The verdicts are those of `bulk.match` on the same facts; a property test holds them to it.
    """
    explainer = _Explainer(rules, facts)
    return {name: explainer.policy(name) for name in rules.rules}


def award_tree(rules: RuleSet, name: str) -> Node:
    """Return one condition for having a policy: its own, those of what it requires, none of what it yields to.

    A required policy that is not in force is never had.
    """
    return _Trees(rules).tree(name)


class _Trees:
    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.known: dict[str, Node] = {}

    def tree(self, name: str) -> Node:
        if name not in self.known:
            self.known[name] = self._built(self.rules.rules[name])
        return self.known[name]

    def _built(self, rule: Rule) -> Node:
        parts = [condition.expression.root for condition in rule.conditions]
        for required in rule.requires:
            parts.append(self.tree(required) if required in self.rules.rules else Or(()))
        parts += [Not(self.tree(other)) for other in rule.yields_to if other in self.rules.rules]
        return And(tuple(parts))


class _Explainer:
    def __init__(self, rules: RuleSet, facts: PartyFacts) -> None:
        self.rules, self.facts = rules, facts
        self.data = facts.data
        self.trees = _Trees(rules)
        self.verdicts: dict[str, Verdict] = {}

    def policy(self, name: str) -> Explanation:
        rule = self.rules.rules[name]
        conditions = tuple(self.condition(condition, rule) for condition in rule.conditions)
        tree = self.trees.tree(name)
        requires = {other: self.verdicts.get(other, "no") for other in rule.requires}
        yielded = {other: self.verdicts[other] for other in rule.yields_to if other in self.verdicts}
        verdict = self.verdict(tree)
        self.verdicts[name] = verdict
        lacking = self.lacking(tree) if verdict == "unknown" else ()
        given = amount(rule, self.data) if verdict != "no" else None
        return Explanation(
            rule=rule,
            verdict=verdict,
            conditions=conditions,
            requires=requires,
            yields_to=yielded,
            missing=lacking,
            smallest=tuple(self.deciding(tree).ways()) if lacking else (),
            would_qualify=self.changes(tree) if verdict == "no" else (),
            amount=given,
        )

    def condition(self, condition: BoundCondition, rule: Rule) -> Explained:
        source = condition.condition.source or rule.version.basis.source
        return Explained(condition.condition, source, self.step(condition.expression.root))

    def verdict(self, node: Node) -> Verdict:
        value = evaluate(Expression("", node, ()), self.data)
        return "yes" if value is True else "no" if value is False else "unknown"

    def step(self, node: Node) -> Step:
        if isinstance(node, And | Or | Not):
            parts = tuple(self.step(child) for child in children(node))
            return Step(written(node), self.verdict(node), parts=parts)
        names = dict.fromkeys(attribute_of(n.name) for n in nodes(node) if isinstance(n, Name))
        return Step(written(node), self.verdict(node), facts=tuple(map(self.looked, names)))

    def looked(self, name: str) -> Looked:
        if name in self.facts.values:
            return Looked(name, "value", self.facts.values[name], self.facts.sources.get(name, ""))
        state = "absent" if name in self.facts.absent else "unknown"
        return Looked(name, state, None, self.facts.sources.get(name, ""))

    def lacking(self, tree: Node) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(n.name for n in nodes(tree) if isinstance(n, Name)))
        found = missing(Expression("", tree, names), self.data)
        return tuple(dict.fromkeys(attribute_of(name) for name in found))

    def deciding(self, tree: Node) -> Deciding:
        return Deciding(tree, self.data, self.rules.attributes)

    def changes(self, tree: Node) -> tuple[Change, ...]:
        deciding = Deciding(tree, self.data, self.rules.attributes, self.changeable)
        return tuple(
            Change(way, tuple(dict.fromkeys(written(node) for node in deciding.needs(way.attributes))))
            for way in deciding.ways()
        )

    def changeable(self, name: str) -> bool:
        attribute = self.rules.attributes.get(name)
        known = name in self.data or has_name(name) in self.data
        return attribute is not None and known and not attribute.fixed
