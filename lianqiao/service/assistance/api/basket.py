"""The basket: matters chosen for a firm, and ordered together."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    CreditCode,
    Cut,
    Id,
    Moment,
    Page,
    Shown,
    Wanted,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, firm_shown
from lianqiao.service.api.shapes import Identifier
from lianqiao.service.assistance import commands, queries
from lianqiao.service.assistance.models import BasketEntry
from lianqiao.service.assistance.queries import title_of

router = Router(tags=["assistance"])
ItemKey = Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]


class BasketAsked(Cut):
    """Which basket."""

    firm: CreditCode | None = None


class Choice(Wanted):
    """A promise or a service item, chosen for a firm."""

    firm: CreditCode
    promise: Identifier | None = None
    item: ItemKey | None = Field(default=None, description=_("The key of a service item."))


class Order(Wanted):
    """The entries to be ordered."""

    entries: list[Id] = Field(min_length=1, max_length=50)


class BasketEntryShown(Shown):
    """One matter in the basket."""

    id: int
    title: str
    promise: str
    item: str | None
    firm: FirmShown
    draft: int | None = Field(description=_("Fill it in as this draft."))
    ready: bool
    lacks: list[str] = Field(description=_("What still wants filling in, in words."))
    made_at: Moment


class OrderedShown(Shown):
    """What became of one entry: its case, or why it is still in the basket."""

    entry: int
    case: str | None
    problems: list[str]


class OrderShown(Shown):
    """What became of an order, entry by entry."""

    results: list[OrderedShown]


@offer(
    router,
    "GET",
    "/basket",
    name="listBasket",
    scope="read",
    says=_("What you have chosen for firms and not ordered yet."),
    answer=Page[BasketEntryShown],
)
def list_basket(request: HttpRequest, asked: Query[BasketAsked]) -> Page[BasketEntryShown]:
    """Return a page of the basket."""
    found = queries.basket(caller(request).person.pk)
    if asked.firm is not None:
        found = found.filter(firm__credit_code=asked.firm)
    page, following = page_of(found, [Key("made_at")], asked)
    return Page[BasketEntryShown](items=[_shown(request, one) for one in page], next=following)


@offer(
    router,
    "POST",
    "/basket",
    name="chooseMatter",
    scope="file",
    says=_("Put a promise or a service item into the basket; its form is kept as a draft."),
    answer=BasketEntryShown,
    status=201,
    refuses=(403, 404, 409),
)
def choose_matter(request: HttpRequest, wanted: Choice) -> BasketEntryShown:
    """Put it in; refuses as `commands.put_in`, `firm-unknown` and `promise-needed`."""
    firm = organization.firm_by_code(wanted.firm)
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {wanted.firm}", field="firm", firm=wanted.firm)
    if (wanted.promise is None) == (wanted.item is None):
        raise refuse("promise-needed", "say what is chosen", hint="give promise or item", field="promise")
    entry = commands.put_in(
        firm,
        mechanism_id=wanted.promise or "",
        item_key=wanted.item or "",
        by=caller(request).person,
        now=moment(request),
    )
    return _shown(request, entry)


@offer(
    router,
    "DELETE",
    "/basket/{entry}",
    name="dropMatter",
    scope="file",
    says=_("Take a matter out of the basket, with its draft."),
    answer=None,
    status=204,
    refuses=(404,),
)
def drop_matter(request: HttpRequest, entry: Path[Id]) -> None:
    """Take it out; refuses `unknown-basket-entry`."""
    commands.take_out(entry, by=caller(request).person)


@offer(
    router,
    "POST",
    "/basket-orders",
    name="orderBasket",
    scope="file",
    says=_("Order matters: each becomes a case of its own, or stays with its reasons."),
    more=_("An entry that was ordered before answers with its case; nothing is opened twice."),
    answer=OrderShown,
    refuses=(404,),
)
def order_basket(request: HttpRequest, wanted: Order) -> OrderShown:
    """Order the entries; refuses `unknown-basket-entry`."""
    asked = caller(request)
    done = commands.order(wanted.entries, by=asked.person, now=moment(request), via=asked.via)
    return OrderShown(
        results=[
            OrderedShown(
                entry=one.entry.pk,
                case=one.case.number if one.case else None,
                problems=[refusal_text(problem) for problem in one.problems],
            )
            for one in done
        ]
    )


def _shown(request: HttpRequest, entry: BasketEntry) -> BasketEntryShown:
    ready = queries.readiness(entry, now=moment(request))
    return BasketEntryShown(
        id=entry.pk,
        title=title_of(entry),
        promise=entry.mechanism,
        item=entry.item.key if entry.item else None,
        firm=firm_shown(entry.firm),
        draft=entry.draft_id,
        ready=ready.ready,
        lacks=list(ready.lacks),
        made_at=entry.made_at,
    )
