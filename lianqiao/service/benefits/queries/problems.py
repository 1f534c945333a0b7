"""Facts that cannot be used as things stand, for whoever puts them right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from lianqiao.service.benefits.models import FactImport, FactProblem
from lianqiao.service.benefits.parties import Party

CODES = (
    "facts-disagree", "fact-in-future", "fact-expired", "currency-missing",
    "currency-foreign",
    "unit-missing", "absence-unforeseen", "option-unknown", "fact-malformed", "fact-out-of-range",
    "consent-missing",
)  # fmt: skip


def problems(
    *, text: str = "", code: str = "", attributes: Iterable[str] = (), sort: str = "-since"
) -> QuerySet[FactProblem]:
    """Return the problems nobody has solved; `sort` is since, code, attribute or party."""
    rows = FactProblem.objects.filter(solved_at=None).select_related("firm", "person")
    if text:
        named = Q(firm__name__icontains=text) | Q(firm__credit_code__startswith=text.upper())
        rows = rows.filter(named | Q(person__name__icontains=text) | Q(attribute__in=list(attributes)))
    if code:
        rows = rows.filter(code=code)
    keys = {"since": "since", "code": "code", "attribute": "attribute", "party": "firm__name"}
    key = keys.get(sort.removeprefix("-"), "since")
    return rows.order_by(f"-{key}" if sort.startswith("-") else key, "-pk")


def problems_of(party: Party) -> list[FactProblem]:
    """Return what is unsolved about one party."""
    return list(FactProblem.objects.filter(solved_at=None, **party.where).order_by("attribute"))


def solved_since(moment: datetime) -> int:
    """Return how many problems were solved since a moment."""
    return FactProblem.objects.filter(solved_at__gte=moment).count()


def fact_import(import_id: int) -> FactImport | None:
    """Return a file of facts taken in, or None."""
    return FactImport.objects.select_related("by").filter(pk=import_id).first()


def fact_imports() -> QuerySet[FactImport]:
    """Return the files taken in, newest first."""
    return FactImport.objects.select_related("by").order_by("-at")
