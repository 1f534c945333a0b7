"""Dead letters: notices that could not be sent and are not tried any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from lianqiao.bridge.models import Delivery
from lianqiao.bridge.queries.lists import LONGEST_SEARCH, MOST_WORDS
from lianqiao.engine.needs import CONTROL

ORDERS = {
    "person": "notice__person__name",
    "case": "notice__case__number",
    "channel": "channel",
    "owed": "notice__at",
    "attempts": "attempts",
}


def dead_letters(*, text: str = "", channel: str = "", sort: str = "-owed") -> QuerySet[Delivery]:
    """Return the letters given up, each with its notice, person and case; newest first unless told otherwise.

    `text` is looked for in the person, the case's number and the reason; `sort` is a key of `ORDERS`, with
    `-`
    before it to turn it round.
    """
    found = Delivery.objects.filter(next_try_at=None, sent_at=None)
    if channel:
        found = found.filter(channel=channel)
    for word in CONTROL.sub(" ", text)[:LONGEST_SEARCH].split()[:MOST_WORDS]:
        found = found.filter(
            Q(notice__person__name__icontains=word)
            | Q(notice__case__number__icontains=word)
            | Q(error__icontains=word)
        )
    key = ORDERS.get(sort.lstrip("-"), "notice__at")
    turned = "-" if sort.startswith("-") or sort.lstrip("-") not in ORDERS else ""
    return found.select_related("notice__person", "notice__case").order_by(f"{turned}{key}", "pk")


def letters_named(ids: Iterable[int]) -> dict[int, str]:
    """Return what each of these letters is called: the case and the person; unknown ids are left out."""
    rows = Delivery.objects.filter(pk__in=list(ids)).values_list(
        "pk", "notice__case__number", "notice__person__name"
    )
    return {pk: f"{number} · {name}" for pk, number, name in rows}
