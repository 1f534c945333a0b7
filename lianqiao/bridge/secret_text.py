"""Short texts kept so that a copy of the database gives nothing away: addresses of robots, numbers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def sealed(text: str) -> str:
    """Return a text as it is kept: encrypted and authenticated with a key that follows from SECRET_KEY."""
    return _box().encrypt(text.encode()).decode() if text else ""


def opened(kept: str) -> str:
    """Return the text again; "" where SECRET_KEY is no longer the one it was kept under."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - most processes open nothing

    try:
        return _box().decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""


def _box() -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - as above

    key = hmac.new(settings.SECRET_KEY.encode(), b"texts kept sealed", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
