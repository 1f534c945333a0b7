"""People make themselves an account, choose and change their password."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import locked_people
from lianqiao.organization.commands.letters import opened_letter, write_letter
from lianqiao.organization.commands.people import register_person
from lianqiao.organization.commands.privacy import agree
from lianqiao.organization.commands.signing_in import count_asking, end_sessions
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Letter, Person

RESET_HOURS = 2
SIGN_UP_HOURS = 24
# an address that stands for so many accounts is nobody's own
MOST_ACCOUNTS = 5


def ask_account(email: str, *, name: str, language: str, version: str, address: str, now: datetime) -> None:
    """Send whoever wants an account a link to make it; `version` is that of the text they agreed to.

    Nobody learns whether the address is known: whoever has an account is told so by mail. Raises Refusal:
    `registration-closed`, `person-field`, `sign-in-locked` after too many from one address.
    """
    if not settings.SIGN_IN.registration:
        raise refuse("registration-closed", "accounts are made at the window", hint="ask at the window")
    email, name = email.strip().lower(), name.strip()
    problems = _problems(email, name)
    if problems:
        raise Refusal(*problems)
    count_asking(address, now=now)
    with transaction.atomic():
        known = Person.objects.filter(username=email).exists() or (
            Person.objects.filter(email__iexact=email, is_active=True).exists()
        )
        write_letter(
            Letter.Kind.KNOWN if known else Letter.Kind.SIGN_UP,
            email=email,
            language=language,
            hours=SIGN_UP_HOURS,
            now=now,
            data={} if known else {"name": name, "version": version},
        )


@transaction.atomic
def open_account(secret: str, *, password: str, now: datetime) -> Person:
    """Make the account a letter confirms, with a password; the e-mail address is the user name.

    Raises Refusal: `letter-over`, `username-taken`, `person-field`, `password-weak`.
    """
    letter = opened_letter(secret, kinds=[Letter.Kind.SIGN_UP], now=now, hold=True)
    person = register_person(
        letter.email,
        name=letter.data["name"],
        email=letter.email,
        language=letter.language,
        password=password,
        actor=None,
        now=now,
    )
    agree(person, document="privacy", version=letter.data["version"], now=now)
    _used(letter, now=now)
    return person


def ask_reset(typed: str, *, language: str, address: str, now: datetime) -> None:
    """Send a link to choose a new password to whoever has this user name or e-mail address, if anyone has.

    Raises Refusal `sign-in-locked` after too many from one address.
    """
    typed = typed.strip()
    count_asking(address, now=now)
    with transaction.atomic():
        rows = Person.objects.filter(is_active=True).exclude(email="")
        people = list(rows.filter(username=typed) or rows.filter(email__iexact=typed)[: MOST_ACCOUNTS + 1])
        for person in people if len(people) <= MOST_ACCOUNTS else ():
            write_letter(Letter.Kind.RESET, email=person.email, person=person, hours=RESET_HOURS, now=now)
        if not people:
            # as much work as for someone who is known, and nothing sent
            write_letter(Letter.Kind.RESET, email="", language=language, send=False, hours=0, now=now)


@transaction.atomic
def reset_password(secret: str, *, password: str, now: datetime) -> Person:
    """Set a new password by a letter's link and end every session of the person.

    Raises Refusal: `letter-over`, `password-weak`.
    """
    letter = opened_letter(secret, kinds=[Letter.Kind.RESET], now=now, hold=True)
    if letter.person is None or not letter.person.is_active:
        raise refuse("letter-over", "this link was used already or is too old", hint="ask for a new one")
    person = letter.person
    _set_password(person, password, now=now, how="letter")
    end_sessions(person, actor=person, now=now)
    # other links asked for meanwhile open nothing any more
    Letter.objects.filter(kind=Letter.Kind.RESET, person=person, used_at=None).update(used_at=now)
    return person


@transaction.atomic
def change_password(person: Person, *, old: str, new: str, now: datetime, keep: str = "") -> None:
    """Change one's password and end every other session; `keep` is the label of this one.

    Raises Refusal: `password-old`, `password-weak`.
    """
    person = locked_people([person.pk])[person.pk]
    if not person.check_password(old):
        raise refuse("password-old", "this is not the password so far", place="old", hint="type it again")
    _set_password(person, new, now=now, how="page")
    end_sessions(person, actor=person, now=now, but=keep)


def _set_password(person: Person, password: str, *, now: datetime, how: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        what = " ".join(error.messages)
        raise refuse("password-weak", what, place="password", hint="choose a longer one", what=what) from None
    person.set_password(password)
    person.save(update_fields=["password"])
    trace("change-password", person, actor=person, now=now, how=how)
    if person.email:
        write_letter(Letter.Kind.PASSWORD, email=person.email, person=person, now=now)


def _problems(email: str, name: str) -> list[Problem]:
    problems = []
    try:
        validate_email(email)
        if len(email) > 150:
            raise ValidationError("too long")
    except ValidationError:
        reason, facts = f"“{email}” is no e-mail address", {"email": email}
        problems.append(
            Problem("firm-email", reason, place="email", hint="such as name@firm.cn", facts=facts)
        )
    if not 0 < len(name) <= 60 or not name.isprintable():
        problems.append(Problem("name-missing", "a name of 1 to 60 characters", place="name", hint="yours"))
    return problems


def _used(letter: Letter, *, now: datetime) -> None:
    letter.used_at = now
    letter.save(update_fields=["used_at"])
