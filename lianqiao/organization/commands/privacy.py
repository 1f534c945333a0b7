"""What people agree to, what is shown of them and why, and how they are forgotten."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from lianqiao.engine.errors import Refusal, refuse
from lianqiao.organization.commands.authority import (
    locked_people,
    person_unknown,
    require_active,
    require_office,
    require_window,
)
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import (
    AccessToken,
    Change,
    Consent,
    Decision,
    DeletionRequest,
    Letter,
    Membership,
    OutsideIdentity,
    Person,
    RecoveryCode,
    SavedView,
    SecondFactor,
    Session,
    SignInTries,
)
from lianqiao.organization.queries.duties import is_officer
from lianqiao.organization.queries.in_force import in_force

# what names a person in the details of the trail
_NAMING = ("name", "username", "email", "firm_name", "note", "reason")


@transaction.atomic
def agree(person: Person, *, document: str, version: str, now: datetime) -> Consent:
    """Record that a person agreed to a version of a text; agreeing again changes nothing."""
    there = Consent.objects.filter(person=person, document=document, version=version, withdrawn_at=None)
    if (consent := there.first()) is None:
        consent = Consent.objects.create(person=person, document=document, version=version, at=now)
        trace("agree", consent, actor=person, now=now, document=document, version=version)
    return consent


@transaction.atomic
def take_back_consent(person: Person, *, document: str, now: datetime) -> None:
    """Record that a person takes their consent to a text back."""
    if Consent.objects.filter(person=person, document=document, withdrawn_at=None).update(withdrawn_at=now):
        trace("take-back-consent", person, actor=person, now=now, document=document)


@transaction.atomic
def show_person(person_id: int, *, why: str, actor: Person, now: datetime) -> Person:
    """Return a person to be shown unmasked to a clerk or the office, and record who looked and why.

    Raises Refusal: `window-only`, `person-unknown`.
    """
    require_window(actor, now=now)
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise person_unknown(person_id)
    trace("show-person", person, actor=actor, now=now, why=why)
    return person


@transaction.atomic
def export_own_data(person: Person, *, now: datetime) -> None:
    """Record that a person took a copy of what is kept of them."""
    trace("export-own-data", person, actor=person, now=now)


@transaction.atomic
def ask_deletion(person: Person, *, note: str, now: datetime) -> DeletionRequest:
    """Ask that what is known of oneself be deleted; raises Refusal `deletion-pending`, `deletion-officer`."""
    if is_officer(person.pk, at=now):
        raise _officer()
    try:
        with transaction.atomic():
            made = DeletionRequest.objects.create(person=person, note=note.strip()[:500], made_at=now)
    except IntegrityError:
        raise refuse("deletion-pending", "you asked already", hint="the office will answer") from None
    trace("ask-deletion", made, actor=person, now=now)
    return made


@transaction.atomic
def withdraw_deletion(person: Person, *, now: datetime) -> None:
    """Take one's request of deletion back; without one nothing changes."""
    rows = DeletionRequest.objects.filter(person=person, state=Decision.PENDING)
    if rows.update(state=Decision.WITHDRAWN, decided_at=now, decided_by=person):
        trace("withdraw-deletion", person, actor=person, now=now)


@transaction.atomic
def decide_deletion(
    request_id: int, *, accept: bool, reason: str, actor: Person | None, now: datetime
) -> DeletionRequest:
    """Forget the person who asked, or refuse with a reason.

    Raises Refusal: `office-only`, `request-unknown`, `request-decided`, `reason-missing`, `deletion-officer`.
    """
    require_office(actor, now=now)
    made = DeletionRequest.objects.select_for_update().filter(pk=request_id).first()
    if made is None:
        raise refuse("request-unknown", f"there is no request {request_id}", hint="look at the list")
    if made.state != Decision.PENDING:
        raise refuse("request-decided", "it was decided already", hint="look at the list")
    if not accept and not reason.strip():
        raise refuse("reason-missing", "no reason was given", place="reason", hint="the person reads it")
    if accept:
        _forget(made.person_id, actor=actor, now=now)
        made.note = ""
    made.state = Decision.ACCEPTED if accept else Decision.REFUSED
    made.decided_at, made.decided_by, made.reason = now, actor, reason.strip()[:200]
    made.save()
    trace("decide-deletion", made, actor=actor, now=now, accept=accept)
    return made


def _forget(person_id: int, *, actor: Person | None, now: datetime) -> None:
    """Put a number in place of the person, everywhere but in what firms filed and officers wrote."""
    person = locked_people([person_id])[person_id]
    require_active(person)
    if is_officer(person_id, at=now):
        raise _officer()
    _end_memberships(person, now=now)
    AccessToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    AccessToken.objects.filter(person=person).update(name="-")
    own = (Session, SignInTries, SecondFactor, RecoveryCode, OutsideIdentity, Letter, SavedView)
    for table in own:
        table.objects.filter(person=person).delete()
    # invitations they sent carry their name
    Letter.objects.filter(data__by=person_id).delete()
    Letter.objects.filter(email__iexact=person.email).exclude(email="").delete()
    person.binding_requests.update(note="", reason="")
    person.binding_requests.filter(state=Decision.PENDING).update(state=Decision.WITHDRAWN, decided_at=now)
    # entries of the log name people by number only, so their chain stays as it is
    person.username, person.name, person.email = f"gone-{person_id}", f"#{person_id}", ""
    person.is_active = False
    person.set_unusable_password()
    person.save()
    _scrub_trail(person)
    trace("forget-person", person, actor=actor, now=now)


def _end_memberships(person: Person, *, now: datetime) -> None:
    held = Membership.objects.select_for_update().filter(in_force(now), person=person).order_by("id")
    for one in held:
        one.until = now
        one.save(update_fields=["until"])


def _scrub_trail(person: Person) -> None:
    """Take the person's names out of the trail; what was done, when and by whom stays."""
    subjects = [f"person:{person.pk}"]
    subjects += [f"letter:{pk}" for pk in person.letters.values_list("pk", flat=True)]
    subjects += [f"bindingrequest:{pk}" for pk in person.binding_requests.values_list("pk", flat=True)]
    for change in Change.objects.filter(subject__in=subjects):
        kept = {key: value for key, value in change.details.items() if key not in _NAMING}
        if kept != change.details:
            change.details = kept
            change.save(update_fields=["details"])


def _officer() -> Refusal:
    return refuse(
        "deletion-officer",
        "whoever holds a duty cannot be forgotten",
        hint="the office ends the duties first",
    )
