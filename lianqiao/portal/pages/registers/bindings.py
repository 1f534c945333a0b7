"""Requests to act for a firm, for the clerk who answers them; people are masked until a clerk asks to see."""

from __future__ import annotations

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
from lianqiao.organization.lists.spreadsheets import spreadsheet
from lianqiao.organization.models import BindingRequest
from lianqiao.portal.pages.registers.keeping import require_keeper
from lianqiao.portal.pages.request_words import STATES, role_words, state_options, state_words
from lianqiao.service.pages import asking, listing

# whom this clerk has asked to see, in this session
SEEN = "people_seen"


@require_safe
def bindings(request: HttpRequest) -> HttpResponse:
    """Show the requests, those that wait first."""
    require_keeper(request)
    wanted = _asked(request)
    page = listing.page_of(request, _found(wanted))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "columns": _columns(),
        "states": listing.options(state_options(), wanted.chosen["state"]),
        "export": reverse("bindings-sheet"),
        "sort": wanted.sort,
        "narrowed": wanted.narrowed,
    }
    return render(request, "portal/pages/registers/bindings.html", context)


@require_safe
def bindings_sheet(request: HttpRequest) -> FileResponse:
    """Send the same requests, all of them, as a workbook."""
    require_keeper(request)
    heads = [(_("Asked"), 17), (_("Firm"), 36), (_("Credit code"), 22), (_("Entered"), 10),
             (_("Full name"), 16),
             (_("State"), 18), (_("Answered"), 17), (_("Reason"), 32)]  # fmt: skip
    rows = (
        [one.made_at, one.firm_name, one.credit_code, _("yes") if one.entered else _("no"),
         masked_name(one.person.name), state_words(one.state), one.decided_at, one.reason]
        for one in _found(_asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    )  # fmt: skip
    return spreadsheet(_("Requests to act for a firm"), columns=heads, rows=rows)


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


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort="", state=list(STATES))


def _found(wanted: listing.Asked) -> Any:
    # without a wish, what waits is what is to be done
    state = wanted.chosen["state"]
    return queries.binding_requests(state=state, text=wanted.text, sort=wanted.sort)


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "made": one.made_at,
        "firm": one.entered or one.firm_name,
        "entered": bool(one.entered),
        "code": one.credit_code,
        "name": masked_name(one.person.name),
        "badge": STATES[one.state],
        "label": state_words(one.state),
        "decided": one.decided_at,
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "firm", "label": _("Firm"), "lead": True, "sort": True},
        {"key": "person", "label": _("Full name"), "sort": True},
        {"key": "made", "label": _("Asked"), "fit": True, "sort": True},
        {"key": "state", "label": _("State"), "fit": True, "sort": True},
        {"key": "decided", "label": _("Answered"), "fit": True, "sort": True},
    ]
