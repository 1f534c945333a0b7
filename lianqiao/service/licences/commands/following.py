"""What a person decided in a case is done to the licence: renewed, or not, with their reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from lianqiao.bridge import packs
from lianqiao.bridge import queries as bridge
from lianqiao.bridge.models import Case
from lianqiao.service.licences.commands.chaining import Decided, held_head, write_decisions
from lianqiao.service.licences.commands.keys import signer
from lianqiao.service.licences.commands.renewing import Renewal
from lianqiao.service.licences.models import Licence, Word
from lianqiao.service.licences.queries.facts import DUE_COLUMNS, Due
from lianqiao.service.licences.queries.keys import issuer

GRANTED = "granted"


def follow_cases(*, now: datetime) -> int:
    """Do what was decided in cases that ended; returns how many licences moved; again, none."""
    waiting = Licence.objects.filter(
        standing="person", case_until=F("valid_until"), case__closed_at__isnull=False
    )
    return sum(_follow(pk, now=now) for pk in waiting.order_by("pk").values_list("pk", flat=True)[:200])


def _follow(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        head = held_head()
        licence = Licence.objects.select_for_update(of=("self",)).get(pk=pk)
        if licence.standing != "person" or licence.case is None or licence.case_until != licence.valid_until:
            return False
        body = _decision_of(licence.case)
        row = Due(*Licence.objects.filter(pk=pk).values_list(*DUE_COLUMNS).get())
        if licence.case.outcome == GRANTED and licence.state != "revoked":
            kind = packs.current().licences.kind(licence.kind)
            Renewal(kind, body, signer(now=now), issuer(), now).write(head, [(row, {})])
            return True
        write_decisions(head, [Decided(pk, row.valid_until, "refused", body)], now=now)
        Word.objects.create(
            licence=licence, firm_id=row.firm_id, kind="refused", until=row.valid_until,
            facts={"case": licence.case.number, "words": body["words"]}, at=now, mail_at=now,
        )  # fmt: skip
        licence.standing, licence.checked_at = "refused", now
        licence.save()
    return True


def _decision_of(case: Case) -> dict[str, Any]:
    """Return who ended a case and why, as the decision keeps it."""
    last = [line for line in bridge.log_of(case) if "step" in line.body][-1].body
    said = last.get("data", {})
    return {"by": last["by"], "case": case.number, "words": said.get("opinion") or said.get("reason") or ""}
