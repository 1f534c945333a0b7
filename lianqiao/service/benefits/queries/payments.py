"""Batches and what became of their payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from lianqiao.service.benefits.models import Batch, Payment, Recovery


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


def batches() -> QuerySet[Any]:
    """Return batches with how many payments and fen they hold, newest first."""
    rows = Batch.objects.select_related("made_by", "released_by")
    return rows.annotate(
        count=Count("payments"), fen=Sum("payments__fen", default=0),
        paid_fen=Sum("payments__fen", filter=Q(payments__state="paid"), default=0),
    ).order_by("-pk")  # fmt: skip


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


def recoveries() -> QuerySet[Recovery]:
    """Return what was asked back, what has not come back first."""
    rows = Recovery.objects.select_related(
        "payment__grant__firm", "payment__grant__person", "payment__batch", "asked_by"
    )
    return rows.order_by("returned_at", "-asked_at")
