"""A list declared once: its page and its workbook show the same rows in the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lianqiao.organization.lists.columns import Column, workbook
from lianqiao.organization.lists.look import Look, look_of
from lianqiao.organization.lists.paging import ROWS_READ_AT_ONCE, page_of


def _same(row: Any) -> Any:
    return row


@dataclass(frozen=True)
class Listed:
    """A list as the address asks for it.

    `name` is what choices of columns and views are kept under, `sheet` the address of the workbook, "" where
    there is none; `row` makes of what was found what the template and the columns read; `shown` are the usual
    columns, all where empty.
    """

    name: str
    title: str
    found: QuerySet[Any] | Sequence[Any]
    columns: Sequence[Column[Any]]
    sheet: str
    sort: str = ""
    row: Callable[[Any], Any] = _same
    shown: Sequence[str] = ()

    def look(self, request: HttpRequest) -> Look:
        """Return how the reader looks at it; one database query for whoever is signed in."""
        return look_of(
            request, self.name, self.columns, shown=self.shown or [one.key for one in self.columns]
        )

    def page(self, request: HttpRequest, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
        """Answer with the page asked for: `page`, `rows`, `look`, `export`, `sort`, `title`, and `more`."""
        look = self.look(request)
        if look.opening and request.method != "POST":
            return redirect(look.opening)
        page = page_of(request, self.found)
        page.object_list = [self.row(one) for one in page.object_list]
        context = {
            "page": page,
            "rows": page.object_list,
            "look": look,
            "export": self.sheet,
            "sort": self.sort,
            "title": self.title,
        }
        return render(request, template, context | more, status=status)

    def workbook(self, request: HttpRequest) -> FileResponse:
        """Answer with all rows as a workbook of the columns the reader chose."""
        rows: Iterable[Any] = self.found
        if isinstance(self.found, QuerySet):
            rows = self.found.iterator(chunk_size=ROWS_READ_AT_ONCE)
        return workbook(self.title, self.look(request).columns, map(self.row, rows))
