"""Open cases like the one being typed: shown beside the form, so that nobody asks twice in the dark."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianqiao.bridge import packs, queries
from lianqiao.organization import queries as organization
from lianqiao.service.drug.queries.answers import answers_like
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.queries.alike import alike_cases, own_and_others

LONGEST = 3000


@require_safe
@refusals_shown
def alike(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Show what is like the typing: to a firm its own, and how many others; to an officer all of them."""
    promise = packs.current().newest(mechanism)
    person, now = asking.person(request), asking.moment(request)
    typed = {name: request.GET.get(name, "")[:LONGEST] for name in promise.alike_by}
    found = alike_cases(promise, typed)
    others = 0
    if not queries.takes_in(promise, person, at=now):
        found, others = own_and_others(found, organization.firms_of(person.pk, at=now))
    answered = answers_like(promise.id, "\n".join(typed.values())) if promise.knowledge else []
    context = {"found": found, "others": others, "answered": answered}
    return render(request, "service/alike.html", context)
