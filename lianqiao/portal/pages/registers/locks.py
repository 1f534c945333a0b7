"""Locked sign-ins, for the office, which lets people try again."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.engine.errors import Refusal
from lianqiao.engine.masking import shown_username
from lianqiao.organization import commands, queries
from lianqiao.organization.lists import Listed, buttons, column
from lianqiao.organization.models import SignInTries
from lianqiao.organization.wording import sentence
from lianqiao.portal.pages.registers.keeping import require_office
from lianqiao.service.pages import asking, listing


@require_safe
def locks(request: HttpRequest) -> HttpResponse:
    """Show who may not try to sign in now, and until when."""
    require_office(request)
    return _list(request).page(request, "portal/pages/registers/locks.html")


@require_safe
def locks_sheet(request: HttpRequest) -> FileResponse:
    """Send the same locks as a workbook."""
    require_office(request)
    return _list(request).workbook(request)


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


def _list(request: HttpRequest) -> Listed:
    wanted = listing.asked(request, sort="")
    columns = (
        column("who", _("Account"), itemgetter("who"), width=24, sort="who", lead=True),
        column("kind", _("What is locked"), itemgetter("kind"), width=24),
        column("address", _("Address"), itemgetter("address"), width=20, sort="address"),
        column("failures", _("Failures"), itemgetter("failures"), width=10, sort="failures", align="end"),
        column("until", _("Until"), itemgetter("until"), sort="until", fit=True),
        buttons("action", _("Action")),
    )
    return Listed(
        "locks",
        _("Locked sign-ins"),
        queries.locks(at=asking.moment(request), text=wanted.text, sort=wanted.sort),
        columns,
        sheet=reverse("locks-sheet"),
        sort=wanted.sort,
        row=_row,
    )


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
        "who": shown_username(one.person.username) if one.person else _("nobody's"),
        "kind": kinds[one.kind],
        "address": one.address,
        "failures": one.failures,
        "until": one.locked_until,
    }
