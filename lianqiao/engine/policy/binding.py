"""Policies as they stand on one day: parameters are their values, and conditions can be evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal as OneOf
from typing import TypeAlias

from lianqiao.engine.calendar import Calendar
from lianqiao.engine.errors import refuse
from lianqiao.engine.expression import (
    And,
    Comparison,
    Expression,
    Has,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Size,
    Value,
    nodes,
    parse,
)
from lianqiao.engine.expression_tree import Within
from lianqiao.engine.policy.days import relative_day
from lianqiao.engine.policy.ordering import in_order
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.engine.policy.shape import (
    AmountPart,
    Attribute,
    BenefitPolicy,
    Condition,
    Limit,
    Parameter,
    Version,
)
from lianqiao.engine.policy.written import written

TODAY = "today"
# a ratio is kept in hundredths of a percent
RATIO_UNITS = 10_000
# no fact and no sum is larger: ten thousand billion yuan in fen, far below the end of 64 bits
MOST_WHOLE = 10**15
Scalar: TypeAlias = bool | int | str
Verdict: TypeAlias = OneOf["yes", "no", "unknown"]


@dataclass(frozen=True)
class BoundCondition:
    """A condition on one day; `expression` speaks of attributes only, `has(x)` as a name of its own."""

    condition: Condition
    expression: Expression


@dataclass(frozen=True)
class BoundPart:
    """A summand on one day: money in fen, `share` in hundredths of a percent, `when` None for always."""

    part: AmountPart
    when: Expression | None
    fixed: int | None
    share: int | None
    each: int | None
    cap: int | None
    bands: tuple[tuple[int | None, int | None, int | None], ...]
    """`upto`, `share`, `fixed` of each."""


@dataclass(frozen=True)
class Rule:
    """A policy in force on a day. `requires` and `yields_to` are ids, of rules of the set or of none."""

    policy: BenefitPolicy
    version: Version
    conditions: tuple[BoundCondition, ...]
    requires: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    parts: tuple[BoundPart, ...] = ()
    cap: int | None = None
    least: int | None = None
    quota: int | None = None
    budget: int | None = None

    @property
    def limit(self) -> Limit | None:
        """How the version limits numbers and money, if it does."""
        return self.version.limit


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Every policy in force on a day, those others depend on first; `idle` are those not in force.

    Two sets are equal only where they are the same object.
    """

    day: date
    rules: Mapping[str, Rule]
    attributes: Mapping[str, Attribute]
    idle: tuple[str, ...] = ()


def has_name(attribute: str) -> str:
    """Return the name under which evaluators look up whether an attribute is there."""
    return f"has({attribute})"


def attribute_of(name: str) -> str:
    """Return the attribute a bound name speaks of: `has(x)` and `x` both of `x`."""
    return name[4:-1] if name.startswith("has(") else name


def bind(policies: PolicySet, day: date, *, calendar: Calendar | None = None) -> RuleSet:
    """Return the rules in force on a day.

    Raises Refusal `parameter-not-yet` (a parameter has no value on that day), `policies-circular`.
    """
    rules: dict[str, Rule] = {}
    for policy in policies.policies.values():
        version = policy.in_force(day)
        if version is not None:
            rules[policy.id] = _Binder(policy, version, day, calendar).rule(policies)
    ordered = in_order(rules, {name: (*rule.requires, *rule.yields_to) for name, rule in rules.items()})
    idle = tuple(name for name in policies.policies if name not in rules)
    return RuleSet(day, {name: rules[name] for name in ordered}, policies.attributes, idle)


def yields_to(policy: BenefitPolicy, others: Mapping[str, BenefitPolicy]) -> tuple[str, ...]:
    """Return the policies that go before this one in a group of exclusion."""
    ranks = {(exclusion.group): exclusion.rank for exclusion in policy.exclusions}
    return tuple(
        other.id
        for other in others.values()
        if other.id != policy.id
        and any(e.group in ranks and e.rank < ranks[e.group] for e in other.exclusions)
    )


def bound_value(parameter: Parameter, day: date, calendar: Calendar | None = None) -> Scalar | None:
    """Return a parameter's value on a day as conditions know it, or None before its first.

    Raises ValueError where it is not of the parameter's kind.
    """
    found = parameter.on(day)
    if found is None:
        return None
    value = found.value
    match parameter.kind:
        case "date":
            return _day(value, day, calendar)
        case "ratio":
            return ratio(value)
        case "text":
            if not isinstance(value, str):
                raise ValueError("a text is expected")
            return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number is expected; money in fen")
    if abs(value) > MOST_WHOLE:
        raise ValueError(f"larger than {MOST_WHOLE}")
    return value


def ratio(value: object) -> int:
    """Return “3.5%” in hundredths of a percent. Raises ValueError."""
    if not isinstance(value, str) or not value.endswith("%"):
        raise ValueError("write a share as text: “3.5%”")
    units = Decimal(value[:-1]) * 100
    if units != int(units):
        raise ValueError("a share has two decimals at most")
    return int(units)


def _day(value: object, day: date, calendar: Calendar | None) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise ValueError("a date is expected, or days relative to today: -3y, +90nd")
    return relative_day(value, day, calendar).isoformat()


class _Binder:
    def __init__(self, policy: BenefitPolicy, version: Version, day: date, calendar: Calendar | None) -> None:
        self.policy, self.version, self.day = policy, version, day
        self.values: dict[str, Scalar] = {TODAY: day.isoformat()}
        for name, parameter in policy.parameters.items():
            value = bound_value(parameter, day, calendar)
            if value is not None:
                self.values[name] = value

    def rule(self, policies: PolicySet) -> Rule:
        """Return the rule with everything of the day put in."""
        amount, limit = self.version.amount, self.version.limit
        return Rule(
            policy=self.policy,
            version=self.version,
            conditions=tuple(BoundCondition(c, self.expression(c.when)) for c in self.version.conditions),
            requires=self.policy.requires,
            yields_to=yields_to(self.policy, policies.policies),
            parts=tuple(self.part(part) for part in amount.parts) if amount else (),
            cap=self.number(amount.cap) if amount else None,
            least=self.number(amount.least) if amount else None,
            quota=self.number(limit.quota) if limit else None,
            budget=self.number(limit.budget) if limit else None,
        )

    def part(self, part: AmountPart) -> BoundPart:
        share = ratio(part.share) if part.share and part.share.endswith("%") else self.number(part.share)
        bands = tuple((b.upto, ratio(b.share) if b.share else None, b.fixed) for b in part.bands)
        return BoundPart(
            part=part,
            when=self.expression(part.when) if part.when else None,
            fixed=self.number(part.fixed),
            share=share,
            each=self.number(part.each),
            cap=self.number(part.cap),
            bands=bands,
        )

    def number(self, given: int | str | None) -> int | None:
        if isinstance(given, str):
            return int(self.valued(given))
        return given

    def valued(self, name: str) -> Scalar:
        if name not in self.values:
            raise refuse(
                "parameter-not-yet",
                f"“{name}” of “{self.policy.id}” has no value on {self.day}",
                place=f"policy {self.policy.id} › parameters.{name}",
                hint="add the value in force then, with its article",
            )
        return self.values[name]

    def expression(self, text: str) -> Expression:
        """Return the condition with parameters and today put in."""
        root = self.bound(parse(text).root)
        names = dict.fromkeys(node.name for node in nodes(root) if isinstance(node, Name))
        return Expression(text=written(root), root=root, names=tuple(names))

    def bound(self, node: Node) -> Node:
        match node:
            case Name(name) if name == TODAY or name in self.policy.parameters:
                return Literal(self.valued(name), column=node.column)
            case Has(name):
                return Name(has_name(name.name), column=node.column)
            case And(parts) | Or(parts):
                return replace(node, parts=tuple(map(self.bound, parts)))
            case ListOf(items):
                return replace(node, items=tuple(map(self.bound, items)))
        return self.bound_operands(node)

    def bound_operands(self, node: Node) -> Node:
        match node:
            case Not(operand) | Size(operand):
                return replace(node, operand=self.bound(operand))
            case Comparison(_, left, right):
                return replace(node, left=self.bound(left), right=self.bound(right))
            case In(item, collection):
                return replace(node, item=self.bound(item), collection=self.bound(collection))
            case Within(_, text, part):
                return replace(node, text=self.bound(text), part=self.bound(part))
        return node


__all__ = [
    "BoundCondition",
    "BoundPart",
    "Rule",
    "RuleSet",
    "Value",
    "attribute_of",
    "bind",
    "bound_value",
    "has_name",
    "ratio",
    "yields_to",
]
