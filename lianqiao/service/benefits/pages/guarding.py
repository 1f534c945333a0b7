"""Who may see the pages of benefits, and the tabs between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits.models import Fact
from lianqiao.service.benefits.queries.vocabulary import LEADER, looks_after
from lianqiao.service.pages import asking

View = Callable[..., HttpResponseBase]


def for_officers(view: View) -> View:
    """Let only those see a page whose duty are benefits."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        if not is_officer(request):
            raise PermissionDenied(_("Only officers of benefits look here."))
        return view(request, *args, **parts)

    return answer


def is_officer(request: HttpRequest) -> bool:
    """Return whether the reader's duty are benefits."""
    return looks_after(asking.person(request), at=asking.moment(request))


def leads(request: HttpRequest) -> bool:
    """Return whether the reader is the head of benefits."""
    return LEADER in organization.duties_of(asking.person(request).pk, at=asking.moment(request))


def firm_of(request: HttpRequest, credit_code: str) -> Firm:
    """Return a firm whose facts and grants are the reader's to see; anyone else finds nothing here."""
    firm = organization.firm_by_code(credit_code)
    person, now = asking.person(request), asking.moment(request)
    if firm is None or not (is_officer(request) or organization.acts_for(person.pk, firm.pk, at=now)):
        raise Http404
    return firm


def may_see(person: Person, fact: Fact, request: HttpRequest) -> bool:
    """Return whether a fact is the reader's to see."""
    if is_officer(request) or fact.person_id == person.pk:
        return True
    now = asking.moment(request)
    return fact.firm_id is not None and organization.acts_for(person.pk, fact.firm_id, at=now)


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs between the pages of an officer of benefits."""
    named = [
        (_("Policies"), reverse("benefit-policies")),
        (_("Found"), reverse("benefits", args=["found"])),
        (_("Nearly"), reverse("benefits", args=["nearly"])),
        (_("Changed"), reverse("benefits", args=["changed"])),
        (_("Grants"), reverse("grants")),
        (_("Payments"), reverse("batches")),
        (_("Facts"), reverse("facts")),
        (_("Problems of facts"), reverse("fact-problems")),
    ]
    return [
        {"url": url, "label": label, "current": request.path == url, "count": None} for label, url in named
    ]
