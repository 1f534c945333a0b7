"""Visits as lists show them, and what each brought."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from lianqiao.bridge.models import Case
from lianqiao.bridge.queries import cases_with
from lianqiao.engine.errors import refuse
from lianqiao.engine.needs import CONTROL
from lianqiao.service.models import Visit, VisitCase

SORTS = {"day": "day", "firm": "firm__name", "by": "by__name", "brought": "brought"}


def visits(*, text: str = "", by: int | None = None, sort: str = "-day") -> QuerySet[Visit]:
    """Return the visits whose firm, subject or officer contains the words; `brought` counts their cases."""
    brought = VisitCase.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    counted = brought.annotate(cases=Count("pk")).values("cases")
    found = Visit.objects.select_related("firm", "by").annotate(brought=Subquery(counted))
    if by is not None:
        found = found.filter(by_id=by)
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(
            Q(firm__name__icontains=word) | Q(subject__icontains=word) | Q(by__name__icontains=word)
        )
    column = SORTS.get(sort.removeprefix("-"), "day")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "-pk")


def visit(visit_id: int) -> Visit:
    """Return one visit; raises Refusal `unknown-visit`."""
    found = Visit.objects.select_related("firm", "by").filter(pk=visit_id).first()
    if found is None:
        raise refuse("unknown-visit", f"there is no visit {visit_id}", hint="look for it in the list")
    return found


def cases_of_visit(visit: Visit) -> QuerySet[Case]:
    """Return the cases a visit brought, oldest first."""
    return cases_with(VisitCase.objects.filter(visit=visit).values("case_id"))


def visit_of(case: Case) -> Visit | None:
    """Return the visit a case came from."""
    found = VisitCase.objects.filter(case=case).select_related("visit__by").first()
    return found.visit if found else None
