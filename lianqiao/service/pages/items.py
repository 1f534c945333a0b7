"""The catalogue for everyone: find an item or a promise, look at it, take the list along as a workbook."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lianqiao.bridge import packs
from lianqiao.organization.commands.authority import is_office
from lianqiao.organization.lists import Column, Look, SheetColumn, column, look_of, workbook
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
SHOWN = ("name", "department", "kind", "limit")
# the element of the home page the first results go into
HOME_TARGET = "found"


@login_not_required
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Show what a question finds, promises first, narrowed by department and type."""
    if getattr(request.htmx, "target", "") == HOME_TARGET:  # type: ignore[attr-defined]
        return suggestions(request)
    names = queries.department_names()
    asked, look = _asked(request, names), _look(request)
    if look.opening:
        return redirect(look.opening)
    found = _found(asked)
    facets = queries.facets_of(found)
    rows: Any = item_rows.Rows(found, facets.total)
    page: Page[item_rows.ItemRow] = Paginator(rows, listing.ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    chosen = asked.chosen
    context = {
        "page": page,
        "asked": asked,
        "words": found.words,
        "look": look,
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
    rows = found.items.iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    return workbook(_("Service items"), _look(request).columns, map(item_rows.item_row, rows))


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


def _look(request: HttpRequest) -> Look:
    columns: tuple[Column[item_rows.ItemRow], ...] = (
        Column(
            "name",
            _("Item"),
            (
                SheetColumn(_("Item name"), attrgetter("title"), 50),
                SheetColumn(_("Main item"), attrgetter("note"), 30),
            ),
            sort="name",
            lead=True,
        ),
        column("code", _("Code"), attrgetter("code"), width=40),
        column("department", _("Department"), attrgetter("department"), width=20, sort="department"),
        column("kind", _("Type"), attrgetter("kind"), width=14, sort="kind"),
        column("limit", _("Promised within"), attrgetter("limit"), width=14),
        column("statutory", _("Statutory limit"), attrgetter("statutory"), width=14),
        column("audience", _("For whom"), attrgetter("audience"), width=12),
        column("source", _("Source"), attrgetter("source"), width=30),
        column("imported", _("Imported on"), attrgetter("imported"), width=12, fit=True),
    )
    return look_of(request, "items", columns, shown=SHOWN)


def _may_import(request: HttpRequest) -> bool:
    return isinstance(request.user, Person) and is_office(request.user, now=asking.moment(request))
