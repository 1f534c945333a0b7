"""Decisions are written in one chain: each hashes the one before, whoever writes holds its head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianqiao.bridge import chain
from lianqiao.engine.beijing import BEIJING
from lianqiao.service.licences.models import Decision, Head

SERIES = "licences"


@dataclass(frozen=True)
class Decided:
    """A decision not written yet; `body` holds text, whole numbers, booleans, lists and tables of them."""

    licence_id: int
    until: date
    outcome: str
    body: Mapping[str, Any]


def held_head() -> Head:
    """Return the head of the chain, held until the transaction ends: before any licence is locked."""
    assert transaction.get_connection().in_atomic_block
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        Head.objects.get_or_create(pk=1, defaults={"hash": chain.FIRST})
        head = Head.objects.select_for_update().get(pk=1)
    return head


def write_decisions(head: Head, decided: Sequence[Decided], *, now: datetime) -> None:
    """Write decisions after those that are there."""
    rows = []
    at = now.astimezone(BEIJING).isoformat()
    for one in decided:
        body = {
            **one.body,
            "licence": one.licence_id,
            "until": one.until.isoformat(),
            "outcome": one.outcome,
            "at": at,
        }
        text = chain.canonical(body)
        previous, head.seq = head.hash, head.seq + 1
        head.hash = chain.link(SERIES, head.seq, text, previous)
        rows.append(
            Decision(
                seq=head.seq,
                licence_id=one.licence_id,
                until=one.until,
                outcome=one.outcome,
                at=now,
                body=text,
                previous=previous,
                hash=head.hash,
            )
        )
    Decision.objects.bulk_create(rows, batch_size=1000)
    head.save()
