"""Seal the log: state, chained to the last such statement, how far every case touched since has come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from lianqiao.bridge import chain
from lianqiao.bridge.models import Case, Seal

MOST = 5000


@transaction.atomic
def seal_log(*, now: datetime) -> int:
    """Write one seal over the cases that moved since their last; returns how many, 0 where none did.

    Two workers sealing at once: the second waits for the first and seals what is left.
    """
    last = Seal.objects.select_for_update().order_by("-pk").first()
    cases = list(
        Case.objects.select_for_update()
        .filter(sealed_seq__lt=F("seq"))
        .order_by("pk")
        .only("number", "seq", "head")[:MOST]
    )
    if not cases:
        return 0
    heads = chain.canonical([[case.number, case.seq, case.head] for case in cases])
    previous = last.hash if last else chain.FIRST
    Seal.objects.create(at=now, heads=heads, previous=previous, hash=chain.seal(now, heads, previous))
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(sealed_seq=F("seq"))
    return len(cases)
