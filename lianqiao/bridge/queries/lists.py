"""Lists of cases: the matters of firms and one's own, one person's worklist, the public's progress."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from lianqiao.bridge.models import Case, Notice, Part
from lianqiao.bridge.queries.one_case import reads_as_number
from lianqiao.engine.needs import CONTROL
from lianqiao.organization.models import Firm
from lianqiao.organization.queries.prepared import Prepared

PROGRESS_CODE = re.compile(r"[0-9A-Z]{6,16}", re.ASCII)
# a database gives up on a longer pattern, and nobody types it
LONGEST_SEARCH, MOST_WORDS = 200, 8


def matters(firms: Sequence[Firm | int], *, person_id: int | None = None) -> QuerySet[Case]:
    """Return the cases of these firms, given by their ids or whole, and a person's own, newest first."""
    theirs = Q(firm__in=firms)
    if person_id is not None and has_own_cases(person_id):
        theirs |= own(person_id)
    return Case.objects.filter(theirs).select_related("firm", "holder").order_by("-opened_at", "-pk")


def own(person_id: int, *, path: str = "") -> Q:
    """Return the condition of cases that are no firm's but a person's: what they were given, or contest.

    `path` reaches the case from another table.
    """
    return Q(**{f"{path}firm": None, f"{path}applicant": person_id})


def has_own_cases(person_id: int) -> bool:
    """Return whether there is any such case: asked first, for few have one and firms have many."""
    return Case.objects.filter(own(person_id)).exists()


def example_cases() -> QuerySet[Case]:
    """Return the cases of the demonstration, of firms and of people."""
    return Case.objects.filter(example=True)


def worklist(person_id: int) -> QuerySet[Case]:
    """Return the open cases this person must move now, in one of their branches, least time left first."""
    also = Part.objects.filter(holder_id=person_id, open=True, also=True).values("case_id")
    mine = Case.objects.filter(holder_id=person_id, closed_at=None).values("pk")
    # not one condition or the other: PostgreSQL would read every case there is
    cases = Case.objects.filter(pk__in=mine.union(also), closed_at=None)
    return cases.select_related("firm", "applicant").order_by("due_at", "pk")


def waiting_for_firm(person_id: int) -> QuerySet[Case]:
    """Return the open cases this person holds a role in that now wait for someone else."""
    held = Part.objects.filter(holder_id=person_id, open=True, also=False).values("case_id")
    cases = Case.objects.filter(pk__in=held, closed_at=None).exclude(holder_id=person_id)
    return cases.select_related("firm", "applicant").order_by("-last_at", "pk")


def done_by(person_id: int) -> QuerySet[Case]:
    """Return the closed cases this person held a role in, newest first."""
    held = Part.objects.filter(holder_id=person_id, open=False).values("case_id")
    return Case.objects.filter(pk__in=held).select_related("firm", "applicant").order_by("-closed_at", "pk")


def done_count(person_id: int) -> int:
    """Return how many cases `done_by` has; their roles alone are read."""
    return _DONE.count(person_id=person_id)


def _done(person_id: int) -> QuerySet[Part, tuple[int]]:
    return Part.objects.filter(holder_id=person_id, open=False).values_list("case_id").distinct()


_DONE = Prepared(_done)


def cases_read(keys: Iterable[int]) -> list[Case]:
    """Return the cases of these ids with firm and holder, in no order; one query for up to 500."""
    return _READ.for_keys(keys)


def _read(keys: list[int]) -> QuerySet[Case, Case]:
    return Case.objects.filter(pk__in=keys).select_related("firm", "holder")


_READ = Prepared(_read)


def cases_under(mechanism_id: str) -> QuerySet[Case]:
    """Return every case of a promise, whatever its version, with firm and holder."""
    return Case.objects.filter(mechanism=mechanism_id).select_related("firm", "holder")


def cases_with(ids: QuerySet[Any, Any]) -> QuerySet[Case]:
    """Return the cases whose ids a query gives, with firm and holder, in the order they were opened."""
    return Case.objects.filter(pk__in=ids).select_related("firm", "holder").order_by("pk")


def matching(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Return those whose number, title or firm contains the words typed, the first few of very many."""
    for word in CONTROL.sub(" ", text)[:LONGEST_SEARCH].split()[:MOST_WORDS]:
        cases = cases.filter(
            Q(number__icontains=word) | Q(title__icontains=word) | Q(firm__name__icontains=word)
        )
    return cases


def numbered(numbers: Iterable[str]) -> QuerySet[Case]:
    """Return the cases of these numbers; what cannot be a number is passed over."""
    return Case.objects.filter(number__in=[one for one in numbers if reads_as_number(one)])


def case_by_progress_code(code: str) -> Case | None:
    """Return the case with this public code, however it is spaced or written; None where there is none."""
    plain = "".join(code.split()).replace("-", "").upper()
    if not PROGRESS_CODE.fullmatch(plain):
        return None
    return Case.objects.filter(progress_code=plain).first()


def notices(person_id: int, *, text: str = "", kind: str = "", unread: bool = False) -> QuerySet[Notice]:
    """Return what the person was told, newest first; `text` is looked for in the case's own words."""
    found = Notice.objects.filter(person_id=person_id).select_related("case").order_by("-at", "-pk")
    if text:
        found = found.filter(case__in=matching(Case.objects.all(), text))
    if kind:
        found = found.filter(kind=kind)
    return found.filter(read_at=None) if unread else found


def unread_count(person_id: int, *, most: int | None = None) -> int:
    """Return how many notices the person has not opened, counted no further than `most`."""
    return _UNREAD.count(most=most, person_id=person_id)


def _unread(person_id: int) -> QuerySet[Notice, tuple[int]]:
    return Notice.objects.filter(person_id=person_id, read_at=None).values_list("pk")


_UNREAD = Prepared(_unread)
