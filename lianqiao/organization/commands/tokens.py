"""Access tokens are made and revoked, and their use is noted."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from lianqiao.engine.errors import Problem, Refusal, refuse
from lianqiao.organization.commands.authority import is_office, locked_people, require_active
from lianqiao.organization.commands.tracing import trace
from lianqiao.organization.models import AccessToken, Person
from lianqiao.organization.queries.tokens import SCOPES, digest_of

PREFIX = "lqt_"
LONGEST_DAYS = 366
MOST_TOKENS = 20
# so seldom is a token's use written down: reading must stay reading
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(
    person_id: int, *, name: str, scopes: Iterable[str], days: int, actor: Person | None, now: datetime
) -> tuple[AccessToken, str]:
    """Make a token for oneself; returns it and its secret, which is told this once and never again.

    Raises Refusal: `token-not-yours`, `person-unknown`, `person-inactive`, `token-name`, `token-scopes`,
    `token-days`, `tokens-too-many`.
    """
    if actor is not None and actor.pk != person_id:
        raise refuse("token-not-yours", "a token is made by its own person", hint="sign in as that person")
    person = locked_people([person_id])[person_id]
    require_active(person)
    chosen = [scope for scope in SCOPES if scope in set(scopes)]
    problems = _problems(name.strip(), set(scopes), days)
    in_use = AccessToken.objects.filter(person=person, revoked_at=None, expires_at__gt=now).count()
    if in_use >= MOST_TOKENS:
        most = str(MOST_TOKENS)
        problems.append(
            Problem(
                "tokens-too-many", f"there are {most} tokens already", hint="revoke one", facts={"most": most}
            )
        )
    if problems:
        raise Refusal(*problems)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        person=person,
        name=name.strip(),
        begins=secret[:8],
        digest=digest_of(secret),
        scopes=" ".join(chosen),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    trace("make-token", token, actor=actor, now=now, person_id=person_id, scopes=chosen, days=days)
    return token, secret


@transaction.atomic
def revoke_token(token_id: int, *, actor: Person | None, now: datetime) -> AccessToken:
    """End a token now; its own person or the office may. Revoking it again changes nothing.

    Raises Refusal `token-unknown`, also for someone else's.
    """
    token = AccessToken.objects.select_for_update().filter(id=token_id).first()
    own = token is not None and actor is not None and token.person_id == actor.pk
    if token is None or not (own or is_office(actor, now=now)):
        raise refuse("token-unknown", f"there is no token {token_id} of yours", hint="look at the list")
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        trace("revoke-token", token, actor=actor, now=now, person_id=token.person_id)
    return token


def note_use(token: AccessToken, *, now: datetime) -> None:
    """Note that a token was used, to the minute."""
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _problems(name: str, scopes: set[str], days: int) -> list[Problem]:
    problems = []
    if not name or len(name) > 60 or not name.isprintable():
        hint = "such as “filing program of the office”"
        reason = "a name of 1 to 60 characters is needed"
        problems.append(Problem("token-name", reason, place="name", hint=hint))
    if not scopes or not scopes <= set(SCOPES):
        known = ", ".join(SCOPES)
        reason = "name what the token may be used for"
        problems.append(
            Problem("token-scopes", reason, place="scopes", hint=f"some of {known}", facts={"known": known})
        )
    if not 1 <= days <= LONGEST_DAYS:
        most = str(LONGEST_DAYS)
        reason = f"a token lasts 1 to {most} days"
        problems.append(
            Problem("token-days", reason, place="days", hint="make a new one then", facts={"most": most})
        )
    return problems
