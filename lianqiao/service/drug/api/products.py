"""Products on their way to market."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router
from pydantic import Field

from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.offering import (
    PRINTABLE,
    PRINTABLE_LINES,
    CreditCode,
    Cut,
    Id,
    Page,
    Shown,
    Wanted,
    When,
    Words,
    instant,
    offer,
)
from lianqiao.organization.api.shapes import FirmShown, firm_shown
from lianqiao.service.drug.commands import products as commands
from lianqiao.service.drug.models import Product
from lianqiao.service.drug.queries import journeys as roads
from lianqiao.service.drug.queries import products as queries
from lianqiao.service.drug.queries import savings
from lianqiao.service.language import in_words

router = Router(tags=["products"])


class StepOfJourney(Shown):
    """One step of a journey."""

    id: str
    title: str
    stage: str = Field(examples=["registration"])
    owner: Literal["firm", "steward", "province", "nation"]
    law: str = Field(description=_("The limit by law, such as “60wd”; empty where there is none."))
    basis: str
    promise: str = Field(description=_("The promise whose case the step opens; empty where it opens none."))
    documents: list[str]
    baseline_days: int | None
    optional: bool


class JourneyShown(Shown):
    """What one kind of product goes through."""

    id: str
    title: str
    summary: str
    steps: list[StepOfJourney]


class ProductStepShown(Shown):
    """How one step of a product stands."""

    id: str
    state: Literal["done", "not-needed", "under-way", "next", "ahead"]
    case: str | None
    began: str | None
    ended: str | None
    days: int | None
    saved_days: int | None = Field(description=_("Baseline minus days taken; null where it is not measured."))


class ProductRow(Shown):
    """A product as lists show it."""

    id: int
    name: str
    kind: str
    firm: FirmShown
    stage: str
    next: str | None = Field(description=_("The next step; null where nothing is left."))
    steward: str
    example: bool


class ProductShown(ProductRow):
    """A product in full."""

    about: str
    steps: list[ProductStepShown]


class ProductWanted(Wanted):
    """A product to be registered."""

    firm: CreditCode
    kind: str = Field(min_length=1, max_length=64, pattern=PRINTABLE, examples=["drug"])
    name: str = Field(min_length=1, max_length=80, pattern=PRINTABLE)
    about: str = Field(default="", max_length=500, pattern=PRINTABLE_LINES)


class MarkWanted(Wanted):
    """What is said of a step."""

    mark: Literal["done", "not-needed", "open-again"]
    evidence: str = Field(min_length=1, max_length=500, pattern=PRINTABLE_LINES)
    began: When | None = None
    ended: When | None = None
    yuan: int | None = Field(default=None, ge=0, le=10_000_000_000)


class StepCaseWanted(Wanted):
    """The case of a step: what its form asks, or the number of one opened elsewhere."""

    data: dict[str, Any] = Field(default_factory=dict)
    number: str = Field(default="", max_length=32, pattern=PRINTABLE)


class ProductsAsked(Cut):
    """Which products are asked for."""

    q: Words = Field(default="", description=_("Looked for in product and firm."))
    kind: Words = ""


class SavedShown(Shown):
    """What was saved against the stated baseline."""

    firms: int
    products: int
    days: int
    yuan: int
    satisfied_permille: int | None


@offer(
    router,
    "GET",
    "/journeys",
    name="showJourneys",
    scope="",
    says=_("The journeys of products: every step from research to listing."),
    answer=list[JourneyShown],
)
def list_journeys(request: HttpRequest) -> list[JourneyShown]:
    """Return every journey of the pack."""
    return [
        JourneyShown(
            id=one.id,
            title=in_words(one.title),
            summary=in_words(one.summary),
            steps=[_step(name, step) for name, step in one.steps.items()],
        )
        for one in roads.journeys().values()
    ]


@offer(
    router,
    "GET",
    "/products",
    name="listProducts",
    scope="read",
    says=_("Products, newest first: a firm's own, all of them for whoever guides."),
    answer=Page[ProductRow],
)
def list_products(request: HttpRequest, asked: Query[ProductsAsked]) -> Page[ProductRow]:
    """Return a page of the products the caller may see."""
    firms = queries.seen_by(caller(request).person, at=moment(request))
    found = queries.products(firms=firms, text=asked.q, kind=asked.kind)
    page, following = page_of(found, [Key("registered_at", descending=True)], asked)
    return Page[ProductRow](items=[ProductRow(**_row(one)) for one in page], next=following)


@offer(
    router,
    "POST",
    "/products",
    name="registerProduct",
    scope="act",
    says=_("Register a product of a firm."),
    more=_("For the firm, and for whoever guides products."),
    answer=ProductShown,
    status=201,
    refuses=(403, 404, 409),
)
def register_product(request: HttpRequest, wanted: ProductWanted) -> ProductShown:
    """Register it; refuses as `commands.products.register_product` does, and `firm-unknown`."""
    firm = organization.firm_by_code(wanted.firm)
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {wanted.firm}", field="firm", firm=wanted.firm)
    made = commands.register_product(
        firm,
        kind=wanted.kind,
        name=wanted.name,
        about=wanted.about,
        by=caller(request).person,
        now=moment(request),
    )
    return _shown(request, made.pk)


@offer(
    router,
    "GET",
    "/products/{product}",
    name="showProduct",
    scope="read",
    says=_("One product, and how each step stands."),
    answer=ProductShown,
    refuses=(404,),
)
def show_product(request: HttpRequest, product: Path[Id]) -> ProductShown:
    """Return the product; refuses `unknown-product`."""
    return _shown(request, product)


@offer(
    router,
    "POST",
    "/products/{product}/steps/{step_id}/marks",
    name="markProductStep",
    scope="act",
    says=_("Say that a step is done, not needed, or open again."),
    answer=ProductShown,
    status=201,
    refuses=(403, 404, 409),
)
def mark_step(request: HttpRequest, product: Path[Id], step_id: str, wanted: MarkWanted) -> ProductShown:
    """Mark it; refuses as `commands.products.mark_step` does."""
    one = queries.product_for(product, caller(request).person, at=moment(request))
    commands.mark_step(
        one,
        step_id,
        wanted.mark,
        by=caller(request).person,
        now=moment(request),
        evidence=wanted.evidence,
        began=_day(wanted.began, "began"),
        ended=_day(wanted.ended, "ended"),
        yuan=wanted.yuan,
    )
    return _shown(request, product)


@offer(
    router,
    "POST",
    "/products/{product}/steps/{step_id}/cases",
    name="openProductStepCase",
    scope="act",
    says=_("Open the case of a step, or name one opened elsewhere."),
    more=_("With `number` a case of this firm and step becomes the step's; else `data` opens one."),
    answer=ProductShown,
    status=201,
    refuses=(403, 404, 409),
)
def open_step_case(
    request: HttpRequest, product: Path[Id], step_id: str, wanted: StepCaseWanted
) -> ProductShown:
    """Open or link it; refuses as `commands.products.open_step_case` and `link_case` do."""
    asker, now = caller(request), moment(request)
    one = queries.product_for(product, asker.person, at=now)
    if wanted.number:
        commands.link_case(one, step_id, wanted.number, by=asker.person, now=now)
    else:
        commands.open_step_case(
            one, step_id, by=asker.person, data=wanted.data, now=now, once=asker.once, via=asker.via
        )
    return _shown(request, product)


@offer(
    router,
    "GET",
    "/time-saved",
    name="showTimeSaved",
    scope="read",
    says=_("What was saved on all products against the stated baseline."),
    more=_("For whoever guides products. Days are natural days; each step counts once its days are known."),
    answer=SavedShown,
    refuses=(403,),
)
def show_time_saved(request: HttpRequest) -> SavedShown:
    """Return the sums; refuses `wrong-role`."""
    if not roads.guides(caller(request).person, at=moment(request)):
        raise refuse("wrong-role", "only whoever guides products sees this")
    found = savings.saved(queries.products())
    return SavedShown(
        firms=found.firms,
        products=found.products,
        days=found.days,
        yuan=found.yuan,
        satisfied_permille=found.ratings.good_permille,
    )


def _day(text: str | None, field: str) -> Any:
    return beijing(instant(text, field)).date() if text else None


def _step(name: str, step: Any) -> StepOfJourney:
    return StepOfJourney(
        id=name,
        title=in_words(step.title),
        stage=step.stage,
        owner=step.owner,
        law=step.law.budget if step.law else "",
        basis=step.law.basis if step.law else step.basis,
        promise=step.mechanism or "",
        documents=[in_words(one) for one in step.documents],
        baseline_days=step.baseline.days if step.baseline else None,
        optional=step.optional,
    )


def _shown(request: HttpRequest, product_id: int) -> ProductShown:
    one = queries.product_for(product_id, caller(request).person, at=moment(request))
    steps = [
        ProductStepShown(
            id=step.name,
            state=step.state,
            case=step.case.number if step.case else None,
            began=step.began.isoformat() if step.began else None,
            ended=step.ended.isoformat() if step.ended else None,
            days=step.days,
            saved_days=savings.saved_days(step),
        )
        for step in _standing(one).steps
    ]
    return ProductShown(**_row(one), about=one.about, steps=steps)


def _standing(one: Product) -> roads.Standing:
    return roads.stands(roads.journey(one.kind), one.entries.all())


def _row(one: Product) -> dict[str, Any]:
    standing = _standing(one)
    return {
        "id": one.pk,
        "name": one.name,
        "kind": one.kind,
        "firm": firm_shown(one.firm),
        "stage": standing.stage,
        "next": standing.next.name if standing.next else None,
        "steward": one.steward.name if one.steward else "",
        "example": one.example,
    }
