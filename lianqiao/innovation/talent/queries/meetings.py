"""Meetings of schools and firms as lists show them, and their sums."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from lianqiao.engine.needs import CONTROL
from lianqiao.innovation.talent.models import Meeting

SORTS = {"day": "day", "title": "title", "school": "school", "posts": "posts", "people": "people",
         "intents": "intents", "firms": "firms_count"}  # fmt: skip


def meetings(*, text: str = "", sort: str = "-day") -> QuerySet[Meeting]:
    """Return the meetings whose title, school or firm contains the words; `firms_count` counts firms."""
    found = Meeting.objects.annotate(firms_count=Count("firms", distinct=True))
    for word in CONTROL.sub(" ", text)[:100].split()[:8]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(school__icontains=word)
            | Q(pk__in=Meeting.objects.filter(firms__firm__name__icontains=word).values("pk"))
        )
    column = SORTS.get(sort.removeprefix("-"), "day")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "-pk")


def totals_of_meetings(*, since: date, until: date) -> dict[str, int]:
    """Return how many meetings there were between two days, both inclusive, and what they brought."""
    held = Meeting.objects.filter(day__gte=since, day__lte=until)
    sums = held.aggregate(
        meetings=Count("pk"), posts=Sum("posts"), people=Sum("people"), intents=Sum("intents")
    )
    return {name: value or 0 for name, value in sums.items()}
