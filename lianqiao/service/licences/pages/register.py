"""The register for its officers: the list, the figures above it, and the rules it is renewed by."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.service.language import in_words
from lianqiao.service.licences.pages import shown
from lianqiao.service.licences.pages.keeping import keeper
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.wording import standing_words
from lianqiao.service.pages import asking, listing

SHOWN = ("number", "kind", "firm", "until", "state", "why")
NIGHTS_SHOWN = 3
Row = shown.LicenceRow


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """Show the register, what needs a look first."""
    keeper(request)
    asked, look, now = shown.asked(request), _look(request), asking.moment(request)
    if look.opening:
        return redirect(look.opening)
    page = listing.page_of(request, _found(request, asked))
    found: Any = list(shown.rows(page.object_list, at=now))
    page.object_list = found
    figures = queries.counts(on=beijing(now).date())
    context = shown.filters(asked) | {
        "page": page,
        "look": look,
        "asked": asked,
        "export": reverse("licences-sheet"),
        "figures": [
            {"code": code, "label": standing_words(code), "count": figures[code],
             "url": f"{reverse('licences')}?standing={code}"}
            for code in ("near", "person", "missing", "failed", "lapsed")
        ],
        "nights": list(queries.nights()[:NIGHTS_SHOWN]),
    }  # fmt: skip
    return render(request, "licences/register.html", context)


@require_safe
def licences_sheet(request: HttpRequest) -> FileResponse:
    """Send the same licences, all of them, as a workbook."""
    keeper(request)
    found = _found(request, shown.asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Licences"), _look(request).columns, shown.rows(found, at=asking.moment(request)))


@login_not_required
@require_safe
def licence_kinds(request: HttpRequest) -> HttpResponse:
    """Show which licences are renewed without an application, on which conditions and by which rules."""
    kinds = packs.current().licences
    told = [
        {
            "id": kind.id,
            "title": in_words(kind.title),
            "authority": in_words(kind.authority),
            "validity": _lasting(kind.validity),
            "opens": kind.opens,
            "citations": [
                {
                    "law": in_words(one.law),
                    "article": one.article,
                    "says": in_words(one.says),
                    "source": one.source,
                }
                for one in kind.citations
            ],
            "conditions": [(in_words(one.title), one.article) for one in kind.conditions],
        }
        for kind in kinds.kinds.values()
    ]
    return render(request, "licences/kinds.html", {"kinds": told})


def _lasting(validity: str) -> str:
    """Return `5y` or `18nm` in words."""
    if validity.endswith("y"):
        years = int(validity[:-1])
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    months = int(validity.removesuffix("nm"))
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


def _found(request: HttpRequest, asked: listing.Asked) -> Any:
    return queries.licences(
        text=asked.text,
        kind=asked.chosen["kind"],
        standing=asked.chosen["standing"],
        sort=asked.sort,
        on=beijing(asking.moment(request)).date(),
    )


def _look(request: HttpRequest) -> Look:
    columns: tuple[Column[Row], ...] = (
        column("number", _("Number"), lambda row: row.licence.number, width=24, sort="number", lead=True),
        column("kind", _("Licence"), lambda row: row.kind, width=24, sort="kind"),
        column("firm", _("Holder"), lambda row: row.licence.firm.name, width=36, sort="firm"),
        column("premises", _("Premises"), lambda row: row.licence.premises, width=30),
        column("issued", _("Issued"), lambda row: row.licence.issued_on, sort="issued"),
        column("until", _("Valid until"), lambda row: row.licence.valid_until, sort="until"),
        column("state", pgettext("licence", "Standing"), lambda row: row.standing, sort="state"),
        column("why", pgettext("licence", "Why"), lambda row: row.why, width=50),
    )
    return look_of(request, "licences", columns, shown=SHOWN)
