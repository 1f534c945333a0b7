"""The basket: matters are put in as drafts, filled like any form, and ordered together, each by itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge_queries
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization.models import Firm, Person
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.assistance.queries.basket import basket, given_of, unknown_entry
from lianqiao.service.commands.drafts import Form, save_draft
from lianqiao.service.models import ServiceItem
from lianqiao.service.queries.items import item_by_key

MOST_ENTRIES = 50


@dataclass(frozen=True)
class Ordered:
    """What became of one entry: the case it is now, or every problem that stands in the way."""

    entry: BasketEntry
    case: Case | None = None
    problems: tuple[Problem, ...] = ()


@transaction.atomic
def put_in(
    firm: Firm, *, mechanism_id: str = "", item_key: str = "", by: Person, now: datetime
) -> BasketEntry:
    """Put a promise or a service item into the person's basket for the firm; its form is kept as a draft.

    An item becomes a case of the promise that handles it, else of the one the pack names for items. Raises
    Refusal: `unknown-mechanism`, `unknown-item`, `item-not-assisted`, `wrong-role`, `basket-full`, and what
    `save_draft` refuses.
    """
    item = _item(item_key) if item_key else None
    promise, typed = _matter(mechanism_id, item)
    if not bridge_queries.acts_for(by, firm.pk, promise.id, at=now):
        raise refuse("wrong-role", f"you do not act for {firm.name} in this", hint="choose another firm")
    if basket(by.pk).count() >= MOST_ENTRIES:
        raise refuse("basket-full", "the basket is full", hint="order first", most=str(MOST_ENTRIES))
    form = Form(promise, promise.opening_step, firm)
    draft = save_draft(form, typed=typed, files={}, by=by, now=now)
    return BasketEntry.objects.create(
        person=by,
        firm=firm,
        mechanism=promise.id,
        item=item,
        item_name=item.name if item else "",
        draft=draft,
        once=uuid.uuid4().hex,
        made_at=now,
    )


@transaction.atomic
def take_out(entry_id: int, *, by: Person) -> None:
    """Take an entry out of the basket with its draft; refuses `unknown-basket-entry`."""
    entry = BasketEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id, person=by).first()
    if entry is None or entry.case_id is not None:
        raise unknown_entry(entry_id)
    draft, entry.draft = entry.draft, None
    entry.delete()
    if draft is not None:
        draft.delete()


def order(entry_ids: Iterable[int], *, by: Person, now: datetime, via: str = "") -> list[Ordered]:
    """Open a case for each entry, each by itself; a refused one stays in the basket with its reasons.

    An entry that was ordered before answers with its case: asked twice, nothing is opened twice.
    """
    return [_ordered(entry_id, by=by, now=now, via=via) for entry_id in dict.fromkeys(entry_ids)]


def _ordered(entry_id: int, *, by: Person, now: datetime, via: str) -> Ordered:
    with transaction.atomic():
        rows = BasketEntry.objects.select_for_update(of=("self",)).select_related("firm", "draft", "case")
        entry = rows.filter(pk=entry_id, person=by).first()
        if entry is None:
            raise unknown_entry(entry_id)
        if entry.case is not None:
            return Ordered(entry, entry.case)
        if entry.draft is None:
            return Ordered(entry, None, unknown_entry(entry_id).problems)
        draft = entry.draft
        try:
            entry.case = bridge.open_case(
                entry.mechanism,
                by=by,
                firm=entry.firm,
                data=given_of(entry),
                now=now,
                once=entry.once,
                via=via,
            )
        except Refusal as refusal:
            return Ordered(entry, None, tuple(refusal.problems))
        entry.draft, entry.ordered_at = None, now
        entry.save(update_fields=["case", "draft", "ordered_at"])
        draft.delete()
        return Ordered(entry, entry.case)


def _item(key: str) -> ServiceItem:
    item = item_by_key(key)
    if item is None or item.withdrawn_at is not None:
        raise refuse("unknown-item", f"there is no item {key}", hint="search for it")
    return item


def _matter(mechanism_id: str, item: ServiceItem | None) -> tuple[Mechanism, dict[str, str]]:
    """Return the promise a chosen thing becomes a case of, and what its form begins with."""
    pack = packs.current()
    offered = {one.id: one for one in pack.newest_versions.values() if one.offered}
    if item is None:
        if mechanism_id not in offered:
            raise refuse("unknown-mechanism", f"there is no promise {mechanism_id}", hint="choose one")
        return offered[mechanism_id], {}
    if item.mechanism in offered:
        return offered[item.mechanism], {}
    rules = pack.assistance.items
    if rules is None or rules.mechanism not in offered:
        raise refuse("item-not-assisted", "nobody assists with this item here", hint="look at the item")
    promise = offered[rules.mechanism]
    longest = promise.fields[rules.title_field].max_length or len(item.name)
    return promise, {rules.title_field: item.name[:longest]}
