"""Products as lists and pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.needs import CONTROL
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.drug.models import Product, ProductEntry
from lianqiao.service.drug.queries.journeys import guides

SORTS = {"name": "name", "firm": "firm__name", "kind": "kind", "registered": "registered_at"}


def products(
    *, firms: Iterable[Firm] | None = None, text: str = "", kind: str = "", sort: str = "-registered"
) -> QuerySet[Product]:
    """Return products with firm, steward and entries; `firms` None for everybody's."""
    found = Product.objects.select_related("firm", "steward").prefetch_related(_entries())
    if firms is not None:
        found = found.filter(firm__in=list(firms))
    if kind:
        found = found.filter(kind=kind)
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(firm__name__icontains=word))
    column = SORTS.get(sort.removeprefix("-"), "registered_at")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "-pk")


def seen_by(person: Person, *, at: datetime) -> list[Firm] | None:
    """Return the firms whose products a person sees: None where they guide, and see all."""
    return None if guides(person, at=at) else organization.firms_of(person.pk, at=at)


def product_for(product_id: int, person: Person, *, at: datetime) -> Product:
    """Return a product as its firm or whoever guides may see it; refuses `unknown-product`."""
    found = Product.objects.select_related("firm", "steward").prefetch_related(_entries())
    one = found.filter(pk=product_id).first()
    if one is None or not (guides(person, at=at) or organization.acts_for(person.pk, one.firm_id, at=at)):
        raise unknown_product(product_id)
    return one


def product_of(case: Case) -> Product | None:
    """Return the product a case was opened for."""
    entry = ProductEntry.objects.filter(case=case).select_related("product").first()
    return entry.product if entry else None


def unknown_product(product_id: int) -> Refusal:
    """Return the refusal for a product that is not there or not this person's: the two read alike."""
    return refuse("unknown-product", f"there is no product {product_id} for you", hint="look in the list")


def _entries() -> Prefetch[str]:
    ordered = ProductEntry.objects.select_related("by", "case").order_by("at", "pk")
    return Prefetch("entries", queryset=ordered)
