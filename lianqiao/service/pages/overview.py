"""The leader's overview: kept, at risk, broken, each number a link to the very cases behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianqiao.bridge import queries as bridge
from lianqiao.service.month_chart import MonthChart, month_chart
from lianqiao.service.pages import asking
from lianqiao.service.pages.overview_asked import cases_url, numbers, overseen, span_of, spans, unit_words
from lianqiao.service.pages.rating_shown import rated_people, rating_figures
from lianqiao.service.queries import overview as figures
from lianqiao.service.queries import promise_lists


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how the promises this person oversees stand in the span chosen."""
    now, mechanisms, span = asking.moment(request), overseen(request), span_of(request)
    since = figures.since(span, now=now)
    found = figures.figures(figures.grouped(mechanisms, span=span, now=now), mechanisms)
    # where nothing is overdue none is looked for among all that is owed
    overdue = promise_lists.first_overdue(mechanisms, since=since, now=now) if found.every.overdue else []
    ratings = bridge.rating_tally_by_owner(mechanisms, since=since)
    context = {
        "span": span,
        "spans": spans(span),
        **shown(found, span),
        "ratings": rating_figures(bridge.rating_sum(ratings)),
        "rated_people": rated_people(ratings),
        "absences": figures.absences(mechanisms, at=now),
        "overdue": list(promise_lists.promise_rows(overdue, now=now)),
        "overdue_count": found.every.overdue,
        "overdue_url": cases_url(span, standing="overdue"),
    }
    return render(request, "service/overview.html", context)


def shown(found: figures.Figures, span: str, **narrow: Any) -> dict[str, Any]:
    """Return the figures as templates show them; `narrow` is what every number's cases are narrowed to."""
    return {
        "every": numbers(found.every, span, **narrow),
        "clocks": [
            {"clock": one, "numbers": numbers(one.tally, span, clock=one.key, **narrow)}
            for one in found.clocks
        ],
        "units": [
            {
                "name": unit_words(one.unit_id, one.name),
                "numbers": numbers(one.tally, span, unit=one.unit_id, **narrow),
            }
            for one in found.units
        ],
        "people": [
            {"name": one.name, "numbers": numbers(one.tally, span, owner=one.person_id, **narrow)}
            for one in found.people
        ],
        "months": [
            {"month": one.month, "numbers": numbers(one.tally, span, **(narrow | {"month": one.month}))}
            for one in found.months
        ],
        "chart": _chart(found.months),
    }


def _chart(months: list[figures.MonthTally]) -> MonthChart:
    return month_chart(
        [(one.month, one.tally.kept, one.tally.broken, figures.open_count(one.tally)) for one in months]
    )
