"""The views a person saved."""

from __future__ import annotations

from django.db.models import QuerySet

from lianqiao.organization.models import SavedView
from lianqiao.organization.queries.prepared import Prepared


def saved_views(person_id: int, list_name: str) -> list[SavedView]:
    """Return what the person saved for a list, by name; the one without a name holds the columns chosen."""
    return _SAVED(person_id=person_id, list_name=list_name)


def _saved(person_id: int, list_name: str) -> QuerySet[SavedView, SavedView]:
    return SavedView.objects.filter(person_id=person_id, list_name=list_name).order_by("name")


_SAVED = Prepared(_saved)
