"""One step of a product: what it asks, marked with its evidence, or its case opened through the one door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.mechanism import Mechanism
from lianqiao.organization import queries as organization
from lianqiao.service.drug.commands import products as commands
from lianqiao.service.drug.forms.products import LinkForm, MarkForm
from lianqiao.service.drug.models import Product
from lianqiao.service.drug.pages import shown
from lianqiao.service.drug.queries import journeys as roads
from lianqiao.service.drug.queries import products as queries
from lianqiao.service.forms.asked import Asked
from lianqiao.service.forms.step_form import StepForm
from lianqiao.service.pages import asking
from lianqiao.service.pages.promise_shown import promise_shown
from lianqiao.service.pages.refusing import UNPROCESSABLE, refusals_shown
from lianqiao.service.pages.sending import Sending
from lianqiao.service.pages.taking_in import Taken

LINK = "link"
# what a product tells the form of a case beside its name
KIND = "product_kind"


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def step(request: HttpRequest, product_id: int, name: str) -> HttpResponse:
    """Show one step with its documents and clocks, and take what is said of it."""
    one = queries.product_for(product_id, asking.person(request), at=asking.moment(request))
    roads.step_of(one.kind, name)
    today = beijing(asking.moment(request)).date()
    linking = LINK in request.POST
    mark = MarkForm(request.POST if request.method == "POST" and not linking else None, today=today)
    link = LinkForm(request.POST if linking else None)
    sent: MarkForm | LinkForm = link if linking else mark
    if request.method == "POST" and sent.is_valid():
        try:
            _said(request, one, name, sent)
        except Refusal as refusal:
            sent.show(refusal)
        else:
            messages.success(request, _("Kept in the product's history."))
            return redirect("product", product_id=one.pk)
    return _page(request, one, name, mark, link)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def step_case(request: HttpRequest, product_id: int, name: str) -> HttpResponse:
    """Show the form of the case a step opens, filled from the product, and open it."""
    person, now = asking.person(request), asking.moment(request)
    one = queries.product_for(product_id, person, at=now)
    wanted = roads.step_of(one.kind, name)
    if wanted.mechanism is None:
        raise refuse("step-no-promise", "this step opens no case")
    promise, on = packs.current().newest(wanted.mechanism), beijing(now).date()
    own = organization.acts_for(person.pk, one.firm_id, at=now)
    sending = Sending(
        request,
        Asked(promise, promise.opening_step, on),
        "service/file.html",
        context={
            "firms": [one.firm],
            "firm": one.firm,
            "service": promise_shown(promise, on=on),
            "reused": None,
            "drafts": [],
            "taken": None if own else Taken(one.firm, "window"),
            "alike": None,
        },
        firm=one.firm,
    )
    if request.method != "POST":
        return sending.fresh() if "draft" in request.GET else sending.page(_begun(sending.asked, one))
    return sending.answer(lambda given, once: _opened(request, one, name, given, once))


def _opened(
    request: HttpRequest, product: Product, name: str, given: Mapping[str, Any], once: str
) -> HttpResponse:
    by, now = asking.person(request), asking.moment(request)
    case = commands.open_step_case(product, name, by=by, data=given, now=now, once=once)
    words = _("Filed. The number is %(number)s; the clock is running.") % {"number": case.number}
    messages.success(request, words)
    return HttpResponseRedirect(reverse("product", args=[product.pk]))


def _begun(asked: Asked, product: Product) -> StepForm:
    """Return the form with what the product says already."""
    return StepForm(asked, typed={**StepForm(asked).typed, **prefilled(asked.mechanism, product)})


def prefilled(mechanism: Mechanism, product: Product) -> dict[str, str]:
    """Return what a product tells the form of a case: what it is called, and its kind where that is asked."""
    found = {mechanism.subject: product.name}
    kind = mechanism.fields.get(KIND)
    if kind is not None and product.kind in kind.options:
        found[KIND] = product.kind
    return found


def _said(request: HttpRequest, product: Product, name: str, form: MarkForm | LinkForm) -> None:
    by, now = asking.person(request), asking.moment(request)
    if isinstance(form, LinkForm):
        commands.link_case(product, name, form.cleaned_data["number"], by=by, now=now)
    else:
        commands.mark_step(product, name, by=by, now=now, **form.cleaned_data)


def _page(request: HttpRequest, product: Product, name: str, mark: MarkForm, link: LinkForm) -> HttpResponse:
    standing = roads.stands(roads.journey(product.kind), product.entries.all())
    one = next(step for step in standing.steps if step.name == name)
    context = {
        "product": product,
        "step": shown.step_shown(one),
        "stage": shown.stage_words()[one.step.stage],
        "mark": mark,
        "link": link,
        "case": one.case,
    }
    status = UNPROCESSABLE if mark.errors or link.errors else 200
    return render(request, "drug/step.html", context, status=status)
