"""The rules of a day, as all parties of a kind are matched with them, and as they were written down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.calendar import Calendar
from lianqiao.engine.policy.binding import Rule, RuleSet, attribute_of, bind
from lianqiao.engine.policy.reading import PolicySet, digest, of_party
from lianqiao.engine.policy.shape import Attribute, BenefitPolicy
from lianqiao.service.benefits.models import RuleBook
from lianqiao.service.benefits.parties import Kind


@dataclass(frozen=True, eq=False)
class Book:
    """The policies for a kind of party, bound to a day; `digests` are those of single policies."""

    kind: Kind
    policies: PolicySet
    rules: RuleSet
    digests: dict[str, str]

    @property
    def body(self) -> str:
        """The policies as they are written down, to be decided by again."""
        return json.dumps(
            {
                "policies": {name: one.model_dump(mode="json", by_alias=True)
                             for name, one in self.policies.policies.items()},
                "attributes": {name: one.model_dump(mode="json", by_alias=True)
                               for name, one in self.policies.attributes.items()},
            },
            ensure_ascii=False, sort_keys=True,
        )  # fmt: skip

    @property
    def digest(self) -> str:
        """What tells this writing from any other."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def looked_at(self, policy: str) -> frozenset[str]:
        """Return every attribute the decision about a policy rests on, also through others it depends on."""
        return frozenset(self._looked_at(policy, set()))

    def _looked_at(self, policy: str, seen: set[str]) -> Iterator[str]:
        rule = self.rules.rules.get(policy)
        if rule is None or policy in seen:
            return
        seen.add(policy)
        yield from attributes_of(rule)
        for other in (*rule.requires, *rule.yields_to):
            yield from self._looked_at(other, seen)


def attributes_of(rule: Rule) -> Iterator[str]:
    """Yield the attributes a rule speaks of itself: its conditions, its amount, its order."""
    for condition in rule.conditions:
        yield from map(attribute_of, condition.expression.names)
    for part in rule.parts:
        if part.when:
            yield from map(attribute_of, part.when.names)
        if part.part.of:
            yield part.part.of
    if rule.limit:
        yield from (name.removeprefix("-") for name in rule.limit.order)


def book_of(kind: Kind, now: datetime, *, policies: PolicySet | None = None) -> Book:
    """Return the district's policies for a kind of party as of today; `policies` in their place."""
    wanted = packs.current().benefits if policies is None else policies
    return book_on(kind, beijing(now).date(), packs.calendar(now), wanted)


def book_on(kind: Kind, day: date, calendar: Calendar, policies: PolicySet) -> Book:
    """Return some policies for a kind of party as of a day."""
    chosen = {name: one for name, one in policies.policies.items() if one.party == kind}
    own = {name: one for policy in chosen.values() for name, one in policy.attributes.items()}
    narrowed = PolicySet(chosen, of_party({**own, **policies.attributes}, kind))
    rules = bind(narrowed, day, calendar=calendar)
    return Book(kind, narrowed, rules, {name: digest(one) for name, one in chosen.items()})


def written_book(kind: Kind, row: RuleBook, day: date, now: datetime) -> Book:
    """Return the rules of a day as they were written down then."""
    body = json.loads(row.body)
    policies = {
        name: BenefitPolicy.model_validate_json(json.dumps(one)) for name, one in body["policies"].items()
    }
    attributes = {
        name: Attribute.model_validate_json(json.dumps(one)) for name, one in body["attributes"].items()
    }
    return book_on(kind, day, packs.calendar(now), PolicySet(policies, attributes))


def rule_of(policy: str, now: datetime) -> BenefitPolicy | None:
    """Return a policy of the district as it stands now, or None."""
    return packs.current().benefits.policies.get(policy)
