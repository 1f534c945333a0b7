"""What is known when a renewal is decided: the one place that says where facts come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lianqiao.engine.licences.reading import LicenceKinds
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.engine.policy.columns import FactTable, PartyFacts, table_of
from lianqiao.engine.policy.shape import Attribute


class Due(NamedTuple):
    """A licence whose renewal is looked at, in the order of `DUE_COLUMNS`."""

    id: int
    number: str
    firm_id: int
    holder: str
    credit_code: str
    premises: str
    scope: str
    valid_until: date
    known: dict[str, Any]
    standing: str
    finding: dict[str, Any]
    example: bool
    case_until: date | None


DUE_COLUMNS = (
    "id", "number", "firm_id", "firm__name", "firm__credit_code", "premises", "scope", "valid_until", "known",
    "standing", "finding", "example", "case_until",
)  # fmt: skip


def facts_for(kind: LicenceKind, kinds: LicenceKinds, rows: Sequence[Due], *, on: date) -> FactTable:
    """Return what is known of each licence on a day, by number; what is not there is unknown.

    A fact valid until an earlier day is unknown again.
    """
    attributes = kinds.attributes_of(kind)
    facts = [party_facts(row.known, attributes, on=on) for row in rows]
    return table_of([row.number for row in rows], facts, attributes)


def party_facts(known: Mapping[str, Any], attributes: Mapping[str, Attribute], *, on: date) -> PartyFacts:
    """Return the facts of one licence as the policy engine takes them."""
    values, absent, sources = {}, set(), {}
    day = on.isoformat()
    for name in attributes.keys() & known.keys():
        fact = known[name]
        if fact.get("until", day) < day:
            continue
        if fact.get("absent"):
            absent.add(name)
        else:
            values[name] = fact["value"]
        sources[name] = f"{fact.get('source', '')} {fact.get('on', '')}".strip()
    return PartyFacts(values, frozenset(absent), sources)
