"""Invitations, confirmations and claims: each takes from its policy's pot, so that no two take the last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianqiao.bridge import commands as bridge
from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Refusal, refuse
from lianqiao.engine.policy.binding import Rule
from lianqiao.engine.policy.days import relative_day
from lianqiao.engine.policy.shape import BenefitPolicy
from lianqiao.engine.side_acts import tidied
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Firm, Person
from lianqiao.service.benefits import parties
from lianqiao.service.benefits.commands.accounts import AccountTyped, use_account
from lianqiao.service.benefits.commands.matching import match_now
from lianqiao.service.benefits.commands.person_notices import tell_of_invitation
from lianqiao.service.benefits.commands.recording import require_own
from lianqiao.service.benefits.models import Appeal, Decision, Grant, Pot
from lianqiao.service.benefits.models.grants import LIVE
from lianqiao.service.benefits.parties import Party, party_of
from lianqiao.service.benefits.queries.decisions import current_decision, kept_title, policy_title
from lianqiao.service.benefits.queries.everyone import matched_parties, party_count
from lianqiao.service.benefits.queries.lines import line_of
from lianqiao.service.benefits.queries.rules import Book, book_of
from lianqiao.service.benefits.queries.vocabulary import LEADER, looks_after

PAYMENT, APPEAL = "benefit-payment", "benefit-appeal"
INVITED, INSTANT = "invited", "instant"
# a line of more is walked through at night, not while somebody waits
MOST_LINED_AT_ONCE = 20_000


def period_of(policy: BenefitPolicy, day: date) -> str:
    """Return the period a grant counts for: a year, or for ever."""
    return str(day.year) if policy.once == "year" else "ever"


def claim(
    policy_id: str,
    of: Firm | Person,
    *,
    by: Person,
    now: datetime,
    account: AccountTyped | None = None,
) -> Grant:
    """Grant a policy at once to a firm or a person who applies (即申即享), if the rules say yes today.

    Raises Refusal: `wrong-role`, `policy-unknown`, `not-claimable` where one is invited, `not-granted`,
    `granted-before`, `grant-excluded`, `pot-empty`, `account-missing`.
    """
    party, book, rule = _asked(policy_id, of, by, now)
    if rule.policy.delivery != INSTANT:
        raise refuse("not-claimable", "this is by invitation", hint="wait to be invited", policy=policy_id)
    match_now(party.kind, [party.pk], now=now)
    decision = _sure(party, policy_id)
    fen, day = decision.fen or 0, book.rules.day
    try:
        with transaction.atomic():
            _take(book, rule, party, fen=fen, day=day)
            use_account(party, account, by=by, now=now)
            grant = Grant(
                **party.where, policy=policy_id, period=period_of(rule.policy, day), delivery=INSTANT,
                fen=fen, decision=decision, moved_at=now, example=of.example,
            )  # fmt: skip
            return _grant(grant, rule, by=by, now=now)
    except IntegrityError:
        raise _granted_before(policy_id) from None


def invite(policy_id: str, *, by: Person | None, now: datetime, closing: bool = False) -> tuple[int, int]:
    """Invite everybody the rules find, in the stated order (免申即享); returns how many, and their fen.

    Who has it already, is excluded by another grant, or comes when the pot is empty, is passed over. Each is
    invited in a transaction of its own, so that a second time invites the rest. Raises Refusal `wrong-role`,
    `policy-unknown`.
    """
    if by is not None and not looks_after(by, at=now):
        raise refuse("wrong-role", "only officers of benefits invite")
    book = _book_for(policy_id, now)
    rule = _rule(book, policy_id)
    count = total = 0
    for decision, fen in _in_order(book, rule, closing=closing):
        try:
            _invite(book, rule, decision, fen, now=now)
        except (IntegrityError, Refusal):
            continue
        count, total = count + 1, total + fen
    return count, total


def _in_order(book: Book, rule: Rule, *, closing: bool) -> Iterable[tuple[Decision, int]]:
    name = rule.policy.id
    rows = Decision.objects.filter(matched_parties(), policy=name, current=True, verdict="yes")
    found = {party_of(one).pk: one for one in rows.select_related("firm", "person")}
    if rule.limit is None:
        return [(one, one.fen) for one in found.values() if one.fen is not None]
    line = line_of(book, name, closing=closing)
    return [
        (found[key], place.fen or 0)
        for key, place in line.items()
        if place.standing == "granted" and key in found
    ]


@transaction.atomic
def _invite(book: Book, rule: Rule, decision: Decision, fen: int, *, now: datetime) -> Grant:
    party, day = party_of(decision), book.rules.day
    _take(book, rule, party, fen=fen, day=day)
    grant = Grant.objects.create(
        **party.where, policy=rule.policy.id, period=period_of(rule.policy, day), delivery=INVITED,
        state="invited", fen=fen, decision=decision, invited_at=now, moved_at=now,
        confirm_by=_after(rule.policy.confirm_within, now),
        example=_bearer(decision).example,
    )  # fmt: skip
    tell_of_invitation(grant, book, now=now)
    return grant


def confirm(grant_id: int, *, by: Person, now: datetime, account: AccountTyped | None = None) -> Grant:
    """Confirm an invitation with one click, if the rules still say yes today.

    Raises Refusal: `unknown-grant`, `wrong-role`, `grant-moved`, `invitation-over`, `not-granted`,
    `account-missing`.
    """
    with transaction.atomic():
        grant = _locked(grant_id, by, now)
        _require_state(grant, "invited")
        if grant.confirm_by and beijing(now).date() > grant.confirm_by:
            raise refuse("invitation-over", "the time to confirm is over", day=grant.confirm_by.isoformat())
        party = party_of(grant)
        match_now(party.kind, [party.pk], now=now)
        decision = _sure(party, grant.policy)
        use_account(party, account, by=by, now=now)
        grant.decision = decision
        return _grant(grant, _rule(book_of(party.kind, now), grant.policy), by=by, now=now)


def decline(grant_id: int, *, by: Person, now: datetime, reason: str = "") -> Grant:
    """Decline an invitation; another may have the place. Raises Refusal as `confirm`."""
    with transaction.atomic():
        grant = _locked(grant_id, by, now)
        _require_state(grant, "invited")
        return _leave(grant, "declined", tidied(reason), now=now)


def lapse(*, now: datetime, most: int = 200) -> int:
    """Let invitations lapse whose time is over; returns how many."""
    over = Grant.objects.filter(state="invited", confirm_by__lt=beijing(now).date())
    count = 0
    for pk in over.values_list("pk", flat=True)[:most]:
        with transaction.atomic():
            grant = Grant.objects.select_for_update().get(pk=pk)
            if grant.state == "invited":
                _leave(grant, "lapsed", "", now=now)
                count += 1
    return count


def revoke(grant_id: int, *, by: Person, now: datetime, reason: str) -> Grant:
    """Take a grant back before it is paid, with the reason told to whose it was.

    Raises Refusal: `wrong-role` for anyone but the head of benefits, `reason-missing`, `unknown-grant`,
    `grant-moved`.
    """
    if LEADER not in organization.duties_of(by.pk, at=now):
        raise refuse("wrong-role", "only the head of benefits revokes")
    if not tidied(reason):
        raise refuse("reason-missing", "say why", field="reason")
    with transaction.atomic():
        grant = _locked(grant_id, by, now)
        if grant.state not in ("invited", "granted"):
            raise _moved(grant)
        if grant.case is not None:
            data = {"revoke_reason": tidied(reason)}
            bridge.act(grant.case.number, "revoke", by=by, data=data, now=now)
        return _leave(grant, "revoked", tidied(reason), now=now)


def appeal(policy_id: str, of: Firm | Person, *, ground: str, by: Person, now: datetime) -> Appeal:
    """Open the appeal of a firm or a person against what a policy comes to for them.

    Raises Refusal: `wrong-role`, `policy-unknown`, and as `bridge.commands.open_case`.
    """
    party, _book, _found = _asked(policy_id, of, by, now)
    data: dict[str, Any] = {"policy_title": kept_title(policy_id)[:200], "ground": ground}
    with transaction.atomic():
        case = bridge.open_following(APPEAL, by=by, firm=_firm(of), data=data, now=now)
        return Appeal.objects.create(case=case, policy=policy_id, decision=current_decision(party, policy_id))


def _asked(policy_id: str, of: Firm | Person, by: Person, now: datetime) -> tuple[Party, Book, Rule]:
    party = parties.of_one(of)
    require_own(party, by, now=now)
    book = book_of(party.kind, now)
    return party, book, _rule(book, policy_id)


def _book_for(policy_id: str, now: datetime) -> Book:
    written = packs.current().benefits.policies.get(policy_id)
    return book_of(written.party if written else "firm", now)


def _bearer(row: Decision | Grant) -> Firm | Person:
    bearer = row.firm or row.person
    assert bearer is not None
    return bearer


def _firm(of: Firm | Person) -> Firm | None:
    return of if isinstance(of, Firm) else None


def _rule(book: Book, policy_id: str) -> Rule:
    if policy_id not in book.rules.rules:
        raise refuse("policy-unknown", f"no policy “{policy_id}” is in force", policy=policy_id)
    return book.rules.rules[policy_id]


def _sure(party: Party, policy_id: str) -> Decision:
    decision = current_decision(party, policy_id)
    if decision is None or decision.verdict != "yes" or decision.fen is None:
        raise refuse("not-granted", "the rules do not say yes", hint="see what is lacking", policy=policy_id)
    return decision


def _take(book: Book, rule: Rule, party: Party, *, fen: int, day: date) -> None:
    """Take a place and money from the pot. Raises Refusal `granted-before`, `grant-excluded`, `pot-empty`."""
    policy, period = rule.policy, period_of(rule.policy, day)
    groups = {one.group for one in policy.exclusions}
    beside = [
        other
        for other in book.policies.policies.values()
        if other.id != policy.id and groups & {one.group for one in other.exclusions}
    ]
    # in one order everywhere: also who takes another policy of the group waits here
    pots = {
        one.id: _pot(one.id, period_of(one, day)) for one in sorted([policy, *beside], key=lambda p: p.id)
    }
    live = Grant.objects.filter(state__in=LIVE, **party.where)
    if live.filter(policy=policy.id, period=period).exists():
        raise _granted_before(policy.id)
    for other in beside:
        if live.filter(policy=other.id, period=period_of(other, day)).exists():
            raise refuse("grant-excluded", f"not beside {other.id}", other=policy_title(other.id))
    pot = pots[policy.id]
    if rule.quota is not None and pot.count >= rule.quota:
        raise refuse("pot-empty", "all places are taken", policy=policy.id)
    if rule.budget is not None and pot.fen + fen > rule.budget:
        raise refuse("pot-empty", "there is not enough left", policy=policy.id)
    pot.count, pot.fen = pot.count + 1, pot.fen + fen
    pot.save()


def _pot(policy: str, period: str) -> Pot:
    Pot.objects.get_or_create(policy=policy, period=period)
    return Pot.objects.select_for_update().get(policy=policy, period=period)


def _grant(grant: Grant, rule: Rule, *, by: Person, now: datetime) -> Grant:
    grant.state, grant.granted_at, grant.granted_by, grant.moved_at = "granted", now, by, now
    grant.notice_until = _after(rule.policy.public_notice, now)
    data: dict[str, Any] = {
        "policy_title": kept_title(grant.policy)[:200],
        "amount": grant.fen,
        "notice_until": grant.notice_until.isoformat(),
    }
    grant.case = bridge.open_following(PAYMENT, by=by, firm=grant.firm, data=data, now=now)
    grant.save()
    return grant


def _leave(grant: Grant, state: str, reason: str, *, now: datetime) -> Grant:
    pot = _pot(grant.policy, grant.period)
    pot.count, pot.fen = max(0, pot.count - 1), max(0, pot.fen - grant.fen)
    pot.save()
    grant.state, grant.reason, grant.moved_at = state, reason[:300], now
    grant.save()
    return grant


def _locked(grant_id: int, by: Person, now: datetime) -> Grant:
    grant = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if grant is None:
        raise refuse("unknown-grant", f"there is no grant {grant_id}")
    if LEADER not in organization.duties_of(by.pk, at=now):
        require_own(party_of(grant), by, now=now)
    return grant


def _require_state(grant: Grant, state: str) -> None:
    if grant.state != state:
        raise _moved(grant)


def _moved(grant: Grant) -> Refusal:
    return refuse("grant-moved", f"the grant is {grant.state} by now", hint="look at it again")


def _granted_before(policy: str) -> Refusal:
    return refuse("granted-before", "this was given before in this period", policy=policy)


def _after(span: str, now: datetime) -> date:
    return relative_day(f"+{span}", beijing(now).date(), packs.calendar(now))


def follow_facts(of: Firm | Person, *, now: datetime) -> list[Grant]:
    """Match a firm or a person anew after a fact came in, and invite to what they now have.

    Returns the invitations. A limited policy of a zone with very many parties waits for the night: its whole
    line has to be known.
    """
    party = parties.of_one(of)
    match_now(party.kind, [party.pk], now=now)
    book = book_of(party.kind, now)
    made = []
    found = Decision.objects.filter(**party.where, current=True, verdict="yes")
    for decision in found.select_related("firm", "person"):
        rule = book.rules.rules.get(decision.policy)
        if rule is None or rule.policy.delivery != INVITED or decision.fen is None:
            continue
        fen: int | None = decision.fen
        if rule.limit is not None:
            if party_count(party.kind) > MOST_LINED_AT_ONCE:
                continue
            place = line_of(book, decision.policy).get(party.pk)
            fen = place.fen if place and place.standing == "granted" else None
        if fen is None:
            continue
        try:
            made.append(_invite(book, rule, decision, fen, now=now))
        except (IntegrityError, Refusal):
            continue
    return made
