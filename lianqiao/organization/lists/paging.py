"""A list cut into pages without counting what nobody will page through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS_ON_A_PAGE = 50
# rows an export reads at once: enough for speed, few enough for level memory
ROWS_READ_AT_ONCE = 500
# a page further on is never asked for by its number: one narrows the list, or takes it along as a workbook
MOST_COUNTED = 10_000

Row = TypeVar("Row", bound=Model)


class Bounded(Paginator):  # type: ignore[type-arg]
    """Pages through the first `MOST_COUNTED` rows; `more` says that there are others.

    `known` is the number of rows where it has been counted otherwise; it is shown in full.
    """

    def __init__(self, found: QuerySet[Any], *, known: int | None = None) -> None:
        super().__init__(found, ROWS_ON_A_PAGE)
        self.found, self.known = found, known

    @cached_property
    def counted(self) -> int:
        """How many rows there are, as far as they are counted."""
        if self.known is not None:
            return self.known
        # the key alone: what a row shows beside it is not worked out for rows that are only counted
        return self.found.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        """How many rows the pages hold."""
        return min(self.counted, MOST_COUNTED)

    @property
    def more(self) -> bool:
        """True where there are rows beyond the last page."""
        return self.counted > MOST_COUNTED

    def page(self, number: Any) -> Page[Any]:
        """Return a page: which rows it has is found by their keys, so that only its own are read and made."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = list(self.found.values_list("pk", flat=True)[first : min(first + self.per_page, self.count)])
        rows = {row.pk: row for row in self.found.filter(pk__in=keys).order_by()} if keys else {}
        return Page([rows[key] for key in keys if key in rows], number, self)


def page_of(
    request: HttpRequest, found: QuerySet[Row] | Sequence[Any], *, known: int | None = None
) -> Page[Any]:
    """Return the page asked for; a number beyond the last gives the last."""
    if not isinstance(found, QuerySet):
        return Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return Bounded(found, known=known).get_page(request.GET.get("page"))
