"""Access tokens: whose a secret is, what it opens, and the list of a person's own."""

from __future__ import annotations

import hashlib
from datetime import datetime

from lianqiao.organization.models import AccessToken
from lianqiao.organization.queries.prepared import Prepared

# what a token can be narrowed to, in the order they are offered
SCOPES = ("read", "file", "act", "duty", "office", "hooks")

_WITH_DIGEST = Prepared(lambda digest: AccessToken.objects.select_related("person").filter(digest=digest))


def digest_of(secret: str) -> str:
    """Return what is kept of a token's secret: it is long and random, so one round of SHA-256 hides it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def token_with(secret: str, *, at: datetime) -> AccessToken | None:
    """Return the token a secret opens at `at`; None if unknown, expired, revoked, or its person left."""
    for token in _WITH_DIGEST(digest=digest_of(secret)):
        if token_usable(token, at=at) and token.person.is_active:
            return token
    return None


def token_usable(token: AccessToken, *, at: datetime) -> bool:
    """Return whether a token is neither revoked nor expired at `at`."""
    return token.revoked_at is None and token.expires_at > at


def tokens_of(person_id: int) -> list[AccessToken]:
    """Return a person's tokens, newest first, those past use too."""
    return list(AccessToken.objects.filter(person_id=person_id).order_by("-made_at", "-id"))
