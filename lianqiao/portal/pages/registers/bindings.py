"""Requests to act for a firm, for the clerk who answers them; people are masked until a clerk asks to see."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_email, masked_name
from lianqiao.organization import commands, queries
from lianqiao.organization.forms import FirmDecisionForm
from lianqiao.organization.lists import Column, Listed, SheetColumn, column
from lianqiao.organization.models import BindingRequest
from lianqiao.portal.pages.registers.keeping import require_keeper
from lianqiao.portal.pages.registers.requests import (
    answered,
    request_columns,
    requests_asked,
    requests_page,
)
from lianqiao.portal.pages.request_words import STATES, role_words, state_words
from lianqiao.service.pages import asking, listing

# whom this clerk has asked to see, in this session
SEEN = "people_seen"


@require_safe
def bindings(request: HttpRequest) -> HttpResponse:
    """Show the requests, those that wait first."""
    require_keeper(request)
    return requests_page(request, _list, "portal/pages/registers/bindings.html")


@require_safe
def bindings_sheet(request: HttpRequest) -> FileResponse:
    """Send the same requests, all of them, as a workbook."""
    require_keeper(request)
    return _list(request, requests_asked(request)).workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
def binding(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show one request with what speaks for it, and answer it."""
    require_keeper(request)
    asked = queries.binding_request(request_id)
    if asked is None:
        raise Http404
    firm = queries.firm_by_code(asked.credit_code)
    now = asking.moment(request)
    held = list(queries.members_of(firm.pk, at=now)) if firm else []
    first = "agent" if any(one.role == "administrator" for one in held) else "administrator"
    form = FirmDecisionForm(
        request.POST if request.method == "POST" else None,
        entered=firm is not None,
        initial={"role": first, "firm_name": asked.firm_name},
    )
    if request.method == "POST" and _answered(request, asked, form):
        return redirect("bindings")
    seen = asked.person_id in request.session.get(SEEN, [])
    context = {
        "asked": asked,
        "badge": STATES[asked.state],
        "label": state_words(asked.state),
        "firm": firm,
        "seen": seen,
        "name": asked.person.name if seen else masked_name(asked.person.name),
        "email": asked.person.email if seen else masked_email(asked.person.email),
        "members": [{"name": masked_name(one.person.name), "role": role_words(one.role)} for one in held],
        "form": form,
        "pending": asked.state == "pending",
    }
    status = 422 if form.errors else 200
    return render(request, "portal/pages/registers/binding.html", context, status=status)


@require_POST
def binding_person(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show who asks, unmasked; that this clerk looked stays in the trail."""
    require_keeper(request)
    asked = queries.binding_request(request_id)
    if asked is None:
        raise Http404
    commands.show_person(
        asked.person_id,
        why=f"bindingrequest:{asked.pk}",
        actor=asking.person(request),
        now=asking.moment(request),
    )
    request.session[SEEN] = [*request.session.get(SEEN, [])[-49:], asked.person_id]
    return redirect("binding", request_id=request_id)


def _answered(request: HttpRequest, asked: BindingRequest, form: FirmDecisionForm) -> bool:
    """Decide as the form says; on a refusal show it in the form and return False."""
    if not form.is_valid():
        return False
    accept = request.POST.get("answer") == "accept"
    try:
        commands.decide_binding(
            asked.pk,
            accept=accept,
            **form.cleaned_data,
            actor=asking.person(request),
            now=asking.moment(request),
        )
    except Refusal as refusal:
        form.show(refusal)
        return False
    done = _("Accepted; they act for the firm from now on.") if accept else _("Refused; they are told why.")
    messages.success(request, done)
    return True


def _list(request: HttpRequest, wanted: listing.Asked) -> Listed:
    columns = (
        Column(
            "firm",
            _("Firm"),
            (
                SheetColumn(_("Firm"), itemgetter("firm"), 36),
                SheetColumn(_("Credit code"), itemgetter("code"), 22),
                SheetColumn(_("Entered"), lambda row: _("yes") if row["entered"] else _("no"), 10),
            ),
            sort="firm",
            lead=True,
        ),
        column("person", _("Full name"), itemgetter("name"), width=16, sort="person"),
        *request_columns(),
    )
    return Listed(
        "bindings",
        _("Requests to act for a firm"),
        # without a wish, what waits is what is to be done
        queries.binding_requests(state=wanted.chosen["state"], text=wanted.text, sort=wanted.sort),
        columns,
        shown=("firm", "person", "made", "state", "decided"),
        sheet=reverse("bindings-sheet"),
        sort=wanted.sort,
        row=_row,
    )


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "firm": one.entered or one.firm_name,
        "entered": bool(one.entered),
        "code": one.credit_code,
        "name": masked_name(one.person.name),
        **answered(one),
    }
