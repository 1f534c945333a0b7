"""Seal the log: state, chained to the last such statement, how far every case touched since has come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Counter, Seal

MOST = 5000


@transaction.atomic
def seal_log(*, now: datetime) -> int:
    """Write one seal over the cases that moved since their last; returns how many, 0 where none did.

    Two workers sealing at once: the second waits for the first and seals what is left. A case under an act
    at this moment is left to the next seal.
    """
    moved = Case.objects.filter(sealed_seq__lt=F("seq"))
    if not moved.exists():
        return 0
    # held until the end: two seals after the same one would be two chains
    made, _ = Counter.objects.select_for_update().get_or_create(series=chain.SEALS)
    still = moved.select_for_update(
        skip_locked=True, no_key=True
    )  # SQLite has one writer and reads past this
    cases = list(still.order_by("pk").only("number", "seq", "head")[:MOST])
    if not cases:
        return 0
    last = Seal.objects.order_by("-pk").first()
    heads = chain.canonical([[case.number, case.seq, case.head] for case in cases])
    previous = last.hash if last else chain.FIRST
    Seal.objects.create(at=now, heads=heads, previous=previous, hash=chain.seal(now, heads, previous))
    Counter.objects.filter(pk=made.pk).update(last=F("last") + 1)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(sealed_seq=F("seq"))
    return len(cases)
