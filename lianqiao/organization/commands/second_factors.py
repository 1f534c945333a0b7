"""The second factor: an authenticator's codes, each taken once, and codes for when it is lost."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

import pyotp
from django.db import transaction
from django.utils.crypto import salted_hmac

from lianqiao.engine.errors import refuse
from lianqiao.organization.commands import signing_in
from lianqiao.organization.commands.authority import locked_people, require_office
from lianqiao.organization.commands.letters import write_letter
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Letter, Person, RecoveryCode, SecondFactor

RECOVERY_CODES = 10
# without 0 O 1 I L, which people mistake for each other
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@transaction.atomic
def begin_second_factor(person: Person, *, now: datetime) -> SecondFactor:
    """Return the authenticator that is being set up, a new one where none is; raises `factor-there`."""
    locked_people([person.pk])
    there = SecondFactor.objects.filter(person=person).first()
    if there is None:
        there = SecondFactor.objects.create(person=person, salt=secrets.token_urlsafe(24), made_at=now)
    if there.confirmed_at is not None:
        raise refuse("factor-there", "an authenticator is set up already", hint="remove that one first")
    return there


def confirm_second_factor(person: Person, code: str, *, address: str, now: datetime) -> list[str]:
    """Switch the second factor on with a first code; returns the recovery codes, told this once.

    Raises Refusal: `factor-there`, `code-wrong`, `sign-in-locked`.
    """
    signing_in.refuse_locked_codes(person, now=now)
    factor = begin_second_factor(person, now=now)
    if not _fits(factor, code, now=now):
        signing_in.count_code_failure(person, address=address, now=now)
        raise _wrong()
    with transaction.atomic():
        SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=now)
        trace("add-second-factor", person, actor=person, now=now)
        return _fresh_codes(person)


def check_code(person: Person, code: str, *, address: str, now: datetime) -> None:
    """Take a code of the authenticator, or a recovery code, once.

    Raises Refusal: `code-wrong`, also for one taken before; `sign-in-locked` after too many.
    """
    signing_in.refuse_locked_codes(person, now=now)
    factor = SecondFactor.objects.filter(person=person).exclude(confirmed_at=None).first()
    if factor is None or not (_fits(factor, code, now=now) or _recovered(person, code, now=now)):
        signing_in.count_code_failure(person, address=address, now=now)
        raise _wrong()
    signing_in.forget_code_failures(person)


@transaction.atomic
def renew_recovery_codes(person: Person, *, now: datetime) -> list[str]:
    """Return new recovery codes in place of the old; raises Refusal `factor-missing` without a factor."""
    if not SecondFactor.objects.filter(person=person).exclude(confirmed_at=None).exists():
        raise refuse("factor-missing", "no second factor is set up", hint="set one up first")
    trace("renew-recovery-codes", person, actor=person, now=now)
    return _fresh_codes(person)


@transaction.atomic
def remove_second_factor(person_id: int, *, actor: Person | None, now: datetime) -> None:
    """Remove a person's second factor: their own, or as the office for someone who lost it.

    Raises Refusal: `office-only`, `person-unknown`, `factor-missing`.
    """
    if actor is None or actor.pk != person_id:
        require_office(actor, now=now)
    person = locked_people([person_id])[person_id]
    if not SecondFactor.objects.filter(person=person).delete()[0]:
        raise refuse("factor-missing", "no second factor is set up", hint="set one up first")
    RecoveryCode.objects.filter(person=person).delete()
    trace("remove-second-factor", person, actor=actor, now=now)
    if person.email:
        write_letter(Letter.Kind.FACTOR, email=person.email, person=person, now=now)


def secret_text(factor: SecondFactor) -> str:
    """Return the secret as authenticators take it, 32 characters of base 32."""
    digest = salted_hmac("lianqiao.second-factor", f"{factor.person_id} {factor.salt}", algorithm="sha256")
    return base64.b32encode(digest.digest()[:20]).decode()


def _fits(factor: SecondFactor, code: str, *, now: datetime) -> bool:
    """Take a code of this half minute, the one before or the one after, unless it was taken."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret_text(factor))
    step = totp.timecode(now)
    for counter in (step - 1, step, step + 1):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(counter)):
            # of two who come with the same code at once, one finds the counter moved on
            mine = SecondFactor.objects.filter(pk=factor.pk, counter__lt=counter)
            return bool(mine.update(counter=counter))
    return False


def _recovered(person: Person, code: str, *, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(person=person, digest=_digest(person, code), used_at=None)
    taken = bool(unused.update(used_at=now))
    if taken:
        with transaction.atomic():
            trace("use-recovery-code", person, actor=person, now=now)
    return taken


def _fresh_codes(person: Person) -> list[str]:
    RecoveryCode.objects.filter(person=person).delete()
    codes = []
    for _ in range(RECOVERY_CODES):
        text = "".join(secrets.choice(ALPHABET) for _ in range(10))
        codes.append(f"{text[:5]}-{text[5:]}")
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, digest=_digest(person, code)) for code in codes
    )
    return codes


def _digest(person: Person, code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return salted_hmac("lianqiao.recovery", f"{person.pk} {plain}", algorithm="sha256").hexdigest()


def _wrong() -> Exception:
    return refuse("code-wrong", "this code does not fit, or was used", hint="wait for the next one")
