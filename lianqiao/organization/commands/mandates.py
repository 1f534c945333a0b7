"""A firm gives someone who is not its own the authority to act for it, and takes it back at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lianqiao.engine.chained import Link, follows
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import locked_people, require_active
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Firm, Mandate, MandateEntry, Person
from lianqiao.organization.queries.firms import acts_for, administers
from lianqiao.organization.queries.mandates import in_force_mandates, series_of
from lianqiao.organization.queries.revocable import mandate_firm_only, may_revoke, unknown_mandate

# nobody is given authority for good: it is asked for anew
LONGEST = timedelta(days=366)


@transaction.atomic
def give_mandate(
    firm_id: int,
    *,
    person_id: int,
    kind: str,
    matters: Iterable[str],
    since: datetime,
    until: datetime,
    actor: Person | None,
    now: datetime,
) -> Mandate:
    """Let a person act for the firm from `since` until `until`, in these promises (none named: in all).

    Only the firm's administrator gives it. Raises Refusal: `mandate-firm-only`, `firm-unknown`,
    `person-unknown`, `person-inactive`, `mandate-kind`, `mandate-span`, `membership-held`, `mandate-held`.
    """
    firm = _locked(firm_id)
    if actor is not None and not (actor.is_active and administers(actor.pk, firm.pk, at=now)):
        raise mandate_firm_only()
    person = locked_people([person_id])[person_id]
    require_active(person)
    wanted = tuple(sorted(set(matters)))
    _check(kind, since=since, until=until, now=now)
    _refuse_needless(person, firm, wanted, since=since, until=until, now=now)
    made = Mandate.objects.create(
        firm=firm, person=person, kind=kind, matters="".join(f" {one} " for one in wanted),
        since=since, until=until, given_by=actor, given_at=now,
    )  # fmt: skip
    facts = {"kind": kind, "matters": list(wanted), "since": since.isoformat(), "until": until.isoformat()}
    _enter(firm, "give", made, facts, actor=actor, now=now)
    return made


@transaction.atomic
def revoke_mandate(mandate_id: int, *, reason: str = "", actor: Person | None, now: datetime) -> Mandate:
    """Take a mandate back, from this very moment; one that is over stays as it is.

    The firm's administrator may, the office, and whoever it was given to. Raises Refusal:
    `mandate-unknown`, `mandate-firm-only`.
    """
    firm_id = Mandate.objects.filter(pk=mandate_id).values_list("firm_id", flat=True).first()
    if firm_id is None:
        raise unknown_mandate(mandate_id)
    firm = _locked(firm_id)
    made = Mandate.objects.select_for_update().get(pk=mandate_id)
    if actor is not None and not may_revoke(made, actor, at=now):
        raise mandate_firm_only()
    if made.revoked_at is None and made.until > now:
        made.revoked_at, made.revoked_by = now, actor
        made.save(update_fields=["revoked_at", "revoked_by"])
        _enter(firm, "revoke", made, {"reason": reason.strip()[:200]}, actor=actor, now=now)
    return made


def _locked(firm_id: int) -> Firm:
    """Return the firm held still, so that its record grows one entry at a time."""
    firm = Firm.objects.select_for_update(no_key=True).filter(pk=firm_id).first()
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {firm_id}", hint="choose one from the list")
    return firm


def _check(kind: str, *, since: datetime, until: datetime, now: datetime) -> None:
    problems = []
    if kind not in Mandate.Kind.values:
        known = ", ".join(Mandate.Kind.values)
        problems.append(Problem("mandate-kind", f"“{kind}” is no kind", place="kind", hint=known))
    if until <= max(since, now):
        problems.append(Problem("mandate-span", "it would be over before it begins", place="until"))
    elif until - since > LONGEST:
        problems.append(Problem("mandate-long", "it is longer than a year", place="until"))
    if problems:
        raise Refusal(*problems)


def _refuse_needless(
    person: Person, firm: Firm, matters: tuple[str, ...], *, since: datetime, until: datetime, now: datetime
) -> None:
    if acts_for(person.pk, firm.pk, at=now):
        raise refuse(
            "membership-held",
            f"{person.name} acts for {firm.name} already",
            place="person",
            name=person.name,
            firm=firm.name,
        )
    for held in in_force_mandates(since).filter(person=person, firm=firm, until__gte=until):
        if not held.matters or (matters and set(matters) <= set(held.matters.split())):
            raise refuse("mandate-held", "they have this authority already", place="person", name=person.name)


def _enter(
    firm: Firm, act: str, made: Mandate, facts: dict[str, Any], *, actor: Person | None, now: datetime
) -> None:
    last = MandateEntry.objects.filter(firm=firm).order_by("-seq").first()
    before = Link(last.seq, last.body, last.previous, last.hash) if last else None
    body = {
        "act": act, "mandate": made.pk, "person": made.person_id, "at": now.isoformat(),
        "by": actor.pk if actor else 0, **facts,
    }  # fmt: skip
    entry = follows(series_of(firm), before, body)
    MandateEntry.objects.create(
        firm=firm, seq=entry.seq, at=now, body=entry.text, previous=entry.previous, hash=entry.hash
    )
    trace(f"{act}-mandate", made, actor=actor, now=now, firm_id=firm.pk, person_id=made.person_id)
