"""The explaining evaluator: one party, every condition with value, source and verdict, none passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lianqiao.engine.expression import Value
from lianqiao.engine.policy.amounts import Amounted, amount
from lianqiao.engine.policy.binding import Rule, RuleSet, Verdict, has_name
from lianqiao.engine.policy.branches import Answers, Branch, Leaves
from lianqiao.engine.policy.columns import PartyFacts
from lianqiao.engine.policy.deciding import Deciding, Way
from lianqiao.engine.policy.shape import Condition

# who would have to change more is not near
NEAR = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """A fact a condition looked at: `state` is value, absent or unknown."""

    attribute: str
    state: str
    value: Value | None
    source: str
    note: str = ""
    """Why a fact that was given is not used."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a condition: its text with the day's parameters put in, its verdict, what lies under it."""

    text: str
    verdict: Verdict
    facts: tuple[Looked, ...] = ()
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition of a policy, and how it came out."""

    condition: Condition
    source: str
    step: Step


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
    would_qualify: tuple[Way, ...]
    amount: Amounted | None


def explain(rules: RuleSet, facts: PartyFacts) -> dict[str, Explanation]:
    """Return the explanation of every policy in force for one party, by policy.

    The verdicts are those of `bulk.match` on the same facts; a property test holds them to it.
    """
    return Explainer(rules).explain(facts)


class Explainer:
    """Lays out the conditions of a set of rules once, to explain many parties.

    Having a policy is one condition: its own, those of what it requires, none of what it yields to. A
    required policy that is not in force is never had.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.leaves = Leaves()
        self.conditions = {
            name: tuple(self.leaves.branch(c.expression.root) for c in rule.conditions)
            for name, rule in rules.rules.items()
        }
        self.awards: dict[str, Branch] = {}
        # without what it yields to: nobody is advised to lose one benefit for another
        self.own: dict[str, Branch] = {}
        for name, rule in rules.rules.items():
            own = (*self.conditions[name], *self._required(rule, self.own))
            self.own[name] = Branch("&&", name, parts=own)
            self.awards[name] = self._award(name, rule)

    def explain(self, facts: PartyFacts) -> dict[str, Explanation]:
        """Return the explanation of every policy for one party."""
        return _Party(self, facts).explanations()

    def _award(self, name: str, rule: Rule) -> Branch:
        yielded = tuple(
            Branch("!", f"!{other}", parts=(self.awards[other],))
            for other in rule.yields_to
            if other in self.awards
        )
        required = self._required(rule, self.awards)
        return Branch("&&", name, parts=(*self.conditions[name], *required, *yielded))

    def _required(self, rule: Rule, had: Mapping[str, Branch]) -> tuple[Branch, ...]:
        never = Branch("||", "false")
        return tuple(had.get(other, never) for other in rule.requires)


class _Party:
    """One party's facts, and what every leaf comes to with them."""

    def __init__(self, explainer: Explainer, facts: PartyFacts) -> None:
        self.explainer, self.facts = explainer, facts
        self.leaves = explainer.leaves.leaves
        self.data = facts.data
        self.answers: Answers = explainer.leaves.answers(self.data)
        attributes = explainer.rules.attributes
        self.learning = Deciding(explainer.leaves, attributes, self.data, self.answers)
        self.changing = Deciding(explainer.leaves, attributes, self.data, self.answers, self.changeable)
        self.steps: dict[Branch, Step] = {}
        self.looked_at: dict[str, Looked] = {}

    def explanations(self) -> dict[str, Explanation]:
        verdicts = {name: self.verdict(branch) for name, branch in self.explainer.awards.items()}
        return {name: self.explanation(rule, verdicts) for name, rule in self.explainer.rules.rules.items()}

    def explanation(self, rule: Rule, verdicts: Mapping[str, Verdict]) -> Explanation:
        name = rule.policy.id
        verdict, branch = verdicts[name], self.explainer.awards[name]
        shown = tuple(
            Explained(
                bound.condition, bound.condition.source or rule.version.basis.source, self.step(condition)
            )
            for bound, condition in zip(rule.conditions, self.explainer.conditions[name], strict=True)
        )
        return Explanation(
            rule=rule,
            verdict=verdict,
            conditions=shown,
            requires={other: verdicts.get(other, "no") for other in rule.requires},
            yields_to={other: verdicts[other] for other in rule.yields_to if other in verdicts},
            missing=self.missing(branch) if verdict == "unknown" else (),
            smallest=self.learning.ways(branch) if verdict == "unknown" else (),
            would_qualify=self.changes(name) if verdict == "no" else (),
            amount=amount(rule, self.data) if verdict != "no" else None,
        )

    def changes(self, name: str) -> tuple[Way, ...]:
        own = self.explainer.own[name]
        return () if own.answer(self.answers) is True else self.changing.ways(own, at_most=NEAR)

    def verdict(self, branch: Branch) -> Verdict:
        found = branch.answer(self.answers)
        return "unknown" if found is None else "yes" if found else "no"

    def missing(self, branch: Branch) -> tuple[str, ...]:
        names = (name for n in branch.open_leaves(self.answers) for name in self.leaves[n].names)
        return tuple(dict.fromkeys(name for name in names if self.looked(name).state == "unknown"))

    def step(self, branch: Branch) -> Step:
        if branch not in self.steps:
            parts = tuple(map(self.step, branch.parts))
            names = () if branch.sign else self.leaves[branch.leaf].names
            verdict = self.verdict(branch)
            self.steps[branch] = Step(branch.text, verdict, tuple(map(self.looked, names)), parts)
        return self.steps[branch]

    def looked(self, name: str) -> Looked:
        if name not in self.looked_at:
            value = self.facts.values.get(name)
            state = "value" if value is not None else "absent" if name in self.facts.absent else "unknown"
            source, note = self.facts.sources.get(name, ""), self.facts.notes.get(name, "")
            self.looked_at[name] = Looked(name, state, value, source, note)
        return self.looked_at[name]

    def changeable(self, name: str) -> bool:
        attribute = self.explainer.rules.attributes.get(name)
        known = name in self.data or has_name(name) in self.data
        return attribute is not None and known and not attribute.fixed
