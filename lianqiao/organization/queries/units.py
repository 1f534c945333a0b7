"""The units of the zone."""

from __future__ import annotations

from django.db.models import QuerySet

from lianqiao.organization.models import Unit


def units() -> QuerySet[Unit]:
    """Return every unit with its head, by name."""
    return Unit.objects.select_related("head").order_by("name")
