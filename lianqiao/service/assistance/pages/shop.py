"""The supermarket: what a firm may choose, put into the basket, and order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm
from lianqiao.service.assistance import commands, queries
from lianqiao.service.assistance.pages.choosing import choice_of, firm_chosen
from lianqiao.service.language import in_words
from lianqiao.service.pages import asking, item_rows, listing
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries import items as catalogue

# what can be found and opened in a click; beyond, one searches
FACETS = ("department", "kind")


@dataclass(frozen=True)
class Goods:
    """A promise on offer; `take_in` is where an officer files it for whoever stands at the window."""

    id: str
    title: str
    summary: str
    limit: str
    url: str
    may_choose: bool
    take_in: str


@require_safe
def supermarket(request: HttpRequest) -> HttpResponse:
    """Show the catalogue: the zone's promises, and the service items somebody assists with."""
    names = catalogue.department_names()
    asked = listing.asked(request, sort="", department=names)
    found = catalogue.search_items(asked.text, sort=asked.sort, audience="firm", **asked.chosen)
    firms = choice_of(request)
    facets = catalogue.facets_of(found)
    rows: Any = _Items(found, facets.total)
    page: Page[Any] = Paginator(rows, listing.ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = {one.value: one.count for one in facets.departments}
    context = {
        "firms": firms,
        "goods": _goods(request, firms.chosen, found.promises if asked.text else None),
        "page": page,
        "asked": asked,
        "words": found.words,
        "columns": _columns(),
        "departments": item_rows.department_options(names, counts, asked.chosen["department"]),
        "export": reverse("items-sheet"),
        "in_basket": sum(queries.basket_counts(asking.person(request).pk).values()),
        "officer": organization.is_officer(asking.person(request).pk, at=asking.moment(request)),
    }
    return render(request, "assistance/supermarket.html", context)


@require_POST
@refusals_shown
def put_in(request: HttpRequest) -> HttpResponse:
    """Put a promise or an item into the basket of the firm chosen."""
    firm = firm_chosen(request)
    entry = commands.put_in(
        firm,
        mechanism_id=request.POST.get("promise", ""),
        item_key=request.POST.get("item", ""),
        by=asking.person(request),
        now=asking.moment(request),
    )
    title = entry.item_name or in_words(packs.current().newest(entry.mechanism).title)
    messages.success(
        request, _("“%(title)s” is in the basket of %(firm)s.") % {"title": title, "firm": firm.name}
    )
    back = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if known else reverse("supermarket"))


class _Items:
    """The items found, read page by page, each with its key."""

    def __init__(self, found: catalogue.Found, total: int) -> None:
        self.items, self.total = found.items, total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, wanted: slice) -> list[dict[str, Any]]:
        return [{"key": one.key, "row": item_rows.item_row(one)} for one in self.items[wanted]]


def _goods(request: HttpRequest, firm: Firm | None, found: Any) -> list[Goods]:
    """Return the promises on offer, or those a search found; each says whether it may be chosen here."""
    person, now = asking.person(request), asking.moment(request)
    offered = [one for one in packs.current().newest_versions.values() if one.offered]
    shown = [one for one in found if one.offered] if found is not None else offered
    return [
        Goods(
            id=one.id,
            title=in_words(one.title),
            summary=in_words(one.summary),
            limit=item_rows.promise_row(one).limit,
            url=reverse("service", args=[one.id]),
            may_choose=firm is not None and bridge.acts_for(person, firm.pk, one.id, at=now),
            take_in=reverse("take-in", args=[one.id]) if bridge.takes_in(one, person, at=now) else "",
        )
        for one in shown
    ]


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": _("Item"), "sort": True, "lead": True},
        {"key": "department", "label": _("Department"), "sort": True},
        {"key": "limit", "label": _("Promised within")},
        {"key": "choose", "label": _("Choose"), "hide": True, "fit": True},
    ]
