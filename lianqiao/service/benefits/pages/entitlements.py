"""Policies as one party sees them: yours, ready, nearly and refused, each with its reasons and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from lianqiao.engine.policy.explaining import Explanation
from lianqiao.innovation.talent.queries.said import SCORE
from lianqiao.service.benefits.commands.granting import INSTANT
from lianqiao.service.benefits.grant_words import badge, explained, lacks_words, money, state_words
from lianqiao.service.benefits.models import Grant
from lianqiao.service.benefits.models.grants import LIVE
from lianqiao.service.benefits.pages.subjects import Subject
from lianqiao.service.benefits.queries import decisions
from lianqiao.service.benefits.queries import grants as queries
from lianqiao.service.benefits.queries.everyone import may_match
from lianqiao.service.benefits.queries.matching import nearly
from lianqiao.service.benefits.queries.rules import Book
from lianqiao.service.benefits.queries.vocabulary import given_by_party

# invitations nothing came of
NOT_TAKEN_UP = ("declined", "lapsed")


@dataclass(frozen=True)
class Mine:
    """A policy as one party sees it; `kind` is ready, nearly or refused.

    `takes` says whether the reader can claim it here; `give` is where what is lacking is given, or "".
    """

    policy: str
    kind: str
    takes: bool
    told: dict[str, Any]
    amount: str
    lacks: str
    address: str
    appeal: str
    give: str


def entitlements(subject: Subject, now: datetime) -> dict[str, Any]:
    """Return everything a party was granted, has by today's rules, nearly has, and is refused."""
    party = subject.party
    book, found = decisions.explained(party, now)
    grants = queries.grants_of(party)
    live = {one.policy for one in grants if one.state in LIVE}
    sorted_out = [mine_shown(name, one, book, subject) for name, one in found.items() if name not in live]
    return {
        "subject": subject,
        "permitted": may_match(party),
        "grants": [_grant_shown(one, subject) for one in grants if one.state not in NOT_TAKEN_UP],
        "not_taken_up": [_grant_shown(one, subject) for one in grants if one.state in NOT_TAKEN_UP],
        "ready": [one for one in sorted_out if one.kind == "ready"],
        "nearly": [one for one in sorted_out if one.kind == "nearly"],
        "refused": [one for one in sorted_out if one.kind == "refused"],
        "appeals": queries.appeals_of(party),
    }  # fmt: skip


def _grant_shown(one: Grant, subject: Subject) -> dict[str, Any]:
    return {
        "grant": one, "title": decisions.policy_title(one.policy), "amount": money(one.fen),
        "badge": badge(one.state), "state": state_words(one.state),
        "address": subject.address("policy", one.policy), "decline": subject.address("decline", one.pk),
    }  # fmt: skip


def mine_shown(name: str, one: Explanation, book: Book, subject: Subject) -> Mine:
    """Return a policy as one party sees it."""
    how, lacks = nearly(one)
    return Mine(
        policy=name,
        kind="ready" if one.verdict == "yes" else "nearly" if how else "refused",
        takes=one.verdict == "yes" and one.rule.policy.delivery == INSTANT and subject.acts,
        told=_with_giving(explained(one, book.rules), book, subject),
        amount=money(one.amount.fen) if one.amount and one.amount.fen is not None else "",
        lacks=lacks_words(how, lacks) if how else "",
        address=subject.address("policy", name),
        appeal=subject.address("appeal", name),
        give=_giving(book, subject, lacks[0]) if lacks else "",
    )


def _with_giving(told: dict[str, Any], book: Book, subject: Subject) -> dict[str, Any]:
    """Say of each fact that is unknown where the party gives it."""
    for condition in told["conditions"]:
        for fact in condition["facts"]:
            if fact["state"] == "unknown":
                fact["give"] = _giving(book, subject, fact["attribute"])
    return told


def _giving(book: Book, subject: Subject, name: str) -> str:
    """Return where a party gives what is lacking: as a fact, or in the talent record; else ""."""
    record = book.rules.attributes[name].record
    if record and record != SCORE:
        return f"{reverse('talent')}#record"
    if name in given_by_party(subject.party.kind):
        return f"{subject.address('fact')}?attribute={name}"
    return ""
