"""The public catalogue of service items, searched by a question in plain words."""

from __future__ import annotations

from typing import Annotated, Literal

from django.db.models import F
from django.db.models.functions import Length
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.errors import refuse
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import PRINTABLE, Cut, Id, Moment, Page, Shown, Words, offer
from lianqiao.service.api.promises import PromiseRow, promise_row
from lianqiao.service.models import ServiceItem
from lianqiao.service.queries import items as catalogue

router = Router(tags=["items"])
Sort = Literal["", "name", "-name", "department", "-department", "kind", "-kind", "code", "-code"]
ItemKey = Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]


class Department(Shown):
    """A department that answers for service items."""

    id: int
    name: str


class ItemShown(Shown):
    """One service item of a catalogue."""

    key: str
    code: str
    name: str
    department: Department
    main_item: str
    kind: str = Field(description=_("The two-digit type code of GB/T 39554.1."))
    statutory_limit: str = Field(description=_("Such as 20wd; 0wd is on the spot, empty is unknown."))
    promised_limit: str
    excluded: list[str] = Field(description=_("Procedures the limit does not count."))
    audience: str
    source: str
    promise: str = Field(description=_("The promise by which it can be asked for here; empty for none."))
    withdrawn_at: Moment | None
    example: bool


class ItemsFound(Page[ItemShown]):
    """What a question finds: items, and the promises that fit it best."""

    promises: list[PromiseRow]
    words: list[str] = Field(description=_("The words that were looked for."))


class ItemAsked(Cut):
    """What is looked for."""

    q: Words = Field(
        default="", description=_("A question in plain words, or a code."), examples=["办营业执照"]
    )
    department: Id | None = None
    kind: str = Field(default="", pattern=r"^[0-9A-Za-z]{0,8}$")
    audience: Literal["", "person", "firm"] = ""
    sort: Sort = Field(default="", description=_("Best first where left out."))


@offer(
    router,
    "GET",
    "/items",
    name="searchItems",
    scope="",
    says=_("Service items found by a question, best first, and the promises that fit."),
    answer=ItemsFound,
)
def search_items(request: HttpRequest, asked: Query[ItemAsked]) -> ItemsFound:
    """Return a page of what the question finds; everything where it is empty."""
    department = str(asked.department or "")
    found = catalogue.search_items(
        asked.q, department=department, kind=asked.kind, audience=asked.audience, sort=asked.sort
    )
    scored = "score" in found.items.query.annotations
    rows = found.items.annotate(length=Length("name"))
    if scored:
        rows = rows.annotate(near=F("score") * 1000 / (catalogue.ROOM + Length("name")))
    page, following = page_of(rows, _keys(asked.sort, scored=scored), asked)
    return ItemsFound(
        items=[_shown(one) for one in page],
        next=following,
        promises=[promise_row(one) for one in found.promises],
        words=list(found.words),
    )


@offer(
    router,
    "GET",
    "/items/{key}",
    name="showItem",
    scope="",
    says=_("One service item by its key."),
    answer=ItemShown,
    refuses=(404,),
)
def show_item(request: HttpRequest, key: Path[ItemKey]) -> ItemShown:
    """Return the item, withdrawn or not; refuses `unknown-item`."""
    found = catalogue.item_by_key(key)
    if found is None:
        raise refuse("unknown-item", f"there is no item {key}", hint="search for it")
    return _shown(found)


@offer(
    router,
    "GET",
    "/departments",
    name="listDepartments",
    scope="",
    says=_("The departments that answer for service items."),
    answer=Page[Department],
)
def list_departments(request: HttpRequest, cut: Query[Cut]) -> Page[Department]:
    """Return a page of the departments, by name."""
    page, following = page_of(catalogue.departments(), [Key("name")], cut)
    return Page[Department](items=[Department(id=one.pk, name=one.name) for one in page], next=following)


def _keys(sort: str, *, scored: bool) -> list[Key]:
    column = catalogue.SORTS.get(sort.removeprefix("-"))
    if column:
        return [Key(column, descending=sort.startswith("-"))]
    if scored:
        return [Key("near", descending=True), Key("length")]
    return [Key("department__name"), Key("main_item"), Key("name")]


def _shown(item: ServiceItem) -> ItemShown:
    return ItemShown(
        key=item.key,
        code=item.code,
        name=item.name,
        department=Department(id=item.department.pk, name=item.department.name),
        main_item=item.main_item,
        kind=item.kind,
        statutory_limit=item.statutory_limit,
        promised_limit=item.promised_limit,
        excluded=[str(one) for one in item.excluded],
        audience=item.audience,
        source=item.source,
        promise=item.mechanism,
        withdrawn_at=item.withdrawn_at,
        example=item.example,
    )
