"""People are told what was found for them, by the notices and channels everything else is told by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lianqiao.bridge.commands.telling import tell
from lianqiao.service.benefits.models import Decision, Grant
from lianqiao.service.benefits.queries.rules import Book

KIND = "benefit"


def tell_of_found(decisions: Iterable[Decision], book: Book, *, now: datetime) -> int:
    """Tell people what matching newly found for them, or nearly; returns how many notices that makes."""
    if book.kind != "person":
        return 0
    told = 0
    for one in decisions:
        # a nearly that was a yes before is no good news, and its page says why
        if one.verdict in ("no", one.before) or (one.verdict, one.before) == ("nearly", "yes"):
            continue
        if one.verdict == "yes" and book.policies.policies[one.policy].delivery == "invited":
            # told with the invitation, when there is something to do
            continue
        told += _tell(one.person_id, one.policy, "found" if one.verdict == "yes" else "nearly", book, now=now)
    return told


def tell_of_invitation(grant: Grant, book: Book, *, now: datetime) -> int:
    """Tell a person that they are invited to confirm a benefit; a firm sees it on its page."""
    day = grant.confirm_by.isoformat() if grant.confirm_by else ""
    return _tell(grant.person_id, grant.policy, "invited", book, day=day, now=now)


def _tell(person: int | None, policy: str, level: str, book: Book, *, now: datetime, day: str = "") -> int:
    if not person:
        return 0
    title = book.policies.policies[policy].title
    facts = {
        "level": level,
        "zh-hans": title.zh_hans,
        "en": title.en,
        "day": day,
        "path": f"/benefits/own/policies/{policy}/",
    }
    return tell([person], kind=KIND, facts=facts, now=now)
