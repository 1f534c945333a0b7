"""A person keeps their record and says what may be done with it; the office confirms its entries."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from lianqiao.bridge import packs
from lianqiao.engine.beijing import beijing
from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.engine.evaluation import Indicator
from lianqiao.innovation.talent import queries
from lianqiao.innovation.talent.commands.typed import missing, tidy, wrong
from lianqiao.innovation.talent.models import Achievement, Permission, Talent
from lianqiao.organization import queries as organization
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Firm, Person

LONGEST = {"post": 60, "field": 60, "proof": 200, "reason": 200}
MOST_ENTRIES = 200


@transaction.atomic
def keep_record(person: Person, *, post: str, field: str, firm: Firm | None, now: datetime) -> Talent:
    """Open one's record, or change its head. Officers may have one too: being evaluated is no duty.

    Raises Refusal: `needs-missing`, `needs-wrong`, `not-your-firm`.
    """
    typed = tidy({"post": post, "field": field}, longest=LONGEST, needed=frozenset({"post", "field"}))
    if firm is not None and not organization.acts_for(person.pk, firm.pk, at=now):
        raise refuse("not-your-firm", f"you do not act for {firm.name}", place="firm", field="firm")
    made, new = Talent.objects.get_or_create(
        person=person, defaults={**typed, "firm": firm, "made_at": now, "example": person.example}
    )
    if not new:
        made.post, made.field, made.firm = typed["post"], typed["field"], firm
        made.save(update_fields=["post", "field", "firm"])
    trace("keep-talent-record", made, actor=person, now=now)
    return made


@transaction.atomic
def permit(of: Talent, purpose: str, *, actor: Person, now: datetime) -> None:
    """Permit a use of one's record; permitting again changes nothing. Raises Refusal `not-your-record`."""
    _require_bearer(of, actor)
    _known_purpose(purpose)
    try:
        with transaction.atomic():
            made, new = Permission.objects.get_or_create(
                talent=of, purpose=purpose, withdrawn_at=None, defaults={"at": now}
            )
    except IntegrityError:  # the same click twice
        return
    if new:
        trace("permit-talent-use", made, actor=actor, now=now, purpose=purpose)


@transaction.atomic
def withdraw_permission(of: Talent, purpose: str, *, actor: Person, now: datetime) -> None:
    """Take a permission back: nobody reads the record for it any more. Raises Refusal `not-your-record`."""
    _require_bearer(of, actor)
    _known_purpose(purpose)
    there = Permission.objects.filter(talent=of, purpose=purpose, withdrawn_at=None)
    if there.update(withdrawn_at=now):
        trace("withdraw-talent-use", of, actor=actor, now=now, purpose=purpose)


@transaction.atomic
def add_achievement(
    of: Talent,
    indicator: str,
    *,
    amount: int = 0,
    choice: str = "",
    day: date,
    proof: str,
    actor: Person,
    now: datetime,
) -> Achievement:
    """Add an entry to one's record, to be confirmed.

    Raises Refusal: `not-your-record`, `unknown-indicator`, `needs-missing`, `needs-wrong`, `day-to-come`,
    `entry-twice`, `entries-too-many`.
    """
    _require_bearer(of, actor)
    known = indicator_of(indicator)
    typed = tidy({"proof": proof}, longest=LONGEST, needed=frozenset({"proof"}))
    problems = _faults(known, amount, choice)
    if day > beijing(now).date():
        problems.append(Problem("day-to-come", "the day is to come", place="day", facts={"field": "day"}))
    if problems:
        raise Refusal(*problems)
    # held still: the count and the look for the same paper must not be overtaken by a second click
    Talent.objects.select_for_update().get(pk=of.pk)
    there = queries.achievements_of(of)
    if there.count() >= MOST_ENTRIES:
        raise refuse("entries-too-many", f"at most {MOST_ENTRIES} entries", most=str(MOST_ENTRIES))
    if there.filter(indicator=indicator, proof=typed["proof"], state__in=("claimed", "confirmed")).exists():
        raise refuse("entry-twice", "this paper is in the record already", place="proof", field="proof")
    made = Achievement.objects.create(
        talent=of,
        indicator=indicator,
        amount=0 if known.choices else amount,
        choice=choice if known.choices else "",
        day=day,
        proof=typed["proof"],
        made_at=now,
    )
    trace("add-achievement", made, actor=actor, now=now, indicator=indicator)
    return made


@transaction.atomic
def take_back_achievement(entry_id: int, *, actor: Person, now: datetime) -> None:
    """Take an entry of one's own record back. Raises Refusal `unknown-entry`."""
    found = _locked(entry_id)
    if found is None or found.talent.person_id != actor.pk:
        raise _unknown_entry(entry_id)
    found.state = Achievement.State.WITHDRAWN
    found.save(update_fields=["state"])
    trace("take-back-achievement", found, actor=actor, now=now)


@transaction.atomic
def decide_achievement(
    entry_id: int, *, confirm: bool, reason: str = "", actor: Person, now: datetime
) -> Achievement:
    """Confirm an entry, or say why not; for the talent office, never for one's own record.

    Raises Refusal: `talent-office-only`, `unknown-entry`, `own-record`, `entry-decided`, `needs-missing`.
    """
    require_talent_office(actor, now=now)
    found = _locked(entry_id)
    if found is None or not queries.permits(found.talent, Permission.Purpose.EVALUATION):
        raise _unknown_entry(entry_id)
    if found.talent.person_id == actor.pk:
        raise refuse("own-record", "nobody confirms their own entries", hint="a colleague does")
    if found.state != Achievement.State.CLAIMED:
        raise refuse("entry-decided", "this entry was decided already", hint="look at the record again")
    needed = frozenset() if confirm else frozenset({"reason"})
    found.reason = tidy({"reason": reason}, longest=LONGEST, needed=needed)["reason"]
    found.state = Achievement.State.CONFIRMED if confirm else Achievement.State.REFUSED
    found.decided_at, found.decided_by = now, actor
    found.save()
    trace("decide-achievement", found, actor=actor, now=now, confirm=confirm)
    return found


def require_talent_office(actor: Person, *, now: datetime) -> None:
    """Raise Refusal `talent-office-only` unless the actor holds the duty of the talent office."""
    if not queries.in_office(actor.pk, at=now):
        raise refuse("talent-office-only", "only the talent office may do this", hint="ask the office")


def indicator_of(code: str) -> Indicator:
    """Return an indicator of the standard in force; raises Refusal `unknown-indicator`."""
    standard = packs.current().talent_standard
    if standard is None or code not in standard.indicators:
        reason = f"the standard has no indicator “{code}”"
        raise refuse("unknown-indicator", reason, place="indicator", field="indicator")
    return standard.indicators[code]


def _faults(indicator: Indicator, amount: int, choice: str) -> list[Problem]:
    if indicator.choices:
        if not choice:
            return [missing("choice")]
        known = choice in indicator.choices
        return [] if known else [wrong("choice", "not-choice", f"“{choice}” is not among the choices")]
    if amount < 1:
        return [wrong("amount", "too-small", "at least 1", limit="1")]
    if amount > indicator.largest:
        limit = str(indicator.largest)
        return [wrong("amount", "too-large", f"at most {limit}", limit=limit)]
    return []


def _locked(entry_id: int) -> Achievement | None:
    rows = Achievement.objects.select_for_update(of=("self",)).select_related("talent")
    return rows.exclude(state=Achievement.State.WITHDRAWN).filter(pk=entry_id).first()


def _unknown_entry(entry_id: int) -> Refusal:
    return refuse("unknown-entry", f"there is no entry {entry_id}", hint="look at the record")


def _require_bearer(of: Talent, actor: Person) -> None:
    if of.person_id != actor.pk:
        raise refuse("not-your-record", "a record is kept by the person it is about")


def _known_purpose(purpose: str) -> None:
    if purpose not in Permission.Purpose.values:
        raise refuse("unknown-purpose", f"“{purpose}” is not a use of a record", hint="choose one listed")
