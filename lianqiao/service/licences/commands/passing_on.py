"""What no rule can renew goes to a person as a case, with the exact reason."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.bridge.models import Case
from lianqiao.engine.errors import Refusal
from lianqiao.service.licences.models import Licence
from lianqiao.service.licences.queries.reasons import reason_text

log = logging.getLogger(__name__)
MECHANISM = "licence-renewal"
# in one transaction, as cases are opened together
AT_ONCE = 100
# of a promise that has no one on duty the next run tries again
_NOBODY = frozenset({"nobody-on-duty"})


class ForAPerson(NamedTuple):
    """A licence whose term, which ends on a day, no rule can renew; `finding` says why."""

    licence_id: int
    until: date
    finding: Mapping[str, Any]


def pass_on(found: Sequence[ForAPerson], *, now: datetime) -> Counter[str]:
    """Open a case for each term, once; returns how many were `opened`, and `unassigned` with nobody on duty.

    A hundred are one transaction, in which each is answered by itself; where something goes wrong with one of
    them, each is passed on by itself. What went wrong is raised after all others were passed on.
    """
    tally: Counter[str] = Counter()
    wrong: list[Exception] = []
    for first in range(0, len(found), AT_ONCE):
        some = found[first : first + AT_ONCE]
        for answer in _tried(some, now):
            if isinstance(answer, Refusal) and answer.code in _NOBODY:
                tally["unassigned"] += 1
            elif isinstance(answer, Exception):
                wrong.append(answer)
            else:
                tally["opened"] += 1
    if wrong:
        raise wrong[0]
    return tally


def _tried(some: Sequence[ForAPerson], now: datetime) -> Sequence[Case | Exception]:
    """Do as `_passed_on`; what goes wrong with one is its answer, the others are passed on all the same."""
    try:
        return _passed_on(some, now)
    except DatabaseError:
        raise
    except Exception as error:
        if len(some) > 1:
            return [answer for one in some for answer in _tried([one], now)]
        log.exception("licence %s is not passed on", some[0].licence_id)
        return [error]


def _passed_on(some: Sequence[ForAPerson], now: datetime) -> Sequence[bridge.Answer]:
    """Open cases for those whose term has none yet; returns for each of these the case or the refusal."""
    with transaction.atomic():
        # in the order of their keys, as licences are locked everywhere
        rows = Licence.objects.select_for_update(of=("self",)).select_related("firm")
        locked = {row.pk: row for row in rows.filter(pk__in=[one.licence_id for one in some]).order_by("pk")}
        left = [
            (one, row)
            for one in some
            if (row := locked[one.licence_id]).valid_until == one.until != row.case_until
        ]
        asked = [bridge.OpeningUnasked(MECHANISM, row.firm, _told(row, one.finding)) for one, row in left]
        answers = bridge.open_unasked_together(asked, now=now)
        opened = []
        for (one, row), answer in zip(left, answers, strict=True):
            if isinstance(answer, Refusal):
                continue
            row.case, row.case_until, row.standing = answer, one.until, "person"
            row.finding, row.checked_at = dict(one.finding), now
            opened.append(row)
        Licence.objects.bulk_update(opened, ["case", "case_until", "standing", "finding", "checked_at"])
    return answers


def _told(licence: Licence, finding: Mapping[str, Any]) -> dict[str, str]:
    kinds = packs.current().licences
    kind = kinds.kind(licence.kind)
    return {
        "licence": f"{kind.title.zh_hans} {licence.number}",
        "licence_number": licence.number,
        "last_day": licence.valid_until.isoformat(),
        "why": reason_text(kind, kinds, finding, language="zh-hans"),
    }
