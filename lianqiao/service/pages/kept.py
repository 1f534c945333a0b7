"""How the zone keeps its word, for everyone: sums of a year, nothing about any case."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianqiao.service.month_chart import month_chart
from lianqiao.service.pages import asking
from lianqiao.service.queries.public_figures import SMALLEST, public_figures


@login_not_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """Show the share of promises kept in the last twelve months; small numbers are withheld."""
    found = public_figures(now=asking.moment(request))
    bars = [
        (one.title, owed * (one.percent or 0) // 100, owed - owed * (one.percent or 0) // 100, 0)
        for one in found.months
        for owed in (one.owed or 0,)
    ]
    context = {"found": found, "smallest": SMALLEST, "chart": month_chart(bars)}
    return render(request, "service/kept.html", context)
