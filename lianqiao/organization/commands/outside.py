"""People who come from an identity provider of the office's own choosing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from lianqiao.engine.errors import refuse
from lianqiao.organization.commands.people import register_person
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import OutsideIdentity, Person


@transaction.atomic
def admit_outside(claims: Mapping[str, Any], *, issuer: str, language: str, now: datetime) -> Person:
    """Return whose account the provider's checked claims mean.

    Once bound, by the provider's own name for the person (`sub`); the first time by the claim that the
    setting OIDC_CLAIM names: it is a user name here, or, for `email`, an address the provider has verified.
    Strangers get an account of their own, without duty or firm, only where OIDC_NEW_ACCOUNTS allows. Raises
    Refusal: `outside-unknown`, `person-inactive`.
    """
    subject = str(claims.get("sub", ""))[:255]
    bound = OutsideIdentity.objects.select_related("person").filter(issuer=issuer, subject=subject).first()
    person = bound.person if bound else _named(claims)
    if person is None and settings.SIGN_IN.oidc_new_accounts and subject:
        person = _made(claims, issuer=issuer, subject=subject, language=language, now=now)
    if person is None or not subject:
        raise refuse("outside-unknown", "nobody here has this name", hint="ask the office for an account")
    if not person.is_active:
        raise refuse("outside-unknown", "the account is closed", hint="ask the office for an account")
    if bound is None:
        _bind(person, issuer=issuer, subject=subject, now=now)
    return person


def _named(claims: Mapping[str, Any]) -> Person | None:
    claim = settings.SIGN_IN.oidc_claim
    value = claims.get(claim)
    if not isinstance(value, str) or not value:
        return None
    if claim != "email":
        return Person.objects.filter(username=Person.normalize_username(value), is_active=True).first()
    if claims.get("email_verified") is not True:
        return None
    people = list(Person.objects.filter(email__iexact=value, is_active=True)[:2])
    # an address two accounts have says nothing about which of them is meant
    return people[0] if len(people) == 1 else None


def _made(claims: Mapping[str, Any], *, issuer: str, subject: str, language: str, now: datetime) -> Person:
    name = str(claims.get("name") or claims.get("preferred_username") or "")[:60]
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    username = "oidc-" + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:20]
    return register_person(
        username, name=name or username, email=email, language=language, actor=None, now=now
    )


def _bind(person: Person, *, issuer: str, subject: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            made = OutsideIdentity.objects.create(person=person, issuer=issuer, subject=subject, bound_at=now)
    except IntegrityError:
        # the same person signed in twice at the same moment
        return
    trace("bind-outside", made, actor=person, now=now, person_id=person.pk, issuer=issuer)
