"""A product is registered, guided, and taken from step to step; every act is an entry of its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import queries as bridge_queries
from lianqiao.bridge.models import Case
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.side_acts import tidied
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.drug.models import Product, ProductEntry
from lianqiao.service.drug.queries.journeys import (
    CASE,
    DONE,
    NOT_NEEDED,
    OPEN_AGAIN,
    UNDER_WAY,
    guides,
    journey,
    stands,
    step_of,
)

LONGEST_NAME, LONGEST_ABOUT, LONGEST_EVIDENCE = 80, 500, 500
MARKS = (DONE, NOT_NEEDED, OPEN_AGAIN)


@transaction.atomic
def register_product(
    firm: Firm, *, kind: str, name: str, by: Person, now: datetime, about: str = ""
) -> Product:
    """Register a firm's product on the journey of its kind; whoever guides and does so is its steward.

    Raises Refusal: `unknown-journey`, `needs-missing`, `needs-wrong`, `product-exists`, `wrong-role` for
    somebody who neither acts for the firm nor guides products.
    """
    journey(kind)
    guide = guides(by, at=now)
    if not guide and not organization.acts_for(by.pk, firm.pk, at=now):
        raise refuse("wrong-role", f"you do not act for {firm.name}")
    typed, long = tidied(name), tidied(about)
    _check_text(("name", typed, LONGEST_NAME, True), ("about", long, LONGEST_ABOUT, False))
    if Product.objects.filter(firm=firm, kind=kind, name=typed).exists():
        raise refuse("product-exists", "the firm has registered this product", field="name")
    product = Product.objects.create(
        firm=firm,
        kind=kind,
        name=typed,
        about=long,
        steward=by if guide else None,
        registered_at=now,
        example=firm.example,
    )
    _entered(product, "registered", by=by, now=now)
    return product


@transaction.atomic
def take_up(product: Product, *, by: Person, now: datetime) -> None:
    """Make somebody the product's steward; raises Refusal `wrong-role` unless they guide products."""
    if not guides(by, at=now):
        raise refuse("wrong-role", "only stewards guide products")
    Product.objects.filter(pk=product.pk).update(steward=by)
    _entered(product, "guided", by=by, now=now)


@transaction.atomic
def mark_step(
    product: Product,
    step: str,
    mark: str,
    *,
    by: Person,
    now: datetime,
    evidence: str,
    began: date | None = None,
    ended: date | None = None,
    yuan: int | None = None,
) -> ProductEntry:
    """Say that a step is done, is not needed, or is open again; `evidence` says on what grounds.

    Raises Refusal: `unknown-product-step`, `wrong-role`, `needs-missing`, `needs-wrong`, `product-day` for
    days to come or out of order, `step-in-case` while the step's case runs.
    """
    step_of(product.kind, step)
    _may(product, by, now)
    typed = tidied(evidence)
    _check_text(("evidence", typed, LONGEST_EVIDENCE, True))
    if mark not in MARKS:
        raise refuse("needs-wrong", f"“{mark}” is no mark", field="mark", fault="not-choice")
    locked = Product.objects.select_for_update().get(pk=product.pk)
    if _standing(locked, step) == UNDER_WAY:
        raise refuse("step-in-case", "its case is under way", hint="end the case first")
    if mark == DONE:
        _check_days(began, ended, beijing(now).date())
    else:
        began = ended = yuan = None
    return _entered(
        locked, mark, by=by, now=now, step=step, evidence=typed, began=began, ended=ended, yuan=yuan
    )


@transaction.atomic
def open_step_case(
    product: Product,
    step: str,
    *,
    by: Person,
    data: Mapping[str, Any],
    now: datetime,
    once: str = "",
    via: str = "",
) -> Case:
    """Open the case of a step through the one door, and keep that it is the product's.

    Raises Refusal: `unknown-product-step`, `step-no-promise`, `step-in-case`, and as `bridge.open_case` does.
    """
    wanted = step_of(product.kind, step)
    if wanted.mechanism is None:
        raise refuse("step-no-promise", "this step opens no case", hint="mark it done with its evidence")
    locked = Product.objects.select_for_update().get(pk=product.pk)
    own = organization.acts_for(by.pk, product.firm_id, at=now)
    case = bridge.open_case(
        wanted.mechanism,
        by=by,
        firm=product.firm,
        data=data,
        now=now,
        once=once,
        via=via,
        channel="" if own else "window",
    )
    if not ProductEntry.objects.filter(case=case).exists():
        if _standing(locked, step) == UNDER_WAY:
            raise refuse("step-in-case", "its case is under way", hint="look at the case")
        _entered(locked, CASE, by=by, now=now, step=step, case=case)
    return case


@transaction.atomic
def link_case(product: Product, step: str, number: str, *, by: Person, now: datetime) -> None:
    """Keep that a case opened elsewhere, such as at the window, is this step's.

    Raises Refusal: `unknown-product-step`, `wrong-role`, `needs-wrong` (fault `not-step-case`) unless it is a
    case of this firm, of the step's promise, and of no other step.
    """
    wanted = step_of(product.kind, step)
    _may(product, by, now)
    found = bridge_queries.numbered([number.strip()]).filter(
        firm_id=product.firm_id, mechanism=wanted.mechanism or ""
    )
    case = found.first()
    if case is None or ProductEntry.objects.filter(case=case).exists():
        raise refuse("needs-wrong", "no such case of this step", field="number", fault="not-step-case")
    _entered(product, CASE, by=by, now=now, step=step, case=case)


def _may(product: Product, by: Person, now: datetime) -> None:
    if not guides(by, at=now) and not organization.acts_for(by.pk, product.firm_id, at=now):
        raise refuse("wrong-role", "the product is another firm's")


def _standing(product: Product, step: str) -> str:
    entries = ProductEntry.objects.filter(product=product).select_related("case").order_by("at", "pk")
    return next(one.state for one in stands(journey(product.kind), entries).steps if one.name == step)


def _entered(product: Product, what: str, *, by: Person, now: datetime, **more: Any) -> ProductEntry:
    return ProductEntry.objects.create(product=product, what=what, by=by, at=now, **more)


def _check_text(*texts: tuple[str, str, int, bool]) -> None:
    problems = []
    for field, text, longest, needed in texts:
        if needed and not text:
            problems.append(Problem("needs-missing", "this is required", place=field, facts={"field": field}))
        if len(text) > longest:
            facts = {"field": field, "fault": "too-long", "limit": str(longest), "length": str(len(text))}
            problems.append(Problem("needs-wrong", f"at most {longest} characters", place=field, facts=facts))
    if problems:
        raise Refusal(*problems)


def _check_days(began: date | None, ended: date | None, today: date) -> None:
    if ended is None:
        raise refuse("needs-missing", "the day it was done is required", place="ended", field="ended")
    if ended > today:
        raise refuse("product-day", "the day is to come", place="ended", field="ended")
    if began and began > ended:
        raise refuse("product-day", "it began after it was done", place="began", field="began")
