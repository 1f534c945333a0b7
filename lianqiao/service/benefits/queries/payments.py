"""Batches and what became of their payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from lianqiao.service.benefits.models import Batch, Payment, Recovery

BATCH_STATES = ("making", "made", "released", "closed", "cancelled")
PAYMENT_STATES = ("waiting", "sent", "paid", "failed", "dropped")
# what was asked back, and how it stands
RECOVERY_STATES = ("recovering", "recovered")
BATCH_SORTS = {
    "number": "number", "state": "state", "count": "count", "fen": "fen", "paid": "paid_fen",
    "made_by": "made_by__name", "released_by": "released_by__name", "made_at": "made_at",
}  # fmt: skip
RECOVERY_SORTS = {
    "reference": "payment__reference", "firm": "payment__grant__firm__name", "fen": "payment__fen",
    "asked": "asked_at", "returned": "returned_at",
}  # fmt: skip


@dataclass(frozen=True)
class Reconciled:
    """How a batch stands: how many and how many fen in each state; `balanced` where all adds up."""

    states: Mapping[str, tuple[int, int]]
    count: int
    fen: int
    balanced: bool

    @property
    def open(self) -> int:
        """How many payments the bank has not answered."""
        return sum(self.states.get(state, (0, 0))[0] for state in ("waiting", "sent"))


def batches(*, text: str = "", state: str = "", sort: str = "") -> QuerySet[Any]:
    """Return batches with how many payments and fen they hold, newest first; `sort` is of `BATCH_SORTS`.

    `text` is part of a number, or of the name of who made or released it.
    """
    rows = Batch.objects.select_related("made_by", "released_by")
    if text:
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(made_by__name__icontains=text)
            | Q(released_by__name__icontains=text)
        )
    if state:
        rows = rows.filter(state=state)
    found = rows.annotate(
        count=Count("payments"), fen=Sum("payments__fen", default=0),
        paid_fen=Sum("payments__fen", filter=Q(payments__state="paid"), default=0),
    )  # fmt: skip
    return found.order_by(*_order(BATCH_SORTS, sort), "-pk")


def batch(batch_id: int) -> Batch | None:
    """Return one batch, or None."""
    return Batch.objects.select_related("made_by", "released_by").filter(pk=batch_id).first()


def payments(batch: Batch, *, text: str = "", state: str = "", sort: str = "reference") -> QuerySet[Payment]:
    """Return a batch's payments with their grants; `sort` is reference, holder, fen or state."""
    rows = batch.payments.select_related("grant__firm", "grant__person", "recovery")
    if text:
        rows = rows.filter(
            # people are not looked for by name: their names are shown masked
            Q(reference__icontains=text)
            | Q(holder__icontains=text, grant__person=None)
            | Q(grant__firm__name__icontains=text)
        )
    if state:
        rows = rows.filter(state=state)
    key = sort.removeprefix("-")
    key = key if key in ("reference", "holder", "fen", "state") else "reference"
    return rows.order_by(f"-{key}" if sort.startswith("-") else key, "pk")


def payment(payment_id: int) -> Payment | None:
    """Return one payment, or None."""
    return (
        Payment.objects.select_related("batch", "grant__firm", "grant__person").filter(pk=payment_id).first()
    )


def reconciled(batch: Batch) -> Reconciled:
    """Return how a batch stands against what the bank said."""
    rows: Any = batch.payments.values("state").annotate(count=Count("id"), total=Sum("fen"))
    states = {row["state"]: (row["count"], row["total"]) for row in rows.order_by()}
    granted = batch.payments.aggregate(total=Sum("grant__fen", default=0))["total"]
    fen = sum(total for _, total in states.values())
    return Reconciled(states, sum(count for count, _ in states.values()), fen, granted == fen)


def recoveries(*, text: str = "", state: str = "", sort: str = "") -> QuerySet[Recovery]:
    """Return what was asked back, what has not come back first; `sort` is of `RECOVERY_SORTS`.

    `text` is part of a reference, a firm's name or the reason.
    """
    rows = Recovery.objects.select_related(
        "payment__grant__firm", "payment__grant__person", "payment__batch", "asked_by"
    )
    if text:
        rows = rows.filter(
            Q(payment__reference__icontains=text)
            | Q(payment__grant__firm__name__icontains=text)
            | Q(reason__icontains=text)
        )
    if state:
        rows = rows.filter(returned_at__isnull=state == "recovering")
    order = _order(RECOVERY_SORTS, sort) or [F("returned_at").desc(nulls_first=True), "-asked_at"]
    return rows.order_by(*order, "-pk")


def _order(sorts: Mapping[str, str], sort: str) -> list[Any]:
    """Return the order asked for, empty values last; none where it is unknown."""
    if name := sorts.get(sort.removeprefix("-")):
        key = F(name)
        return [key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)]
    return []
