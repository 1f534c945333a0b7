"""The register for its officers: the list, the figures above it, the nights."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.organization.lists import Column, Look, column, look_of, workbook
from lianqiao.organization.models import Person
from lianqiao.service.language import in_words
from lianqiao.service.licences.commands.nights import ask_night
from lianqiao.service.licences.pages import shown
from lianqiao.service.licences.queries import register as queries
from lianqiao.service.licences.queries.rights import keeps_register
from lianqiao.service.licences.wording import standing_words
from lianqiao.service.pages import asking, listing

SHOWN = ("number", "kind", "firm", "until", "state", "why")
NIGHTS_SHOWN = 3
Row = shown.LicenceRow


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """Show the register, what needs a look first."""
    _keeper(request)
    asked, look, now = _asked(request), _look(request), asking.moment(request)
    if look.opening:
        return redirect(look.opening)
    page = listing.page_of(request, _found(request, asked))
    found: Any = list(shown.rows(page.object_list, at=now))
    page.object_list = found
    kinds = [(one.id, in_words(one.title)) for one in packs.current().licences.kinds.values()]
    standings = [(code, standing_words(code)) for code in queries.STANDINGS]
    figures = queries.counts(on=beijing(now).date())
    context = {
        "page": page,
        "look": look,
        "asked": asked,
        "export": reverse("licences-sheet"),
        "kinds": listing.options(kinds, asked.chosen["kind"]),
        "standings": listing.options(standings, asked.chosen["standing"]),
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
    _keeper(request)
    found = _found(request, _asked(request)).iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Licences"), _look(request).columns, shown.rows(found, at=asking.moment(request)))


@require_safe
def licence_nights(request: HttpRequest) -> HttpResponse:
    """Show every run over the register, and what came of it."""
    _keeper(request)
    context = {
        "page": listing.page_of(request, queries.nights()),
        "columns": _night_columns(),
        "export": reverse("licence-nights-sheet"),
    }
    return render(request, "licences/nights.html", context)


@require_safe
def licence_nights_sheet(request: HttpRequest) -> FileResponse:
    """Send every run as a workbook."""
    _keeper(request)
    columns: tuple[Column[Any], ...] = (
        column("day", _("Night of"), lambda row: row.day),
        *(column(key, label, attrgetter(key)) for key, label in _figures().items()),
    )
    return workbook(_("Nights"), columns, queries.nights())


@require_POST
def licence_night_ask(request: HttpRequest) -> HttpResponse:
    """Run over the register now, as a long job."""
    person = _keeper(request)
    job = ask_night(by=person, now=asking.moment(request))
    return redirect("job", job_id=job.pk)


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


def _keeper(request: HttpRequest) -> Person:
    person = asking.person(request)
    if not keeps_register(person, at=asking.moment(request)):
        raise PermissionDenied(_("Only licence officers see the register of licences."))
    return person


def _asked(request: HttpRequest) -> listing.Asked:
    return listing.asked(
        request, sort="until", kind=tuple(packs.current().licences.kinds), standing=queries.STANDINGS
    )


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


def _figures() -> dict[str, str]:
    return {
        "registered": _("In force"),
        "near": _("Near their end"),
        "renewed": standing_words("renewed"),
        "missing": standing_words("missing"),
        "failed": standing_words("failed"),
        "opened": _("Passed on"),
        "lapsed": standing_words("lapsed"),
    }


def _night_columns() -> list[dict[str, Any]]:
    figures = [{"key": key, "label": label, "align": "end"} for key, label in _figures().items()]
    return [
        {"key": "day", "label": _("Night of"), "lead": True},
        *figures,
        {"key": "took", "label": _("Took"), "align": "end"},
    ]
