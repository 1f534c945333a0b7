"""People come and go."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import (
    locked_people,
    require_office,
    require_other_office,
)
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import Person
from lianqiao.organization.queries.duties import OFFICE, duties_of


@transaction.atomic
def register_person(
    username: str,
    *,
    name: str,
    actor: Person | None,
    now: datetime,
    email: str = "",
    language: str = "zh-hans",
    password: str | None = None,
    example: bool = False,
) -> Person:
    """Enter a person; without a password they can only sign in another way until one is set.

    Raises Refusal: `office-only`, `username-taken`, `person-field` (each wrong field), `password-weak`.
    """
    require_office(actor, now=now)
    person = Person(
        username=Person.normalize_username(username.strip()),
        name=name.strip(),
        email=email.strip(),
        language=language,
        example=example,
        date_joined=now,
    )
    person.set_password(password)
    problems = [*_field_problems(person), *_password_problems(person, password)]
    if problems:
        raise Refusal(*problems)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise refuse(
            "username-taken",
            f"the user name {person.username} is taken",
            hint="choose another, such as with the unit's name added",
            username=person.username,
        ) from None
    trace("register-person", person, actor=actor, now=now, username=person.username, name=person.name)
    return person


@transaction.atomic
def deactivate_person(person_id: int, *, reason: str, actor: Person | None, now: datetime) -> Person:
    """Close the account of someone who has left; what they held goes to deputies and colleagues at once.

    Closing a closed account changes nothing. Raises Refusal: `office-only`, `person-unknown`, `last-office`.
    """
    require_office(actor, now=now)
    person = locked_people([person_id])[person_id]
    if not person.is_active:
        return person
    if OFFICE in duties_of(person_id, at=now):
        require_other_office(person_id, now=now)
    person.is_active = False
    person.save(update_fields=["is_active"])
    trace("deactivate-person", person, actor=actor, now=now, reason=reason)
    return person


def _field_problems(person: Person) -> list[Problem]:
    try:
        person.clean_fields(exclude={"password"})
    except ValidationError as error:
        return [
            Problem(
                "person-field",
                f"{field}: {' '.join(messages)}",
                place=field,
                hint="correct this field",
                facts={"field": field, "what": " ".join(messages)},
            )
            for field, messages in error.message_dict.items()
        ]
    return []


def _password_problems(person: Person, password: str | None) -> list[Problem]:
    if password is None:
        return []
    try:
        validate_password(password, person)
    except ValidationError as error:
        what = " ".join(error.messages)
        return [
            Problem("password-weak", what, place="password", hint="choose a longer one", facts={"what": what})
        ]
    return []
