"""Requests to act for a firm, and a firm's people."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from lianqiao.organization.models import BindingRequest, Decision, Firm, Membership
from lianqiao.organization.queries.in_force import in_force

SORTS = {"made": "made_at", "firm": "firm_name", "code": "credit_code", "person": "person__name",
         "state": "state", "decided": "decided_at"}  # fmt: skip


def binding_requests(*, state: str = "", text: str = "", sort: str = "") -> QuerySet[BindingRequest]:
    """Return requests to act for a firm, those made first first; `entered` is the firm's entered name.

    `text` is looked for in the firm's name and code and in the person's name.
    """
    known = Firm.objects.filter(credit_code=OuterRef("credit_code")).values("name")[:1]
    rows = BindingRequest.objects.select_related("person", "decided_by").annotate(entered=Subquery(known))
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(
            Q(firm_name__icontains=text)
            | Q(credit_code__startswith=text.upper())
            | Q(person__name__icontains=text)
        )
    key = SORTS.get(sort.lstrip("-"), "made_at")
    first = F(key).desc(nulls_last=True) if sort.startswith("-") else F(key).asc(nulls_last=True)
    return rows.order_by(first, "id")


def binding_request(request_id: int) -> BindingRequest | None:
    """Return a request with `entered`, the name of the firm where it is entered, or None."""
    return binding_requests().filter(pk=request_id).first()


def bindings_of(person_id: int) -> list[BindingRequest]:
    """Return a person's requests, the latest first."""
    return list(binding_requests(sort="-made").filter(person_id=person_id))


def bindings_pending(credit_code: str) -> list[BindingRequest]:
    """Return the requests for one firm that wait for an answer."""
    return list(binding_requests(state=Decision.PENDING).filter(credit_code=credit_code))


def memberships_of(person_id: int, *, at: datetime) -> list[Membership]:
    """Return a person's memberships in force, with their firms, by the firm's name."""
    rows = Membership.objects.filter(in_force(at), person_id=person_id, person__is_active=True)
    return list(rows.select_related("firm").order_by("firm__name", "id"))


def members_of(firm_id: int, *, at: datetime, text: str = "", sort: str = "") -> QuerySet[Membership]:
    """Return who acts for a firm at `at`, administrators first."""
    rows = Membership.objects.filter(in_force(at), firm_id=firm_id, person__is_active=True)
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(person__email__icontains=text))
    keys = {"person": "person__name", "role": "role", "since": "since"}
    key = keys.get(sort.lstrip("-"))
    # “administrator” comes before “agent” by itself
    first = (f"-{key}" if sort.startswith("-") else key) if key else "role"
    return rows.select_related("person", "firm").order_by(first, "person__name", "id")
