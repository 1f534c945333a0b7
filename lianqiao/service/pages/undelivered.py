"""Dead letters, for the office: what could not be sent, why, and sending it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import commands, queries
from lianqiao.bridge.models import Delivery
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.notice_rules import CHANNELS as KNOWN
from lianqiao.organization import queries as organization
from lianqiao.organization.lists.spreadsheets import Value, spreadsheet
from lianqiao.organization.queries.duties import OFFICE
from lianqiao.service.forms.preferences import CHANNELS, KINDS
from lianqiao.service.pages import asking, listing

SORT = "-owed"
SORTABLE = ("person", "case", "channel", "owed", "attempts")


@require_http_methods(["GET", "HEAD", "POST"])
def undelivered(request: HttpRequest) -> HttpResponse:
    """Show the dead letters; posted with some ticked, owe those again and say what became of each."""
    _require_office(request)
    results = _resent(request) if request.method == "POST" else []
    wanted = _asked(request)
    page = listing.page_of(request, _found(wanted))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "asked": wanted,
        "columns": _columns(),
        "channels": listing.options(
            [(name, str(CHANNELS[name])) for name in KNOWN], wanted.chosen["channel"]
        ),
        "export": reverse("undelivered-sheet"),
        "results": [one for one in results if one["reason"]],
        "resent": _told(sum(not one["reason"] for one in results)) if results else "",
    }
    return render(request, "service/undelivered.html", context)


@require_safe
def undelivered_sheet(request: HttpRequest) -> FileResponse:
    """Send the same letters, all of them, as a workbook."""
    _require_office(request)
    heads = [
        (one["label"], 40 if one["key"] == "error" else 20) for one in _columns() if one["key"] != "tick"
    ]
    return spreadsheet(_("Notices not delivered"), columns=heads, rows=_sheet_rows(_found(_asked(request))))


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


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(request, sort=SORT, channel=KNOWN)


def _found(wanted: listing.Asked) -> QuerySet[Delivery]:
    return queries.dead_letters(text=wanted.text, channel=wanted.chosen["channel"], sort=wanted.sort)


def _row(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "person": one.notice.person.name,
        "number": one.notice.case.number,
        "kind": KINDS.get(one.notice.kind, one.notice.kind),
        "channel": CHANNELS.get(one.channel, one.channel),
        "owed": one.notice.at,
        "attempts": one.attempts,
        "error": one.error,
    }


def _sheet_rows(found: QuerySet[Delivery]) -> Iterator[list[Value]]:
    for row in map(_row, found.iterator(chunk_size=listing.ROWS_READ_AT_ONCE)):
        yield [
            row["number"],
            row["person"],
            str(row["kind"]),
            str(row["channel"]),
            row["owed"],
            row["attempts"],
            row["error"],
        ]


def _columns() -> list[dict[str, Any]]:
    named = {
        "tick": _("Choose"),
        "case": _("Case"),
        "person": _("For"),
        "kind": _("Notice"),
        "channel": _("Channel"),
        "owed": _("Owed since"),
        "attempts": _("Tries"),
        "error": _("Why it was not taken"),
    }
    return [
        {
            "key": key,
            "label": label,
            "sort": key in SORTABLE,
            "lead": key == "case",
            "align": "end" if key == "attempts" else "start",
            "fit": key in ("tick", "case", "owed"),
            "hide": key == "tick",
        }
        for key, label in named.items()
    ]


def _told(count: int) -> str:
    if not count:
        return ""
    words = ngettext("%(count)s notice is sent again", "%(count)s notices are sent again", count)
    return words % {"count": count}


def _require_office(request: HttpRequest) -> None:
    if OFFICE not in organization.duties_of(asking.person(request).pk, at=asking.moment(request)):
        raise PermissionDenied(_("Only the office sees what could not be delivered."))
