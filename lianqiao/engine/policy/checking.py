"""Check policies before they may decide anything: every problem, each with its place and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.expression import (
    And,
    Comparison,
    Has,
    In,
    Literal,
    Name,
    Node,
    Not,
    Or,
    children,
    nodes,
    parse,
)
from lianqiao.engine.expression_parser import RESERVED
from lianqiao.engine.expression_types import ValueType, check
from lianqiao.engine.nearest import meant
from lianqiao.engine.places import place
from lianqiao.engine.policy.binding import TODAY, bound_value, yields_to
from lianqiao.engine.policy.checking_amounts import check_amounts
from lianqiao.engine.policy.ordering import in_order
from lianqiao.engine.policy.reading import PolicySet
from lianqiao.engine.policy.shape import MOST_FLAGS, Attribute, BenefitPolicy, Kind, Parameter, Version

_TYPES: dict[Kind, str] = {
    "integer": "integer", "money": "integer", "ratio": "integer", "date": "date", "boolean": "boolean",
    "choice": "text", "choices": "list", "text": "text",
}  # fmt: skip
_UNITS = {"money": "money", "ratio": "a share"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# a policy with everything it depends on; more could only be a mistake, and would take long to explain
MOST_LEAVES = 5_000


def check_policies(policies: PolicySet) -> list[Problem]:
    """Return every problem of a set of policies; empty where they may serve.

    Codes: those of `expression.check`, `absence-unguarded`, `unit-differs`, `name-taken`, `name-reserved`,
    `parameter-not-yet`, `parameter-malformed`, `parameter-unused`, `dates-contradict`, `condition-repeated`,
    `unknown-policy`, `policies-circular`, `policies-tangled`, `exclusion-tied`, `source-missing`,
    `options-missing`, `options-many`, and those of `check_amounts`.
    """
    problems = [
        problem for policy in policies.policies.values() for problem in _Checker(policy, policies).run()
    ]
    return [*problems, *_check_links(policies)]


def types_of(policy: BenefitPolicy, attributes: Mapping[str, Attribute]) -> dict[str, ValueType]:
    """Return what conditions of a policy may speak of, and what each of them is."""
    types = {name: _type(attribute.kind, attribute) for name, attribute in attributes.items()}
    types.update({name: _type(parameter.kind) for name, parameter in policy.parameters.items()})
    return {**types, TODAY: ValueType("date")}


def _type(kind: Kind, attribute: Attribute | None = None) -> ValueType:
    options = tuple(attribute.options) if attribute else ()
    return ValueType(_TYPES[kind], options)  # type: ignore[arg-type]


class _Checker:
    def __init__(self, policy: BenefitPolicy, policies: PolicySet) -> None:
        self.policy = policy
        self.file = policies.files.get(policy.id, policy.id)
        self.attributes = policies.attributes_of(policy)
        self.types = types_of(policy, self.attributes)
        self.problems: list[Problem] = []

    def run(self) -> list[Problem]:
        self.names()
        for name, parameter in self.policy.parameters.items():
            self.parameter(name, parameter)
        for number, version in enumerate(self.policy.versions):
            self.version(number, version)
        self.unused()
        return self.problems

    def add(self, code: str, reason: str, where: tuple[str | int, ...], hint: str) -> None:
        self.problems.append(Problem(code, reason, place=place(self.file, *where), hint=hint))

    def names(self) -> None:
        for name, attribute in self.policy.attributes.items():
            where = ("attributes", name)
            if name in RESERVED | {TODAY, "true", "false", "null"}:
                self.add(
                    "name-reserved", f"“{name}” means something else in CEL", where, "choose another name"
                )
            if name in self.policy.parameters:
                self.add("name-taken", f"“{name}” is a parameter too", where, "choose another name")
            if attribute.kind in ("choice", "choices") and not attribute.options:
                self.add("options-missing", f"a {attribute.kind} needs options", where, "add [options.…]")
            if attribute.kind == "choices" and len(attribute.options) > MOST_FLAGS:
                self.add(
                    "options-many", f"more than {MOST_FLAGS} options", where, "split it in two attributes"
                )

    def parameter(self, name: str, parameter: Parameter) -> None:
        if name in RESERVED | {TODAY, "true", "false", "null"}:
            self.add(
                "name-reserved", f"“{name}” means something else", ("parameters", name), "choose another name"
            )
        for number, value in enumerate(parameter.values):
            where = ("parameters", name, "values", number)
            try:
                bound_value(parameter, value.effective_from)
            except ValueError as error:
                self.add("parameter-malformed", str(error), (*where, "value"), f"write a {parameter.kind}")
            if not value.source and not self.policy.generated:
                self.add("source-missing", "nobody says where this value comes from", where, "add source = …")

    def version(self, number: int, version: Version) -> None:
        where = ("versions", number)
        until = version.effective_until
        if until and until < version.effective_from:
            reason = f"it ends on {until}, before it takes effect on {version.effective_from}"
            self.add("dates-contradict", reason, (*where, "effective_until"), "correct one of the two")
        following = self.policy.versions[number + 1 : number + 2]
        if until and following and until >= following[0].effective_from:
            reason = (
                f"it ends on {until}, though another version takes effect on {following[0].effective_from}"
            )
            last = following[0].effective_from - timedelta(days=1)
            self.add(
                "dates-contradict", reason, (*where, "effective_until"), f"leave it out, or write {last}"
            )
        if not version.basis.source and not self.policy.generated:
            self.add(
                "source-missing",
                "nobody says where this rule comes from",
                (*where, "basis"),
                "add source = …",
            )
        seen: set[str] = set()
        for index, condition in enumerate(version.conditions):
            if condition.id in seen:
                self.add(
                    "condition-repeated",
                    f"“{condition.id}” stands twice",
                    (*where, "conditions", index),
                    "rename one",
                )
            seen.add(condition.id)
            self.condition(condition.when, (*where, "conditions", index, "when"), version.effective_from)
        self.amount(version, where)

    def amount(self, version: Version, where: tuple[str | int, ...]) -> None:
        for index, part in enumerate(version.amount.parts if version.amount else ()):
            if part.when:
                path = (*where, "amount", "parts", index, "when")
                self.condition(part.when, path, version.effective_from)
        self.problems += check_amounts(self.policy, version, self.attributes, self.file, where)

    def condition(self, text: str, where: tuple[str | int, ...], since: date) -> None:
        here = place(self.file, *where)
        found = check(text, self.types, here)
        self.problems += found
        if found:
            return
        root = parse(text).root
        self.problems += [replace(p, place=f"{here}, {p.place}") for p in self.said(root)]
        for name in parse(text).names:
            parameter = self.policy.parameters.get(name)
            if parameter and parameter.on(since) is None:
                reason = f"“{name}” has no value yet on {since}"
                self.add("parameter-not-yet", reason, where, "add the value in force then, with its article")

    def said(self, root: Node) -> Iterator[Problem]:
        for name, node in unguarded(root, frozenset()):
            attribute = self.attributes.get(name)
            if attribute and attribute.absent is not None:
                reason = f"“{name}” can be absent, and then this is neither true nor false"
                hint = f"write has({name}) && … or !has({name}) || …"
                yield Problem("absence-unguarded", reason, place=f"column {node.column}", hint=hint)
        for part in nodes(root):
            if isinstance(part, Comparison):
                yield from self.compared(part)
            if isinstance(part, Comparison | In):
                yield from self.written(part)

    def compared(self, node: Comparison) -> Iterator[Problem]:
        units = [self.unit(side) for side in (node.left, node.right)]
        if None not in units and units[0] != units[1]:
            reason = f"{units[0]} is compared with {units[1]}"
            hint = "compare money with money, a share with a share"
            yield Problem("unit-differs", reason, f"column {node.column}", hint)

    def written(self, node: Comparison | In) -> Iterator[Problem]:
        """Look at the values written beside shares and dates."""
        beside = [found for found in nodes(node) if isinstance(found, Name)]
        values = [found.value for found in nodes(node) if isinstance(found, Literal)]
        where = f"column {node.column}"
        if values and any(self.unit(name) == "a share" for name in beside):
            reason = "a share is compared with a bare number, whose unit nobody can see"
            hint = 'make it a parameter: kind = "ratio", value = "3%"'
            yield Problem("unit-differs", reason, where, hint)
        if any(self.types[name.name].kind == "date" for name in beside):
            for value in values:
                if isinstance(value, str) and _DAY.fullmatch(value) is None:
                    reason = f"“{value}” is not written as dates are"
                    yield Problem("expression-types", reason, where, "write 2026-01-31")

    def unit(self, node: Node) -> str | None:
        if not isinstance(node, Name):
            return None
        found = self.attributes.get(node.name) or self.policy.parameters.get(node.name)
        return (
            _UNITS.get(found.kind, "a number") if found and self.types[node.name].kind == "integer" else None
        )

    def unused(self) -> None:
        used: set[str] = set()
        for version in self.policy.versions:
            texts = [condition.when for condition in version.conditions]
            amount = version.amount
            if amount:
                texts += [part.when for part in amount.parts if part.when]
                sums = (
                    amount.cap,
                    amount.least,
                    *(v for p in amount.parts for v in (p.fixed, p.share, p.each, p.cap)),
                )
                used |= {value for value in sums if isinstance(value, str)}
            if version.limit:
                used |= {v for v in (version.limit.quota, version.limit.budget) if isinstance(v, str)}
            for text in texts:
                try:
                    used |= set(parse(text).names)
                except Refusal:
                    continue
        for name in self.policy.parameters:
            if name not in used:
                self.add(
                    "parameter-unused",
                    f"nothing speaks of “{name}”",
                    ("parameters", name),
                    "use it, or take it out",
                )


def unguarded(node: Node, there: frozenset[str]) -> Iterator[tuple[str, Name]]:
    """Yield names whose absence would leave a condition without an answer: no `has( )` stands beside them.

    `has(x) && …` guards what is joined to it, so does `!has(x) || …`.
    """
    match node:
        case And(parts):
            there |= {part.name.name for part in parts if isinstance(part, Has)}
        case Or(parts):
            there |= {p.operand.name.name for p in parts if isinstance(p, Not) and isinstance(p.operand, Has)}
        case Name(name) if name not in there:
            yield name, node
    for child in () if isinstance(node, Has) else children(node):
        yield from unguarded(child, there)


def _check_links(policies: PolicySet) -> Iterator[Problem]:
    known = policies.policies
    after: dict[str, tuple[str, ...]] = {}
    for name, policy in known.items():
        file = policies.files.get(name, name)
        for required in policy.requires:
            if required not in known:
                hint = meant(required, known, what="known policies")
                yield Problem(
                    "unknown-policy", f"there is no policy “{required}”", place(file, "requires"), hint
                )
        yield from _tied(policy, known, file)
        after[name] = (*policy.requires, *yields_to(policy, known))
    try:
        ordered = in_order(known, after)
    except Refusal as refusal:
        yield from refusal.problems
        return
    yield from _tangled(ordered, after, policies)


def _tied(policy: BenefitPolicy, known: Mapping[str, BenefitPolicy], file: str) -> Iterator[Problem]:
    for mine in policy.exclusions:
        for other in known.values():
            if other.id > policy.id and mine in other.exclusions:
                reason = f"“{other.id}” has rank {mine.rank} in the group “{mine.group}” too"
                hint = "give each its own rank, so that it is certain which one a party gets"
                yield Problem("exclusion-tied", reason, place(file, "exclusions"), hint)


def _tangled(
    ordered: list[str], after: Mapping[str, tuple[str, ...]], policies: PolicySet
) -> Iterator[Problem]:
    sizes: dict[str, int] = {}
    for name in ordered:
        own = max(
            sum(1 for c in version.conditions for _ in _readable(c.when))
            for version in policies.policies[name].versions
        )
        sizes[name] = own + sum(sizes.get(other, 0) for other in after[name])
        if sizes[name] > MOST_LEAVES:
            reason = f"with all it depends on it has {sizes[name]} parts, more than {MOST_LEAVES}"
            file = policies.files.get(name, name)
            yield Problem("policies-tangled", reason, file, "let it depend on fewer policies")
            return


def _readable(text: str) -> Iterator[Node]:
    try:
        yield from nodes(parse(text).root)
    except Refusal:
        return
