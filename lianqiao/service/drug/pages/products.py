"""Products: the list, the register, one product's journey, and what was saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.bridge import queries as bridge
from lianqiao.engine.errors import Refusal
from lianqiao.engine.journeys import Journey
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.service.drug.commands import products as commands
from lianqiao.service.drug.forms.products import ProductForm
from lianqiao.service.drug.models import Product, ProductEntry
from lianqiao.service.drug.pages import shown
from lianqiao.service.drug.queries import journeys as roads
from lianqiao.service.drug.queries import products as queries
from lianqiao.service.drug.queries import savings
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, listing
from lianqiao.service.pages.case_clocks import ClockShown, clocks_shown
from lianqiao.service.pages.case_parts import people_of
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown

SHOWN = ("name", "firm", "kind", "stage", "next", "steward")


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Show a firm its products, whoever guides all of them."""
    asked, look = _asked(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    page = listing.page_of(request, _found(request, asked))
    context = {
        "page": page,
        "rows": [_row(product) for product in page],
        "look": look,
        "asked": asked,
        "export": reverse("products-sheet"),
        "kinds": listing.options(_kinds(), asked.chosen["kind"]),
        "guide": _guides(request),
        "may_register": _guides(request) or bool(_firms(request)),
    }
    return render(request, "drug/products.html", context)


@require_safe
def products_sheet(request: HttpRequest) -> FileResponse:
    """Send the same products, all of them, as a workbook."""
    found = _found(request, _asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Products"), _look(request).columns, (_row(product) for product in found))


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show the form of a new product, and register it."""
    firms, guide = _firms(request), _guides(request)
    if not firms and not guide:
        raise PermissionDenied(_("Products are registered by firms and by whoever guides them."))
    typed = request.POST if request.method == "POST" else None
    kind = request.GET.get("kind", "")
    form = ProductForm(typed, firms=firms, guide=guide, initial={"kind": kind})
    if typed is not None and form.is_valid():
        try:
            made = commands.register_product(
                **form.cleaned_data, by=asking.person(request), now=asking.moment(request)
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("Registered. Below is its road, step by step."))
            return redirect("product", product_id=made.pk)
    kinds = roads.journeys().values()
    context = {"form": form, "kinds": [(one.id, in_words(one.title), in_words(one.summary)) for one in kinds]}
    return render(request, "drug/product_new.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_safe
@refusals_shown
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """Show one product: its five stages, the next step, the clocks that run, its history."""
    person, now = asking.person(request), asking.moment(request)
    one = queries.product_for(product_id, person, at=now)
    journey = roads.journey(one.kind)
    entries = list(one.entries.all())
    standing = roads.stands(journey, entries)
    running = [step for step in standing.steps if step.state == roads.UNDER_WAY and step.case]
    context = {
        "product": one,
        "kind": in_words(journey.title),
        "stages": shown.stages_shown(standing),
        "next": shown.step_shown(standing.next) if standing.next else None,
        "standing": standing,
        "clocks": [(shown.step_shown(step), _clocks(request, step)) for step in running],
        "history": [_history(entry, journey) for entry in reversed(entries)],
        "guide": _guides(request),
    }
    return render(request, "drug/product.html", context)


@require_POST
@refusals_shown
def taking_up(request: HttpRequest, product_id: int) -> HttpResponse:
    """Make the reader the product's steward."""
    person, now = asking.person(request), asking.moment(request)
    one = queries.product_for(product_id, person, at=now)
    commands.take_up(one, by=person, now=now)
    messages.success(request, _("You guide this product now."))
    return redirect("product", product_id=one.pk)


@login_not_required
@require_safe
@refusals_shown
def journey(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the road of one kind of product, for whoever thinks of going it."""
    one = roads.journey(kind)
    context = {
        "journey": one,
        "title": in_words(one.title),
        "summary": in_words(one.summary),
        "stages": shown.road_shown(one),
        "basis": [(in_words(basis.title), basis.source) for basis in one.basis],
    }
    return render(request, "drug/journey.html", context)


@require_safe
def time_saved(request: HttpRequest) -> HttpResponse:
    """Show what was saved against the baseline, by step, to whoever guides."""
    if not _guides(request):
        raise PermissionDenied(_("Only whoever guides products sees what was saved on all of them."))
    found = savings.saved(queries.products())
    titles = {one.id: in_words(one.title) for one in roads.journeys().values()}
    rows = [(titles[one.kind], in_words(one.step.title), one) for one in found.steps]
    good = found.ratings.good_permille
    context = {
        "saved": found,
        "rows": rows,
        "satisfied": f"{good / 10:.1f}" if good is not None else "",
    }
    return render(request, "drug/saved.html", context)


def _clocks(request: HttpRequest, step: roads.StepStands) -> list[ClockShown]:
    """Return the clocks of a step's case that still run, as this reader may see it."""
    assert step.case is not None
    now = asking.moment(request)
    try:
        seen = bridge.case_for(step.case.number, asking.person(request), at=now)
    except Refusal:
        return []
    return [
        clock for clock in clocks_shown(seen, people_of(seen, now=now), now=now, terse=True) if clock.owed
    ]


def _history(entry: ProductEntry, journey: Journey) -> dict[str, Any]:
    step = journey.steps.get(entry.step)
    details = []
    if entry.began or entry.ended:
        days = f"{entry.began or '…'} → {entry.ended or '…'}"
        details.append({"label": _("First and last day"), "value": days})
    if entry.case:
        details.append({"label": _("Case"), "value": entry.case.number})
    words = shown.what_words()[entry.what]
    return {
        "at": entry.at,
        "who": entry.by.name,
        "what": f"{words}：{in_words(step.title)}" if step else words,
        "note": entry.evidence,
        "details": details,
        "tone": "kept" if entry.what == "done" else "",
        "mark": "act",
    }


def _row(one: Product) -> dict[str, Any]:
    known = roads.journeys().get(one.kind)
    standing = roads.stands(known, one.entries.all()) if known else None
    following = standing.next if standing else None
    return {
        "pk": one.pk,
        "name": one.name,
        "firm": one.firm.name,
        "kind": in_words(known.title) if known else one.kind,
        "stage": shown.stage_words()[standing.stage] if standing else "",
        "next": in_words(following.step.title) if following else "",
        "owner": shown.owner_words()[following.step.owner] if following else "",
        "done": f"{standing.done}/{standing.needed}" if standing else "",
        "steward": one.steward.name if one.steward else "",
        "registered": one.registered_at,
        "example": one.example,
    }


def _guides(request: HttpRequest) -> bool:
    return roads.guides(asking.person(request), at=asking.moment(request))


def _firms(request: HttpRequest) -> list[Any]:
    return organization.firms_of(asking.person(request).pk, at=asking.moment(request))


def _kinds() -> list[tuple[str, str]]:
    return [(one.id, in_words(one.title)) for one in roads.journeys().values()]


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="-registered", kind=[one for one, _title in _kinds()])


def _found(request: HttpRequest, asked: listing.Asked) -> Any:
    firms = queries.seen_by(asking.person(request), at=asking.moment(request))
    return queries.products(firms=firms, text=asked.text, kind=asked.chosen["kind"], sort=asked.sort)


def _look(request: HttpRequest) -> Look:
    columns: tuple[Column[Any], ...] = (
        column("name", _("Product"), lambda row: row["name"], width=32, sort="name", lead=True),
        column("firm", _("Firm"), lambda row: row["firm"], width=36, sort="firm"),
        column("kind", _("Kind of product"), lambda row: row["kind"], width=24, sort="kind"),
        column("stage", pgettext("journey", "Stage"), lambda row: row["stage"]),
        column("next", _("Next step"), lambda row: row["next"], width=32),
        column("owner", _("Whose step"), lambda row: row["owner"], width=24),
        column("done", _("Steps done"), lambda row: row["done"], align="end"),
        column("steward", _("Steward"), lambda row: row["steward"]),
        column("registered", _("Registered"), lambda row: row["registered"], sort="registered"),
    )
    return look_of(request, "products", columns, shown=SHOWN)
