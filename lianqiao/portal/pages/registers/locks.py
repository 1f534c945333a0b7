"""Locked sign-ins, for the office, which lets people try again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.organization import commands, queries
from lianqiao.organization.lists.spreadsheets import spreadsheet
from lianqiao.organization.models import SignInTries
from lianqiao.organization.wording import sentence
from lianqiao.portal.pages.registers.keeping import require_office
from lianqiao.service.pages import asking, listing


@require_safe
def locks(request: HttpRequest) -> HttpResponse:
    """Show who may not try to sign in now, and until when."""
    require_office(request)
    wanted = listing.asked(request, sort="")
    page = listing.page_of(request, _found(request, wanted))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "columns": _columns(),
        "export": reverse("locks-sheet"),
        "sort": wanted.sort,
    }
    return render(request, "portal/pages/registers/locks.html", context)


@require_safe
def locks_sheet(request: HttpRequest) -> FileResponse:
    """Send the same locks as a workbook."""
    require_office(request)
    heads = [(_("Account"), 24), (_("What is locked"), 24), (_("Address"), 20), (_("Failures"), 10),
             (_("Until"), 17)]  # fmt: skip
    wanted = listing.asked(request, sort="")
    rows = (
        [row["who"], row["kind"], row["address"], row["failures"], row["until"]]
        for row in map(_row, _found(request, wanted).iterator(chunk_size=listing.ROWS_READ_AT_ONCE))
    )
    return spreadsheet(_("Locked sign-ins"), columns=heads, rows=rows)


@require_POST
def unlocking(request: HttpRequest, tries_id: int) -> HttpResponse:
    """Let somebody try again at once."""
    try:
        commands.unlock(tries_id, actor=asking.person(request), now=asking.moment(request))
    except Refusal as refusal:
        messages.error(request, sentence(refusal.problems[0]))
    else:
        messages.success(request, _("Unlocked; they may try again now."))
    return redirect("locks")


def _found(request: HttpRequest, wanted: listing.Asked) -> Any:
    return queries.locks(at=asking.moment(request), text=wanted.text, sort=wanted.sort)


def _row(one: SignInTries) -> dict[str, Any]:
    kinds = {
        "pair": _("Account at this address"),
        "address": _("Everyone at this address"),
        "account": _("Account everywhere"),
        "code": _("Second factor"),
    }
    return {
        "id": one.pk,
        # what was typed for an account nobody has is not kept: it may have been a password
        "who": one.person.get_username() if one.person else _("nobody's"),
        "kind": kinds[one.kind],
        "address": one.address,
        "failures": one.failures,
        "until": one.locked_until,
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "who", "label": _("Account"), "lead": True, "sort": True},
        {"key": "kind", "label": _("What is locked")},
        {"key": "address", "label": _("Address"), "sort": True},
        {"key": "failures", "label": _("Failures"), "align": "end", "sort": True},
        {"key": "until", "label": _("Until"), "fit": True, "sort": True},
        {"key": "action", "label": _("Action"), "hide": True},
    ]
