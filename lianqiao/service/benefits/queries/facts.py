"""What is known of a party on a day: each source's newest word counts, disagreement decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianqiao.engine.policy.columns import FactTable, PartyFacts, table_of
from lianqiao.engine.policy.shape import Attribute
from lianqiao.service.benefits.models import Fact
from lianqiao.service.benefits.parties import Kind, Party
from lianqiao.service.benefits.queries.everyone import matched_parties, permitted
from lianqiao.service.benefits.queries.vocabulary import vocabulary

BENEFITS = "benefits"


class Word(NamedTuple):
    """One source's word, as read from its row."""

    pk: int
    party: int
    attribute: str
    state: str
    value: Any
    problem: str
    source: str
    as_of: date
    valid_until: date | None
    consent: str
    purpose: str


@dataclass(frozen=True)
class Trouble:
    """Why an attribute cannot be used: a code, the rows it comes from, and the newest day they speak of."""

    code: str
    rows: tuple[int, ...]
    day: date


@dataclass
class Known:
    """A party's facts as both evaluators take them, row and day of each, and what cannot be used."""

    facts: PartyFacts
    rows: Mapping[str, int] = field(default_factory=dict)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)


def facts_of(party: Party, day: date, *, at: datetime | None = None, purpose: str = BENEFITS) -> Known:
    """Return what is known of a party on a day; `at` asks what had been recorded by then.

    What cannot be used is unknown, with the reason in the facts' `notes` and in `troubles`: sources that
    disagree, a day to come, facts that have run out, a text that says no currency, no consent.
    """
    return facts_of_many(party.kind, [party.pk], day, at=at, purpose=purpose)[party.pk]


def facts_of_many(
    kind: Kind,
    keys: Sequence[int],
    day: date,
    *,
    at: datetime | None = None,
    purpose: str = BENEFITS,
    only: Collection[str] | None = None,
) -> dict[int, Known]:
    """Return the same for many parties of one kind, by key; one database query, for people two.

    `only` names the attributes wanted.
    """
    found = {key: Known(PartyFacts({})) for key in keys}
    agreed = permitted(keys) if kind == "person" and purpose == BENEFITS else frozenset(keys)
    for key, words in groupby(_words(kind, keys, at, only), attrgetter("party")):
        # what somebody agreed to counts as long as they do
        counted = [one for one in words if key in agreed or one.consent != "given"]
        found[key] = known_from(counted, day, purpose=purpose, personal=kind == "person")
    return found


def columns_of(
    kind: Kind,
    keys: Sequence[int],
    day: date,
    *,
    at: datetime | None = None,
    purpose: str = BENEFITS,
    attributes: Mapping[str, Attribute] | None = None,
) -> tuple[FactTable, dict[int, Known]]:
    """Return the facts of some thousand parties as the bulk evaluator takes them, in the order of keys.

    `attributes` are the columns wanted, those of the district unless given.
    """
    known = facts_of_many(kind, keys, day, at=at, purpose=purpose)
    table = table_of(
        [str(key) for key in keys], [known[key].facts for key in keys], attributes or vocabulary()
    )
    return table, known


def _words(
    kind: Kind, keys: Sequence[int], at: datetime | None, only: Collection[str] | None
) -> Iterator[Word]:
    rows = live_facts(at).filter(**{f"{kind}_id__in": keys}).order_by(f"{kind}_id", "attribute", "pk")
    if only is not None:
        rows = rows.filter(attribute__in=only)
    columns = (f"{kind}_id" if name == "party" else name for name in Word._fields)
    return (Word(*row) for row in rows.values_list(*columns).iterator(chunk_size=5000))


def live_facts(at: datetime | None = None) -> QuerySet[Fact]:
    """Return the facts nothing has corrected, as recorded by `at`."""
    corrected = Fact.objects.filter(corrects=OuterRef("pk"))
    if at is None:
        return Fact.objects.filter(~Exists(corrected))
    return Fact.objects.filter(~Exists(corrected.filter(at__lte=at)), at__lte=at)


def known_from(words: Iterable[Word], day: date, *, purpose: str = BENEFITS, personal: bool = False) -> Known:
    """Return what some words about one party come to on a day; words of an attribute stand together."""
    values: dict[str, Any] = {}
    absent: set[str] = set()
    sources: dict[str, str] = {}
    notes: dict[str, str] = {}
    rows: dict[str, int] = {}
    troubles: dict[str, Trouble] = {}
    days: dict[str, date] = {}
    for attribute, told in groupby(words, attrgetter("attribute")):
        found = _decided([one for one in told if one.state != "withdrawn"], day, purpose, personal)
        if isinstance(found, Trouble):
            troubles[attribute], notes[attribute] = found, found.code
        elif found is not None:
            rows[attribute], days[attribute] = found.pk, found.as_of
            sources[attribute] = f"{found.source} {found.as_of}"
            if found.state == "absent":
                absent.add(attribute)
            else:
                values[attribute] = _hashable(found.value)
    return Known(PartyFacts(values, frozenset(absent), sources, notes), rows, troubles, days)


def _decided(told: list[Word], day: date, purpose: str, personal: bool) -> Word | Trouble | None:
    """Return the word that counts, why none does, or None where nothing is said."""
    used = [one for one in told if one.purpose in ("", purpose)]
    checks: tuple[tuple[str, Callable[[Word], bool]], ...] = (
        ("consent-missing", lambda one: not personal or one.consent != "none"),
        ("fact-in-future", lambda one: one.as_of <= day),
        ("fact-expired", lambda one: one.valid_until is None or one.valid_until >= day),
    )
    for code, fits in checks:
        left = [one for one in used if fits(one)]
        if used and not left:
            return _trouble(code, used)
        used = left
    if not used:
        return None
    newest: dict[str, date] = {}
    for one in used:
        newest[one.source] = max(one.as_of, newest.get(one.source, one.as_of))
    used = [one for one in used if one.as_of == newest[one.source]]
    for one in used:
        if one.problem:
            return _trouble(one.problem, [one])
    if len({(one.state, _hashable(one.value)) for one in used}) > 1:
        return _trouble("facts-disagree", used)
    return max(used, key=lambda one: (one.as_of, one.pk))


def _trouble(code: str, words: Sequence[Word]) -> Trouble:
    return Trouble(code, tuple(one.pk for one in words), max(one.as_of for one in words))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def fact_rows(text: str = "", *, attributes: Iterable[str] | None = None, source: str = "") -> QuerySet[Fact]:
    """Return facts nothing has corrected, newest first; `text` is looked for in who they are about."""
    # of people who took their permission back nothing is shown but what the law allows without it
    agreed = matched_parties() | ~Q(consent="given")
    rows = live_facts().filter(agreed).select_related("firm", "person", "by").order_by("-at", "-pk")
    if text:
        named = Q(firm__name__icontains=text) | Q(firm__credit_code__startswith=text.upper())
        rows = rows.filter(named | Q(person__name__icontains=text) | Q(attribute__in=list(attributes or ())))
    return rows.filter(source=source) if source else rows


def sources() -> list[str]:
    """Return who facts came from, by name."""
    return list(Fact.objects.order_by("source").values_list("source", flat=True).distinct()[:100])


def history(party: Party) -> list[Fact]:
    """Return every word about a party, also corrected ones: by attribute, newest first."""
    rows = Fact.objects.filter(**party.where).select_related("by", "corrects").prefetch_related("corrections")
    return list(rows.order_by("attribute", "-at", "-pk"))


def fact(fact_id: int) -> Fact | None:
    """Return one word, or None."""
    return Fact.objects.select_related("firm", "person").filter(pk=fact_id).first()


def attributes_titled(text: str) -> list[str]:
    """Return the attributes whose title holds the text."""
    known: Mapping[str, Attribute] = vocabulary()
    return [name for name, one in known.items() if text and text in one.title.zh_hans + " " + one.title.en]


def papers_named() -> set[str]:
    """Return the digests of the papers facts rest on, which are kept as long as the facts are."""
    found = Fact.objects.exclude(paper=None).values_list("paper", flat=True)
    return {str(paper["sha256"]) for paper in found if paper}
