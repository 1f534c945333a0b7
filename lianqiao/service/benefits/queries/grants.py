"""Grants: of one party, of a policy, on public notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from lianqiao.service.benefits.models import Appeal, Grant, Pot
from lianqiao.service.benefits.parties import Kind, Party

STATES = (
    "invited", "granted", "paying", "paid", "declined", "lapsed", "revoked", "recovering", "recovered",
)  # fmt: skip
# given and not taken back
GIVEN = ("granted", "paying", "paid")
SORTS = {
    "party": "firm__name",
    "policy": "policy",
    "fen": "fen",
    "moved": "moved_at",
    "notice": "notice_until",
}


def grants(*, text: str = "", state: str = "", policy: str = "", sort: str = "-moved") -> QuerySet[Grant]:
    """Return grants with their firms, the last moved first."""
    rows = Grant.objects.select_related("firm", "person", "case")
    if text:
        rows = rows.filter(Q(firm__name__icontains=text) | Q(firm__credit_code__startswith=text.upper()))
    if state:
        rows = rows.filter(state=state)
    if policy:
        rows = rows.filter(policy=policy)
    key = F(SORTS.get(sort.removeprefix("-"), "moved_at"))
    return rows.order_by(
        key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True), "-pk"
    )


def grants_of(party: Party) -> list[Grant]:
    """Return everything a party was invited to or granted, newest first."""
    return list(Grant.objects.filter(**party.where).select_related("case").order_by("-moved_at", "-pk"))


def grant(grant_id: int) -> Grant | None:
    """Return one grant, or None."""
    return Grant.objects.select_related("firm", "person", "case", "decision").filter(pk=grant_id).first()


def on_notice(day: date, *, text: str = "", policy: str = "", sort: str = "") -> QuerySet[Grant]:
    """Return what is on public notice on a day, what ends first before the rest; `text` is part of a firm."""
    rows = Grant.objects.filter(state="granted", notice_until__gte=day).select_related("firm", "person")
    if text:
        rows = rows.filter(Q(firm__name__icontains=text) | Q(firm__credit_code__startswith=text.upper()))
    if policy:
        rows = rows.filter(policy=policy)
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows.order_by("notice_until", "policy", "pk")
    return rows.order_by(f"-{key}" if sort.startswith("-") else key, "pk")


def payable(day: date) -> QuerySet[Grant]:
    """Return what may be paid on a day: granted, its public notice over, some money in it."""
    rows = Grant.objects.filter(state="granted", notice_until__lt=day, fen__gt=0)
    return rows.select_related("firm", "person").order_by("pk")


def given(*, year: int | None = None, kind: Kind | None = None) -> Mapping[str, Any]:
    """Return how many grants were given, in how many policies, to how many firms and people, and their fen.

    `kind` narrows it to firms or to people.
    """
    rows = Grant.objects.filter(state__in=GIVEN)
    if kind is not None:
        rows = rows.filter(**{f"{kind}__isnull": False})
    if year is not None:
        rows = rows.filter(granted_at__year=year)
    found: Mapping[str, Any] = rows.aggregate(
        count=Count("id"), fen=Sum("fen", default=0), firms=Count("firm", distinct=True),
        people=Count("person", distinct=True),        policies=Count("policy", distinct=True),
    )  # fmt: skip
    return found


def pots(period: str) -> dict[str, Pot]:
    """Return what each policy has given away in a period or for ever."""
    return {one.policy: one for one in Pot.objects.filter(period__in=[period, "ever"])}


def appeals_of(party: Party) -> list[Appeal]:
    """Return the appeals of a firm or a person, newest first."""
    own = (
        {"case__firm": party.pk}
        if party.kind == "firm"
        else {"case__firm": None, "case__applicant": party.pk}
    )
    rows = Appeal.objects.filter(**own)
    return list(rows.select_related("case").order_by("-pk"))


def appeals() -> QuerySet[Appeal]:
    """Return all appeals, newest first."""
    return Appeal.objects.select_related("case__firm", "decision").order_by("-pk")
