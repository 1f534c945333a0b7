"""Verification by the issuer itself: its own keys, and the register in place of a status list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lianqiao.engine.licences import status_list
from lianqiao.engine.licences.credential import Verified, verify
from lianqiao.service.licences.models import Licence
from lianqiao.service.licences.queries.keys import published_keys


def verified_here(token: str, *, now: datetime) -> Verified:
    """Return what an e-licence is worth now, its revocation looked up in the register."""
    found = verify(token, published_keys(), now=now)
    if not found.claims:
        return found
    entry = found.claims.get("credentialStatus", {})
    number = str(entry.get("statusListCredential", "")).rpartition("/")[2]
    index = str(entry.get("statusListIndex", ""))
    place = int(number) * status_list.BITS + int(index) if number.isdigit() and index.isdigit() else 0
    revoked = Licence.objects.filter(pk=place, state="revoked").exists()
    return replace(found, state="revoked" if revoked else found.state, revocation="checked")
