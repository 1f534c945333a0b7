"""Dead letters, for the office: what could not be sent, why, and sending it again."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Delivery
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.masking import masked_name
from lianqiao.engine.notice_rules import CHANNELS as KNOWN
from lianqiao.organization import queries as organization
from lianqiao.organization.lists import Column, Listed, buttons, column
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.forms.preferences import CHANNELS, KINDS
from lianqiao.service.pages import asking, listing

SORT = "-owed"


@require_http_methods(["GET", "HEAD", "POST"])
def undelivered(request: HttpRequest) -> HttpResponse:
    """Show the dead letters; posted with some ticked, owe those again and say what became of each."""
    _require_office(request)
    results = _resent(request) if request.method == "POST" else []
    wanted, listed = _list(request)
    context: dict[str, Any] = {
        "asked": wanted,
        "channels": listing.options(
            [(name, str(CHANNELS[name])) for name in KNOWN], wanted.chosen["channel"]
        ),
        "results": [one for one in results if one["reason"]],
        "resent": _told(sum(not one["reason"] for one in results)) if results else "",
    }
    return listed.page(request, "service/undelivered.html", **context)


@require_safe
def undelivered_sheet(request: HttpRequest) -> FileResponse:
    """Send the same letters, all of them, as a workbook."""
    _require_office(request)
    return _list(request)[1].workbook(request)


def _resent(request: HttpRequest) -> list[dict[str, Any]]:
    ids = [int(text) for text in request.POST.getlist("letter") if text.isdecimal() and len(text) < 19]
    done = commands.resend(ids[: commands.MOST_RESENT], by=asking.person(request), now=asking.moment(request))
    named = queries.letters_named([one.delivery_id for one in done])
    return [
        {
            "name": named.get(one.delivery_id, f"#{one.delivery_id}"),
            "reason": refusal_text(one.problem) if one.problem else "",
        }
        for one in done
    ]


def _list(request: HttpRequest) -> tuple[listing.Asked, Listed]:
    wanted = listing.asked(request, sort=SORT, channel=KNOWN)
    officers = organization.officer_ids(at=asking.moment(request))
    columns: tuple[Column[Any], ...] = (
        buttons("tick", _("Choose")),
        column("case", _("Case"), itemgetter("number"), width=20, sort="case", lead=True, fit=True),
        column("person", _("For"), itemgetter("person"), width=20, sort="person"),
        column("kind", _("Notice"), lambda row: str(row["kind"]), width=20),
        column("channel", _("Channel"), lambda row: str(row["channel"]), sort="channel"),
        column("owed", _("Owed since"), itemgetter("owed"), sort="owed", fit=True),
        column("attempts", _("Tries"), itemgetter("attempts"), width=10, sort="attempts", align="end"),
        column("error", _("Why it was not taken"), itemgetter("error"), width=40),
    )
    return wanted, Listed(
        "undelivered",
        _("Notices not delivered"),
        queries.dead_letters(text=wanted.text, channel=wanted.chosen["channel"], sort=wanted.sort),
        columns,
        sheet=reverse("undelivered-sheet"),
        sort=wanted.sort,
        row=lambda one: _row(one, officers),
    )


def _row(one: Delivery, officers: frozenset[int]) -> dict[str, Any]:
    person = one.notice.person
    return {
        "id": one.pk,
        "person": person.name if person.pk in officers else masked_name(person.name),
        "number": one.notice.case.number if one.notice.case else "",
        "kind": KINDS.get(one.notice.kind, one.notice.kind),
        "channel": CHANNELS.get(one.channel, one.channel),
        "owed": one.notice.at,
        "attempts": one.attempts,
        "error": one.error,
    }


def _told(count: int) -> str:
    if not count:
        return ""
    words = ngettext("%(count)s notice is sent again", "%(count)s notices are sent again", count)
    return words % {"count": count}


def _require_office(request: HttpRequest) -> None:
    if OFFICE not in organization.duties_of(asking.person(request).pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only the office sees what could not be delivered."))
