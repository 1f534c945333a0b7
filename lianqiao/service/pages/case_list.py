"""A list of cases as a page and as a workbook: the same cases, narrowed and sorted the same way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest

from lianqiao.bridge.models import Case
from lianqiao.service.pages import asking, listing
from lianqiao.service.queries import case_lists
from lianqiao.service.spreadsheets import Value, spreadsheet

WIDTHS = {"number": 18, "title": 32, "firm": 32, "promise": 26, "state": 22, "left": 20, "progress_code": 14}


def listed(request: HttpRequest, cases: QuerySet[Case], *, sort: str) -> dict[str, Any]:
    """Return what a template needs to show the cases asked for: one page of rows, and the filters."""
    promises = case_lists.promises_in(cases)
    wanted = _asked(request, promises, sort)
    page = listing.page_of(request, _found(request, cases, wanted))
    page.object_list = list(case_lists.case_rows(page.object_list, now=asking.moment(request)))  # type: ignore[arg-type]
    standings = list(listing.standing_words().items())
    return {
        "page": page,
        "asked": wanted,
        "standings": listing.options(standings, wanted.chosen["standing"]),
        "promises": listing.options(promises, wanted.chosen["promise"]) if len(promises) > 1 else [],
    }


def sheet(
    request: HttpRequest, cases: QuerySet[Case], *, sort: str, name: str, keys: Sequence[str]
) -> FileResponse:
    """Return every case asked for as a workbook with the columns `keys`."""
    found = _found(request, cases, _asked(request, case_lists.promises_in(cases), sort))
    words = listing.headings()
    heads = [(words[key], WIDTHS.get(key, 17)) for key in keys]
    return spreadsheet(name, columns=heads, rows=_sheet_rows(request, found, keys))


def _asked(request: HttpRequest, promises: list[tuple[str, str]], sort: str) -> listing.Asked:
    return listing.asked(
        request, sort=sort, standing=listing.standing_words(), promise=[one for one, _ in promises]
    )


def _found(request: HttpRequest, cases: QuerySet[Case], wanted: listing.Asked) -> QuerySet[Case]:
    return case_lists.narrowed(
        cases.select_related("firm", "holder"),
        now=asking.moment(request),
        text=wanted.text,
        standing=wanted.chosen["standing"],
        promise=wanted.chosen["promise"],
        sort=wanted.sort,
    )


def _sheet_rows(request: HttpRequest, cases: QuerySet[Case], keys: Sequence[str]) -> Iterator[list[Value]]:
    words = listing.standing_words()
    found = cases.iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
    for row in case_lists.case_rows(found, now=asking.moment(request)):
        values: dict[str, Value] = {
            "number": row.number,
            "title": row.title,
            "firm": row.firm,
            "promise": row.promise,
            "state": row.state,
            "standing": words[row.standing],
            "due": row.left.due,
            "left": row.left.words,
            "holder": row.holder,
            "opened": row.opened_at,
            "moved": row.last_at,
            "closed": row.closed_at,
            "progress_code": row.progress_code,
        }
        yield [values[key] for key in keys]
