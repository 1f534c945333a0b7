"""Signing keys are made, retired and withdrawn; an e-licence signed with a retired key still verifies."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from lianqiao.bridge.secret_text import sealed
from lianqiao.engine.errors import refuse
from lianqiao.engine.licences.credential import Signer, new_key
from lianqiao.service.licences.models import SigningKey
from lianqiao.service.licences.queries import keys as queries


@transaction.atomic
def rotate_key(*, now: datetime) -> SigningKey:
    """Make a new key and sign with it from now on; the one before is retired and goes on verifying."""
    kid, private, public = new_key()
    SigningKey.objects.filter(retired_at=None).update(retired_at=now)
    return SigningKey.objects.create(kid=kid, public=public, private=sealed(json.dumps(private)), made_at=now)


@transaction.atomic
def withdraw_key(kid: str, *, now: datetime) -> SigningKey:
    """Publish a key no longer: what it signed verifies no more. For a key that fell into wrong hands.

    Raises Refusal `unknown-key`.
    """
    row = SigningKey.objects.select_for_update().filter(kid=kid, withdrawn_at=None).first()
    if row is None:
        raise refuse("unknown-key", f"there is no key {kid}", hint="lianqiao licence keys")
    row.withdrawn_at = now
    row.retired_at = row.retired_at or now
    row.save()
    return row


def signer(*, now: datetime) -> Signer:
    """Return what signs now; the first key is made on first use."""
    if not SigningKey.objects.exists():
        with transaction.atomic():
            rotate_key(now=now)
    return queries.signer()
