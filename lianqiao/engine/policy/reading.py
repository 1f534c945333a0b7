"""Read policy files and the attributes beside them into one set that can be checked and bound."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from lianqiao.engine.errors import Problem, Refusal
from lianqiao.engine.file_reading import read
from lianqiao.engine.policy.shape import Attribute, BenefitPolicy, Vocabulary

ATTRIBUTES_FILE = "attributes.toml"


@dataclass(frozen=True)
class PolicySet:
    """Policies by id, the files they came from, and every attribute any of them speaks of."""

    policies: Mapping[str, BenefitPolicy] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def attributes_of(self, policy: BenefitPolicy) -> dict[str, Attribute]:
        """Return what the conditions of one policy may speak of: the shared attributes and its own."""
        return of_party({**self.attributes, **policy.attributes}, policy.party)

    @property
    def vocabulary(self) -> dict[str, Attribute]:
        """Every attribute any of the policies speaks of, by name; the shared ones before a policy's own."""
        own = {name: one for policy in self.policies.values() for name, one in policy.attributes.items()}
        return {**own, **self.attributes}


def of_party(attributes: Mapping[str, Attribute], party: str) -> dict[str, Attribute]:
    """Return the attributes that are known of one kind of party."""
    return {name: one for name, one in attributes.items() if one.party in (None, party)}


def digest(policy: BenefitPolicy) -> str:
    """Return what identifies the content of a policy, so that a decision can be replayed on the same rule."""
    return hashlib.sha256(policy.model_dump_json(by_alias=True).encode()).hexdigest()


def is_for_benefits(text: str) -> bool:
    """Whether the text is that of a benefit policy or of its attributes; broken TOML is nobody's."""
    try:
        return tomllib.loads(text).get("kind") in ("benefit", "attributes")
    except (tomllib.TOMLDecodeError, RecursionError):
        return False


def read_policies(texts: Mapping[str, str]) -> PolicySet:
    """Return the set of the files given as {path: text}; files of attributes may be among them.

    Raises Refusal with the problems of every file: those of `file_reading.read`, `policy-repeated`,
    `attribute-differs`.
    """
    problems: list[Problem] = []
    policies: dict[str, BenefitPolicy] = {}
    attributes: dict[str, Attribute] = {}
    files: dict[str, str] = {}
    for file, text in texts.items():
        try:
            found = _read_one(text, file)
        except Refusal as refusal:
            problems += refusal.problems
            continue
        for name, attribute in found.attributes.items():
            if attributes.setdefault(name, attribute) != attribute:
                problems.append(_differs(name, file))
        if isinstance(found, BenefitPolicy):
            if found.id in policies:
                problems.append(_repeated(found.id, file, files[found.id]))
            policies[found.id], files[found.id] = found, file
    if problems:
        raise Refusal(*problems)
    return PolicySet(policies, attributes, files)


def _read_one(text: str, file: str) -> BenefitPolicy | Vocabulary:
    try:
        if file.endswith(ATTRIBUTES_FILE):
            return read(Vocabulary, text, file)
        return read(BenefitPolicy, text, file)
    except RecursionError:
        problem = Problem("toml-syntax", "nested deeper than can be read", file, "write it flat")
        raise Refusal(problem) from None


def _differs(name: str, file: str) -> Problem:
    return Problem(
        "attribute-differs",
        f"“{name}” is described in another file in other words or of another kind",
        place=f"{file} › attributes.{name}",
        hint=f"describe it once, in {ATTRIBUTES_FILE}",
    )


def _repeated(policy: str, file: str, other: str) -> Problem:
    reason = f"the policy “{policy}” is already in {other}"
    return Problem("policy-repeated", reason, place=f"{file} › id", hint="give it another id")
