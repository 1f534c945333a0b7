"""Lists of cases: a firm's matters and an officer's worklist."""

from __future__ import annotations

from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from lianqiao.bridge import queries
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import refuse
from lianqiao.organization import queries as organization
from lianqiao.organization.api.asking import caller, moment
from lianqiao.organization.api.cursors import Key, page_of
from lianqiao.organization.api.duties import require_officer
from lianqiao.organization.api.offering import Cut, Page, Words, offer
from lianqiao.service.api.cases_shown import case_row
from lianqiao.service.api.shapes import CaseRow, Identifier
from lianqiao.service.queries import case_lists

router = Router(tags=["lists"])

Narrowing = Literal["", "broken", "at-risk", "running", "paused", "waiting", "kept", "ended"]
Sort = Literal[
    "", "number", "-number", "title", "-title", "firm", "-firm", "due", "-due", "opened", "-opened",
    "closed", "-closed", "moved", "-moved",
]  # fmt: skip
_MATTERS_SORT = {"all": "-opened", "firm": "-moved", "zone": "due", "done": "-closed"}
_WORKLIST_SORT = {"todo": "due", "waiting": "-moved", "done": "-closed"}


class CaseAsked(Cut):
    """How a list of cases is narrowed and sorted."""

    q: Words = Field(default="", description=_("Words looked for in number, title and firm."))
    standing: Narrowing = ""
    promise: Identifier | Literal[""] = ""
    sort: Sort = Field(default="", description=_("A column; with - before it the other way round."))


class MattersAsked(CaseAsked):
    """Which of the firm's cases."""

    show: Literal["all", "firm", "zone", "done"] = Field(default="all", description=_("Whose turn it is."))


class WorklistAsked(CaseAsked):
    """Which of the officer's cases."""

    show: Literal["todo", "waiting", "done"] = "todo"


@offer(
    router,
    "GET",
    "/matters",
    name="listMatters",
    scope="read",
    says=_("The cases of the firms you act for, and your own; `show` says whose turn it is."),
    answer=Page[CaseRow],
    refuses=(403,),
)
def list_matters(
    request: HttpRequest,
    asked: Query[MattersAsked],
) -> Page[CaseRow]:
    """Return a page of the cases; refuses `no-firm` where there is neither a firm nor a case of one's own."""
    person = caller(request).person
    firms = organization.firms_of(person.pk, at=moment(request))
    if not firms and not queries.has_own_cases(person.pk):
        raise refuse("no-firm", "the person acts for no firm", hint="ask the firm's administrator")
    mine = queries.matters(firms, person_id=person.pk)
    cases = case_lists.whose_turn(mine, "" if asked.show == "all" else asked.show)
    return case_page(request, cases, asked, sort=_MATTERS_SORT[asked.show])


@offer(
    router,
    "GET",
    "/worklist",
    name="listWorklist",
    scope="read",
    says=_("The cases in your hands: to do now by time left, waiting for others, done."),
    more=_("For officers."),
    answer=Page[CaseRow],
    refuses=(403,),
)
def list_worklist(
    request: HttpRequest,
    asked: Query[WorklistAsked],
) -> Page[CaseRow]:
    """Return a page of the officer's cases; refuses `officers-only`."""
    require_officer(request)
    lists = {"todo": queries.worklist, "waiting": queries.waiting_for_firm, "done": queries.done_by}
    cases = lists[asked.show](caller(request).person.pk)
    return case_page(request, cases, asked, sort=_WORKLIST_SORT[asked.show])


def case_page(request: HttpRequest, cases: QuerySet[Case], asked: CaseAsked, *, sort: str) -> Page[CaseRow]:
    """Return the page of these cases that is asked for; `sort` where no order is asked for."""
    wanted = asked.sort or sort
    found = case_lists.narrowed(
        cases.select_related("firm", "holder"),
        now=moment(request),
        text=asked.q,
        standing=asked.standing,
        promise=asked.promise,
    )
    key = Key(case_lists.SORTS[wanted.removeprefix("-")], descending=wanted.startswith("-"))
    page, following = page_of(found, [key], asked)
    standings = queries.standings_of(page, now=moment(request))
    rows = [case_row(case, standings[case.pk]) for case in page]
    return Page[CaseRow](items=rows, next=following)
