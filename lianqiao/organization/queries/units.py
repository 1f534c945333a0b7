"""The units of the zone, and which of them a duty belongs to."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lianqiao.organization.models import Duty, Unit
from lianqiao.organization.queries.prepared import Prepared


def unit_names(language: str) -> dict[int, str]:
    """Return what each unit is called in a language, by its key."""
    return {key: name_en if language == "en" and name_en else name for key, name, name_en in _NAMES()}


def units_of_duties() -> dict[tuple[int, str], int]:
    """Return the key of the unit in which a person had a duty, by person and code; the last where several."""
    return {(person_id, code): unit_id for person_id, code, unit_id in _WHERE()}


def _names() -> QuerySet[Unit, tuple[int, str, str]]:
    return Unit.objects.values_list("pk", "name", "name_en")


def _where() -> QuerySet[Duty, Any]:
    rows = Duty.objects.filter(unit__isnull=False).order_by("since", "pk")
    return rows.values_list("person_id", "code", "unit_id")


_NAMES, _WHERE = Prepared(_names), Prepared(_where)


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
