"""The units of the zone."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lianqiao.organization.models import Unit


def units(*, text: str = "", sort: str = "") -> QuerySet[Unit]:
    """Return every unit with its head and the unit above, by name; `text` narrows by name or head."""
    rows = Unit.objects.select_related("head", "parent")
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(name_en__icontains=text) | Q(head__name__icontains=text)
        )
    keys = {"name": "name", "kind": "kind", "parent": "parent__name", "head": "head__name"}
    key = keys.get(sort.lstrip("-"), "name")
    return rows.order_by(f"-{key}" if sort.startswith("-") else key, "name")
