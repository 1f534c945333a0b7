"""A dated policy: which outcome a case has under the rules in force on a day, and who says so.

This is the shape of a policy's TOML file. Every version keeps its source, so a case filed under an old rule
can be explained for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.expression import check, evaluate, missing, parse
from lianqiao.engine.expression_cases import stand_ins
from lianqiao.engine.expression_types import ValueType
from lianqiao.engine.mechanism import Basis, Identifier, Part, Text


class Outcome(Part):
    """One answer the policy can give. `when` is a condition over the case's data, money in fen."""

    value: Identifier
    title: Text
    when: str = Field(min_length=1)


class PolicyVersion(Part):
    """The rule from a day on. The first outcome whose condition holds wins.

    `confidence` says how sure the transcription is: `high` (official text or several reports that agree),
    `medium`, `low` (one secondary report).
    """

    effective_from: date
    basis: Basis
    confidence: Literal["high", "medium", "low"]
    note: Text | None = None
    outcomes: tuple[Outcome, ...] = Field(min_length=1)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields this version asks about, in order of appearance."""
        return tuple(dict.fromkeys(name for o in self.outcomes for name in parse(o.when).names))


class Policy(Part):
    """A rule through time; versions in order of the day they take effect."""

    format: Literal[1]
    id: Identifier
    title: Text
    note: Text | None = None
    versions: tuple[PolicyVersion, ...] = Field(min_length=1)

    @field_validator("versions")
    @classmethod
    def _in_order(cls, versions: tuple[PolicyVersion, ...]) -> tuple[PolicyVersion, ...]:
        days = [version.effective_from for version in versions]
        if days != sorted(set(days)):
            raise ValueError("versions stand in order of `effective_from`, no day twice")
        return versions

    @property
    def titles(self) -> dict[str, Text]:
        """What each outcome of any version is called; the newest version's words prevail."""
        return {outcome.value: outcome.title for version in self.versions for outcome in version.outcomes}

    def in_force(self, on: date) -> PolicyVersion:
        """Return the version in force on a day; a day before the first is refused (`policy-not-yet`)."""
        begun = [version for version in self.versions if version.effective_from <= on]
        if not begun:
            first = self.versions[0].effective_from
            raise refuse(
                "policy-not-yet",
                f"“{self.id}” has no rule for {on}: its first version takes effect on {first}",
                place=f"policy {self.id}",
                hint="add the version that was in force then, with its source",
                day=on.isoformat(),
            )
        return begun[-1]


def derive(policy: Policy, data: Mapping[str, Any], on: date) -> str:
    """Return the outcome of the policy for `data` under the version in force on the day `on`.

    Raises Refusal: `policy-not-yet` (a day before the first version), `policy-undecided` (one problem for
    each field that must still be known, `facts["field"]` names it), `policy-no-outcome`.
    """
    version = policy.in_force(on)
    for outcome in version.outcomes:
        expression = parse(outcome.when)
        answer = evaluate(expression, data)
        if answer is True:
            return outcome.value
        if answer is None:
            raise _undecided(policy, missing(expression, data))
    raise refuse(
        "policy-no-outcome",
        f"no outcome of “{policy.id}” in force since {version.effective_from} covers this case",
        place=f"policy {policy.id}",
        hint="check what was entered; if it is right, the policy file lacks an outcome",
    )


def _undecided(policy: Policy, names: tuple[str, ...]) -> Refusal:
    problems = [
        Problem(
            "policy-undecided",
            f"“{policy.id}” cannot be decided without it",
            place=f"field {name}",
            hint="fill it in",
            facts={"field": name, "policy": policy.id},
        )
        for name in names
    ]
    return Refusal(*problems) if problems else refuse("policy-undecided", f"“{policy.id}” cannot be decided")


def check_syntax(policy: Policy, file: str) -> list[Problem]:
    """Return what cannot be read in the policy's conditions, whatever fields they speak of."""
    conditions = [(version, outcome) for version in policy.versions for outcome in version.outcomes]
    problems = []
    for version, outcome in conditions:
        place = f"{file} › versions {version.effective_from} › outcomes.{outcome.value} › when"
        found = check(outcome.when, {}, place)
        problems += [problem for problem in found if problem.code == "expression-syntax"]
    return problems


def check_policy(policy: Policy, types: Mapping[str, ValueType], file: str) -> list[Problem]:
    """Return every problem of the policy's conditions, given the kinds of the fields they speak of.

    Codes: those of `expression.check`, `outcome-repeated`, `outcome-never`, `policy-gap`.
    """
    problems: list[Problem] = []
    for version in policy.versions:
        place = f"{file} › versions {version.effective_from}"
        values = [outcome.value for outcome in version.outcomes]
        for index, outcome in enumerate(version.outcomes):
            problems += check(outcome.when, types, f"{place} › outcomes.{outcome.value} › when")
            if outcome.value in values[:index]:
                reason = f"the outcome “{outcome.value}” stands twice"
                hint = "join the two conditions with ||"
                problems.append(Problem("outcome-repeated", reason, place=place, hint=hint))
    return problems or [problem for version in policy.versions for problem in _covered(version, types, file)]


def _covered(version: PolicyVersion, types: Mapping[str, ValueType], file: str) -> Iterator[Problem]:
    """Yield the first case no outcome covers, and outcomes that can never win."""
    place = f"{file} › versions {version.effective_from}"
    expressions = [parse(outcome.when) for outcome in version.outcomes]
    never = {outcome.value for outcome in version.outcomes}
    gap = None
    tried = list(stand_ins(expressions, types) or ())
    if not tried:
        return
    for case in tried:
        winner = next((i for i, e in enumerate(expressions) if evaluate(e, case) is True), None)
        if winner is not None:
            never.discard(version.outcomes[winner].value)
        elif gap is None:
            gap = case
    if gap is not None:
        example = ", ".join(f"{name} = {value}" for name, value in gap.items())
        hint = 'widen a condition, or end with an outcome whose when is "true"'
        yield Problem("policy-gap", f"no outcome covers {example}", place=place, hint=hint)
    for value in sorted(never):
        where = f"{place} › outcomes.{value} › when"
        hint = "an outcome before it always holds as well: narrow that one, or take this one out"
        yield Problem("outcome-never", f"“{value}” can never be the outcome", place=where, hint=hint)
