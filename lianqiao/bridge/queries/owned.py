"""Cases by owner and opener: loads of officers, what came by which channel, what was done by mandate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from lianqiao.bridge.models import Case, Entry, Part
from lianqiao.bridge.queries.changes import in_mandate
from lianqiao.organization.models import Mandate

APPLICANT = "applicant"


def cases_opened(
    mechanisms: Iterable[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
) -> QuerySet[Case]:
    """Return the cases of these promises opened in a span, by one channel or all, no parts of others."""
    found = Case.objects.filter(mechanism__in=list(mechanisms), parent=None).select_related("firm", "holder")
    if since is not None:
        found = found.filter(opened_at__gte=since)
    if until is not None:
        found = found.filter(opened_at__lt=until)
    return found if channel is None else found.filter(channel=channel)


def cases_owned(person_id: int, mechanisms: Iterable[str], *, duty: str = "") -> QuerySet[Case]:
    """Return the open cases of these promises a person owns, under one duty or any."""
    parts = Part.objects.filter(owner_id=person_id, open=True)
    if duty:
        parts = parts.filter(duty=duty)
    found = Case.objects.filter(
        pk__in=parts.values("case_id"), mechanism__in=list(mechanisms), closed_at=None
    )
    return found.select_related("firm", "holder")


def cases_by_duty(person_id: int) -> dict[str, int]:
    """Return how many open cases a person owns under each duty."""
    parts = Part.objects.filter(owner_id=person_id, open=True).order_by()
    return dict(parts.values_list("duty").annotate(count=Count("case", distinct=True)))


def loads(
    mechanisms: Iterable[str], *, besides: Iterable[str], soon: datetime, now: datetime
) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Return open cases by owner and duty: all, due before `soon`, overdue; without the duties `besides`."""
    rows = Part.objects.filter(open=True, case__mechanism__in=list(mechanisms), case__closed_at=None)
    counted = (
        rows.exclude(duty__in=list(besides))
        .order_by()
        .values_list("owner_id", "duty")
        .annotate(
            every=Count("case", distinct=True),
            due=Count("case", distinct=True, filter=Q(case__due_at__lt=soon)),
            late=Count("case", distinct=True, filter=Q(case__due_at__lt=now)),
        )
    )
    return {(owner, duty): (every, due, late) for owner, duty, every, due, late in counted}


def ownerless() -> QuerySet[Case]:
    """Return the open cases that wait for an officer and have none who can act: there should be none, ever.

    That is: nobody holds the step, or whoever holds a role has left for good.
    """
    waits = ~Q(waits_for__in=("", APPLICANT)) & (Q(holder=None) | Q(holder__is_active=False))
    left = Q(pk__in=Part.objects.filter(open=True, holder__is_active=False).values("case_id"))
    return Case.objects.filter(waits | left, closed_at=None).select_related("firm", "holder").order_by("pk")


def acts_between(pairs: Iterable[tuple[int, int]]) -> QuerySet[Entry]:
    """Return what was done by mandate in cases of (firm, person) pairs, the latest first.

    The log says by which mandate in the entry itself.
    """
    within = Q(pk__in=())
    for firm, person in pairs:
        within |= Q(case__firm_id=firm, person_id=person)
    rows = Entry.objects.filter(within, body__contains='"mandate":"')
    return rows.select_related("case__firm", "person").order_by("-at", "-pk")


def open_within(mandates: Iterable[Mandate]) -> QuerySet[Case]:
    """Return the open cases some mandates reach, no parts of others, the newest first."""
    within = Q(pk__in=())
    for held in mandates:
        within |= in_mandate(held)
    cases = Case.objects.filter(within, closed_at=None, parent=None).select_related("firm", "holder")
    return cases.order_by("-opened_at", "-pk")


def count_opened(
    mechanism: str,
    *,
    since: datetime,
    until: datetime,
    solved_by: datetime,
    ended_in: Iterable[str] | None = None,
) -> int:
    """Return how many cases of a promise were opened in a span.

    With `ended_in`, those of them that stand at one of these ends and were closed before `solved_by`.
    """
    rows = Case.objects.filter(mechanism=mechanism, opened_at__gte=since, opened_at__lt=until)
    if ended_in is not None:
        rows = rows.filter(marking__in=list(ended_in), closed_at__lt=solved_by)
    return rows.count()
