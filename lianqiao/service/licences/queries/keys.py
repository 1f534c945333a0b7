"""The issuer, its published keys and its status lists."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from lianqiao.bridge import packs
from lianqiao.bridge.secret_text import opened
from lianqiao.engine.errors import refuse
from lianqiao.engine.licences import status_list
from lianqiao.engine.licences.credential import Issuer, Signer, status_claims
from lianqiao.service.licences.models import Licence, SigningKey

LIST_KEPT_FOR = timedelta(hours=24)


def issuer() -> Issuer:
    """Return who issues e-licences here."""
    return Issuer(settings.SITE_ADDRESS, packs.current().district.title.zh_hans)


def published_keys() -> dict[str, Any]:
    """Return the JWK set anyone verifies with: the key that signs, and the retired ones."""
    rows = SigningKey.objects.filter(withdrawn_at=None).order_by("-made_at", "-pk")
    return {"keys": [row.public for row in rows]}


def signer() -> Signer:
    """Return what signs now. Raises Refusal `licence-key-missing`, `licence-key-sealed`."""
    row = SigningKey.objects.filter(retired_at=None, withdrawn_at=None).order_by("-made_at", "-pk").first()
    if row is None:
        raise refuse(
            "licence-key-missing",
            "there is no key to sign e-licences with",
            hint="lianqiao licence keys --new",
        )
    private = opened(row.private)
    if not private:
        raise refuse(
            "licence-key-sealed",
            "the signing key was sealed under another secret key",
            hint="restore the secret key, or make a new signing key: lianqiao licence keys --new",
        )
    return Signer(json.loads(private), row.kid)


def every_key() -> list[SigningKey]:
    """Return every key, newest first."""
    return list(SigningKey.objects.order_by("-made_at", "-pk"))


def has_list(number: int) -> bool:
    """Return whether a status list holds the place of any licence; the first is always there."""
    first = number * status_list.BITS
    return number == 0 or (first < 2**62 and Licence.objects.filter(pk__gte=first).exists())


def status_token(number: int, *, now: datetime) -> str:
    """Return the signed status list with this number, as it stands now."""
    first = number * status_list.BITS
    revoked = Licence.objects.filter(state="revoked", pk__gte=first, pk__lt=first + status_list.BITS)
    encoded = status_list.encode(pk - first for pk in revoked.values_list("pk", flat=True))
    claims = status_claims(number, encoded, issuer(), made_at=now, until=now + LIST_KEPT_FOR)
    return signer().sign(claims)
