"""The views a person saved."""

from __future__ import annotations

from lianqiao.organization.models import SavedView


def saved_views(person_id: int, list_name: str) -> list[SavedView]:
    """Return what the person saved for a list, by name; the one without a name holds the columns chosen."""
    return list(SavedView.objects.filter(person_id=person_id, list_name=list_name).order_by("name"))
