"""Where received files lie: once for each content, in a folder two levels deep."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def stored_at(sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256
