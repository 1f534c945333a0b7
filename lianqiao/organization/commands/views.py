"""A person arranges lists for their own eyes. These commands leave no trace: nobody else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import transaction

from lianqiao.engine.errors import refuse
from lianqiao.organization.models import Person, SavedView

LIST_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
COLUMN = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
MOST_VIEWS = 50
LONGEST_QUERY = 1000


@transaction.atomic
def choose_columns(person: Person, list_name: str, columns: Iterable[str]) -> None:
    """Keep which columns the person wants to see of a list; none at all gives back the usual ones."""
    _require_list(list_name)
    chosen = [key for key in columns if COLUMN.fullmatch(key)][:60]
    if chosen:
        query = ".".join(chosen)[:LONGEST_QUERY]
        SavedView.objects.update_or_create(
            person=person, list_name=list_name, name="", defaults={"query": query}
        )
    else:
        SavedView.objects.filter(person=person, list_name=list_name, name="").delete()


@transaction.atomic
def save_view(person: Person, list_name: str, *, name: str, query: str, first: bool) -> SavedView:
    """Save what an address asks of a list under a name, in place of the view that had it.

    Raises Refusal `view-name`, `view-query`, `views-too-many`.
    """
    _require_list(list_name)
    name = " ".join(name.split())
    if not name or len(name) > 60 or not name.isprintable():
        reason = "a name of 1 to 60 characters is needed"
        raise refuse("view-name", reason, place="name", hint="such as “overdue, mine”")
    if len(query) > LONGEST_QUERY or not query.isprintable():
        raise refuse("view-query", "the view asks for too much", place="name", hint="take filters out")
    mine = SavedView.objects.filter(person=person)
    if mine.exclude(name="").count() >= MOST_VIEWS:
        most = str(MOST_VIEWS)
        reason = f"there are {most} saved views already"
        raise refuse("views-too-many", reason, place="name", hint="delete one you no longer use", most=most)
    if first:
        mine.filter(list_name=list_name, first=True).update(first=False)
    found, _ = SavedView.objects.update_or_create(
        person=person, list_name=list_name, name=name, defaults={"query": query, "first": first}
    )
    return found


@transaction.atomic
def open_with(person: Person, list_name: str, view_id: int | None) -> None:
    """Let the list open with one of the person's views, or with none; someone else's changes nothing."""
    mine = SavedView.objects.filter(person=person, list_name=list_name)
    mine.filter(first=True).update(first=False)
    if view_id is not None:
        mine.filter(pk=view_id).exclude(name="").update(first=True)


def delete_view(person: Person, list_name: str, view_id: int) -> None:
    """Delete one of the person's views; someone else's changes nothing."""
    SavedView.objects.filter(person=person, list_name=list_name, pk=view_id).exclude(name="").delete()


def _require_list(name: str) -> None:
    if not LIST_NAME.fullmatch(name):
        raise refuse("list-unknown", f"there is no list “{name}”", hint="go back to the list")
