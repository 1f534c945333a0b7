"""What no rule can renew goes to a person as a case, with the exact reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.engine.errors import Refusal
from lianqiao.engine.licences.shape import LicenceKind
from lianqiao.service.licences.models import Licence
from lianqiao.service.licences.queries.reasons import reason_text

MECHANISM = "licence-renewal"
Passed = Literal["opened", "unassigned", "there"]
# of a promise that has no one on duty the next run tries again
_NOBODY = frozenset({"nobody-on-duty"})


def pass_on(licence_id: int, until: date, finding: Mapping[str, Any], *, now: datetime) -> Passed:
    """Open a case for the term that ends on a day, once; `unassigned` where nobody holds the duty."""
    try:
        with transaction.atomic():
            licence = (
                Licence.objects.select_for_update(of=("self",)).select_related("firm").get(pk=licence_id)
            )
            if licence.valid_until != until or licence.case_until == until:
                return "there"
            kind = packs.current().licences.kind(licence.kind)
            case = bridge.open_unasked(
                MECHANISM, firm=licence.firm, data=_told(licence, kind, finding), now=now
            )
            licence.case, licence.case_until, licence.standing = case, until, "person"
            licence.finding, licence.checked_at = dict(finding), now
            licence.save()
    except Refusal as refusal:
        if refusal.code in _NOBODY:
            return "unassigned"
        raise
    return "opened"


def _told(licence: Licence, kind: LicenceKind, finding: Mapping[str, Any]) -> dict[str, str]:
    return {
        "licence": f"{kind.title.zh_hans} {licence.number}",
        "licence_number": licence.number,
        "last_day": licence.valid_until.isoformat(),
        "why": reason_text(kind, packs.current().licences, finding, language="zh-hans"),
    }
