"""A list cut into pages without counting what nobody will page through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from lianqiao.organization.queries.prepared import Prepared

ROWS_ON_A_PAGE = 50
# rows an export reads at once: enough for speed, few enough for level memory
ROWS_READ_AT_ONCE = 500
# a page further on is never asked for by its number: one narrows the list, or takes it along as a workbook
MOST_COUNTED = 10_000

Row = TypeVar("Row", bound=Model)
Read_co = TypeVar("Read_co", bound=Model, covariant=True)


class Pages(Protocol[Read_co]):
    """What a list finds, by the statements that pages of it take."""

    def count(self, most: int) -> int:
        """Return how many rows there are, counted no further than `most`."""

    def keys(self, first: int, size: int) -> list[int]:
        """Return the keys of `size` rows from the `first`, which is 0, on, in their order."""

    def read(self, keys: list[int]) -> Sequence[Read_co]:
        """Return the rows of these keys, in any order."""


@dataclass(frozen=True)
class Queried(Generic[Row]):
    """A list as the ORM asks it, made anew at every look."""

    found: QuerySet[Row]

    def count(self, most: int) -> int:
        # the key alone: what a row shows beside it is not worked out for rows that are only counted
        return self.found.order_by().values("pk")[:most].count()

    def keys(self, first: int, size: int) -> list[int]:
        return list(self.found.values_list("pk", flat=True)[first : first + size])

    def read(self, keys: list[int]) -> Sequence[Row]:
        return list(self.found.filter(pk__in=keys).order_by())


class PreparedList(Generic[Row]):
    """A list whose statements are made once: `PreparedList(build, read)(person_id=7)` is what it finds.

    `build` is as for `Prepared` and says which rows there are and in which order; `read` reads some by their
    keys.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Row]], read: Callable[[list[int]], Sequence[Row]]
    ) -> None:
        self.read = read
        self.ordered = Prepared(lambda **values: build(**values).values_list("pk"))
        self.counted = Prepared(lambda **values: build(**values).order_by().values_list("pk"))

    def __call__(self, **values: Any) -> Pages[Row]:
        return Asked(self, values)


@dataclass(frozen=True)
class Asked(Generic[Row]):
    """A prepared list with its values."""

    of: PreparedList[Row]
    values: Mapping[str, Any]

    def count(self, most: int) -> int:
        return self.of.counted.count(most=most, **self.values)

    def keys(self, first: int, size: int) -> list[int]:
        return [key for (key,) in self.of.ordered.some(first=first, size=size, **self.values)]

    def read(self, keys: list[int]) -> Sequence[Row]:
        return self.of.read(keys)


class Bounded(Paginator):  # type: ignore[type-arg]
    """Pages through the first `MOST_COUNTED` rows; `more` says that there are others.

    `known` is the number of rows where it has been counted otherwise; it is shown in full.
    """

    def __init__(self, found: Pages[Any], *, known: int | None = None) -> None:
        super().__init__([], ROWS_ON_A_PAGE)
        self.found, self.known = found, known

    @cached_property
    def counted(self) -> int:
        """How many rows there are, as far as they are counted."""
        if self.known is not None:
            return self.known
        return self.found.count(MOST_COUNTED + 1)

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
        size = min(self.per_page, self.count - first)
        keys = self.found.keys(first, size) if size > 0 else []
        rows = {row.pk: row for row in self.found.read(keys)} if keys else {}
        return Page([rows[key] for key in keys if key in rows], number, self)


def page_of(
    request: HttpRequest, found: QuerySet[Row] | Pages[Row] | Sequence[Any], *, known: int | None = None
) -> Page[Any]:
    """Return the page asked for; a number beyond the last gives the last."""
    if isinstance(found, Sequence):
        return Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    listed = Queried(found) if isinstance(found, QuerySet) else found
    return Bounded(listed, known=known).get_page(request.GET.get("page"))
