"""The catalogue for everyone: find an item or a promise, look at it, take the list along as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists import spreadsheets
from lianqiao.organization.models import Person
from lianqiao.service.commands.items import link_item
from lianqiao.service.item_import.kinds import KINDS
from lianqiao.service.language import in_words
from lianqiao.service.models import ServiceItem
from lianqiao.service.pages import asking, item_rows, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries import items as queries

SUGGESTIONS = 8
SIBLINGS = 30
ROWS_IN_A_SHEET = 100_000
# the element of the home page the first results go into
HOME_TARGET = "found"


@login_not_required
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Show what a question finds, promises first, narrowed by department and type."""
    if getattr(request.htmx, "target", "") == HOME_TARGET:  # type: ignore[attr-defined]
        return suggestions(request)
    names = queries.department_names()
    asked = _asked(request, names)
    found = _found(asked)
    facets = queries.facets_of(found)
    rows: Any = item_rows.Rows(found, facets.total)
    page: Page[item_rows.ItemRow] = Paginator(rows, listing.ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    chosen = asked.chosen
    context = {
        "page": page,
        "asked": asked,
        "words": found.words,
        "columns": _columns(),
        "departments": item_rows.department_options(names, _counts(facets.departments), chosen["department"]),
        "kinds": item_rows.kind_options(_counts(facets.kinds), chosen["kind"]),
        "export": reverse("items-sheet") if request.user.is_authenticated else "",
        "may_import": _may_import(request),
    }
    return render(request, "service/items.html", context)


@login_not_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show the first results, for the home page while one types."""
    asked = _asked(request, {})
    found = _found(asked)
    total = queries.facets_of(found).total if asked.text else 0
    rows = item_rows.Rows(found, total)[0:SUGGESTIONS] if asked.text else []
    context = {"rows": rows, "asked": asked, "total": total + len(found.promises), "words": found.words}
    return render(request, "service/items_found.html", context)


@require_safe
def items_sheet(request: HttpRequest) -> FileResponse:
    """Send what was found, all of it, as a workbook."""
    found = _found(_asked(request, queries.department_names()))
    columns = [
        (_("Item name"), 50), (_("Code"), 40), (_("Department"), 20), (_("Main item"), 30), (_("Type"), 14),
        (_("Statutory limit"), 14), (_("Promised limit"), 14), (_("For whom"), 12), (_("Source"), 30),
        (_("Imported on"), 12),
    ]  # fmt: skip
    return spreadsheets.spreadsheet(_("Service items"), columns=columns, rows=_sheet_rows(found.items))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def item(request: HttpRequest, key: str) -> HttpResponse:
    """Show one item; the office may say here which promise handles it."""
    shown = queries.item_by_key(key)
    if shown is None:
        raise Http404
    if request.method == "POST":
        if not isinstance(request.user, Person):
            return redirect(f"{reverse('sign-in')}?next={request.path}")
        link_item(shown, request.POST.get("mechanism", ""), by=request.user, now=asking.moment(request))
        return redirect("item", key=key)
    return render(request, "service/item.html", _shown(request, shown))


def _shown(request: HttpRequest, item: ServiceItem) -> dict[str, Any]:
    promises = packs.current().newest_versions
    mechanism = promises.get(item.mechanism)
    return {
        "item": item,
        "kind": item_rows.kind_words(item.kind),
        "statutory": item_rows.limit_words(item.statutory_limit),
        "promised": item_rows.limit_words(item.promised_limit),
        "audience": item_rows.audience_words(item.audience),
        "department_url": f"{reverse('items')}?department={item.department_id}",
        "siblings": list(queries.siblings(item)[:SIBLINGS]),
        "promise": {"title": in_words(mechanism.title), "url": reverse("service", args=[mechanism.id])}
        if mechanism
        else None,
        "may_link": _may_import(request),
        "promises": [(one.id, in_words(one.title), one.id == item.mechanism) for one in promises.values()],
    }


def _asked(request: HttpRequest, names: dict[str, str]) -> listing.Asked:
    """Return what the address asks; a type the standard lacks may still be one of the catalogue's."""
    kinds = {*KINDS, request.GET.get("kind", "")}
    return listing.asked(request, sort="", department=names, kind=kinds, audience=("person", "firm"))


def _found(asked: listing.Asked) -> queries.Found:
    return queries.search_items(asked.text, sort=asked.sort, **asked.chosen)


def _counts(facets: tuple[queries.Facet, ...]) -> dict[str, int]:
    return {facet.value: facet.count for facet in facets}


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": _("Item"), "sort": True, "lead": True},
        {"key": "department", "label": _("Department"), "sort": True},
        {"key": "kind", "label": _("Type"), "sort": True},
        {"key": "limit", "label": _("Promised within")},
    ]


def _may_import(request: HttpRequest) -> bool:
    return isinstance(request.user, Person) and is_office(request.user, now=asking.moment(request))


def _sheet_rows(found: Any) -> Iterator[tuple[spreadsheets.Value, ...]]:
    for one in found[:ROWS_IN_A_SHEET].iterator(chunk_size=listing.ROWS_READ_AT_ONCE):
        yield (
            one.name,
            one.code,
            one.department.name,
            one.main_item,
            item_rows.kind_words(one.kind),
            item_rows.limit_words(one.statutory_limit),
            item_rows.limit_words(one.promised_limit),
            item_rows.audience_words(one.audience),
            one.source,
            beijing(one.last_imported_at).date(),
        )
