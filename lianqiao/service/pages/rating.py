"""The firm rates its case when it has ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianqiao.bridge import commands, queries
from lianqiao.bridge.queries import CaseSeen
from lianqiao.bridge.refusals import refusal_text
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.side_acts import LONGEST_RATING
from lianqiao.service.pages import asking
from lianqiao.service.pages.case_parts import case_head
from lianqiao.service.pages.rating_shown import rating_shown
from lianqiao.service.pages.refusing import refusals_shown, status_of

MOST_TYPED = 5000
IN_THE_FORM = ("rating-grade", "rating-too-long")


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def rating(request: HttpRequest, number: str) -> HttpResponse:
    """Show the five grades, and keep the one chosen; a rating is given once."""
    person, now = asking.person(request), asking.moment(request)
    seen = queries.case_for(number, person, at=now)
    shown = rating_shown(seen)
    if request.method != "POST":
        if shown and shown["given"]:
            raise refuse("rated-already", "the case was rated before")
        if shown is None:
            raise refuse("wrong-role", "only the firm rates its case, when it has ended")
        return _page(request, seen)
    grade, words = request.POST.get("grade", ""), request.POST.get("words", "")[:MOST_TYPED]
    try:
        commands.rate(number, int(grade) if grade in set("12345") else 0, words=words, by=person, now=now)
    except Refusal as refusal:
        if refusal.code not in IN_THE_FORM:
            raise
        return _page(request, seen, refusal.problems, status=status_of(refusal))
    messages.success(request, _("Thank you. Your rating is kept as given."))
    return HttpResponseRedirect(reverse("case", args=[number]))


def _page(
    request: HttpRequest, seen: CaseSeen, problems: tuple[Problem, ...] = (), *, status: int = 200
) -> HttpResponse:
    context = {
        "head": case_head(seen, now=asking.moment(request)),
        "rating": rating_shown(seen),
        "chosen": request.POST.get("grade", "") or request.GET.get("grade", ""),
        "words": request.POST.get("words", "")[:MOST_TYPED],
        "limit": LONGEST_RATING,
        "problems": [(problem.facts.get("field", ""), refusal_text(problem)) for problem in problems],
    }
    return render(request, "service/rate.html", context, status=status)
