"""Firms, who acts for them, and the regions in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from lianqiao.organization.models import Firm, Membership, Region
from lianqiao.organization.queries.in_force import in_force
from lianqiao.organization.queries.mandates import in_force_mandates
from lianqiao.organization.queries.prepared import Prepared, Statement


class Acting(NamedTuple):
    """By what someone acts for a firm: `mandate_id` is 0 for one of the firm's own people."""

    mandate_id: int


# a database takes so many parameters and no more
_IDS_AT_ONCE = 5000


def firms_of(person_id: int, *, at: datetime) -> list[Firm]:
    """Return the firms an active person acts for at `at`, by name."""
    return _OF(person_id=person_id, at=at)


def acts_for(person_id: int, firm_id: int, *, at: datetime) -> bool:
    """Return whether an active person is one of a firm's own at `at`, in either role."""
    return acting_for(person_id, firm_id, matter="", at=at) == Acting(0)


def acting_for(person_id: int, firm_id: int, *, matter: str, at: datetime) -> Acting | None:
    """Return by what an active person acts for a firm in the promise `matter` at `at`; None where not at all.

    This is the one question behind every act for a firm: its own people act in everything, whoever holds its
    mandate only within that mandate's promises and time. One query.
    """
    return acting_by(_ACTING(person_id=person_id, firm_id=firm_id, at=at), matter=matter)


def asking_acting(person_id: int, firm_id: int, *, at: datetime) -> Statement:
    """Return what asks for the rows `acting_by` reads, to be run with others."""
    return _ACTING.asking(person_id=person_id, firm_id=firm_id, at=at)


def acting_by(rows: Iterable[tuple[Any, ...]], *, matter: str) -> Acting | None:
    """Return by which of the rows of `asking_acting` someone acts in the promise `matter`; None: by none."""
    for mandate_id, matters in sorted(rows):
        if not mandate_id or not matters or (matter and f" {matter} " in matters):
            return Acting(mandate_id)
    return None


def contact_of(firm_id: int, *, at: datetime) -> int | None:
    """Return who follows what is done for a firm: its administrator, else an agent; None without either."""
    rows = Membership.objects.filter(in_force(at), firm_id=firm_id, person__is_active=True)
    # "administrator" stands before "agent"
    return rows.order_by("role", "id").values_list("person_id", flat=True).first()


def administers(person_id: int, firm_id: int, *, at: datetime) -> bool:
    """Return whether a person is an administrator of a firm at `at`."""
    rows = Membership.objects.filter(in_force(at), person_id=person_id, firm_id=firm_id)
    return rows.filter(role=Membership.Role.ADMINISTRATOR, person__is_active=True).exists()


def firm_by_code(credit_code: str) -> Firm | None:
    """Return the firm with a code as `checked_credit_code` writes it, or None."""
    return Firm.objects.filter(credit_code=credit_code).first()


def firms_by_code(credit_codes: Iterable[str]) -> dict[str, Firm]:
    """Return the firms there are by code; one query, unknown codes are left out."""
    return {firm.credit_code: firm for firm in Firm.objects.filter(credit_code__in=set(credit_codes))}


def firm_keys(*, after: int = 0, size: int = 1000) -> list[int]:
    """Return the keys of the next firms after one, for walking through all of them."""
    return list(Firm.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


def firm_codes(firm_ids: Iterable[int]) -> dict[int, str]:
    """Return the code of each firm there is; unknown ids are left out."""
    wanted, found = sorted(set(firm_ids)), dict[int, str]()
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        some = wanted[start : start + _IDS_AT_ONCE]
        found |= dict(Firm.objects.filter(id__in=some).values_list("id", "credit_code"))
    return found


def firm_count() -> int:
    """Return how many firms are registered."""
    return Firm.objects.count()


def example_firms() -> list[Firm]:
    """Return every firm made for demonstrations, by credit code."""
    return list(Firm.objects.filter(example=True).order_by("credit_code"))


def firm_names(firm_ids: Iterable[int]) -> dict[int, str]:
    """Return the name of each firm there is; one query, unknown ids are left out."""
    wanted = set(firm_ids)
    return dict(Firm.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def firm_page(*, after: str = "", size: int = 50) -> list[Firm]:
    """Return the next firms by credit code after `after`, for walking through a million of them."""
    return list(Firm.objects.filter(credit_code__gt=after).order_by("credit_code")[:size])


def firms_matching(text: str, *, limit: int = 20) -> list[Firm]:
    """Return firms whose code, name or short name begins with the text; if none does, whose name contains it.

    The beginnings are found by index. The second step reads the index of names from end to end, so it is
    only taken for two characters or more.
    """
    text = text.strip()
    if not text:
        return []
    beginning = _begins("credit_code", text.upper()) | _begins("name", text) | _begins("short_name", text)
    found = list(Firm.objects.filter(beginning).order_by("credit_code")[:limit])
    if found or len(text) < 2:
        return found
    return list(Firm.objects.filter(name__contains=text).order_by("id")[:limit])


def region_at(code: str, *, on: date) -> Region | None:
    """Return the division that bore a code on a day, or None."""
    rows = Region.objects.filter(code=code).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on),
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
    )
    return rows.order_by("-valid_from").first()


def _acting(person_id: int, firm_id: int, at: datetime) -> QuerySet[Any, Any]:
    own = Membership.objects.filter(in_force(at), person_id=person_id, firm_id=firm_id)
    own_rows = (
        own.filter(person__is_active=True)
        .order_by()
        .values_list(Cast(Value(0), BigIntegerField()), Cast(Value(""), TextField()))
    )
    held = in_force_mandates(at).filter(person_id=person_id, firm_id=firm_id)
    return own_rows.union(held.order_by().values_list("id", "matters"), all=True)


_ACTING = Prepared(_acting)


def _of(person_id: int, at: datetime) -> QuerySet[Firm, Firm]:
    held = Membership.objects.filter(in_force(at), person_id=person_id, person__is_active=True)
    return Firm.objects.filter(id__in=held.values("firm_id")).order_by("name", "id")


_OF = Prepared(_of)


def _begins(column: str, text: str) -> Q:
    """Return the condition "begins with" in the form this database answers from its index."""
    if connection.vendor == "sqlite":
        # SQLite's LIKE ignores case and so cannot use a plain index; in byte order a range says the same
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"})
    return Q(**{f"{column}__startswith": text})
