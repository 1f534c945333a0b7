"""Requests of deletion, for the office."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import masked_email, masked_name
from lianqiao.organization import queries
from lianqiao.organization.forms import DecisionForm
from lianqiao.organization.lists import Listed, column
from lianqiao.organization.models import DeletionRequest
from lianqiao.portal import staying
from lianqiao.portal.pages.registers.keeping import require_office
from lianqiao.portal.pages.registers.requests import (
    answered,
    request_columns,
    requests_asked,
    requests_page,
)
from lianqiao.portal.pages.request_words import STATES, state_words
from lianqiao.service.commands.forgetting import decide_deletion
from lianqiao.service.pages import asking, listing


@require_safe
def deletions(request: HttpRequest) -> HttpResponse:
    """Show the requests of deletion."""
    require_office(request)
    return requests_page(request, _list, "portal/pages/registers/deletions.html")


@require_safe
def deletions_sheet(request: HttpRequest) -> FileResponse:
    """Send the same requests as a workbook, people masked."""
    require_office(request)
    return _list(request, requests_asked(request)).workbook(request)


@require_http_methods(["GET", "HEAD", "POST"])
@staying.confirmed_lately
def deletion(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show one request, and answer it."""
    require_office(request)
    asked = queries.deletion_request(request_id)
    if asked is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("answer") == "accept"
        try:
            decide_deletion(
                asked.pk,
                accept=accept,
                reason=form.cleaned_data["reason"],
                actor=asking.person(request),
                now=asking.moment(request),
            )
        except Refusal as refusal:
            form.show(refusal)
        else:
            done = _("Done: a number stands in the person's place.") if accept else _("Refused.")
            messages.success(request, done)
            return redirect("deletions")
    context = {
        "asked": asked,
        "name": masked_name(asked.person.name),
        "email": masked_email(asked.person.email),
        "badge": STATES[asked.state],
        "label": state_words(asked.state),
        "firms": queries.memberships_of(asked.person_id, at=asking.moment(request)),
        "form": form,
        "pending": asked.state == "pending",
    }
    status = 422 if form.errors else 200
    return render(request, "portal/pages/registers/deletion.html", context, status=status)


def _list(request: HttpRequest, wanted: listing.Asked) -> Listed:
    columns = (
        column("person", _("Full name"), itemgetter("name"), width=16, sort="person", lead=True),
        column("number", _("Number"), itemgetter("number"), width=10),
        *request_columns(),
    )
    return Listed(
        "deletions",
        _("Requests of deletion"),
        queries.deletion_requests(state=wanted.chosen["state"], text=wanted.text, sort=wanted.sort),
        columns,
        shown=("person", "made", "state", "decided"),
        sheet=reverse("deletions-sheet"),
        sort=wanted.sort,
        row=_row,
    )


def _row(one: DeletionRequest) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": masked_name(one.person.name),
        "number": one.person_id,
        **answered(one),
    }
