"""The licences of the firms somebody acts for, and what was told of them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from lianqiao.organization.lists import Column, Look, SheetColumn, column, look_of, workbook
from lianqiao.service.licences.commands import register as commands
from lianqiao.service.licences.pages import shown
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.wording import word_details, word_title
from lianqiao.service.pages import asking, listing

WORDS_SHOWN = 12


@require_safe
def my_licences(request: HttpRequest) -> HttpResponse:
    """Show the licences of the firms this person acts for, and what was told of them."""
    person, now = asking.person(request), asking.moment(request)
    asked, look = shown.asked(request), _look(request)
    if look.opening:
        return redirect(look.opening)
    page = listing.page_of(request, _found(request, asked))
    page.object_list = list(shown.rows(page.object_list, at=now))
    words = queries.words_for(person, at=now, limit=WORDS_SHOWN)
    context = shown.filters(asked) | {
        "page": page,
        "look": look,
        "asked": asked,
        "export": reverse("my-licences-sheet"),
        "words": [
            {"title": word_title(one), "details": word_details(one), "word": one, "new": one.seen_at is None}
            for one in words
        ],
    }
    response = render(request, "licences/mine.html", context)
    commands.mark_seen(words, now=now)
    return response


@require_safe
def my_licences_sheet(request: HttpRequest) -> FileResponse:
    """Send the same licences, all of them, as a workbook."""
    found = _found(request, shown.asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    rows = shown.rows(found, at=asking.moment(request))
    return workbook(_("My licences"), _look(request).columns, rows)


def _found(request: HttpRequest, asked: listing.Asked) -> Any:
    return queries.licences_of_firms(
        asking.person(request),
        at=asking.moment(request),
        text=asked.text,
        kind=asked.chosen["kind"],
        standing=asked.chosen["standing"],
        sort=asked.sort,
    )


def _look(request: HttpRequest) -> Look:
    kind = (
        SheetColumn[shown.LicenceRow](_("Licence"), lambda row: row.kind, 24),
        SheetColumn[shown.LicenceRow](_("Number"), lambda row: row.licence.number, 24),
    )
    state = (
        SheetColumn[shown.LicenceRow](pgettext("licence", "Standing"), lambda row: row.standing),
        SheetColumn[shown.LicenceRow](pgettext("licence", "Why"), lambda row: row.why, 50),
    )
    made_out = {True: _("Made out"), False: _("Not made out")}
    columns: tuple[Column[shown.LicenceRow], ...] = (
        Column("kind", _("Licence"), kind, sort="kind", lead=True),
        column("firm", _("Holder"), lambda row: row.licence.firm.name, width=36, sort="firm"),
        column("until", _("Valid until"), lambda row: row.licence.valid_until, sort="until", fit=True),
        Column("state", pgettext("licence", "Standing"), state, sort="state"),
        column("paper", _("E-licence"), lambda row: made_out[row.credential is not None]),
    )
    return look_of(request, "my-licences", columns, shown=[one.key for one in columns])
