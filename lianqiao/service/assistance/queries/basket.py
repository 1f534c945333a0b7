"""What is in a basket, and what each matter still lacks before it can be ordered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from lianqiao.bridge import packs
from lianqiao.engine import needs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.models import Person
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.language import in_words
from lianqiao.service.queries.derived import derived_values


@dataclass(frozen=True)
class Readiness:
    """Whether a matter can be ordered as it stands; `lacks` names the fields that want filling, in words."""

    ready: bool
    lacks: tuple[str, ...] = ()
    gone: bool = False


def basket(person_id: int, firm_id: int | None = None) -> QuerySet[BasketEntry]:
    """Return what a person has in the basket, for one firm or all, the oldest first."""
    rows = BasketEntry.objects.filter(person_id=person_id, case=None, draft__isnull=False)
    if firm_id is not None:
        rows = rows.filter(firm_id=firm_id)
    return rows.select_related("firm", "draft", "item").order_by("made_at", "pk")


def basket_counts(person_id: int) -> dict[int, int]:
    """Return how many matters a person has in the basket, by firm."""
    rows = basket(person_id).order_by().values_list("firm_id").annotate(count=Count("pk"))
    return dict(rows)


def entries_named(keys: Iterable[str], person: Person) -> list[BasketEntry]:
    """Return a person's entries with these keys, ordered ones too, in the order they were put in."""
    ids = [int(key) for key in keys if key.isdigit() and len(key) < 19]
    rows = BasketEntry.objects.filter(pk__in=ids, person=person)
    return list(rows.select_related("firm", "draft", "case").order_by("made_at", "pk"))


def unknown_entry(entry_id: object) -> Refusal:
    """Return the refusal for an entry that is not there or not this person's."""
    return refuse("unknown-basket-entry", f"there is no entry {entry_id} of yours", hint="look at the basket")


def given_of(entry: BasketEntry) -> dict[str, Any]:
    """Return what the draft holds as the opening step takes it, empty fields left out."""
    assert entry.draft is not None
    typed = {name: value for name, value in entry.draft.typed.items() if value not in ("", [])}
    return typed | {name: files for name, files in entry.draft.files.items() if files}


def title_of(entry: BasketEntry) -> str:
    """Return what an entry is called in the active language: the item chosen, else the promise."""
    promise = packs.current().newest_versions.get(entry.mechanism)
    return entry.item_name or (in_words(promise.title) if promise else entry.mechanism)


def readiness(entry: BasketEntry, *, now: datetime) -> Readiness:
    """Return whether the entry can be ordered now; asks the database nothing."""
    promise = packs.current().newest_versions.get(entry.mechanism)
    if promise is None or not promise.offered:
        return Readiness(False, gone=True)
    on = beijing(now).date()
    step = promise.steps[promise.opening_step]
    try:
        needs.accept(
            promise, step, {}, given_of(entry), derive=lambda known: derived_values(promise, known, on=on)
        )
    except Refusal as refusal:
        names = dict.fromkeys(problem.facts.get("field", "") for problem in refusal.problems)
        fields = (promise.fields[name] for name in names if name in promise.fields)
        return Readiness(False, tuple(in_words(field.title) for field in fields))
    return Readiness(True)
