"""What is known when a renewal is decided: the one place that says where facts come from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from lianqiao.engine.licences.reading import LicenceKinds
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.engine.policy.columns import FactTable, PartyFacts, table_of
from lianqiao.engine.policy.shape import Attribute
from lianqiao.service.benefits.queries.facts import Known, Trouble, facts_of_many
from lianqiao.service.benefits.queries.vocabulary import vocabulary

# facts given for other purposes only, such as benefits, are not looked at
PURPOSE = "licences"


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


def shared(attributes: Mapping[str, Attribute]) -> list[str]:
    """Return which attributes the zone's facts of firms speak of in the very same words."""
    known = vocabulary()
    return [name for name, described in attributes.items() if known.get(name) == described]


def facts_for(kind: LicenceKind, kinds: LicenceKinds, rows: Sequence[Due], *, on: date) -> FactTable:
    """Return what is known of each licence on a day, by number, as `party_facts`; one query at most.

    Where each fact comes from is told with it, and why one cannot be used.
    """
    attributes = kinds.attributes_of(kind)
    holders = facts_of_holders({row.firm_id for row in rows}, attributes, on=on)
    facts = [party_facts(row.known, attributes, on=on, holder=holders.get(row.firm_id)) for row in rows]
    return replace(
        table_of([row.number for row in rows], facts, attributes),
        places=("",) * len(rows),
        origins={(at, name): source for at, one in enumerate(facts) for name, source in one.sources.items()},
        notes={(at, name): note for at, one in enumerate(facts) for name, note in one.notes.items()},
    )


def facts_of_holders(
    firms: Collection[int], attributes: Mapping[str, Attribute], *, on: date
) -> dict[int, Known]:
    """Return what is known of firms for what licences share with all the zone decides by rule."""
    names = shared(attributes)
    return facts_of_many("firm", sorted(firms), on, purpose=PURPOSE, only=names) if names else {}


def party_facts(
    known: Mapping[str, Any], attributes: Mapping[str, Attribute], *, on: date, holder: Known | None = None
) -> PartyFacts:
    """Return the facts of one licence as the policy engine takes them.

    Its own fact counts until the day it is valid until, and gives way to a newer one of its holder. What is
    known of the holder and cannot be used makes the attribute unknown, unless the licence's own is newer; so
    do two that say different things as of one day. The reason then stands in `notes`.
    """
    values, absent, sources, notes = {}, set(), {}, {}
    for name in attributes:
        own = _own(known.get(name), on)
        trouble = holder.troubles.get(name) if holder else None
        counts = _counting(own, _holders(name, holder) if holder else None, trouble)
        if isinstance(counts, str):
            notes[name] = counts
        elif counts is not None:
            sources[name] = counts.source
            if counts.absent:
                absent.add(name)
            else:
                values[name] = counts.value
    return PartyFacts(values, frozenset(absent), sources, notes)


class _Said(NamedTuple):
    """What is said of one attribute: known to be absent, or a value; where from, as of which day."""

    absent: bool
    value: Any
    source: str
    day: str


def _counting(own: _Said | None, holders: _Said | None, trouble: Trouble | None) -> _Said | str | None:
    """Return which of the two counts, why neither does, or None where nothing is said."""
    day = own.day if own else ""
    if trouble and day <= trouble.day.isoformat():
        return trouble.code
    if holders is None or day > holders.day:
        return own
    if own and own.day == holders.day and own[:2] != holders[:2]:
        return "facts-disagree"
    return holders


def _own(fact: Mapping[str, Any] | None, on: date) -> _Said | None:
    """Return what a licence's own fact says; None where it has run out."""
    today = on.isoformat()
    if not fact or fact.get("until", today) < today:
        return None
    day = fact.get("on", "")
    source = f"{fact.get('source', '')} {day}".strip()
    return _Said(True, None, source, day) if fact.get("absent") else _Said(False, fact["value"], source, day)


def _holders(name: str, holder: Known) -> _Said | None:
    if name not in holder.days:
        return None
    gone, value = name in holder.facts.absent, holder.facts.values.get(name)
    return _Said(gone, value, holder.facts.sources[name], holder.days[name].isoformat())
