"""The units of the zone, and which of them a duty belongs to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lianqiao.organization.models import Duty, Unit


def unit_names(language: str) -> dict[int, str]:
    """Return what each unit is called in a language, by its key."""
    return {unit.pk: unit.name_en if language == "en" and unit.name_en else unit.name for unit in units()}


def units_of_duties() -> dict[tuple[int, str], int]:
    """Return the key of the unit in which a person had a duty, by person and code; the last where several."""
    rows = Duty.objects.filter(unit__isnull=False).order_by("since", "pk")
    return {
        (person_id, code): unit_id
        for person_id, code, unit_id in rows.values_list("person_id", "code", "unit_id")
        if unit_id is not None
    }


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
