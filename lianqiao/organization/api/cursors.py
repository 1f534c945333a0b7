"""Lists cut by key: each page begins after the last row of the one before, whatever came and went since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import F, Model, Q, QuerySet

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.api.offering import Cut

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Key:
    """A column or annotation a list is sorted by; rows without a value come last, whichever way it runs."""

    column: str
    descending: bool = False


def page_of(rows: QuerySet[Row], keys: Sequence[Key], cut: Cut) -> tuple[list[Row], str | None]:
    """Return the rows of the page asked for, at most `cut.limit`, and the cursor of the next page.

    Rows equal in all keys are told apart by their primary key. Raises Refusal `cursor-malformed` for a cursor
    that was not given out for a list with these keys.
    """
    # signed, so that what goes into the query is what came out of one; the salt ties it to this order
    signer = signing.Signer(salt="|".join(f"{key.column}{'-' if key.descending else '+'}" for key in keys))
    named = {f"key_{at}": F(key.column) for at, key in enumerate(keys)}
    sorted_by = [
        key.desc(nulls_last=True) if keys[at].descending else key.asc(nulls_last=True)
        for at, key in enumerate(F(name) for name in named)
    ]
    found = rows.annotate(**named).order_by(*sorted_by, "pk")
    limit = cut.limit
    if cut.cursor:
        *values, pk = _opened(signer, cut.cursor)
        found = found.filter(_after(list(zip(named, keys, values, strict=True)), pk))
    page = list(found[: limit + 1])
    if len(page) <= limit:
        return page, None
    last = page[limit - 1]
    return page[:limit], signer.sign_object([*(_kept(getattr(last, name)) for name in named), last.pk])


def _after(keys: list[tuple[str, Key, Any]], pk: int) -> Q:
    if not keys:
        return Q(pk__gt=pk)
    (name, key, value), rest = keys[0], keys[1:]
    beyond_ties = _after(rest, pk)
    if value is None:
        return Q(**{f"{name}__isnull": True}) & beyond_ties
    way = "lt" if key.descending else "gt"
    later = Q(**{f"{name}__{way}": value}) | Q(**{f"{name}__isnull": True})
    return later | (Q(**{name: value}) & beyond_ties)


def _kept(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _opened(signer: signing.Signer, cursor: str) -> list[Any]:
    try:
        values = signer.unsign_object(cursor)
    except (signing.BadSignature, ValueError):
        raise malformed() from None
    return [datetime.fromisoformat(one["at"]) if isinstance(one, dict) else one for one in values]


def malformed() -> Refusal:
    """Return the refusal of a cursor nobody gave out."""
    return refuse(
        "cursor-malformed",
        "this cursor was not given out for this list",
        place="cursor",
        hint="begin again without a cursor",
        field="cursor",
    )
