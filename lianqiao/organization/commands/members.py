"""A firm's own people: invited, taken over, handed the administration."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lianqiao.engine.errors import refuse
from lianqiao.organization.commands.authority import require_active, require_window
from lianqiao.organization.commands.letters import opened_letter, write_letter
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Firm, Letter, Membership, Person
from lianqiao.organization.queries.firms import acts_for, administers
from lianqiao.organization.queries.in_force import in_force

INVITATION_HOURS = 7 * 24


@transaction.atomic
def invite_member(firm_id: int, *, email: str, role: str, actor: Person, now: datetime) -> Letter:
    """Invite whoever has an e-mail address to act for a firm; the letter's link works seven days.

    Raises Refusal: `window-only`, `firm-unknown`, `firm-email`, `membership-role`.
    """
    firm = _administered(firm_id, actor=actor, now=now)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise refuse(
            "firm-email", f"“{email}” is no address", place="email", hint="such as name@firm.cn", email=email
        ) from None
    _check_role(role)
    letter = write_letter(
        Letter.Kind.INVITATION,
        email=email,
        language=actor.language,
        hours=INVITATION_HOURS,
        now=now,
        data={"firm": firm.name, "firm_id": firm.pk, "role": role, "by": actor.pk, "inviter": actor.name},
    )
    trace("invite-member", firm, actor=actor, now=now, letter=letter.pk, role=role)
    return letter


@transaction.atomic
def accept_invitation(secret: str, *, person: Person, now: datetime) -> Membership:
    """Begin to act for the firm one was invited to; the invitation is for its own address only.

    Raises Refusal: `letter-over`, `invitation-not-yours`, `membership-held`.
    """
    letter = opened_letter(secret, kinds=[Letter.Kind.INVITATION], now=now, hold=True)
    require_active(person)
    if person.email.lower() != letter.email.lower():
        raise refuse(
            "invitation-not-yours",
            "the invitation went to another address",
            hint="sign in with the account of that address",
        )
    firm = Firm.objects.get(pk=letter.data["firm_id"])
    # who invited must still be allowed to: the letter is a week under way
    inviter = Person.objects.get(pk=letter.data["by"])
    _administered(firm.pk, actor=inviter, now=now)
    if acts_for(person.pk, firm.pk, at=now):
        raise refuse(
            "membership-held",
            f"{person.name} acts for {firm.name} already",
            hint="nothing is left to do",
            name=person.name,
            firm=firm.name,
        )
    made = Membership.objects.create(person=person, firm=firm, role=letter.data["role"], since=now)
    letter.used_at = now
    letter.save(update_fields=["used_at"])
    trace(
        "join-firm", made, actor=person, now=now, person_id=person.pk, firm_id=firm.pk, invited_by=inviter.pk
    )
    return made


@transaction.atomic
def hand_over_firm(membership_id: int, *, actor: Person, now: datetime) -> Membership:
    """Make another member administrator of the firm in one's own place.

    Raises Refusal: `membership-unknown`, `window-only` for whoever does not administer the firm.
    """
    to = Membership.objects.select_for_update().filter(in_force(now), pk=membership_id).first()
    if to is None:
        raise refuse(
            "membership-unknown", f"there is no membership {membership_id}", hint="choose from the list"
        )
    own = Membership.objects.select_for_update().filter(
        in_force(now), person=actor, firm_id=to.firm_id, role=Membership.Role.ADMINISTRATOR
    )
    mine = own.first()
    if mine is None or not actor.is_active or mine.pk == to.pk:
        raise refuse("window-only", "only the firm's administrator may do this", hint="ask at the window")
    _changed_role(mine, Membership.Role.AGENT, now=now)
    made = _changed_role(to, Membership.Role.ADMINISTRATOR, now=now)
    trace(
        "hand-over-firm", made, actor=actor, now=now, firm_id=to.firm_id, from_id=actor.pk, to_id=to.person_id
    )
    return made


def _changed_role(held: Membership, role: str, *, now: datetime) -> Membership:
    """End a membership and begin it anew with another role, so that who was what when stays known."""
    until, held.until = held.until, now
    held.save(update_fields=["until"])
    return Membership.objects.create(
        person_id=held.person_id, firm_id=held.firm_id, role=role, since=now, until=until
    )


def _administered(firm_id: int, *, actor: Person, now: datetime) -> Firm:
    if not (actor.is_active and administers(actor.pk, firm_id, at=now)):
        require_window(actor, now=now)
    firm = Firm.objects.filter(pk=firm_id).first()
    if firm is None:
        raise refuse("firm-unknown", f"there is no firm {firm_id}", hint="choose one from the list")
    return firm


def _check_role(role: str) -> None:
    if role not in Membership.Role.values:
        known = ", ".join(Membership.Role.values)
        raise refuse(
            "membership-role", f"“{role}” is not a role", hint=f"one of {known}", role=role, known=known
        )
