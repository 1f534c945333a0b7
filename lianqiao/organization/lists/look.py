"""How one person looks at one list: the columns they chose for it, and the views they saved under names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from lianqiao.organization.lists.columns import Column
from lianqiao.organization.models import Person, SavedView
from lianqiao.organization.queries.views import saved_views

COLUMNS = "columns"
# what an address asks that a saved view does not keep
PASSING = ("page", COLUMNS)


@dataclass(frozen=True)
class Choice:
    """A column that can be shown or not; the `fixed` one always is."""

    key: str
    label: str
    shown: bool
    fixed: bool


@dataclass(frozen=True)
class ViewShown:
    """A saved view; `current` is the one being looked at, `first` the one the list opens with."""

    pk: int
    name: str
    url: str
    current: bool
    first: bool


@dataclass(frozen=True)
class Look:
    """One list as one person sees it.

    `query` is what a view saved now would keep. `opening` is the address of the view to open the list with,
    "" where the address asks for something or no view is set. `keeps` is False for whoever is not signed in.
    """

    name: str
    columns: tuple[Column[Any], ...]
    choices: tuple[Choice, ...]
    views: tuple[ViewShown, ...]
    query: str
    here: str
    opening: str
    keeps: bool

    @property
    def columns_url(self) -> str:
        """Where the choice of columns is sent."""
        return reverse("list-columns", args=[self.name])

    @property
    def views_url(self) -> str:
        """Where a view is saved."""
        return reverse("list-views", args=[self.name])

    @property
    def current(self) -> ViewShown | None:
        """The saved view being looked at, if it is one."""
        return next((view for view in self.views if view.current), None)


def look_of(request: HttpRequest, name: str, columns: Sequence[Column[Any]], *, shown: Iterable[str]) -> Look:
    """Return how the reader looks at the list `name`; `shown` are the columns until they choose others.

    The address comes first (`columns=case.due`, as a shared link has it), then the reader's own choice; a
    column there is not is passed over. One database query for whoever is signed in.
    """
    person = request.user if isinstance(request.user, Person) else None
    rows = saved_views(person.pk, name) if person else []
    kept = next((row.query for row in rows if not row.name), "")
    wanted = (request.GET.get(COLUMNS, "") or kept).split(".")
    known = {column.key for column in columns}
    chosen = {key for key in wanted if key in known} or set(shown)
    chosen |= {column.key for column in columns if column.lead or column.hide}
    offered = [column for column in columns if not column.hide]
    query = _query(request.GET, columns=".".join(one.key for one in offered if one.key in chosen))
    views = tuple(_view(row, query) for row in rows if row.name)
    first = next((view.url for view in views if view.first), "")
    return Look(
        name=name,
        columns=tuple(column for column in columns if column.key in chosen),
        choices=tuple(Choice(one.key, one.label, one.key in chosen, one.lead) for one in offered),
        views=views,
        query=query,
        here=_here(request),
        opening="" if request.GET else first,
        keeps=person is not None,
    )


def _view(row: SavedView, query: str) -> ViewShown:
    return ViewShown(row.pk, row.name, f"?{row.query}", QueryDict(row.query) == QueryDict(query), row.first)


def _query(asked: QueryDict, *, columns: str) -> str:
    """Return what the address asks and the columns shown, to be opened again by whoever follows the link."""
    kept = asked.copy()
    for passing in PASSING:
        kept.pop(passing, None)
    kept[COLUMNS] = columns
    return "&".join(sorted(kept.urlencode(safe=".").split("&")))


def _here(request: HttpRequest) -> str:
    """Return the address to come back to when columns were chosen: as it is, without its own choice."""
    kept = request.GET.copy()
    for passing in PASSING:
        kept.pop(passing, None)
    # a query of some kind stays: without one the list opens with its first view
    return f"{request.path}?{kept.urlencode() or 'q='}"
