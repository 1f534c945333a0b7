"""Facts as pages and the API show them, in the active language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem
from lianqiao.engine.masking import masked_name
from lianqiao.engine.policy.shape import Attribute
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits.fact_values import fact_words
from lianqiao.service.benefits.models import Fact
from lianqiao.service.benefits.parties import Kind
from lianqiao.service.benefits.queries.facts import Known
from lianqiao.service.language import in_words


@dataclass(frozen=True)
class FactShown:
    """One word as it is shown; `state` is a badge state, `why` says why it cannot be used."""

    pk: int
    title: str
    words: str
    source: str
    as_of: date
    valid_until: date | None
    confidence: str
    consent: str
    at: datetime
    by: str
    paper: Mapping[str, Any] | None
    state: str
    label: str
    why: str
    reason: str
    corrected: bool


@dataclass(frozen=True)
class AttributeShown:
    """What is known of one attribute now, and every word about it."""

    name: str
    title: str
    proof: str
    words: str
    source: str
    state: str
    label: str
    why: str
    words_told: tuple[FactShown, ...]


def confidence_words(confidence: str) -> str:
    """Return how sure a fact is."""
    named = {"high": _("Register"), "medium": _("Paper seen"), "low": _("Said only")}
    return named.get(confidence, confidence)


def consent_words(consent: str) -> str:
    """Return what a fact's use rests on."""
    return {"law": _("The law allows it"), "given": _("Agreed"), "none": _("No consent")}.get(
        consent, consent
    )


def trouble_words(code: str, **facts: str) -> str:
    """Return why a fact cannot be used."""
    return refusal_text(Problem(code, code, facts={"written": "", **facts})) if code else ""


def title_of(name: str, attributes: Mapping[str, Attribute]) -> str:
    """Return what an attribute is called."""
    return in_words(attributes[name].title) if name in attributes else name


def party_name(firm: Firm | None, person: Person | None) -> str:
    """Return what a list calls a party; a person's name with its middle hidden."""
    return firm.name if firm else masked_name(person.name) if person else ""


def party_names(kind: Kind, keys: Iterable[int]) -> dict[int, str]:
    """Return what a list calls some parties; people's names with their middle hidden."""
    if kind == "firm":
        return organization.firm_names(keys)
    return {key: masked_name(name) for key, name in organization.names(keys).items()}


def fact_shown(fact: Fact, attributes: Mapping[str, Attribute], *, corrected: bool = False) -> FactShown:
    """Return one word as it is shown."""
    state = "ended" if corrected else "broken" if fact.problem else "kept"
    label = _("Corrected") if corrected else _("Cannot be used") if fact.problem else _("Recorded")
    if fact.state == "withdrawn":
        state, label = "ended", _("Taken back")
    return FactShown(
        pk=fact.pk,
        title=title_of(fact.attribute, attributes),
        words=fact_words(attributes.get(fact.attribute), fact.state, fact.value) or fact.written,
        source=fact.source,
        as_of=fact.as_of,
        valid_until=fact.valid_until,
        confidence=confidence_words(fact.confidence),
        consent=consent_words(fact.consent),
        at=fact.at,
        by=fact.by.name if fact.by else _("The system"),
        paper=fact.paper,
        state=state,
        label=label,
        why=trouble_words(fact.problem, written=fact.written),
        reason=fact.reason,
        corrected=corrected,
    )


def attributes_shown(
    known: Known, told: Iterable[Fact], attributes: Mapping[str, Attribute]
) -> list[AttributeShown]:
    """Return what is known of a party, attribute by attribute: what counts, what is unknown and why."""
    words: dict[str, list[FactShown]] = {}
    by_key: dict[int, Fact] = {}
    for fact in told:
        by_key[fact.pk] = fact
        corrected = bool(fact.corrections.all())
        words.setdefault(fact.attribute, []).append(fact_shown(fact, attributes, corrected=corrected))
    return [_shown(name, one, known, words.get(name, []), by_key) for name, one in attributes.items()]


def _shown(
    name: str, attribute: Attribute, known: Known, told: list[FactShown], by_key: Mapping[int, Fact]
) -> AttributeShown:
    counted = by_key.get(known.rows.get(name, 0))
    trouble = known.troubles.get(name)
    state, label = ("kept", _("Known")) if counted else ("waiting", _("Not known"))
    if trouble:
        state, label = "broken", _("Cannot be used")
    first = by_key.get(trouble.rows[0]) if trouble else None
    return AttributeShown(
        name=name,
        title=in_words(attribute.title),
        proof=in_words(attribute.proof) if attribute.proof else "",
        words=fact_words(attribute, counted.state, counted.value) if counted else "",
        source=counted.source if counted else "",
        state=state,
        label=label,
        why=trouble_words(trouble.code, written=first.written if first else "") if trouble else "",
        words_told=tuple(told),
    )
