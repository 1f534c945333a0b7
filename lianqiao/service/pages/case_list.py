"""A list of cases as a page and as a workbook: the same cases and columns, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest

from lianqiao.bridge.models import Case
from lianqiao.organization.lists import Column, Look, Pages, SheetColumn, column, look_of, workbook
from lianqiao.service.pages import asking, listing
from lianqiao.service.queries import case_lists
from lianqiao.service.queries.case_lists import CaseRow, CasesOf


def case_columns() -> tuple[Column[CaseRow], ...]:
    """Return every column a list of cases can show, headed in the active language."""
    words, standings = listing.headings(), listing.standing_words()
    case = (
        SheetColumn[CaseRow](words["number"], lambda row: row.number, 18),
        SheetColumn[CaseRow](words["title"], lambda row: row.title, 32),
    )
    due = (
        SheetColumn[CaseRow](words["due"], lambda row: row.left.due),
        SheetColumn[CaseRow](words["left"], lambda row: row.left.words, 20),
    )
    return (
        Column("case", words["case"], case, sort="number", lead=True),
        column("firm", words["firm"], lambda row: row.firm, width=32, sort="firm"),
        column("promise", words["promise"], lambda row: row.promise, width=26),
        column("state", words["state"], lambda row: row.state, width=22),
        column("standing", words["standing"], lambda row: standings[row.standing]),
        Column("due", words["due"], due, sort="due"),
        column("holder", words["holder"], lambda row: row.holder),
        column("opened", words["opened"], lambda row: row.opened_at, sort="opened"),
        column("moved", words["moved"], lambda row: row.last_at, sort="moved"),
        column("closed", words["closed"], lambda row: row.closed_at, sort="closed"),
        column("progress_code", words["progress_code"], lambda row: row.progress_code, width=14),
    )


@dataclass
class CaseList:
    """One list of cases asked for: `name` is what views are saved under, `shown` the usual columns.

    `promises` are (id, title) of those to choose from.
    """

    request: HttpRequest
    cases: QuerySet[Case] | CasesOf
    name: str
    sort: str
    shown: Iterable[str]
    promises: list[tuple[str, str]]
    # how many there are before anything is filtered out, where that is known
    total: int | None = None

    @cached_property
    def look(self) -> Look:
        """The columns and views of whoever looks."""
        return look_of(self.request, self.name, case_columns(), shown=self.shown)

    @cached_property
    def asked(self) -> listing.Asked:
        """What the address asks."""
        return listing.asked(
            self.request,
            sort=self.sort,
            standing=listing.standing_words(),
            promise=[one for one, _ in self.promises],
        )

    def context(self) -> dict[str, Any]:
        """Return what a template needs: one page of rows, the look, and the filters."""
        known = None if self.asked.narrowed else self.total
        page = listing.page_of(self.request, self._listed(), known=known)
        rows = case_lists.case_rows(page.object_list, now=asking.moment(self.request))
        page.object_list = list(rows)
        standings = list(listing.standing_words().items())
        return {
            "page": page,
            "look": self.look,
            "asked": self.asked,
            "standings": listing.options(standings, self.asked.chosen["standing"]),
            "promises": listing.options(self.promises, self.asked.chosen["promise"])
            if len(self.promises) > 1
            else [],
        }

    def sheet(self, name: str) -> FileResponse:
        """Return every case asked for, with the columns shown, as a workbook called `name`."""
        return workbook(name, self.look.columns, self._rows())

    def _listed(self) -> QuerySet[Case] | Pages[Case]:
        """Return what is looked at most as it is always asked; words and standings are asked otherwise."""
        asked = self.asked
        if isinstance(self.cases, CasesOf) and not (asked.text or asked.chosen["standing"]):
            return self.cases.sorted(asked.sort, promise=asked.chosen["promise"])
        return self._found()

    def _found(self) -> QuerySet[Case]:
        cases = self.cases.query() if isinstance(self.cases, CasesOf) else self.cases
        return case_lists.narrowed(
            cases.select_related("firm", "holder"),
            now=asking.moment(self.request),
            text=self.asked.text,
            standing=self.asked.chosen["standing"],
            promise=self.asked.chosen["promise"],
            sort=self.asked.sort,
        )

    def _rows(self) -> Iterator[CaseRow]:
        found = self._found().iterator(chunk_size=listing.ROWS_READ_AT_ONCE)
        return case_lists.case_rows(found, now=asking.moment(self.request))
