"""Whether the chain of decisions still is as it was written."""

from __future__ import annotations

import json

from lianqiao.bridge import chain
from lianqiao.engine.errors import Problem
from lianqiao.service.licences.models import Decision, Head

SERIES = "licences"
_COLUMNS = ("seq", "licence_id", "until", "outcome", "body", "previous", "hash")


def verify_decisions() -> tuple[int, list[Problem]]:
    """Return how many decisions there are and every sign that one was changed, moved or taken away."""
    problems: list[Problem] = []
    expected, seq = chain.FIRST, 0
    for row in Decision.objects.order_by("seq").values_list(*_COLUMNS).iterator(chunk_size=2000):
        number, licence, until, outcome, text, previous, kept = row
        seq += 1
        body = json.loads(text)
        told = (body.get("licence"), body.get("until"), body.get("outcome"))
        if (
            number != seq
            or previous != expected
            or chain.link(SERIES, number, text, previous) != kept
            or told != (licence, until.isoformat(), outcome)
        ):
            problems.append(_altered(number))
        expected, seq = kept, number
    head = Head.objects.filter(pk=1).first()
    if head is not None and (head.seq, head.hash) != (seq, expected):
        problems.append(_altered(head.seq))
    return seq, problems


def _altered(seq: int) -> Problem:
    return Problem("decision-altered", f"decision {seq} is not as it was written", place=f"decision {seq}")
