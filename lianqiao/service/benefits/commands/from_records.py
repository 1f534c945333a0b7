"""What talent records say becomes facts of the people they are about, while these permit it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from lianqiao.engine.beijing import beijing
from lianqiao.engine.policy.shape import Attribute
from lianqiao.innovation.talent import queries as talent
from lianqiao.service.benefits.commands.recording import Told, digest_of, row_of
from lianqiao.service.benefits.fact_values import FactRead
from lianqiao.service.benefits.models import Fact
from lianqiao.service.benefits.queries.everyone import PURPOSE, permitted
from lianqiao.service.benefits.queries.facts import live_facts

# what comes from a record has this source, and came by this way
RECORD, VIA = "人才档案", "record"
CHANGED = gettext_noop("The record says otherwise now")


def take_from_records(keys: Collection[int], attributes: Mapping[str, Attribute], *, now: datetime) -> int:
    """Write down what the records of people say of the attributes that ask for it; returns how many rows.

    Only of those who permit it, only what a policy asks for. What a record says otherwise by now is a
    correction of what it said before: both stay. Saying the same again writes nothing, so that two workers
    at once write it once.
    """
    asked = {name: one for name, one in attributes.items() if one.record}
    people = permitted(keys)
    if not asked or not people:
        return 0
    wanted = {one.record for one in asked.values() if one.record}
    said = talent.said_by_records(people, wanted, purpose=PURPOSE)
    standing: dict[tuple[int, str], list[Fact]] = {}
    for row in live_facts().filter(via=VIA, person__in=people).order_by("pk"):
        standing.setdefault((row.person_id or 0, row.attribute), []).append(row)
    new = [
        row
        for person in people
        for name, attribute in asked.items()
        for row in _rows(
            _About(person, name, attribute, now),
            said.get((person, attribute.record or "")),
            standing.get((person, name), []),
        )
    ]
    Fact.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


@dataclass(frozen=True)
class _About:
    """What is written down: of whom, which attribute, when."""

    person: int
    name: str
    attribute: Attribute
    now: datetime

    def row(self, told: Told, corrects: Fact | None) -> Fact:
        row = row_of("person", self.person, told, by=None, now=self.now, via=VIA)
        if corrects is not None:
            row.corrects, row.reason, row.example = corrects, CHANGED, corrects.example
            row.digest = digest_of("person", self.person, told, corrects=corrects.pk)
        return row

    def withdrawn(self, of: Fact) -> Fact:
        told = Told(
            self.name, FactRead("withdrawn"), "", of.source, of.as_of, confidence=of.confidence,
            consent=of.consent, purpose=of.purpose,
        )  # fmt: skip
        return self.row(told, of)


def _rows(about: _About, said: talent.Said | None, live: list[Fact]) -> Iterator[Fact]:
    last = live[-1] if live else None
    # two workers may have written at once what two moments of the record said: the older goes
    yield from (about.withdrawn(row) for row in live[:-1])
    if said is None:
        if last is not None and last.state != "withdrawn":
            yield about.withdrawn(last)
        return
    read = _read(about.attribute, said.value)
    told = Told(
        about.name, read, str(said.value), RECORD, min(said.day, beijing(about.now).date()),
        confidence="high", consent="given", purpose=PURPOSE,
    )  # fmt: skip
    if last is None or (last.state, last.value, last.as_of) != (read.state, read.value, told.as_of):
        row = about.row(told, last)
        row.example = said.example
        yield row


def _read(attribute: Attribute, value: Any) -> FactRead:
    """Return what a record's value is of an attribute; the standard's names may have hyphens."""
    if attribute.kind == "integer" and isinstance(value, int):
        return FactRead("value", value)
    option = str(value).replace("-", "_")
    if attribute.kind == "choice" and option in attribute.options:
        return FactRead("value", option)
    return FactRead("unusable", problem="option-unknown")
